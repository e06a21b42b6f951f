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

class JsonWriter {
 public:
  /// `program` must outlive the writer.
  explicit JsonWriter(const Program& program);

  /// Takes the chunk's values; call it before the writes below, and again when values have changed.
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
  struct View {
    const int64_t* numbers = nullptr;
    const Presence* presence = nullptr;  // null: all are values
  };
  struct TableWriter {
    std::vector<Step> steps;
    std::vector<PaddedText> keys;                  // "name": for each column
    std::vector<std::vector<PaddedText>> entries;  // of each column; of its origin for kFrom
    std::vector<View> views;                       // what is needed of `values` for each value
    size_t row_bytes = 0;                          // at most, without children
    std::vector<const Values*> values;
    Chunk::Rows* rows = nullptr;
    std::string name_json;
  };
  void AddSteps(int table, int group);
  void AddEntries(int table);
  void TakeValues(TableWriter& writer, int column);
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
