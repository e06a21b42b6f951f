// Parses one JSON value strictly (RFC 8259) into a flat list of tokens.
//
// The tape is the shredder's slow but complete view of a record: everything that is rare (new keys,
// type changes, mixed arrays, duplicate keys, errors) goes through it. Tokens point into the bytes
// that were parsed. UTF-8 is checked by the caller, for a whole unit at a time. Reusable; one
// thread.
//
// An array of very many scalars is folded: its items are no tokens, but read from the text again
// (ForEachItem), so that a record of nothing but numbers takes hardly more memory than its text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace roost::shred {

enum class TokenKind : uint8_t { kNull, kTrue, kFalse, kNumber, kText, kObject, kArray };

struct Token {
  TokenKind kind;
  bool escaped;    // kText: there are backslashes between begin and end
  bool folded;     // kArray: there is nothing between it and `next`, whatever its count is
  uint32_t begin;  // of the value's first byte; of kText and keys: behind the quote
  uint32_t end;    // behind the value's last byte; of kText and keys: the closing quote
  uint32_t next;   // index of the token behind this value with all it holds
  uint32_t count;  // kObject: members, each a key (a kText token) and a value; kArray: elements
};

/// The items of an array, by token (none, if it is folded); or one value that stands for an array
/// with it alone.
struct Items {
  uint32_t first, end, count;
};

struct ParseError {
  uint32_t offset = 0;      // from the start of what was parsed
  const char* reason = "";  // for people, without place
  std::string json_path;    // $.a[3].b: the value or key being read
};

/// Of an array's items, before those that are all scalars are folded.
constexpr uint32_t kFoldedItems = 1 << 12;

/// What one long record has taken is given back if it was more than for so many tokens.
constexpr size_t kKeptTokens = 1 << 20;

class Tape {
 public:
  explicit Tape(unsigned max_depth) : max_depth_(max_depth) {}

  /// Parses the value that begins at `begin` (no white space before it) and ends by `end`.
  /// Returns the first byte behind it, or null: then see error(). `end` must be followed by
  /// read::kPadding readable bytes, the first of them zero, and be less than 4 GB away.
  /// `depth` arrays and objects are open around the value.
  const char* Parse(const char* begin, const char* end, unsigned depth = 0);

  const std::vector<Token>& tokens() const { return tokens_; }
  const char* base() const { return begin_; }
  const ParseError& error() const { return error_; }

  /// Calls `take(const Token&)` for each item, in order, until it returns false. Where an array is
  /// folded, nothing but its kind is told of an item that is no scalar, and nothing behind it.
  template <typename Take>
  void ForEachItem(Items items, Take take);

  std::string_view Raw(const Token& token) const {
    return {begin_ + token.begin, token.end - token.begin};
  }
  /// The text of a kText token or key, with escapes resolved; valid until the next call.
  std::string_view Text(const Token& token);
  /// Appends the JSON text of the value at `index`, without the white space between tokens.
  void AppendMinified(uint32_t index, std::string& out) const;

 private:
  const char* Value(const char* p);
  void Fold(uint32_t array);
  /// The scalar at p, or no more than the kind of what else is there. Returns what is behind it.
  const char* ReadItem(const char* p, Token& item);
  const char* Container(const char* p);
  const char* String(const char* p);
  const char* NumberToken(const char* p);
  const char* Word(const char* p, TokenKind kind, std::string_view word);
  const char* Key(const char* p);
  const char* AfterValue(const char* p);
  const char* Fail(const char* p, const char* reason);
  std::string ErrorPath() const;

  unsigned max_depth_, outer_depth_ = 0;
  const char* begin_ = nullptr;
  const char* end_ = nullptr;
  std::vector<Token> tokens_;
  std::vector<uint32_t> open_;  // tokens of the containers around the place we are at
  std::string unescaped_;
  ParseError error_;
};

template <typename Take>
void Tape::ForEachItem(Items items, Take take) {
  for (uint32_t at = items.first; at < items.end; at = tokens_[at].next) {
    if (!take(tokens_[at])) return;
  }
  if (items.first < items.end) return;
  const char* p = begin_ + tokens_[items.first - 1].begin + 1;
  Token item{};
  for (uint32_t i = 0; i < items.count; ++i) {
    p = ReadItem(p, item);
    if (!take(item) || !p) return;
  }
}

/// Resolves the escapes of a JSON string's inside; the text must have passed the parser.
void Unescape(std::string_view escaped, std::string& out);

}  // namespace roost::shred
