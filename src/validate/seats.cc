#include "validate/seats.h"

#include <arrow/api.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "export/part.h"

namespace roost::validate {

namespace {

class Counter {
 public:
  Counter(const Rule& rule, const KeySet& children)
      : rule_(rule),
        children_(children),
        share_(ExactShare::Of(rule.share).value_or(ExactShare())),
        columns_(KeyColumnsOf(rule.fields)) {
    if (rule.limit) columns_.push_back(rule.limit->columns.front());
  }

  Status Take(const arrow::RecordBatch& batch) {
    std::vector<BatchColumn> columns;
    for (const shred::FinalColumn* column : columns_) {
      ROOST_ASSIGN(columns.emplace_back(), BatchColumn::Make(batch.GetColumnByName(column->name),
                                                             column->type, batch.num_rows()));
    }
    std::vector<BatchColumn*> key;
    for (size_t i = 0; i < rule_.fields.size(); ++i) key.push_back(&columns[i]);
    const BatchColumn* limit = rule_.limit ? &columns.back() : nullptr;
    for (int64_t row = 0; row < batch.num_rows(); ++row) {
      bool is_there =
          std::ranges::all_of(key, [row](auto* column) { return column->IsThere(row); });
      if (is_there) Judge(key, limit, row);
    }
    return Status::OK();
  }

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const shred::FinalColumn* column : columns_) names.push_back(column->name);
    return names;
  }
  Seats& seats() { return seats_; }

 private:
  void Judge(const std::vector<BatchColumn*>& key, const BatchColumn* limit, int64_t row) {
    uint64_t count = ChildrenOf(KeyAt(key, row));
    auto children = static_cast<double>(count);
    seats_.taken += children;
    bool is_wrong = children < rule_.least || children > rule_.most;
    if (limit && limit->IsThere(row)) {
      int64_t seats = limit->integers()[row], most = share_.FloorOf(seats);
      seats_.all += static_cast<double>(seats);
      is_wrong |= most < 0 || count > static_cast<uint64_t>(most);
    }
    if (!is_wrong) return;
    WrongParent& parent = seats_.wrong.emplace_back();
    parent.children = count;
    for (const BatchColumn* column : key) {
      bool is_text = column->layout() == BatchColumn::Layout::kText;
      parent.key.push_back(is_text ? std::string(column->Text(row))
                                   : std::to_string(column->integers()[row]));
    }
  }

  /// Parents mostly lie in the order of their keys: looks from where the last one was found.
  uint64_t ChildrenOf(int64_t key) {
    const auto& keys = children_.keys();
    if (at_ == keys.size() || keys[at_] > key) at_ = 0;
    size_t step = 1;
    while (at_ + step < keys.size() && keys[at_ + step] < key) step *= 2;
    auto begin = keys.begin() + static_cast<ptrdiff_t>(at_);
    auto end = keys.begin() + static_cast<ptrdiff_t>(std::min(at_ + step + 1, keys.size()));
    at_ = static_cast<size_t>(std::lower_bound(begin, end, key) - keys.begin());
    return at_ < keys.size() && keys[at_] == key ? children_.counts()[at_] : 0;
  }

  const Rule& rule_;
  const KeySet& children_;
  ExactShare share_;
  std::vector<const shred::FinalColumn*> columns_;
  Seats seats_;
  size_t at_ = 0;
};

constexpr size_t kMostDigits = 18;

}  // namespace

std::optional<ExactShare> ExactShare::Of(double share) {
  std::string text = fmt::format("{}", share);  // as the SQL has it
  ExactShare exact;
  exact.numerator_ = 0;
  bool is_fraction = false;
  for (char c : text) {
    if (c == '.' && !is_fraction) {
      is_fraction = true;
      continue;
    }
    if (c < '0' || c > '9' || text.size() > kMostDigits) return std::nullopt;
    exact.numerator_ = exact.numerator_ * 10 + (c - '0');
    if (is_fraction) exact.denominator_ *= 10;
  }
  return exact;
}

int64_t ExactShare::FloorOf(int64_t limit) const {
  __extension__ using Wide = __int128;
  const Wide product = Wide{limit} * numerator_;
  Wide floor = product / denominator_;
  if (product < 0 && floor * denominator_ != product) --floor;
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  return static_cast<int64_t>(std::clamp<Wide>(floor, kLeast, kMost));
}

Result<Seats> CountSeats(const Rule& rule, const KeySet& children, const relate::Crew& crew) {
  std::vector<std::pair<const exporting::Part*, int>> groups;
  for (const auto& part : rule.table->parts) {
    ROOST_ASSIGN(auto schema, part->ReadSchema());
    if (schema->GetFieldIndex(rule.fields[0]->name) < 0) continue;  // the part is older than it
    for (int group = 0; group < part->row_groups(); ++group) groups.emplace_back(part.get(), group);
  }
  std::vector<Counter> counters(groups.size(), Counter(rule, children));
  ROOST_TRY(relate::ForEachTask(groups.size(), crew, [&](size_t at) -> Status {
    auto [part, group] = groups[at];
    ROOST_ASSIGN(auto reader, part->ReadRows(group, counters[at].Names()));
    std::shared_ptr<arrow::RecordBatch> batch;
    while (true) {
      ROOST_TRY(reader->ReadNext(&batch));
      if (!batch) return Status::OK();
      ROOST_TRY(counters[at].Take(*batch));
    }
  }));
  Seats all;
  for (Counter& counter : counters) {
    Seats& seats = counter.seats();
    all.taken += seats.taken;
    all.all += seats.all;
    std::ranges::move(seats.wrong, std::back_inserter(all.wrong));
  }
  return all;
}

}  // namespace roost::validate
