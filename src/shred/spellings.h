// Remembers how records are spelled, so that the next one like it is read by comparing bytes.
//
// Between two values stands a literal: white space, punctuation, a key and its colon. What literals
// can follow depends on the object alone in which one stands, and on whether a value came before (a
// Place); which one it is, is what followed last time, or is found by hashing the key. So the
// memory is a few literals for each key, whatever order, gaps and mixture the keys come in (a trie
// of whole records, tried before, fell out of the cache at 5,000 shapes and never learned shuffled
// ones). What kind of record a walk has read is the row of codes it collected (coded_shapes.h).
//
// Literals enter only from records that the strict parser has taken, and each knows what may stand
// before it, so what matches is valid JSON. Duplicate keys do match; the walker looks for them. One
// Shredder's, so one thread's.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "shred/table.h"
#include "shred/tape.h"

namespace roost::shred {

struct Key;
class Place;
struct ObjectPlaces;

enum class Step : uint8_t { kMember, kEndObject, kEndRecord };

struct Literal {
  static constexpr size_t kMaxLength = 96;
  alignas(32) char bytes[kMaxLength];  // zero-padded
  uint32_t mask;                       // of the bytes that count among the first 32
  uint32_t length;
  Step step;
  uint32_t depth;  // objects open where it stands, the record included
  Key* key;        // kMember
  Place* after;    // where a walk stands behind it and a value that is no object; not of kEndRecord
  Literal* expected = nullptr;  // what followed last there
  Literal* inside = nullptr;    // what followed last behind the brace of an object
  Literal* other;               // with the same hash
};

/// A member of an object.
struct Key {
  Node* node;
  uint32_t code;                    // coded_shapes.h
  NodeColumn* predicted = nullptr;  // column of the last scalar here
  ObjectPlaces* object = nullptr;   // its members, where it was seen to be an object
  uint64_t row_serial = 0;          // of the last row that had this key
  Treatment treatment = Treatment::kUsual;
};

/// Where a walk can stand: behind the brace of an object, or behind a value in it.
class Place {
 public:
  Literal* expected = nullptr;  // behind the brace of a record: the literal that was there last

  /// The literal that stands at p; null if none is known. Reads 32 bytes or the literal's length.
  Literal* Find(const char* p) const;
  void Add(Literal* literal);

 private:
  std::vector<Literal*> slots_;  // by hash of the text up to the end of the key
  size_t count_ = 0;             // in slots_
  Literal* others_ = nullptr;    // ends of objects, and keys that are too long to hash
};

struct ObjectPlaces {
  Place opening, following;
  uint32_t depth;  // objects open inside, the record included
};

class Spellings {
 public:
  /// Learns the record at token 0 of `tape`, which was just written to `root` and its child tables.
  void Learn(Tape& tape, Table& root);
  bool is_full() const { return literals_.size() >= kMaxLiterals; }
  /// `"key":`, by number of the key (coded_shapes.h).
  const std::vector<std::string>& quoted_keys() const { return quoted_keys_; }

 private:
  static constexpr size_t kMaxLiterals = 1 << 15;  // 6 MB

  bool Record(Table& table, uint32_t index);
  bool Rows(Table& child, uint32_t index);
  bool Object(ObjectPlaces& object, Node& node, uint32_t index, Place* behind);
  bool Member(ObjectPlaces& object, Place& place, Node& child, uint32_t value, const char* from);
  bool LearnLiteral(Place& place, const char* from, const char* to, const Literal& model);
  ObjectPlaces* NewObject(uint32_t depth);
  Key* KeyOf(Node& node);

  Tape* tape_ = nullptr;
  std::deque<ObjectPlaces> objects_;
  std::deque<Key> keys_;
  std::vector<std::string> quoted_keys_;
  std::deque<Literal> literals_;
};

}  // namespace roost::shred
