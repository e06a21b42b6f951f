// Remembers how records are spelled, so that the next one like it is read by comparing bytes.
//
// A record is a walk through a trie of states. A state keeps the literal bytes that may stand
// between two values (white space, punctuation, a key and its colon); one comparison of 32 bytes
// stands for parsing them. What follows is a value, and its class (scalar, object, empty array,
// rows, list, JSON) leads to the next state. The state at the closing brace is the record's shape.
// Literals enter only from records that the strict parser has taken, so a match is valid JSON.
// One table's records share a trie; one thread.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "shred/array_class.h"
#include "shred/table.h"
#include "shred/tape.h"

namespace roost::shred {

struct State;

enum class Step : uint8_t { kMember, kEndObject, kEndRecord };

/// Classes of values that lead to different states.
enum class ValueClass : uint8_t { kScalar, kObject, kEmpty, kRows, kList, kJson };
constexpr size_t kValueClassCount = 6;

/// What stands behind a literal: a member's value, or the end of an object.
struct Key {
  Step step = Step::kMember;
  Node* node = nullptr;                         // kMember
  NodeColumn* predicted = nullptr;              // column of the last scalar here
  std::array<State*, kValueClassCount> next{};  // kEndObject uses the first
  State*& after(ValueClass value_class) { return next[static_cast<size_t>(value_class)]; }
};

struct Literal {
  static constexpr size_t kMaxLength = 96;
  alignas(32) char bytes[kMaxLength];  // zero-padded
  uint32_t mask;                       // of the bytes that count among the first 32
  uint32_t length;
  Key* key;
  Literal* other;  // the next spelling to try
};

struct State {
  Literal* literals = nullptr;  // the one that matched last comes first
  std::vector<Key*> keys;
  uint32_t depth = 1;  // objects open here, the record itself included
  static constexpr uint32_t kNoShape = UINT32_MAX;
  uint32_t shape = kNoShape;  // of a record that ends here
};

class ShapeTrie {
 public:
  /// Learns the record at token 0 of `tape`, which was just written as the last rows of `root` and
  /// its child tables. Does nothing once the trie has its full size.
  void Learn(const Tape& tape, Table& root);
  bool is_full() const { return literals_.size() >= kMaxLiterals; }

 private:
  static constexpr size_t kMaxLiterals = 1 << 17;  // about 30 MB with their states

  bool Record(Table& table, uint32_t index);
  State* Object(State* state, Node& node, uint32_t index);
  State* Member(State* state, Node& child, uint32_t value, const char* from);
  bool Rows(Table& child, uint32_t index);
  Key* KeyOf(State* state, Step step, Node* node);
  /// The key behind the literal [from, to) at `state`; null if it cannot be kept.
  Key* LearnLiteral(State* state, const char* from, const char* to, Step step, Node* node);
  State* Next(Key* key, ValueClass value_class, uint32_t depth);
  uint32_t TakeRow(Table& table);

  const Tape* tape_ = nullptr;
  std::deque<State> states_;
  std::deque<Key> keys_;
  std::deque<Literal> literals_;
  std::vector<std::pair<Table*, uint32_t>> next_rows_;  // of the record being learned
};

}  // namespace roost::shred
