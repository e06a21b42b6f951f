// Looks at a document too long for memory: its members at the first level, and what arrays hold.
//
// Only quotes and brackets are followed; whether the text is JSON is for the shredder to find.
// 64 bytes behind every text must be readable. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "read/structure_scan.h"

namespace roost::read {

/// Walks over the members of one object in a text that grows.
class MemberScan {
 public:
  enum class Event : uint8_t {
    kMore,   // the text is used up
    kKey,    // the key at hand is known
    kArray,  // its value is an array: at() stands behind the [
    kEnd,    // at() stands behind the object's }
  };
  /// Goes on from at(). The text is that of the last call, possibly longer.
  Event Next(std::string_view text);

  size_t at() const { return at_; }
  /// The key at hand as it is written, quotes included; empty if there is none.
  std::string_view key(std::string_view text) const {
    return text.substr(key_begin_, key_end_ - key_begin_);
  }
  /// After kArray: the array's ] now stands at at().
  void LeaveArray();
  /// The brackets that are open, to follow the text by other means.
  const StructureScan& structure() const { return scan_; }

 private:
  bool StepMember(std::string_view text);

  StructureScan scan_;
  size_t at_ = 0;
  size_t string_begin_ = 0, string_end_ = 0;  // the last string at the first level
  size_t key_begin_ = 0, key_end_ = 0;
};

/// What a text that begins between two elements of an array holds.
struct ElementLook {
  uint64_t elements = 0;  // begun in it
  bool has_objects = false;
  bool has_others = false;  // than objects and nulls
  bool is_closed = false;   // the array ends in it
};
ElementLook LookAtElements(std::string_view text);

/// True if the object of which `start` is the beginning holds, at its first level, an array of
/// objects that is longer than `unit_bytes`: then it can be taken piece by piece.
bool CanStream(std::string_view start, uint64_t unit_bytes);
/// The same for the array behind whose [ the text begins; it must be `unit_bytes` long or whole.
bool CanStreamArray(std::string_view elements, uint64_t unit_bytes);

}  // namespace roost::read
