#include "upkeep/renames.h"

#include <arrow/api.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

#include "export/column_values.h"
#include "export/part.h"

namespace roost::upkeep {
namespace {

using shred::FinalColumn;

constexpr size_t kMostPairs = 2000;     // that are looked at in a table
constexpr size_t kKeptValues = 1000;    // distinct ones of a column, to compare
constexpr double kUsual = 0.5;          // of the rows before, and since, that have the column
constexpr double kFewOutOfTurn = 0.02;  // of a column's rows may lie beyond the other's first
constexpr double kShortGap = 0.1;       // of the old column's rows may lie between the two

/// A column whose rows are compared with another's. Ids are in the order of files.
struct Seen {
  const FinalColumn* column = nullptr;
  std::vector<int64_t> ids;  // of rows with a value
  std::unordered_set<std::string> values;
};

struct Pair {
  size_t from, to;  // places among the columns that are read
  const store::SchemaChange* change;
};

std::string ObjectOf(const FinalColumn& column) {
  return column.path.substr(0, column.path.rfind('/') + 1);
}

bool MayBecome(const FinalColumn& from, const FinalColumn& to) {
  return from.conflict_of.empty() && to.conflict_of.empty() && from.path != to.path &&
         !from.path.starts_with('!') && store::TypeText(from) == store::TypeText(to) &&
         from.type != shred::FinalType::kNull && ObjectOf(from) == ObjectOf(to);
}

std::vector<Pair> PairsOf(const shred::FinalTable& table,
                          const std::vector<store::SchemaChange>& changes,
                          std::vector<Seen>& seen) {
  std::map<std::string, const store::SchemaChange*> came;  // later than the table
  for (const auto& change : changes)
    if (change.kind == store::SchemaChange::Kind::kColumn) came[change.column] = &change;
  std::map<const FinalColumn*, size_t> places;
  auto place_of = [&](const FinalColumn& column) {
    auto [found, is_new] = places.try_emplace(&column, seen.size());
    if (is_new) seen.push_back({&column, {}, {}});
    return found->second;
  };
  std::vector<Pair> pairs;
  for (const FinalColumn& to : table.columns) {
    auto change = came.find(to.name);
    if (change == came.end()) continue;
    for (const FinalColumn& from : table.columns) {
      auto other = came.find(from.name);
      const bool is_older = other == came.end() || other->second->version < change->second->version;
      if (!is_older || !MayBecome(from, to) || pairs.size() == kMostPairs) continue;
      pairs.push_back({place_of(from), place_of(to), change->second});
    }
  }
  return pairs;
}

/// Ids of all rows, and of those that have a value in each column.
Status ReadColumns(const exporting::StoredTable& table, std::vector<Seen>& seen,
                   std::vector<int64_t>& rows) {
  std::vector<std::string> names = {table.facts.table.id_name};
  for (const Seen& each : seen) names.push_back(each.column->name);
  auto take = [&](const arrow::RecordBatch& batch) -> Status {
    auto id_column = batch.GetColumnByName(names[0]);
    if (!id_column) return Status::OK();  // rows of another tool
    ROOST_ASSIGN(auto ids, exporting::CastTo(id_column, arrow::int64()));
    const auto& numbers = static_cast<const arrow::Int64Array&>(*ids);
    for (int64_t row = 0; row < batch.num_rows(); ++row)
      if (numbers.IsValid(row)) rows.push_back(numbers.Value(row));
    for (Seen& each : seen) {
      auto array = batch.GetColumnByName(each.column->name);
      if (!array) continue;
      ROOST_ASSIGN(auto values, exporting::ColumnValues::Make(array, *each.column));
      std::string text;
      for (int64_t row = 0; row < batch.num_rows(); ++row) {
        if (values.IsNull(row) || numbers.IsNull(row)) continue;
        each.ids.push_back(numbers.Value(row));
        if (each.values.size() == kKeptValues) continue;
        text.clear();
        values.Append(row, text);
        each.values.insert(text);
      }
    }
    return Status::OK();
  };
  ROOST_ASSIGN(auto parts, exporting::OpenParts(table));
  for (const auto& part : parts) {
    for (int group = 0; group < part->row_groups(); ++group) {
      ROOST_ASSIGN(auto reader, part->ReadRows(group, names));
      for (;;) {
        ROOST_ASSIGN(auto batch, reader->Next());
        if (!batch) break;
        ROOST_TRY(take(*batch));
      }
    }
  }
  std::ranges::sort(rows);
  for (Seen& each : seen) std::ranges::sort(each.ids);
  return Status::OK();
}

/// How many of the sorted ids lie in [begin, end).
uint64_t CountIn(const std::vector<int64_t>& ids, int64_t begin, int64_t end) {
  auto first = std::ranges::lower_bound(ids, begin);
  auto last = std::ranges::lower_bound(ids, end);
  return first < last ? static_cast<uint64_t>(last - first) : 0;
}

uint64_t CountBoth(const std::vector<int64_t>& a, const std::vector<int64_t>& b) {
  std::vector<int64_t> both;
  std::ranges::set_intersection(a, b, std::back_inserter(both));
  return both.size();
}

std::string Percent(uint64_t part, uint64_t of) {
  return fmt::format("{:.0f} %", 100.0 * static_cast<double>(part) / static_cast<double>(of));
}

bool IsShare(uint64_t part, uint64_t of, double at_least) {
  return of > 0 && static_cast<double>(part) >= at_least * static_cast<double>(of);
}

/// Nothing unless one ends where the other begins.
std::vector<std::string> EvidenceOf(const Seen& from, const Seen& to,
                                    const std::vector<int64_t>& rows) {
  if (from.ids.empty() || to.ids.empty() || CountBoth(from.ids, to.ids) > 0) return {};
  // A few rows may be out of turn, as files of several jobs are: the first of the new ones is
  // looked for behind these.
  const auto few = static_cast<size_t>(kFewOutOfTurn * static_cast<double>(to.ids.size()));
  const int64_t begins = to.ids[few];
  const uint64_t late = CountIn(from.ids, begins, INT64_MAX);
  if (late > 0 && IsShare(late, from.ids.size(), kFewOutOfTurn)) return {};
  const int64_t ends = from.ids[from.ids.size() - 1 - late] + 1;
  const uint64_t before = CountIn(rows, INT64_MIN, ends), since = CountIn(rows, begins, INT64_MAX);
  const uint64_t between = CountIn(rows, ends, begins);
  const uint64_t had = from.ids.size() - late, has = CountIn(to.ids, begins, INT64_MAX);
  if (!IsShare(had, before, kUsual) || !IsShare(has, since, kUsual)) return {};
  if (IsShare(between, std::max<uint64_t>(had, 1), kShortGap) && between > 1) return {};
  std::vector<std::string> evidence;
  evidence.push_back(fmt::format("{} is in {} of the {} rows up to its last one", from.column->name,
                                 Percent(had, before), before));
  evidence.push_back(fmt::format("{} is in {} of the {} rows from its first one on",
                                 to.column->name, Percent(has, since), since));
  evidence.push_back(between == 0 ? "none lies between these"
                                  : fmt::format("{} rows lie between these", between));
  if (late + few > 0) evidence.push_back(fmt::format("{} rows are out of turn", late + few));
  evidence.push_back("no row has both; both are " + store::TypeText(*to.column) +
                     " in the same object");
  uint64_t same = 0;
  for (const std::string& value : to.values) same += from.values.contains(value);
  evidence.push_back(same == 0 ? "they share none of their values"
                               : fmt::format("{} of {} values of the new one were in the old one",
                                             same, to.values.size()));
  return evidence;
}

}  // namespace

Result<std::vector<PossibleRename>> FindRenames(const exporting::StoredTable& table,
                                                const std::vector<store::SchemaChange>& changes) {
  std::vector<PossibleRename> renames;
  std::vector<Seen> seen;
  const std::vector<Pair> pairs = PairsOf(table.facts.table, changes, seen);
  if (pairs.empty()) return renames;
  std::vector<int64_t> rows;
  ROOST_TRY(ReadColumns(table, seen, rows));
  for (const Pair& pair : pairs) {
    auto evidence = EvidenceOf(seen[pair.from], seen[pair.to], rows);
    if (evidence.empty()) continue;
    renames.push_back({table.name(), seen[pair.from].column->name, seen[pair.to].column->name,
                       pair.change->version, pair.change->file, std::move(evidence)});
  }
  return renames;
}

}  // namespace roost::upkeep
