// Follows brackets and strings through JSON text, 64 bytes at a time, without looking at values.
//
// Quotes become a bit mask, its running xor a mask of what stands inside strings (simdjson's idea),
// and brackets outside of it are counted. What the text says is not checked: brackets of the wrong
// kind and nonsense between values pass, as the shredder finds them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace roost::read {

/// JSON white space.
inline bool IsSpace(char byte) {
  return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

class StructureScan {
 public:
  /// Scans text[from, to) and stops behind the first closing bracket that takes the depth below
  /// `floor`. Returns where it stopped, `to` if there is none. 64 bytes behind `to` must be
  /// readable.
  size_t Skip(const char* text, size_t from, size_t to, int64_t floor);

  /// Scans one byte.
  void Step(char byte);

  int64_t depth() const { return depth_; }
  void set_depth(int64_t depth) { depth_ = depth; }
  bool in_string() const { return in_string_ != 0; }

 private:
  struct Marks {
    uint64_t open, close;  // brackets outside of strings
  };
  Marks Look(const char* text, unsigned count);

  int64_t depth_ = 0;
  uint64_t in_string_ = 0;  // all bits set inside a string
  uint64_t escaped_ = 0;    // bit 0: the next byte stands behind a backslash
};

/// The number of line feeds.
uint64_t CountLines(const char* text, size_t size);

}  // namespace roost::read
