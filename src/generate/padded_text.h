// Holds a text that can be copied by whole vector registers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace roost::generate {

/// A text with readable bytes behind it. Copying one of up to 32 bytes is two loads and two stores,
/// without a branch on its length; so 32 bytes must be free where it goes, even if it is shorter.
class PaddedText {
 public:
  static constexpr size_t kSlack = 32;

  PaddedText() : PaddedText(std::string_view()) {}
  explicit PaddedText(std::string_view text) : bytes_(text), size_(text.size()) {
    bytes_.append(kSlack, '\0');
  }

  std::string_view view() const { return {bytes_.data(), size_}; }
  size_t size() const { return size_; }
  char* CopyTo(char* out) const {
    const char* from = bytes_.data();
    __builtin_memcpy(out, from, kSlack);
    if (size_ > kSlack) [[unlikely]]
      __builtin_memcpy(out + kSlack, from + kSlack, size_ - kSlack);
    return out + size_;
  }

 private:
  std::string bytes_;
  size_t size_;
};

}  // namespace roost::generate
