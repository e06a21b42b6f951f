// Writes the rows of chunks into the tables of a store.
//
// One writer belongs to one thread and one stretch of a world, and has a sink of its own. What its
// tables look like is merged with what others' do by MergeSchema, when all are finished.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "generate/row_shapes.h"
#include "generate/table_columns.h"
#include "shred/published.h"
#include "shred/slab.h"

namespace roost::generate {

class TableWriter {
 public:
  static Result<std::unique_ptr<TableWriter>> Make(const Program& program,
                                                   std::unique_ptr<shred::TableSink> sink);

  /// Adds all documents of the chunk.
  Status Add(Chunk& chunk);
  /// Ends what is open and lets the sink go.
  Status Finish();
  /// Adds this writer's tables, columns and shapes to those of `schema`.
  void MergeSchema(shred::FinalSchema* schema) const;

 private:
  struct Table {
    std::string identity;
    std::vector<std::unique_ptr<TableColumn>> columns;
    std::unique_ptr<RowShapes> shapes;
    std::vector<int64_t> ids, parents;
    std::vector<uint32_t> indexes, shape_numbers;
    std::vector<bool> in_group;  // by column: flushed since the row group began
  };
  explicit TableWriter(const Program& program) : program_(program) {}

  void AddRows(int table, Chunk& chunk);
  Status Flush(int table);
  Status EndRowGroup(int table);
  bool IsRoot(int table) const;
  std::string IdentityOf(int table) const;
  shred::FinalTable Describe(int table) const;

  const Program& program_;
  std::unique_ptr<shred::TableSink> sink_;
  std::vector<Table> tables_;
};

/// Makes names unique and puts tables in order, after the last MergeSchema.
void FinishSchema(shred::FinalSchema* schema);

}  // namespace roost::generate
