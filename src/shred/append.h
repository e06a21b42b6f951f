// Appends values to columns; the innermost loop of shredding.
//
// All functions expect the right layout; they make room and record rows without a value by
// themselves. AppendText may give the column's dictionary up, which changes
// its layout to kText and nothing of its meaning. Texts are read with 32 readable bytes from their
// start, whatever their length.
#pragma once

#include <cstring>
#include <string_view>

#include "base/simd.h"
#include "shred/column.h"

namespace roost::shred {

/// Marks the rows between the last value and `row` as null.
inline void CoverNulls(Column& column, uint32_t row) {
  uint32_t covered = column.values + column.nulls;
  if (covered == row) [[likely]]
    return;
  column.null_runs.push_back({covered, row - covered});
  column.nulls += row - covered;
}

/// Makes room for value number `place`. Columns grow one by one: a table of 100,000 columns has
/// hardly a value in each.
template <class T>
inline void MakeRoom(Buffer<T>& values, uint32_t place) {
  if (place >= values.capacity()) [[unlikely]]
    values.Reserve(place + size_t{16});
}

inline void AppendWord(Column& column, uint32_t row, uint64_t word) {
  CoverNulls(column, row);
  MakeRoom(column.words, column.values);
  column.words[column.values++] = word;
}

inline void AppendInteger(Column& column, uint32_t row, int64_t value) {
  AppendWord(column, row, static_cast<uint64_t>(value));
}

inline void AppendDouble(Column& column, uint32_t row, double value) {
  AppendWord(column, row, __builtin_bit_cast(uint64_t, value));
}

inline void AppendBool(Column& column, uint32_t row, bool value) {
  CoverNulls(column, row);
  MakeRoom(column.bytes, column.values);
  column.bytes[column.values++] = value;
}

inline void AppendDate(Column& column, uint32_t row, int32_t days) {
  CoverNulls(column, row);
  MakeRoom(column.codes, column.values);
  column.codes[column.values++] = static_cast<uint32_t>(days);
}

/// Appends a text to a kText column, without recording nulls.
inline void PutText(Column& column, const char* text, uint32_t length) {
  Buffer<char>& out = column.text;
  MakeRoom(column.codes, column.values);
  column.codes[column.values++] = static_cast<uint32_t>(out.size());
  if (out.size() + length + 40 > out.capacity()) [[unlikely]]
    out.Reserve(out.size() + length + 4096);
  char* to = out.end();
  std::memcpy(to, &length, 4);
  if (length <= 32) {
    simd::Copy32(to + 4, text);
  } else {
    std::memcpy(to + 4, text, length);
  }
  out.SetSize(out.size() + 4 + length);
}

/// A short text as the dictionary keys it: zero-padded to 32 bytes, with its hash.
struct DictionaryKey {
  simd::Head head;
  uint32_t length;
  uint32_t hash;

  DictionaryKey(const char* text, uint32_t n)
      : head(text, n), length(n), hash(simd::HashHead(head, n)) {}
};

/// The code of a text that the dictionary knows, or -1.
inline int64_t FindCode(const Dictionary& dictionary, const DictionaryKey& key) {
  if (dictionary.mask == 0) return -1;
  for (uint32_t slot = key.hash & dictionary.mask;; slot = (slot + 1) & dictionary.mask) {
    uint64_t word = dictionary.slots[slot];
    if (static_cast<uint32_t>(word >> 32) != key.hash) {
      if (word == ~0ull) return -1;
      continue;
    }
    const Dictionary::Entry& entry = dictionary.entries[static_cast<uint32_t>(word)];
    if (entry.length == key.length && key.head.Equals(entry.head)) {
      return static_cast<uint32_t>(word);
    }
  }
}

/// The code of a new text, or -1 when the dictionary no longer pays: then the column is kText.
int64_t AddCode(Column& column, const DictionaryKey& key);

/// The code of a text that is longer than Dictionary::kShort, new or not; or -1, as AddCode.
int64_t CodeOfLongText(Column& column, const char* text, uint32_t length);

/// Turns a kDictionary column into kText. Its entries stay until ForgetDictionary, because pages
/// written before refer to them.
void GiveUpDictionary(Column& column);
void ForgetDictionary(Column& column);

/// Appends to a kDictionary or kText column.
inline void AppendText(Column& column, uint32_t row, const char* text, uint32_t length) {
  CoverNulls(column, row);
  if (column.layout == Layout::kDictionary) [[likely]] {
    int64_t code;
    if (length <= Dictionary::kShort) [[likely]] {
      DictionaryKey key(text, length);
      code = FindCode(column.dictionary, key);
      if (code < 0) [[unlikely]]
        code = AddCode(column, key);
    } else {
      code = CodeOfLongText(column, text, length);
    }
    if (code >= 0) [[likely]] {
      MakeRoom(column.codes, column.values);
      column.codes[column.values++] = static_cast<uint32_t>(code);
      return;
    }
  }
  PutText(column, text, length);
}

/// Forgets the values of a slab and keeps layout, dictionary and memory.
void ClearValues(Column& column);

/// Takes back all values of rows from `rows` on.
void TruncateRows(Column& column, uint32_t rows);

}  // namespace roost::shred
