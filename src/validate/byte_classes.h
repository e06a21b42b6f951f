// Knows which bytes a pattern cannot tell apart, so that one verdict stands for many texts.
//
// `N[0-9]{6}` names N and the digits: N123456 and N777777 match alike, whatever the pattern says of
// them. Two bytes are of one class if each part of the pattern names both of them or neither.
// Immutable, so any number of threads may use one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "validate/text_ends.h"

namespace roost::validate {

class ByteClasses {
 public:
  /// Nothing for patterns with more than the common syntax: flags, words' ends, Unicode classes...
  static std::optional<ByteClasses> Of(std::string_view pattern);

  /// The classes of a text's bytes, the same for texts that match alike. Nothing for texts of more
  /// than sixteen bytes or beyond ASCII.
  std::optional<TextEnds> Reduce(std::string_view text) const;

 private:
  friend class PatternScanner;

  std::array<char, 256> classes_{};  // of ASCII; a class is named by its first byte
};

/// What was found of the last few kinds of text. Belongs to one thread.
class VerdictMemo {
 public:
  explicit VerdictMemo(const ByteClasses& classes) : classes_(classes) {}

  /// passes(text), asked once for all texts that it answers alike, mostly.
  template <typename Passes>
  bool Judge(std::string_view text, Passes passes) {
    std::optional<TextEnds> kinds = classes_.Reduce(text);
    if (!kinds) return passes(text);
    Slot& slot = slots_[PlaceOf(*kinds)];
    if (slot.is_used && slot.kinds == *kinds) return slot.verdict;
    slot = {true, passes(text), *kinds};
    return slot.verdict;
  }

 private:
  static constexpr int kSlotBits = 6;
  struct Slot {
    bool is_used = false, verdict = false;
    TextEnds kinds{""};
  };
  static size_t PlaceOf(const TextEnds& kinds) {
    uint64_t mixed = (kinds.begin ^ (kinds.end * 0x9e3779b97f4a7c15) ^ kinds.size);
    return (mixed * 0xbf58476d1ce4e5b9) >> (64 - kSlotBits);
  }

  const ByteClasses& classes_;
  std::array<Slot, size_t{1} << kSlotBits> slots_;
};

}  // namespace roost::validate
