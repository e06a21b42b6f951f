// Writes the rows of a chunk as JSON: whole documents, or one line a row.
//
// The columns of each table are flattened into a list of steps once; a row is then one pass over
// it, every step a copy of its key and of a value whose greatest length is known, so that room is
// made once a row. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/buffer.h"
#include "generate/chunk.h"

namespace roost::generate {

/// Texts that are copied by whole vector registers: each is followed by readable bytes.
class PaddedTexts {
 public:
  void Add(std::string_view text);
  void Finish();  // after the last Add
  char* Copy(size_t index, char* out) const {
    const Place& place = places_[index];
    const char* from = bytes_.data() + place.offset;
    __builtin_memcpy(out, from, 32);
    if (place.length > 32) [[unlikely]]
      __builtin_memcpy(out + 32, from + 32, place.length - 32);
    return out + place.length;
  }
  uint32_t longest() const { return longest_; }

 private:
  struct Place {
    uint32_t offset, length;
  };
  std::string bytes_;
  std::vector<Place> places_;
  uint32_t longest_ = 0;
};

class JsonWriter {
 public:
  /// `program` must outlive the writer.
  explicit JsonWriter(const Program& program);

  /// Takes the chunk's values; call it after faults were planted and before the writes below.
  void Begin(Chunk& chunk);
  /// Appends document `d` of the chunk, without a line's end.
  void WriteDocument(size_t d, Buffer<char>& out);
  /// Appends the document's rows of a table, one line each.
  void WriteLines(int table, size_t d, Buffer<char>& out);
  /// Appends the value of a column as it stands in row `i` of the chunk.
  void WriteValue(int table, int column, size_t i, Buffer<char>& out);
  /// Appends {"key": value, ...} of the fields that name a row.
  void WriteKey(int table, size_t i, Buffer<char>& out);

 private:
  struct Step {
    enum class Kind : uint8_t { kValue, kList, kOpen, kClose, kChildren } kind;
    int column;     // or table, of kChildren
    uint32_t next;  // kOpen: the step behind its kClose
  };
  struct TableWriter {
    std::vector<Step> steps;
    PaddedTexts keys;                  // "name": for each column
    std::vector<PaddedTexts> entries;  // of each column; of its origin for kFrom
    size_t row_bytes = 0;              // at most, without children
    std::vector<const Values*> values;
    Chunk::Rows* rows = nullptr;
    std::string name_json;
  };
  void AddSteps(int table, int group);
  void AddEntries(int table);
  void WriteRow(int table, size_t i, Buffer<char>& out);
  void WriteChildren(int table, size_t owner, Buffer<char>& out);
  void WriteRows(int table, size_t begin, size_t end, Buffer<char>& out);
  char* WriteOne(const TableWriter& writer, int table, int column, size_t i, char* out);
  char* WriteList(const TableWriter& writer, int table, int column, size_t i, char* out);
  TableWriter& writer(int table) { return writers_[static_cast<size_t>(table)]; }

  const Program& program_;
  Chunk* chunk_ = nullptr;
  std::vector<TableWriter> writers_;
};

}  // namespace roost::generate
