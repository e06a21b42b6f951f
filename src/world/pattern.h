// Makes texts of a form: "[A-D][1-4][0-9]{2}", "\d{3}-\d{4}", "(ab)?" is not among them.
//
// A pattern is a row of elements: a character, a class [a-z_] or \d, each with an optional {n} or
// {n,m}. One 64-bit code stands for one text: either drawn (any code will do), or counted (codes
// 0 .. space - 1 give each text of the form once; only without {n,m}).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace roost::world {

class Pattern {
 public:
  /// Invalid says what was expected and at which character, from 1. Texts may be 1 to 200 bytes
  /// long, of ASCII characters that JSON need not escape.
  static Result<Pattern> Parse(std::string_view text);

  const std::string& text() const { return text_; }
  uint32_t max_length() const { return max_length_; }
  /// How many texts there are, UINT64_MAX at most; 0 where lengths vary.
  uint64_t space() const { return space_; }

  /// Writes the text for a random code and returns its end; max_length() bytes must be free.
  char* Draw(uint64_t code, char* out) const;
  /// Writes text number `code` < space().
  char* Count(uint64_t code, char* out) const;

 private:
  struct Element {
    std::string characters;
    uint32_t least = 1, most = 1;
    uint32_t bits = 0;  // that one choice of a character takes
  };
  static Result<Element> ParseClass(std::string_view text, size_t* at);
  static Status ParseRepeat(std::string_view text, size_t* at, Element* element);

  std::string text_;
  std::vector<Element> elements_;
  uint32_t max_length_ = 0;
  uint64_t space_ = 1;
};

}  // namespace roost::world
