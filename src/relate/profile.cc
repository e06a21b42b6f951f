#include "relate/profile.h"

#include <arrow/api.h>

#include <cmath>
#include <mutex>
#include <optional>

#include "export/part.h"
#include "relate/column_feed.h"
#include "relate/parallel.h"
#include "relate/paths.h"
#include "relate/sketch_files.h"
#include "relate/table_finder.h"

namespace roost::relate {

namespace {

// Of small tables, rows are kept from the first pass; small in cells, and all together below a
// share of the memory, in the order of tables.
constexpr uint64_t kKeptRows = 65536;
constexpr uint64_t kKeptShare = 3;
constexpr uint64_t kBytesPerCell = 20;  // row hash, distinct hash, count, rank
// A table of more cells is read in groups of columns, so that threads can share it. Not always one
// by one: with each read the file's whole schema is built anew.
constexpr uint64_t kCellsOfOneTask = 1 << 19;
constexpr size_t kProbes = 24;
constexpr uint64_t kMostFirstRows = 65536, kLeastFirstRows = 1024;
constexpr double kMostBits = 20;
constexpr uint64_t kBytesPerDistinct = 12;
constexpr uint64_t kBytesPerItem = 32;  // of a list, while it is decoded

struct Task {
  int table = 0;
  std::vector<int> columns;
  uint64_t cost = 0;
};

/// About, to put tasks in order: texts take longer than numbers, and sketches hardly anything.
uint64_t CostOf(const Database& database, const Task& task, const SketchFiles& files) {
  constexpr uint64_t kOfText = 4;
  uint64_t cost = 0;
  for (int id : task.columns) {
    const Column& column = database.columns[id];
    bool is_text = column.type_name == "text" || column.type_name == "string";
    if (!files.HasSome(column)) cost += database.tables[task.table].rows * (is_text ? kOfText : 1);
  }
  return cost;
}

std::vector<Task> PlanTasks(const Database& database, const SketchFiles& files) {
  std::vector<Task> tasks;
  for (const Table& table : database.tables) {
    if (table.columns.empty()) continue;
    uint64_t group = std::max<uint64_t>(1, kCellsOfOneTask / std::max<uint64_t>(1, table.rows));
    for (size_t from = 0; from < table.columns.size(); from += group) {
      size_t end = std::min<size_t>(from + group, table.columns.size());
      auto at = [&](size_t place) {
        return table.columns.begin() + static_cast<std::ptrdiff_t>(place);
      };
      tasks.push_back({table.id, {at(from), at(end)}, 0});
    }
  }
  // The longest first, so that no thread is left alone with one at the end.
  for (Task& task : tasks) task.cost = CostOf(database, task, files);
  std::stable_sort(tasks.begin(), tasks.end(),
                   [](const Task& a, const Task& b) { return a.cost > b.cost; });
  return tasks;
}

/// Which tables' rows are kept.
std::vector<bool> PlanKept(const Database& database, uint64_t memory_bytes) {
  std::vector<bool> kept(database.tables.size());
  uint64_t left = memory_bytes / kKeptShare;
  for (const Table& table : database.tables) {
    uint64_t bytes = table.rows * table.columns.size() * kBytesPerCell;
    if (table.rows > kKeptRows || bytes > left) continue;
    left -= bytes;
    kept[table.id] = true;
  }
  return kept;
}

/// Lists may have more items than memory holds, in a single row; such a column counts as empty.
bool IsTooLong(const Table& table, const Column& column, uint64_t memory_bytes) {
  if (!column.IsList()) return false;
  uint64_t most = memory_bytes / kBytesPerItem;
  for (const auto& part : table.parts) {
    for (int group = 0; group < part->row_groups(); ++group) {
      if (static_cast<uint64_t>(part->ItemsOf(group, column.name)) > most) return true;
    }
  }
  return false;
}

/// What each column may keep, however many there are.
struct Allowance {
  uint64_t first_rows = 0, exact_values = 0;
};
Allowance AllowanceOf(const Database& database, uint64_t memory_bytes) {
  constexpr uint64_t kShare = 5, kBytesOfRow = 8, kBytesOfValue = 16;
  uint64_t of_column = memory_bytes / kShare / std::max<uint64_t>(1, database.columns.size());
  return {std::clamp(of_column / kBytesOfRow, kLeastFirstRows, kMostFirstRows),
          of_column / kBytesOfValue};
}

/// Distinct values beyond the allowance are counted, and then only a sample of them is kept.
void KeepWithin(const Allowance& allowance, Column& column) {
  sketch::DistinctValues& distinct = column.sketch.distinct();
  if (distinct.exact() && column.distinct > allowance.exact_values) distinct.Degrade();
  if (column.first_rows.size() <= allowance.first_rows) return;
  column.first_rows.resize(allowance.first_rows);
  column.first_rows.shrink_to_fit();
}

/// What a task reads of each column.
struct Reading {
  Column* column;
  bool is_fresh;           // no part has a sketch of it: its first rows are seen anyway
  ValueStore::Kept* kept;  // null if the table's rows are not kept
  std::optional<sketch::ColumnSketch> known;  // of the part that is being read
  sketch::ColumnSketch seen;                  // where that is not
  std::optional<IntegerCounter> integers;     // counted before they go into `seen`

  bool NeedsRows() const { return !known || kept; }
};

/// Where the footer says that a part's integers lie close together, each different one is sketched
/// once.
void PlanCounting(const exporting::Part& part, uint64_t memory_bytes, Reading& reading) {
  constexpr uint64_t kShareOfCounter = 16, kPlacesOfRow = 4;
  constexpr std::string_view kTypes[] = {"int8", "int16", "int32", "int64", "date", "date32[day]"};
  reading.integers.reset();
  bool is_integer = std::find(std::begin(kTypes), std::end(kTypes), reading.column->type_name) !=
                    std::end(kTypes);
  if (!is_integer || reading.known || reading.kept) return;
  std::optional<exporting::Part::Range> all;
  for (int group = 0; group < part.row_groups(); ++group) {
    auto range = part.RangeOf(group, reading.column->name);
    auto nulls = part.NullsOf(group, reading.column->name);
    if (nulls && *nulls == part.RowGroupRows(group)) continue;
    if (!range) return;
    if (!all) all = range;
    all = {std::min(all->min, range->min), std::max(all->max, range->max)};
  }
  if (!all) return;
  uint64_t bytes = IntegerCounter::BytesFor(all->min, all->max);
  auto rows = static_cast<uint64_t>(part.rows());
  bool is_cheap = bytes <= memory_bytes / kShareOfCounter &&
                  bytes / sizeof(uint32_t) <= kPlacesOfRow * rows && rows < UINT32_MAX;
  if (is_cheap) reading.integers.emplace(all->min, all->max);
}

std::vector<Reading> PlanReading(Database& database, const Task& task, const SketchFiles& files,
                                 std::vector<ValueStore::Kept>& kept, uint64_t memory_bytes) {
  std::vector<Reading> readings;
  for (size_t i = 0; i < task.columns.size(); ++i) {
    Column& column = database.columns[task.columns[i]];
    if (IsTooLong(database.tables[task.table], column, memory_bytes)) continue;
    readings.push_back(
        {&column, !files.HasSome(column), kept.empty() ? nullptr : &kept[i], std::nullopt, {}, {}});
  }
  return readings;
}

Status FeedBatch(const arrow::RecordBatch& batch, Reading& reading) {
  Column& column = *reading.column;
  ColumnFeed feed;
  if (!reading.known && !reading.integers) feed.sketch = &reading.seen;
  if (reading.kept) {
    feed.row_hashes = &reading.kept->rows;
    feed.texts = &reading.kept->texts;
  } else if (reading.is_fresh && column.first_rows.size() < kMostFirstRows && !column.IsList()) {
    feed.row_hashes = &column.first_rows;
  }
  auto array = batch.GetColumnByName(column.name);
  if (!array) {  // a part from before the column was there
    ROOST_ASSIGN(array, arrow::MakeArrayOfNull(arrow::null(), batch.num_rows()));
  }
  if (reading.integers) ROOST_TRY((ColumnFeed{.integers = &*reading.integers}.Take(*array)));
  return feed.IsEmpty() ? Status::OK() : feed.Take(*array);
}

/// Shows all batches of a part, with the columns of that name, to `take` until it says false.
template <typename Take>
Status ForEachBatch(const exporting::Part& part, const std::vector<std::string>& names,
                    const Crew& crew, Take take) {
  for (int group = 0; group < part.row_groups(); ++group) {
    ROOST_ASSIGN(auto reader, part.ReadRows(group, names));
    std::shared_ptr<arrow::RecordBatch> batch;
    while (true) {
      ROOST_TRY(crew.CheckStop());
      ROOST_TRY(reader->ReadNext(&batch));
      if (!batch) break;
      ROOST_ASSIGN(bool more, take(*batch));
      if (!more) return Status::OK();
    }
  }
  return Status::OK();
}

Status ReadPart(const exporting::Part& part, const Crew& crew, std::vector<Reading>& readings) {
  std::vector<std::string> names;
  for (const Reading& reading : readings) {
    if (reading.NeedsRows()) names.push_back(reading.column->name);
  }
  if (names.empty()) return Status::OK();
  return ForEachBatch(part, names, crew, [&](const arrow::RecordBatch& batch) -> Result<bool> {
    for (Reading& reading : readings) {
      if (reading.NeedsRows()) ROOST_TRY(FeedBatch(batch, reading));
    }
    return true;
  });
}

/// Reads once more, one by one, what a footer says wrong things of.
Status ReadUncounted(const exporting::Part& part, const Crew& crew,
                     std::vector<Reading>& readings) {
  for (Reading& reading : readings) {
    if (!reading.integers || reading.integers->is_complete()) continue;
    std::vector<Reading> alone;
    alone.push_back({reading.column, false, nullptr, std::nullopt, {}, {}});
    ROOST_TRY(ReadPart(part, crew, alone));
    reading.seen = std::move(alone[0].seen);
    reading.integers.reset();
  }
  return Status::OK();
}

/// The first rows of columns whose sketches were known, in part at least.
Status ReadFirstRows(const Table& table, const Crew& crew, const std::vector<Reading>& readings) {
  std::vector<Column*> columns;
  std::vector<std::string> names;
  for (const Reading& reading : readings) {
    if (reading.kept || reading.is_fresh || reading.column->IsList()) continue;
    columns.push_back(reading.column);
    names.push_back(reading.column->name);
  }
  for (const auto& part : table.parts) {
    if (columns.empty() || columns.front()->first_rows.size() >= kMostFirstRows) break;
    auto take = [&](const arrow::RecordBatch& batch) -> Result<bool> {
      for (Column* column : columns) {
        Reading reading{column, true, nullptr, sketch::ColumnSketch(), {}, {}};
        ROOST_TRY(FeedBatch(batch, reading));
      }
      return columns.front()->first_rows.size() < kMostFirstRows;
    };
    ROOST_TRY(ForEachBatch(*part, names, crew, take));
  }
  return Status::OK();
}

Status ReadColumns(Database& database, const Task& task, SketchFiles& files,
                   std::vector<ValueStore::Kept>& kept, const ReadOptions& options) {
  const Table& table = database.tables[task.table];
  std::vector<Reading> readings = PlanReading(database, task, files, kept, options.memory_bytes);
  for (size_t part = 0; part < table.parts.size(); ++part) {
    for (Reading& reading : readings) {
      reading.known = files.Read(*reading.column, part);
      PlanCounting(*table.parts[part], options.memory_bytes, reading);
    }
    ROOST_TRY(ReadPart(*table.parts[part], options.crew, readings));
    ROOST_TRY(ReadUncounted(*table.parts[part], options.crew, readings));
    for (Reading& reading : readings) {
      if (reading.integers) reading.integers->AddTo(reading.seen);
      Column& column = *reading.column;
      if (!reading.known) files.Add(column, part, reading.seen);
      column.sketch.Merge(reading.known ? *reading.known : reading.seen);
      if (!reading.known) reading.seen = {};
    }
  }
  return ReadFirstRows(table, options.crew, readings);
}

Type TypeOf(const Column& column) {
  const sketch::ColumnSketch& sketch = column.sketch;
  if (column.storage == Storage::kOther || sketch.values() == 0) return Type::kNone;
  if (column.storage == Storage::kDate || column.storage == Storage::kTimestamp) return Type::kDate;
  if (sketch.only_integers()) return Type::kInteger;
  if (sketch.only_numbers()) return Type::kFraction;
  const sketch::TextClassCounts& classes = sketch.text_classes();
  uint64_t times = 0;
  for (auto time :
       {sketch::TextClass::kDate, sketch::TextClass::kTime, sketch::TextClass::kTimestamp}) {
    times += classes[static_cast<size_t>(time)];
  }
  bool mostly = static_cast<double>(times) > 0.9 * static_cast<double>(sketch.texts());
  return mostly && sketch.texts() > 0 ? Type::kDate : Type::kText;
}

double LengthOf(const Column& column) {
  if (column.storage == Storage::kDate) return 10;
  if (column.storage == Storage::kTimestamp) return 20;
  return column.sketch.mean_length();
}

/// Of integers: how much larger the space 0..largest is than what the column holds of it.
double BitsOf(const Column& column) {
  double distinct = std::max<double>(static_cast<double>(column.distinct), 1);
  if (column.type != Type::kInteger) {
    return std::clamp(1.5 * column.length - std::log2(distinct), 0.3, kMostBits);
  }
  double largest = std::max(std::abs(static_cast<double>(column.sketch.largest_integer())),
                            std::abs(static_cast<double>(column.sketch.smallest_integer())));
  return std::max(0.0, std::log2((largest + 1) / distinct));
}

/// Columns beyond the exact limit that may well be unique are counted exactly.
Status CountLikelyUnique(Database& database, ValueStore& values) {
  constexpr double kSlack = 1 - 4 * sketch::HyperLogLog::kStandardError;
  constexpr double kLongestKey = 40;  // of so many rows; longer ones are prose
  std::vector<int> likely;
  for (const Column& column : database.columns) {
    auto distinct = static_cast<double>(column.distinct);
    bool may_be = !column.counted && column.length <= kLongestKey && !column.IsList() &&
                  distinct >= kSlack * static_cast<double>(column.values) &&
                  column.type != Type::kFraction && column.type != Type::kNone;
    if (may_be) likely.push_back(column.id);
  }
  for (size_t from = 0; from < likely.size();) {
    // As many at once as fit, so that threads can share them.
    std::vector<int> group;
    uint64_t bytes = 0;
    do {
      bytes += database.columns[likely[from]].distinct * kBytesPerDistinct;
      group.push_back(likely[from++]);
    } while (from < likely.size() && values.Fits(2 * bytes));
    std::vector<uint64_t> distinct(group.size());
    ROOST_TRY(values.ForEachRange(database, group, [&](const std::vector<Distinct>& range) {
      for (size_t i = 0; i < group.size(); ++i) distinct[i] += range[i]->hashes.size();
      return true;
    }));
    for (size_t i = 0; i < group.size(); ++i) {
      Column& column = database.columns[group[i]];
      column.distinct = distinct[i];
      column.counted = true;
      FinishColumn(column);
    }
  }
  return Status::OK();
}

}  // namespace

void FinishColumn(Column& column) {
  const sketch::ColumnSketch& sketch = column.sketch;
  column.rows = sketch.rows();
  column.nulls = sketch.nulls();
  column.values = sketch.values();
  column.type = TypeOf(column);
  column.length = LengthOf(column);
  if (sketch.distinct().exact()) {
    column.distinct = static_cast<uint64_t>(sketch.distinct().Estimate());
    column.counted = true;
  } else if (sketch.sorted()) {
    column.distinct = sketch.sorted_distinct();
    column.counted = true;
  } else if (!column.counted) {
    double estimate = sketch.distinct().Estimate();
    column.distinct = std::min(column.values, static_cast<uint64_t>(std::llround(estimate)));
  }
  column.unique = column.counted && column.values > 0 && column.distinct == column.values;
  std::vector<uint64_t> hashes = sketch.distinct().Hashes();
  hashes.resize(std::min(hashes.size(), kProbes));
  column.probes = std::move(hashes);
  if (column.type == Type::kInteger) {
    double range = static_cast<double>(sketch.largest_integer()) -
                   static_cast<double>(sketch.smallest_integer()) + 1;
    column.density = static_cast<double>(column.distinct) / range;
    int64_t first = sketch.smallest_integer();
    column.sequence = column.unique && column.density > 0.95 && (first == 0 || first == 1);
  }
  column.bits = BitsOf(column);
}

Result<Database> ReadDatabase(const ReadOptions& options, ValueStore& values) {
  Database database;
  if (options.sources.empty()) {
    ROOST_ASSIGN(database, FindTables(options.folder));
  } else {
    ROOST_ASSIGN(database, OpenTables(options.sources));
  }
  values.SetLimits(options.memory_bytes / 2, options.crew);
  std::vector<bool> kept_tables = PlanKept(database, options.memory_bytes);
  Allowance allowance = AllowanceOf(database, options.memory_bytes);
  SketchFiles files(database, options.memory_bytes);
  std::vector<Task> tasks = PlanTasks(database, files);
  std::mutex keeping;
  ROOST_TRY(ForEachTask(tasks.size(), options.crew, [&](size_t at) -> Status {
    const Task& task = tasks[at];
    std::vector<ValueStore::Kept> kept(kept_tables[task.table] ? task.columns.size() : 0);
    ROOST_TRY(ReadColumns(database, task, files, kept, options));
    for (int id : task.columns) {
      FinishColumn(database.columns[id]);
      KeepWithin(allowance, database.columns[id]);
    }
    for (size_t i = 0; i < kept.size(); ++i) {
      std::lock_guard lock(keeping);
      values.Keep(database.columns[task.columns[i]], std::move(kept[i]));
    }
    return Status::OK();
  }));
  if (options.keep_sketches) files.Write();
  ROOST_TRY(CountLikelyUnique(database, values));
  ROOST_TRY(AddPathColumns(database, options.crew));
  return database;
}

}  // namespace roost::relate
