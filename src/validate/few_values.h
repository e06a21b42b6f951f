// Counts how often each text comes, as long as there are few different ones.
//
// Exact; past kMost different texts it gives up and holds nothing. Merging in any order gives the
// same. Fast for texts of a few bytes. Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sketch/byte_order.h"
#include "validate/text_ends.h"

namespace roost::validate {

class FewValues {
 public:
  static constexpr size_t kMost = 64;

  struct Entry {
    std::string text;
    uint64_t count = 0;
  };

  bool has_given_up() const { return given_up_; }
  const std::vector<Entry>& entries() const { return entries_; }

  /// False, and nothing is changed, if there is no room: then GiveUp.
  bool Add(std::string_view text, uint64_t times = 1);
  /// The same as Add of the text that came last; only after an Add that was true.
  void AddAgain(uint64_t times) {
    if (!given_up_) entries_[last_].count += times;
  }
  void Merge(const FewValues& other);
  void GiveUp();

  void Save(sketch::ByteWriter& to) const;
  static Result<FewValues> Load(sketch::ByteReader& from);

 private:
  static constexpr size_t kSlots = 256;
  bool Is(size_t entry, const TextEnds& ends, std::string_view text) const;

  bool given_up_ = false;
  std::vector<Entry> entries_;
  std::vector<TextEnds> ends_;  // of the entries
  size_t last_ = 0;             // entry that was counted last: often it is the next one too
  std::array<uint8_t, kSlots> slots_{};  // index in entries_ + 1
};

}  // namespace roost::validate
