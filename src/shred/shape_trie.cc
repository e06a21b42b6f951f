#include "shred/shape_trie.h"

#include <cstring>

#include "base/simd.h"

namespace roost::shred {
namespace {

/// First byte of a value: texts have their quote before `begin`.
uint32_t FirstByte(const Token& token) { return token.begin - (token.kind == TokenKind::kText); }
uint32_t BehindLastByte(const Token& token) { return token.end + (token.kind == TokenKind::kText); }

bool Matches(const Literal& literal, const char* from, size_t length) {
  return literal.length == length && std::memcmp(literal.bytes, from, length) == 0;
}

ValueClass ClassOf(ArrayClass array_class) {
  switch (array_class) {
    case ArrayClass::kEmpty:
      return ValueClass::kEmpty;
    case ArrayClass::kTable:
      return ValueClass::kRows;
    case ArrayClass::kList:
      return ValueClass::kList;
    default:
      return ValueClass::kJson;
  }
}

}  // namespace

void ShapeTrie::Learn(const Tape& tape, Table& root) {
  if (is_full() || tape.tokens()[0].kind != TokenKind::kObject) return;
  tape_ = &tape;
  next_rows_.clear();
  Record(root, 0);
}

/// Rows of a record lie in each table in the order in which its tokens come.
uint32_t ShapeTrie::TakeRow(Table& table) {
  for (auto& [known, next] : next_rows_) {
    if (known == &table) return next++;
  }
  next_rows_.emplace_back(&table, table.mark_rows + 1);
  return table.mark_rows;
}

/// False when something cannot be learned: the walker will not get past it, so what follows in the
/// document is of no use either.
bool ShapeTrie::Record(Table& table, uint32_t index) {
  uint32_t row = TakeRow(table);
  const Token& token = tape_->tokens()[index];
  if (token.kind == TokenKind::kArray || table.root.is_map) return false;
  if (token.kind != TokenKind::kObject) return true;
  if (!table.start) table.start = &states_.emplace_back();
  State* end = Object(table.start, table.root, index);
  if (!end) return false;
  if (table.shape[row] < table.shapes.size()) end->shape = table.shape[row];
  return true;
}

bool ShapeTrie::Rows(Table& child, uint32_t index) {
  const auto& tokens = tape_->tokens();
  for (uint32_t at = index + 1; at < tokens[index].next; at = tokens[at].next) {
    if (!Record(child, at)) return false;
  }
  return true;
}

/// Goes through an object's members; returns the state behind its closing brace, or null.
State* ShapeTrie::Object(State* state, Node& node, uint32_t index) {
  const auto& tokens = tape_->tokens();
  const char* from = tape_->base() + tokens[index].begin + 1;
  size_t place = 0;
  std::string text;
  for (uint32_t key = index + 1; state && key < tokens[index].next; key = tokens[key + 1].next) {
    std::string_view raw = tape_->Raw(tokens[key]);
    if (tokens[key].escaped) Unescape(raw, text), raw = text;
    Node* child = node.Find(raw, place++);
    state = child ? Member(state, *child, key + 1, from) : nullptr;
    from = tape_->base() + BehindLastByte(tokens[key + 1]);
  }
  if (!state) return nullptr;
  Step step = node.parent ? Step::kEndObject : Step::kEndRecord;
  Key* key = LearnLiteral(state, from, tape_->base() + tokens[index].end, step, nullptr);
  return key ? Next(key, ValueClass::kScalar, state->depth - 1) : nullptr;
}

State* ShapeTrie::Member(State* state, Node& child, uint32_t value, const char* from) {
  const Token& token = tape_->tokens()[value];
  if (child.is_overflow || (child.is_map && token.kind == TokenKind::kObject)) return nullptr;
  const char* to = tape_->base() + FirstByte(token);
  Key* key = LearnLiteral(state, from, to, Step::kMember, &child);
  if (!key) return nullptr;
  if (token.kind == TokenKind::kObject) {
    return Object(Next(key, ValueClass::kObject, state->depth + 1), child, value);
  }
  if (token.kind != TokenKind::kArray) return Next(key, ValueClass::kScalar, state->depth);
  ArrayClass array_class = ClassifyArray(*tape_, value).array_class;
  if (array_class == ArrayClass::kTable && !Rows(*child.array_rows, value)) return nullptr;
  return Next(key, ClassOf(array_class), state->depth);
}

Key* ShapeTrie::KeyOf(State* state, Step step, Node* node) {
  for (Key* key : state->keys) {
    if (key->step == step && key->node == node) return key;
  }
  Key* key = &keys_.emplace_back();
  key->step = step;
  key->node = node;
  state->keys.push_back(key);
  return key;
}

Key* ShapeTrie::LearnLiteral(State* state, const char* from, const char* to, Step step,
                             Node* node) {
  auto length = static_cast<size_t>(to - from);
  for (Literal* literal = state->literals; literal; literal = literal->other) {
    if (Matches(*literal, from, length)) return literal->key;
  }
  if (length > Literal::kMaxLength || is_full()) return nullptr;
  Literal* literal = &literals_.emplace_back();
  std::memset(literal->bytes, 0, sizeof literal->bytes);
  std::memcpy(literal->bytes, from, length);
  literal->length = static_cast<uint32_t>(length);
  literal->mask = length >= 32 ? ~0u : (1u << length) - 1;
  literal->key = KeyOf(state, step, node);
  literal->other = state->literals;
  state->literals = literal;
  return literal->key;
}

State* ShapeTrie::Next(Key* key, ValueClass value_class, uint32_t depth) {
  State*& next = key->after(value_class);
  if (!next) {
    next = &states_.emplace_back();
    next->depth = depth;
  }
  return next;
}

}  // namespace roost::shred
