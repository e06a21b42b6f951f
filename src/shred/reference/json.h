// Parses JSON text into a tree, strictly by RFC 8259, one obvious recursive function a production.
//
// Nothing is converted: numbers keep their text, strings are decoded and checked (UTF-8, escapes,
// no lone surrogates), repeated keys stay. A Value's views point into the parsed bytes, which must
// outlive it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace roost::shred::reference {

enum class Kind : uint8_t { kNull, kFalse, kTrue, kNumber, kText, kArray, kObject };

struct Member;

/// What a hint makes of a value (hints.h).
enum class Mark : uint8_t { kNone, kText, kVerbatim, kTime, kJson };

struct Value {
  Kind kind = Kind::kNull;
  std::string text;             // kNumber: as written; kText: decoded
  std::vector<Value> items;     // kArray
  std::vector<Member> members;  // kObject, in document order
  std::string_view raw;         // its bytes in the document
  Mark mark = Mark::kNone;
  bool is_hinted = false;     // its path has a hint
  bool is_only_item = false;  // an array that stands for its one element, and has that one's `raw`
  bool keys_are_named = false, keys_are_data = false;  // kObject: what hints inside it say
  std::string time_pattern;                            // of Mark::kTime
};

struct Member {
  std::string key;  // decoded
  Value value;
};

struct Fault {
  size_t offset = 0;   // in the parsed bytes
  std::string reason;  // without the place
};

class Parser {
 public:
  /// `max_depth` is the number of arrays and objects that may be open at once.
  Parser(std::string_view bytes, size_t max_depth) : bytes_(bytes), max_depth_(max_depth) {}

  /// Parses the value that begins at byte `at`, inside `depth` open arrays and objects; nothing if
  /// it is malformed, and fault() then says why.
  std::optional<Value> Parse(size_t at, size_t depth);
  const Fault& fault() const { return fault_; }

  /// The first byte at or after `at` that is not JSON white space.
  size_t SkipSpace(size_t at) const;

 private:
  bool ParseValue(Value& value, size_t depth);
  bool ParseLiteral(std::string_view literal);
  bool ParseNumber(Value& value);
  bool ParseDigits();
  bool ParseText(std::string& text);
  bool ParseEscape(std::string& text);
  bool ParseHex(uint32_t& unit);
  bool CopyCharacter(std::string& text);
  bool ParseArray(Value& value, size_t depth);
  bool ParseObject(Value& value, size_t depth);
  bool Fail(std::string reason);
  void SkipSpace() { at_ = SkipSpace(at_); }
  int Next() const { return at_ < bytes_.size() ? static_cast<uint8_t>(bytes_[at_]) : -1; }

  std::string_view bytes_;
  size_t max_depth_;
  size_t at_ = 0;
  Fault fault_;
};

/// `text` as a JSON string: `\"`, `\\` and \u00xx for control characters, nothing else escaped.
std::string Quote(std::string_view text);

}  // namespace roost::shred::reference
