// Stands in for a shredder in the store's tests: takes rows of plain values, hands out slabs, and
// remembers what should be read back; and reads tables back with Arrow's own reader.
#pragma once

#include <arrow/api.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/test_folder.h"
#include "shred/published.h"
#include "shred/slab.h"
#include "store/output.h"

namespace roost::store {

/// A value as text, the way both sides of a comparison spell it: 5, 0.5, true, "a", [1,null].
using Cell = std::optional<std::string>;

std::string CellOf(int64_t value);
std::string CellOf(double value);
std::string CellOf(bool value);
std::string CellOfText(std::string_view value);

/// Gives the text a code, making an entry if need be.
void PutEntry(shred::Column& column, std::string_view value);
/// The rows of one table of one shredder.
class MadeTable {
 public:
  MadeTable(shred::TableSink& sink, uint32_t number, std::string identity, bool is_root);

  /// The column with this id, made if need be.
  shred::Column& ColumnOf(const shred::ColumnId& id);
  /// Row of the slab that is being filled.
  uint32_t row() const { return static_cast<uint32_t>(ids_.size()); }
  void EndRow(int64_t id, int64_t parent, uint32_t index, uint64_t shape);
  Status Flush();
  Status EndRowGroup();

 private:
  struct Held {
    std::unique_ptr<shred::ColumnId> id;
    shred::Column column;
    bool in_group = false;
  };
  static shred::Column& CatchUp(shred::Column& column, uint32_t row);

  shred::TableSink& sink_;
  uint32_t number_;
  std::string identity_;
  bool is_root_;
  std::vector<Held> columns_;
  std::vector<int64_t> ids_, parents_;
  std::vector<uint32_t> indexes_, shapes_;
  std::vector<shred::SlabShape> all_shapes_;
};

/// Cells of a published table: column name -> cells, in the order of its parts.
struct ReadTable {
  std::vector<std::string> names;
  std::map<std::string, std::vector<Cell>> cells;
  std::map<std::string, std::shared_ptr<arrow::DataType>> types;
  uint64_t rows = 0;
};
Result<ReadTable> ReadFolder(const std::string& folder);

/// `read` with its rows in the order of their ids.
ReadTable SortedById(ReadTable read);

/// A column of the user's that is made of one slot.
shred::FinalColumn FinalColumnOf(std::string name, shred::FinalType type,
                                 std::vector<shred::ColumnSource> sources);
/// A root table named and identified `name`.
shred::FinalTable FinalRoot(std::string name, std::vector<shred::FinalColumn> columns);

/// Places below `folder`: <table>/part-00000.parquet, ..., raw/0.bin, ... and scratch.
OutputPlaces PlacesIn(const std::string& folder);

/// An output with one root table `t`, written by one sink.
class OneTable {
 public:
  explicit OneTable(OutputOptions options = {});

  MadeTable& table() { return *table_; }
  /// Ends a row with the next id. `index` is what a child's would be.
  void EndRow() { table_->EndRow(next_id_++, 0, 0, 7); }
  /// Publishes and reads the table back.
  Result<ReadTable> Finish(std::vector<shred::FinalColumn> columns);

  std::string folder() const { return temporary_.path() + "/t"; }
  const PublishedTable& published() const { return published_; }

 private:
  TestFolder temporary_;
  std::unique_ptr<Output> output_;
  std::unique_ptr<shred::TableSink> sink_;
  std::unique_ptr<MadeTable> table_;
  PublishedTable published_;
  int64_t next_id_ = 0;
};

}  // namespace roost::store
