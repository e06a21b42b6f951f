#include "store/rows_for_tests.h"

#include <arrow/io/file.h>
#include <parquet/arrow/reader.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <numeric>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "store/column_values.h"

namespace roost::store {

using shred::Column;
using shred::Layout;

std::string CellOf(int64_t value) { return std::to_string(value); }
std::string CellOf(double value) {
  char text[40];
  std::snprintf(text, sizeof(text), "%.17g", value);
  return text;
}
std::string CellOf(bool value) { return value ? "true" : "false"; }
std::string CellOfText(std::string_view value) { return "\"" + std::string(value) + "\""; }

void PutEntry(Column& column, std::string_view value) {
  column.layout = Layout::kDictionary;
  ++column.values;
  auto& entries = column.dictionary.entries;
  for (uint32_t code = 0; code < entries.size(); ++code) {
    if (std::string_view(entries[code].head, entries[code].length) != value) continue;
    column.codes.Push(code);
    return;
  }
  shred::Dictionary::Entry entry = {};
  std::memcpy(entry.head, value.data(), value.size());
  entry.length = static_cast<uint32_t>(value.size());
  column.codes.Push(static_cast<uint32_t>(entries.size()));
  entries.Push(entry);
}

MadeTable::MadeTable(shred::TableSink& sink, uint32_t number, std::string identity, bool is_root)
    : sink_(sink), number_(number), identity_(std::move(identity)), is_root_(is_root) {}

Column& MadeTable::ColumnOf(const shred::ColumnId& id) {
  for (Held& held : columns_)
    if (*held.id == id) return CatchUp(held.column, row());
  columns_.push_back({std::make_unique<shred::ColumnId>(id), {}, false});
  columns_.back().column.slot = id.slot;
  return CatchUp(columns_.back().column, row());
}

// Tells the nulls of the rows before `row` that were not told yet.
Column& MadeTable::CatchUp(Column& column, uint32_t row) {
  while (column.values + column.nulls < row) AddNull(column, column.values + column.nulls);
  return column;
}

void MadeTable::EndRow(int64_t id, int64_t parent, uint32_t index, uint64_t shape) {
  auto same = [shape](const shred::SlabShape& other) { return other.hash == shape; };
  auto found = std::find_if(all_shapes_.begin(), all_shapes_.end(), same);
  shapes_.push_back(static_cast<uint32_t>(found - all_shapes_.begin()));
  if (found == all_shapes_.end()) all_shapes_.push_back({shape});
  for (Held& held : columns_) {
    // Nulls behind the last value need not be told; half of the columns tell them.
    if (held.id->path.size() % 2 == 0) CatchUp(held.column, row() + 1);
  }
  ids_.push_back(id);
  parents_.push_back(parent);
  indexes_.push_back(index);
}

Status MadeTable::Flush() {
  if (ids_.empty()) return Status::OK();
  std::vector<shred::SlabColumn> columns;
  for (uint32_t token = 0; token < columns_.size(); ++token) {
    Held& held = columns_[token];
    if (held.column.values == 0) continue;
    held.in_group = true;
    columns.push_back({token, held.id.get(), &held.column});
  }
  shred::Slab slab{number_,
                   &identity_,
                   row(),
                   ids_.data(),
                   is_root_ ? nullptr : parents_.data(),
                   is_root_ ? nullptr : indexes_.data(),
                   shapes_.data(),
                   all_shapes_,
                   columns};
  ROOST_TRY(sink_.Flush(slab));
  for (Held& held : columns_) ClearValues(held.column);
  ids_.clear();
  parents_.clear();
  indexes_.clear();
  shapes_.clear();
  return sink_.RowGroupIsFull(number_) ? EndRowGroup() : Status::OK();
}

Status MadeTable::EndRowGroup() {
  ROOST_TRY(Flush());
  std::vector<shred::SlabColumn> columns;
  for (uint32_t token = 0; token < columns_.size(); ++token)
    if (columns_[token].in_group)
      columns.push_back({token, columns_[token].id.get(), &columns_[token].column});
  ROOST_TRY(sink_.EndRowGroup(number_, columns));
  for (Held& held : columns_) {
    held.in_group = false;
    held.column.dictionary.entries.Clear();
    if (held.column.element) held.column.element->dictionary.entries.Clear();
  }
  return Status::OK();
}

namespace {

Cell Render(const arrow::Array& array, int64_t i) {
  if (array.IsNull(i)) return std::nullopt;
  switch (array.type_id()) {
    case arrow::Type::INT64:
      return CellOf(static_cast<const arrow::Int64Array&>(array).Value(i));
    case arrow::Type::TIMESTAMP:
      return CellOf(static_cast<const arrow::TimestampArray&>(array).Value(i));
    case arrow::Type::DATE32:
      return CellOf(int64_t{static_cast<const arrow::Date32Array&>(array).Value(i)});
    case arrow::Type::DOUBLE:
      return CellOf(static_cast<const arrow::DoubleArray&>(array).Value(i));
    case arrow::Type::BOOL:
      return CellOf(static_cast<const arrow::BooleanArray&>(array).Value(i));
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      return CellOfText(static_cast<const arrow::BinaryArray&>(array).GetView(i));
    case arrow::Type::DECIMAL128:
      return static_cast<const arrow::Decimal128Array&>(array).FormatValue(i);
    case arrow::Type::LIST: {
      auto items = static_cast<const arrow::ListArray&>(array).value_slice(i);
      std::string text = "[";
      for (int64_t item = 0; item < items->length(); ++item)
        text += (item > 0 ? "," : "") + Render(*items, item).value_or("null");
      return text + "]";
    }
    default:
      return "unknown type " + array.type()->ToString();
  }
}

}  // namespace

Result<ReadTable> ReadFolder(const std::string& folder) {
  ReadTable read;
  ROOST_ASSIGN(auto names, disk::ListFolder(folder));
  for (const std::string& name : names) {
    ROOST_ASSIGN(auto file, arrow::io::ReadableFile::Open(folder + "/" + name));
    ROOST_ASSIGN(auto reader, parquet::arrow::OpenFile(file, arrow::default_memory_pool()));
    std::shared_ptr<arrow::Table> table;
    ROOST_ASSIGN(table, reader->ReadTable());
    ROOST_TRY(table->ValidateFull());
    read.names = table->ColumnNames();
    read.rows += static_cast<uint64_t>(table->num_rows());
    for (const auto& field : table->schema()->fields()) {
      read.types[field->name()] = field->type();
      auto& cells = read.cells[field->name()];
      for (const auto& chunk : table->GetColumnByName(field->name())->chunks())
        for (int64_t i = 0; i < chunk->length(); ++i) cells.push_back(Render(*chunk, i));
    }
  }
  return read;
}

ReadTable SortedById(ReadTable read) {
  const std::vector<Cell>& ids = read.cells["_roost_id"];
  std::vector<size_t> order(ids.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return std::stoll(*ids[a]) < std::stoll(*ids[b]); });
  std::map<std::string, std::vector<Cell>> sorted;
  for (auto& [name, cells] : read.cells)
    for (size_t row : order) sorted[name].push_back(cells[row]);
  read.cells = std::move(sorted);
  return read;
}

shred::FinalColumn FinalColumnOf(std::string name, shred::FinalType type,
                                 std::vector<shred::ColumnSource> sources) {
  shred::FinalColumn column;
  column.name = name;
  column.path = "/" + name.substr(0, name.find("__"));
  column.json_path = "$." + name;
  column.type = type;
  column.sources = std::move(sources);
  return column;
}

shred::FinalTable FinalRoot(std::string name, std::vector<shred::FinalColumn> columns) {
  shred::FinalTable table;
  table.identity = table.name = std::move(name);
  table.json_path = "$";
  table.columns = std::move(columns);
  return table;
}

OutputPlaces PlacesIn(const std::string& folder) {
  auto counts = std::make_shared<std::map<std::string, int>>();
  auto mutex = std::make_shared<std::mutex>();
  auto new_file = [=](const std::string& below, const char* pattern) -> Result<std::string> {
    std::lock_guard lock(*mutex);
    ROOST_TRY(disk::MakeFolders(folder, folder + "/" + below));
    char name[32];
    std::snprintf(name, sizeof name, pattern, (*counts)[below]++);
    return folder + "/" + below + "/" + name;
  };
  OutputPlaces places;
  places.scratch = folder + "/scratch";
  std::filesystem::create_directories(places.scratch);
  places.new_part = [=](const std::string& table) { return new_file(table, "part-%05d.parquet"); };
  places.new_sketches = [=](const std::string& table, const std::string&) {
    return new_file("sketches-" + table, "%d.sketches");
  };
  places.new_raw_file = [=] { return new_file("raw", "%d.bin"); };
  return places;
}

OneTable::OneTable(OutputOptions options) {
  options.places = PlacesIn(temporary_.path());
  output_ = Output::Create(options).ValueOrDie();
  sink_ = output_->NewSink();
  table_ = std::make_unique<MadeTable>(*sink_, 0, "t", true);
}

Result<ReadTable> OneTable::Finish(std::vector<shred::FinalColumn> columns) {
  ROOST_TRY(table_->EndRowGroup());
  table_.reset();
  sink_.reset();
  ROOST_ASSIGN(auto published, output_->Publish({{FinalRoot("t", std::move(columns))}}, 1));
  published_ = published.at(0);
  output_->Keep();
  return ReadFolder(folder());
}

}  // namespace roost::store
