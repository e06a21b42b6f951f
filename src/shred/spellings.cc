#include "shred/spellings.h"

#include <cstring>

#include "base/simd.h"
#include "shred/array_class.h"
#include "shred/coded_shapes.h"
#include "shred/path.h"

namespace roost::shred {
namespace {

/// First byte of a value: texts have their quote before `begin`.
uint32_t FirstByte(const Token& token) { return token.begin - (token.kind == TokenKind::kText); }
uint32_t BehindLastByte(const Token& token) { return token.end + (token.kind == TokenKind::kText); }

/// A value never begins with white space, so of two literals that differ in how much of it they end
/// with only one stands at p.
bool StandsAt(const Literal& literal, const char* p) {
  if (simd::Different(p, literal.bytes) & literal.mask) return false;
  if (literal.length > 32 && std::memcmp(p + 32, literal.bytes + 32, literal.length - 32) != 0) {
    return false;
  }
  return literal.step != Step::kMember || static_cast<unsigned char>(p[literal.length]) > ' ';
}

/// True where a hint keeps objects from being read member by member.
bool IsOpaque(const Node& node) {
  return node.treatment() == Treatment::kJson || node.treatment() == Treatment::kList;
}

/// Hash of what stands at p up to the second quote, if that comes within 32 bytes.
inline bool HashKey(const char* p, uint32_t& hash) {
  uint32_t quotes = simd::Quotes(p);
  quotes &= quotes - 1;
  if (quotes == 0) return false;
  uint32_t length = static_cast<uint32_t>(__builtin_ctz(quotes)) + 1;
  hash = simd::HashHead(simd::Head(p, length), length);
  return true;
}

}  // namespace

Literal* Place::Find(const char* p) const {
  uint32_t hash;
  if (*p != '}' && !slots_.empty() && HashKey(p, hash)) {
    for (Literal* literal = slots_[hash & (slots_.size() - 1)]; literal; literal = literal->other) {
      if (StandsAt(*literal, p)) return literal;
    }
  }
  for (Literal* literal = others_; literal; literal = literal->other) {
    if (StandsAt(*literal, p)) return literal;
  }
  return nullptr;
}

void Place::Add(Literal* literal) {
  uint32_t hash;
  if (literal->step != Step::kMember || !HashKey(literal->bytes, hash)) {
    literal->other = others_;
    others_ = literal;
    return;
  }
  if (++count_ > slots_.size()) {
    std::vector<Literal*> old(slots_.empty() ? 8 : slots_.size() * 2, nullptr);
    old.swap(slots_);
    count_ = 1;
    for (Literal* first : old) {
      for (Literal* next; first; first = next) next = first->other, Add(first);
    }
  }
  Literal*& slot = slots_[hash & (slots_.size() - 1)];
  literal->other = slot;
  slot = literal;
}

void Spellings::Learn(Tape& tape, Table& root) {
  if (is_full() || tape.tokens()[0].kind != TokenKind::kObject) return;
  tape_ = &tape;
  Record(root, 0);
}

/// False when something cannot be learned: the walker will not get past it, so what follows in the
/// document is of no use either.
bool Spellings::Record(Table& table, uint32_t index) {
  const Token& token = tape_->tokens()[index];
  if (token.kind == TokenKind::kArray || table.root.is_map || IsOpaque(table.root)) return false;
  if (token.kind != TokenKind::kObject) return true;
  if (!table.places) table.places = NewObject(1);
  return Object(*table.places, table.root, index, nullptr);
}

bool Spellings::Rows(Table& child, uint32_t index) {
  const auto& tokens = tape_->tokens();
  for (uint32_t at = index + 1; at < tokens[index].next; at = tokens[at].next) {
    if (!Record(child, at)) return false;
  }
  return true;
}

/// Goes through an object's members; `behind` it is where its end leads, null for a record.
bool Spellings::Object(ObjectPlaces& object, Node& node, uint32_t index, Place* behind) {
  const auto& tokens = tape_->tokens();
  const char* from = tape_->base() + tokens[index].begin + 1;
  Place* at = &object.opening;
  size_t count = 0;
  std::string text;
  for (uint32_t key = index + 1; key < tokens[index].next; key = tokens[key + 1].next) {
    std::string_view raw = tape_->Raw(tokens[key]);
    if (tokens[key].escaped) Unescape(raw, text), raw = text;
    Node* child = node.Find(raw, count++);
    if (!child || !Member(object, *at, *child, key + 1, from)) return false;
    from = tape_->base() + BehindLastByte(tokens[key + 1]);
    at = &object.following;
  }
  Literal end{};
  end.step = behind ? Step::kEndObject : Step::kEndRecord;
  end.after = behind;
  return LearnLiteral(*at, from, tape_->base() + tokens[index].end, end);
}

bool Spellings::Member(ObjectPlaces& object, Place& place, Node& child, uint32_t value,
                       const char* from) {
  const Token& token = tape_->tokens()[value];
  if (child.is_overflow || (child.is_map && token.kind == TokenKind::kObject)) return false;
  Literal literal{};
  literal.step = Step::kMember;
  literal.depth = object.depth;
  literal.key = KeyOf(child);
  literal.after = &object.following;
  if (!LearnLiteral(place, from, tape_->base() + FirstByte(token), literal)) return false;
  bool is_array = token.kind == TokenKind::kArray;
  if (child.treatment() == Treatment::kJson || (IsOpaque(child) && !is_array)) return true;
  if (token.kind == TokenKind::kObject) {
    ObjectPlaces*& below = literal.key->object;
    if (!below) below = NewObject(object.depth + 1);
    return Object(*below, child, value, &object.following);
  }
  bool is_table = token.kind == TokenKind::kArray &&
                  ClassifyArray(*tape_, value).array_class == ArrayClass::kTable;
  return !is_table || Rows(*child.array_rows, value);
}

/// Adds the literal [from, to), which is like `model`, unless it is known; false if it cannot be.
bool Spellings::LearnLiteral(Place& place, const char* from, const char* to, const Literal& model) {
  if (place.Find(from)) return true;
  auto length = static_cast<size_t>(to - from);
  if (length > Literal::kMaxLength || is_full()) return false;
  Literal& literal = literals_.emplace_back(model);
  std::memcpy(literal.bytes, from, length);
  literal.length = static_cast<uint32_t>(length);
  literal.mask = length >= 32 ? ~0u : (1u << length) - 1;
  place.Add(&literal);
  return true;
}

ObjectPlaces* Spellings::NewObject(uint32_t depth) {
  ObjectPlaces& object = objects_.emplace_back();
  object.depth = depth;
  return &object;
}

Key* Spellings::KeyOf(Node& node) {
  if (!node.spelled) {
    auto number = static_cast<uint32_t>(keys_.size());
    node.spelled = &keys_.emplace_back(Key{&node, CodeOf(number, 's')});
    node.spelled->treatment = node.treatment();
    std::string quoted;
    AppendQuoted(quoted, node.key);
    quoted_keys_.push_back(quoted + ':');
  }
  return node.spelled;
}

}  // namespace roost::shred
