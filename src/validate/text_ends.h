// The first and the last eight bytes of a text as numbers: they tell texts of up to sixteen bytes
// apart, and mostly longer ones, in a few instructions.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace roost::validate {

struct TextEnds {
  static constexpr size_t kAll = 16;  // bytes; of texts so long nothing is left out

  explicit TextEnds(std::string_view text) : size(text.size()) {
    const char* bytes = text.data();
    if (size >= 8) {
      Take<uint64_t>(bytes);
    } else if (size >= 4) {
      Take<uint32_t>(bytes);
    } else if (size >= 2) {
      Take<uint16_t>(bytes);
    } else if (size == 1) {
      Take<uint8_t>(bytes);
    }
  }
  bool operator==(const TextEnds&) const = default;

  uint64_t size = 0, begin = 0, end = 0;  // where they overlap, bytes are in both

 private:
  template <typename Word>
  void Take(const char* bytes) {
    Word first, last;
    std::memcpy(&first, bytes, sizeof first);
    std::memcpy(&last, bytes + size - sizeof last, sizeof last);
    begin = first;
    end = last;
  }
};

}  // namespace roost::validate
