// Writes records back as the JSON values that they were.
//
// A record is written by the program of its shape: literals, values from its row, and for arrays
// and maps the rows of child tables, by the same way. Since rows stand in document order, every
// table is read once from front to back, and no row is held longer than it takes to write it;
// a document may be larger than memory. What does not fit together (a row without a parent, a
// parent without rows, a shape that nobody knows) is an error that names table and row.
//
// A writer works on one range of file numbers and belongs to one thread; several may share sources.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/status.h"
#include "export/output_file.h"
#include "export/shape_program.h"
#include "export/table_rows.h"

namespace roost::exporting {

class RecordWriter {
 public:
  /// `sources` (one for each table) must outlive the writer.
  static Result<std::unique_ptr<RecordWriter>> Open(const std::vector<TableSource>& sources,
                                                    KeyRange range);

  /// True if root table `identity` has another record whose id is below `end`.
  bool HasRecord(std::string_view identity, int64_t end) const;
  /// Appends that record.
  Status Write(std::string_view identity, OutputFile& out);

  /// Invalid if a table has rows left in the range: they belong to no record.
  Status Finish() const;

 private:
  struct Table;

  /// A step with what it needs of its table.
  struct BoundStep {
    StepKind kind;
    bool is_only_item;
    uint32_t literal_end;
    bool may_overflow = false;      // the path has no column, the table an overflow table
    std::vector<uint32_t> columns;  // those of its path that can hold such a value
    Table* child = nullptr;         // kTable, kMap
    std::string path;
  };
  struct Program {
    std::string literals;
    std::vector<BoundStep> steps;
    bool has_extra = false, has_overflow = false;
  };
  /// What a record has beside its own row.
  struct Beside {
    std::unordered_map<std::string, std::string> overflow;  // path -> JSON
    size_t overflow_used = 0;
    std::vector<std::string_view> extra;
    size_t extra_used = 0;
  };
  struct Table {
    const TableSource* source;
    std::unique_ptr<TableRows> rows;
    std::unordered_map<std::string, std::vector<uint32_t>> columns_of;  // by path
    int key_column = -1, layout_column = -1, extra_column = -1;
    Table* overflow = nullptr;
    std::unordered_map<int64_t, Program> programs;     // by shape hash
    std::unordered_map<std::string, Program> spelled;  // by shape text
    size_t spelled_bytes = 0;
  };

  RecordWriter() = default;
  Status AddTable(const TableSource& source, KeyRange range);
  void LinkOverflow();
  Table* Find(std::string_view identity) const;
  Table* FindChild(const Table& table, const std::string& path, std::string_view brackets) const;

  Result<const Program*> ProgramOf(Table& table, const RowRun& row);
  Result<const Program*> SpelledProgram(Table& table, std::string_view shape);
  Result<Program> Bind(Table& table, std::string_view shape);
  Status BindStep(Table& table, BoundStep& step);

  Status WriteRecord(Table& table, OutputFile& out);
  Status WriteStep(const Table& table, const RowRun& row, const BoundStep& step, Beside& beside,
                   OutputFile& out);
  Status WriteValue(const RowRun& row, const BoundStep& step, Beside& beside, std::string& out);
  Status WriteChildren(const Table& parent, int64_t parent_id, const BoundStep& step,
                       OutputFile& out);
  Status ReadBeside(Table& table, const RowRun& row, const Program& program, Beside& beside);
  Status ReadOverflow(Table& overflow, int64_t parent_id, Beside& beside);

  std::unordered_map<std::string, std::unique_ptr<Table>> tables_;  // by identity
};

}  // namespace roost::exporting
