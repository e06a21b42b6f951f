#include "describe/input_files.h"

#include <arrow/api.h>

#include <algorithm>
#include <unordered_map>

#include "export/ledger_reader.h"
#include "export/part.h"
#include "store/table_facts.h"

namespace roost::describe {

namespace {

using exporting::LedgerFile;
using exporting::Part;
using relate::Column;
using relate::Crew;
using relate::Database;
using relate::Table;

constexpr int kRowBits = 24;
constexpr int64_t kNoId = -1;

struct Group {
  const Part* part;
  int number;
  Part::Range ids;
};

enum class End { kFirst, kLast };

/// Finds the least or the greatest id of the rows in which a column has a value, for all columns of
/// a table.
class EndFinder {
 public:
  EndFinder(const Database& database, const Table& table, End end, const Crew& crew)
      : database_(database), table_(table), end_(end), crew_(crew) {}

  /// By the table's columns; kNoId where all rows are null.
  Result<std::vector<int64_t>> Run(std::vector<Group> groups) {
    found_.assign(table_.columns.size(), kNoId);
    std::sort(groups.begin(), groups.end(), [&](const Group& a, const Group& b) {
      return end_ == End::kFirst ? a.ids.min < b.ids.min : a.ids.max > b.ids.max;
    });
    for (const Group& group : groups) {
      ROOST_TRY(crew_.CheckStop());
      ROOST_ASSIGN(bool more, TakeGroup(group));
      if (!more) break;
    }
    return std::move(found_);
  }

 private:
  int64_t EdgeOf(const Group& group) const {
    return end_ == End::kFirst ? group.ids.min : group.ids.max;
  }
  bool IsBetter(int64_t id, int64_t than) const {
    return than == kNoId || (end_ == End::kFirst ? id < than : id > than);
  }

  /// False if no column can find a better id in this group or those behind it.
  Result<bool> TakeGroup(const Group& group) {
    std::vector<size_t> mixed;
    bool has_open = false;
    for (size_t i = 0; i < found_.size(); ++i) {
      if (!IsBetter(EdgeOf(group), found_[i])) continue;
      has_open = true;
      const std::string& name = database_.ColumnAt(table_.columns[i]).name;
      auto nulls = group.part->NullsOf(group.number, name);
      if (nulls && *nulls == group.part->RowGroupRows(group.number)) continue;
      if (nulls && *nulls == 0) {
        found_[i] = EdgeOf(group);
      } else {
        mixed.push_back(i);
      }
    }
    if (!mixed.empty()) ROOST_TRY(ReadGroup(group, mixed));
    return has_open;
  }

  Status ReadGroup(const Group& group, const std::vector<size_t>& mixed) {
    std::vector<std::string> names = {table_.id_name};
    for (size_t i : mixed) names.push_back(database_.ColumnAt(table_.columns[i]).name);
    ROOST_ASSIGN(auto reader, group.part->ReadRows(group.number, names));
    std::shared_ptr<arrow::RecordBatch> batch;
    while (true) {
      ROOST_TRY(crew_.CheckStop());
      ROOST_TRY(reader->ReadNext(&batch));
      if (!batch) return Status::OK();
      auto ids =
          std::dynamic_pointer_cast<arrow::Int64Array>(batch->GetColumnByName(table_.id_name));
      if (!ids) return Status::OK();
      for (size_t i : mixed) {
        auto values = batch->GetColumnByName(database_.ColumnAt(table_.columns[i]).name);
        if (values) TakeRows(*ids, *values, found_[i]);
      }
    }
  }

  void TakeRows(const arrow::Int64Array& ids, const arrow::Array& values, int64_t& found) const {
    for (int64_t row = 0; row < ids.length(); ++row) {
      if (values.IsValid(row) && IsBetter(ids.Value(row), found)) found = ids.Value(row);
    }
  }

  const Database& database_;
  const Table& table_;
  End end_;
  const Crew& crew_;
  std::vector<int64_t> found_;
};

/// Row groups with the range of their ids; rows of another tool have none and are left out.
std::vector<Group> GroupsOf(const Table& table) {
  std::vector<Group> groups;
  for (const auto& part : table.parts) {
    for (int group = 0; group < part->row_groups(); ++group) {
      if (auto ids = part->RangeOf(group, table.id_name)) {
        groups.push_back({part.get(), group, *ids});
      }
    }
  }
  return groups;
}

class Files {
 public:
  explicit Files(std::vector<LedgerFile> files) : files_(std::move(files)) {}

  /// The path of the file that a row is from.
  std::string Of(int64_t id) const {
    if (id == kNoId) return "";
    int64_t number = id >> kRowBits;
    auto behind = std::upper_bound(
        files_.begin(), files_.end(), number,
        [](int64_t wanted, const LedgerFile& file) { return wanted < file.first_number; });
    if (behind == files_.begin()) return "";
    const LedgerFile& file = *std::prev(behind);
    return number - file.first_number < file.numbers ? file.path : "";
  }

 private:
  std::vector<LedgerFile> files_;  // by first number
};

/// Sibling column -> row id -> where its record begins, as far as the footers of live parts say.
using Offsets = std::unordered_map<std::string, std::unordered_map<int64_t, uint64_t>>;
Result<Offsets> OffsetsOf(const Database& database, const Table& table) {
  Offsets offsets;
  bool has_siblings = std::any_of(table.columns.begin(), table.columns.end(),
                                  [&](int id) { return database.ColumnAt(id).of_conflict; });
  if (!has_siblings) return offsets;
  for (const auto& part : table.parts) {
    auto text = part->Metadata("roost");
    if (!text) continue;
    auto facts = store::ParseTableFacts(*text);
    if (!facts.ok()) return part->Blame(facts.status());
    for (const shred::FinalColumn& column : facts->table.columns) {
      if (column.first_conflict_id < 0) continue;
      offsets[column.name][column.first_conflict_id] = column.first_conflict_offset;
    }
  }
  return offsets;
}

Status FindOfTable(const Database& database, const Table& table, const Files& files,
                   const Crew& crew, InputFiles& found) {
  std::vector<Group> groups = GroupsOf(table);
  if (groups.empty()) return Status::OK();
  int64_t least = groups.front().ids.min, greatest = groups.front().ids.max;
  for (const Group& group : groups) {
    least = std::min(least, group.ids.min);
    greatest = std::max(greatest, group.ids.max);
  }
  auto id = static_cast<size_t>(table.id);
  found.tables[id].first_file = files.Of(least);
  found.tables[id].last_file = files.Of(greatest);
  ROOST_ASSIGN(auto first, EndFinder(database, table, End::kFirst, crew).Run(groups));
  ROOST_ASSIGN(auto last, EndFinder(database, table, End::kLast, crew).Run(std::move(groups)));
  ROOST_ASSIGN(Offsets offsets, OffsetsOf(database, table));
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = database.ColumnAt(table.columns[i]);
    SeenIn& seen = found.columns[static_cast<size_t>(column.id)];
    seen.first_file = files.Of(first[i]);
    seen.last_file = files.Of(last[i]);
    auto known = offsets.find(column.name);
    if (!column.of_conflict || known == offsets.end()) continue;
    if (auto offset = known->second.find(first[i]); offset != known->second.end()) {
      seen.first_offset = offset->second;
    }
  }
  return Status::OK();
}

}  // namespace

Result<InputFiles> FindInputFiles(const Database& database, const Crew& crew) {
  InputFiles found{std::vector<SeenIn>(database.tables.size()),
                   std::vector<SeenIn>(database.columns.size())};
  if (!database.is_store) return found;
  ROOST_ASSIGN(exporting::Catalog catalog, exporting::OpenCatalog(database.folder));
  ROOST_ASSIGN(auto ledger, exporting::ReadLedger(catalog));
  Files files(std::move(ledger));
  ROOST_TRY(relate::ForEachTask(database.tables.size(), crew, [&](size_t at) -> Status {
    const Table& table = database.tables[at];
    if (table.id_name.empty() || table.rows == 0) return Status::OK();
    return FindOfTable(database, table, files, crew, found);
  }));
  return found;
}

}  // namespace roost::describe
