#include "validate/odd_group.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "relate/parallel.h"

namespace roost::validate {

namespace {

constexpr size_t kFewestRows = 200, kFittedRows = 4096, kRankedRows = 16384;
constexpr size_t kBlock = 4096, kKept = 100;
constexpr size_t kNamed = 3;  // columns
constexpr double kOnceIn = 3;

using anomaly::Numbers;

/// Every so many rows of some.
Numbers Some(const Numbers& all, size_t first, size_t rows, double step) {
  Numbers some;
  some.rows = rows;
  for (const auto& column : all.columns) {
    auto& values = some.columns.emplace_back();
    values.reserve(rows);
    for (size_t i = 0; i < rows; ++i) {
      values.push_back(column[first + static_cast<size_t>(static_cast<double>(i) * step)]);
    }
  }
  return some;
}

/// Numbers that say something: not all alike, not nearly all missing.
bool IsTelling(const std::vector<float>& values) {
  float first = 0;
  size_t there = 0;
  bool varies = false;
  for (float value : values) {
    if (!std::isfinite(value)) continue;
    if (there++ == 0) first = value;
    varies |= value != first;
  }
  return varies && 2 * there >= values.size();
}

/// Without columns that say nothing.
void DropSilent(RowSample& sample) {
  RowSample telling;
  telling.numbers.rows = sample.numbers.rows;
  telling.rows = std::move(sample.rows);
  for (size_t c = 0; c < sample.numbers.columns.size(); ++c) {
    if (!IsTelling(sample.numbers.columns[c])) continue;
    telling.numbers.columns.push_back(std::move(sample.numbers.columns[c]));
    telling.fields.push_back(sample.fields[c]);
  }
  sample = std::move(telling);
}

/// Made of some of the rows and ranked by others; where there are few, of and by all.
anomaly::RowModel ModelOf(const Numbers& numbers, const OddGroup::Options& options) {
  anomaly::RowModel::Options how;
  how.method = options.method;
  how.for_each = [&](size_t count, const std::function<void(size_t)>& run) {
    (void)relate::ForEachTask(count, {options.threads}, [&](size_t task) {
      run(task);
      return Status::OK();
    });
  };
  if (numbers.rows < 2 * kFittedRows) return {numbers, how};
  auto rows = static_cast<double>(numbers.rows);
  size_t ranked = std::min(kRankedRows, numbers.rows / 2);
  return {Some(numbers, 0, kFittedRows, rows / kFittedRows), how,
          Some(numbers, 1, ranked, (rows - 1) / static_cast<double>(ranked))};
}

Result<std::vector<float>> ScoreRows(const anomaly::RowModel& model, const Numbers& numbers,
                                     float least, const OddGroup::Options& options) {
  std::vector<float> all(numbers.rows);
  size_t blocks = (numbers.rows + kBlock - 1) / kBlock;
  relate::Crew crew{options.threads, options.should_stop};
  ROOST_TRY(relate::ForEachTask(blocks, crew, [&](size_t block) {
    size_t first = block * kBlock, rows = std::min(kBlock, numbers.rows - first);
    std::vector<float> surprise = model.Surprise(Some(numbers, first, rows, 1), least);
    std::ranges::copy(surprise, all.begin() + static_cast<ptrdiff_t>(first));
    return Status::OK();
  }));
  return all;
}

}  // namespace

double MostUsualSurprise(uint64_t rows) { return std::log(static_cast<double>(rows) * kOnceIn); }

Result<OddGroup> OddGroup::Judge(const TableInfo& table, RowSample sample, const Options& options) {
  OddGroup found;
  DropSilent(sample);
  const Numbers& numbers = sample.numbers;
  if (numbers.rows < kFewestRows || numbers.columns.size() < 2) return found;
  found.looked_at = numbers.rows;
  anomaly::RowModel model = ModelOf(numbers, options);
  // Of a table of more parts than these more is usual, never less.
  const auto least = static_cast<float>(MostUsualSurprise(numbers.rows));
  ROOST_ASSIGN(std::vector<float> surprise, ScoreRows(model, numbers, least, options));
  std::vector<size_t> odd;
  for (size_t i = 0; i < surprise.size(); ++i) {
    if (surprise[i] > least) odd.push_back(i);
  }
  std::ranges::stable_sort(odd, std::greater(), [&](size_t i) { return surprise[i]; });
  for (size_t i : odd) found.surprises.push_back(surprise[i]);
  if (odd.size() > kKept) odd.resize(kKept);
  for (size_t i : odd) {
    Row& row = found.strongest.emplace_back(Row{sample.rows[i], surprise[i], {}});
    std::vector<size_t> blamed = model.Blame(Some(numbers, i, 1, 1));
    for (size_t b = 0; b < std::min(kNamed, blamed.size()); ++b) {
      row.columns.push_back(table.fields[sample.fields[blamed[b]]].name);
    }
  }
  return found;
}

void OddGroup::Save(sketch::ByteWriter& to) const {
  to.U64(looked_at);
  to.U64(surprises.size());
  for (float surprise : surprises) to.Double(surprise);
  to.U64(strongest.size());
  for (const Row& row : strongest) {
    to.U64(row.row);
    to.Double(row.surprise);
    to.U64(row.columns.size());
    for (const std::string& column : row.columns) to.Text(column);
  }
}

Result<OddGroup> OddGroup::Load(sketch::ByteReader& from) {
  OddGroup group;
  ROOST_ASSIGN(group.looked_at, from.U64());
  ROOST_ASSIGN(uint64_t surprises, from.Count(sizeof(double)));
  for (uint64_t i = 0; i < surprises; ++i) {
    ROOST_ASSIGN(double surprise, from.Double());
    group.surprises.push_back(static_cast<float>(surprise));
  }
  ROOST_ASSIGN(uint64_t rows, from.Count(3 * sizeof(uint64_t)));
  for (uint64_t i = 0; i < rows; ++i) {
    Row& row = group.strongest.emplace_back();
    ROOST_ASSIGN(row.row, from.U64());
    ROOST_ASSIGN(double surprise, from.Double());
    row.surprise = static_cast<float>(surprise);
    ROOST_ASSIGN(uint64_t columns, from.Count(sizeof(uint64_t)));
    for (uint64_t c = 0; c < columns; ++c) {
      ROOST_ASSIGN(row.columns.emplace_back(), from.Text());
    }
  }
  return group;
}

}  // namespace roost::validate
