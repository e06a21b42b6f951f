#include "validate/anomaly_finder.h"

#include <arrow/api.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>

#include "base/figures.h"
#include "base/sql_text.h"
#include "export/part.h"
#include "query/answer.h"

namespace roost::validate {

namespace {

constexpr size_t kListedOfTable = 20, kListed = 100;
constexpr size_t kShownColumns = 8;

/// Appends the ids of some rows of a row group; `rows`: in the group, in order.
Status AppendIds(const exporting::Part& part, int group, const std::string& id,
                 std::span<const uint64_t> rows, std::vector<int64_t>& ids) {
  if (rows.empty()) return Status::OK();
  ROOST_ASSIGN(auto reader, part.ReadRows(group, {id}));
  uint64_t first = 0;
  std::shared_ptr<arrow::RecordBatch> batch;
  for (size_t next = 0; next < rows.size();) {
    ROOST_TRY(reader->ReadNext(&batch));
    if (!batch) return Status::IOError(part.path(), " has fewer rows than its footer says");
    uint64_t end = first + static_cast<uint64_t>(batch->num_rows());
    const auto& column = static_cast<const arrow::Int64Array&>(*batch->column(0));
    for (; next < rows.size() && rows[next] < end; ++next) {
      ids.push_back(column.Value(static_cast<int64_t>(rows[next] - first)));
    }
    first = end;
  }
  return Status::OK();
}

/// The id of each of some rows of a table, in the order of the rows.
Result<std::vector<int64_t>> IdsOf(const TableInfo& table, bool is_store,
                                   const std::vector<uint64_t>& rows) {
  std::vector<int64_t> ids;
  uint64_t first = 0;
  size_t next = 0;
  for (size_t p = 0; p < table.parts.size(); ++p) {
    const exporting::Part& part = *table.parts[p];
    uint64_t part_first = first;
    for (int group = 0; group < part.row_groups(); ++group) {
      auto end = first + static_cast<uint64_t>(part.RowGroupRows(group));
      std::vector<uint64_t> own;
      for (; next < rows.size() && rows[next] < end; ++next) {
        own.push_back(rows[next] - (is_store ? first : part_first));
      }
      if (is_store) ROOST_TRY(AppendIds(part, group, table.id, own, ids));
      if (!is_store) {
        for (uint64_t row : own) ids.push_back(static_cast<int64_t>((uint64_t{p} << 40) | row));
      }
      first = end;
    }
  }
  return ids;
}

std::string ReasonOf(const OddRow& odd) {
  return fmt::format("{} (surprise {:.1f})", odd.text, odd.surprise);
}

const std::string* ValueIn(const FailingRow& row, const std::string& column) {
  for (const auto& [name, value] : row.values) {
    if (name == column) return &value;
  }
  return nullptr;
}

/// The columns in question first, and a few others.
void Shorten(FailingRow& row, const std::vector<std::string>& columns) {
  auto is_named = [&](const auto& cell) {
    return std::find(columns.begin(), columns.end(), cell.first) != columns.end();
  };
  std::stable_partition(row.values.begin(), row.values.end(), is_named);
  if (row.values.size() > kShownColumns) row.values.resize(kShownColumns);
}

}  // namespace

/// SELECT of id and reason: rows that meet a condition, and strange rows that meet none. Of parts
/// that the last run saw _known has the rows, if `is_known`.
Result<std::string> AnomalyFinder::BadRows(const TableInfo& table, const Strange& strange,
                                           bool is_known) const {
  std::string values = "SELECT 0::BIGINT AS id, '' AS reason WHERE false";
  auto add = [&](const Oddity& oddity, const std::string& from) {
    values += " UNION ALL SELECT " + SqlName(table.id) + ", " + SqlText(oddity.text) + " FROM " +
              from + " WHERE " + oddity.condition;
  };
  for (const Oddity& oddity : strange.values) {
    if (!last_ || !last_->Knows(table, oddity)) {
      add(oddity, SqlName(table.name()));
      continue;
    }
    if (is_known) add(oddity, "_known");
    const auto& fresh = *last_->NewParts(table);
    if (!fresh.empty()) add(oddity, "(" + session_.SelectOf(table.name(), fresh) + ")");
  }
  ROOST_TRY(query::Do(session_, "CREATE OR REPLACE TEMP TABLE _odd AS " + values).status());
  std::vector<const OddRow*> in_order;
  std::vector<uint64_t> numbers;
  for (const OddRow& odd : strange.rows.strongest) in_order.push_back(&odd);
  std::sort(in_order.begin(), in_order.end(),
            [](const OddRow* a, const OddRow* b) { return a->row < b->row; });
  for (const OddRow* odd : in_order) numbers.push_back(odd->row);
  ROOST_ASSIGN(std::vector<int64_t> ids, IdsOf(table, tables_.is_store(), numbers));
  std::string rows;
  for (size_t i = 0; i < ids.size(); ++i) {
    rows += fmt::format("{}({}, {})", i == 0 ? "" : ", ", ids[i], SqlText(ReasonOf(*in_order[i])));
  }
  if (rows.empty()) return "FROM _odd";
  return "FROM _odd UNION ALL SELECT id, reason FROM (VALUES " + rows +
         ") r(id, reason) WHERE id NOT IN (SELECT id FROM _odd)";
}

Status AnomalyFinder::Fetch(const TableInfo& table, const Strange& strange, RuleResult& result) {
  result.tested = table.rows;
  if (strange.values.empty() && strange.rows.strongest.empty()) return Status::OK();
  Failures::Options options = options_;
  options.samples = strange.values.size() + strange.rows.strongest.size();
  options.is_one_of_each_reason = true;
  failures_.Use(options);
  const auto* found = last_ && last_->NewParts(table) ? last_->Find(AnomaliesMark(table)) : nullptr;
  bool is_known = found && !found->file.empty();
  if (is_known) ROOST_TRY(last_->Recall(session_, table, *found));
  ROOST_ASSIGN(std::string bad, BadRows(table, strange, is_known));
  ROOST_TRY(is_known ? failures_.TakeKnown(table, bad, result)
                     : failures_.Take(table, bad, result));
  if (result.failed == 0) return Status::OK();
  List(table, strange, result);
  return on_row_ ? TellRows(strange) : Status::OK();
}

void AnomalyFinder::List(const TableInfo& table, const Strange& strange, RuleResult& result) {
  std::vector<Anomaly> own;
  std::vector<bool> is_listed(result.samples.size());  // reasons may be the same
  auto add = [&](const std::string& reason) -> Anomaly* {
    for (size_t i = 0; i < result.samples.size(); ++i) {
      FailingRow& row = result.samples[i];
      if (is_listed[i] || row.reason != reason) continue;
      is_listed[i] = true;
      Anomaly& anomaly = own.emplace_back();
      anomaly.table = table.name();
      anomaly.row = row;
      anomaly.row.reason.clear();  // the text says it
      return &anomaly;
    }
    return nullptr;  // the row is strange for a value of it
  };
  for (const Oddity& oddity : strange.values) {
    Anomaly* anomaly = add(oddity.text);
    if (!anomaly) continue;
    anomaly->kind = oddity.kind;
    anomaly->columns = {oddity.field->name};
    anomaly->strength = oddity.strength;
    anomaly->usual = oddity.usual;
    anomaly->text = oddity.text;
    const std::string* value = ValueIn(anomaly->row, oddity.field->name);
    if (value && oddity.kind != "rare_value") anomaly->text += ": " + *value;
  }
  for (const OddRow& odd : strange.rows.strongest) {
    Anomaly* anomaly = add(ReasonOf(odd));
    if (!anomaly) continue;
    anomaly->kind = "row";
    for (const Field* field : odd.fields) anomaly->columns.push_back(field->name);
    anomaly->strength = odd.surprise;
    anomaly->usual = odd.usual;
    anomaly->text = odd.text;
    for (size_t i = 0; i < anomaly->columns.size(); ++i) {
      const std::string* value = ValueIn(anomaly->row, anomaly->columns[i]);
      anomaly->text += (i == 0 ? ": " : ", ") + anomaly->columns[i] + " " +
                       (value ? *value : std::string("missing"));
    }
  }
  // Of rows beyond those kept it is not known which are strange for a value alone.
  result.failed += strange.rows.count - strange.rows.strongest.size();
  count_ += result.failed;
  std::stable_sort(own.begin(), own.end(),
                   [](const Anomaly& a, const Anomaly& b) { return a.strength > b.strength; });
  if (own.size() > kListedOfTable) own.resize(kListedOfTable);
  for (Anomaly& anomaly : own) {
    Shorten(anomaly.row, anomaly.columns);
    anomalies_.push_back(std::move(anomaly));
  }
}

Status AnomalyFinder::TellRows(const Strange& strange) const {
  std::map<std::string, const Field*> fields;
  for (const Oddity& oddity : strange.values) fields[oddity.text] = oddity.field;
  for (const OddRow& odd : strange.rows.strongest) fields[ReasonOf(odd)] = odd.fields[0];
  ROOST_ASSIGN(query::Answer rows,
               query::Ask(session_, "SELECT _reason, _file, _json_path FROM _wide"));
  for (size_t r = 0; r < rows.rows.size(); ++r) {
    on_row_(fields[rows.Text(r, 0)], rows.Text(r, 1), rows.Text(r, 2));
  }
  return Status::OK();
}

std::vector<Anomaly> AnomalyFinder::TakeAnomalies() {
  std::stable_sort(anomalies_.begin(), anomalies_.end(),
                   [](const Anomaly& a, const Anomaly& b) { return a.strength > b.strength; });
  if (anomalies_.size() > kListed) anomalies_.resize(kListed);
  return std::move(anomalies_);
}

}  // namespace roost::validate
