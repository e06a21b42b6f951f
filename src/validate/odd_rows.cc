#include "validate/odd_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_text.h"
#include "export/part.h"

namespace roost::validate {

namespace {

constexpr uint64_t kAlone = 1 << 14;    // rows of the sample from which on a part is judged alone
constexpr uint64_t kFewRows = 1 << 13;  // of all small parts together are looked at, if there are
constexpr size_t kKept = 100;
constexpr const char* kOddNote = "odd";

std::string UsualOf(const ColumnProfile& profile) {
  if (!profile.quantiles.empty()) {
    std::string low, high;
    for (const auto& [share, value] : profile.quantiles) {
      if (share == 0.05) AppendJsonDouble(low, value);
      if (share == 0.95) AppendJsonDouble(high, value);
    }
    return profile.name + " " + low + " to " + high;
  }
  return profile.top.empty() ? "" : profile.name + " " + profile.top[0].first.substr(0, 40);
}

/// Parts that are judged beside each other, and by how many of their rows.
struct Sample {
  std::vector<SampledPart> parts;
  uint64_t rows = 0;
  bool is_large = false;  // a part by itself
};

std::vector<Sample> SamplesOf(const TableInfo& table) {
  const uint64_t step = OddSampleStep(table.rows);
  std::vector<Sample> samples;
  Sample small;
  uint64_t first = 0, small_rows = 0;
  for (const auto& part : table.parts) {
    auto rows = static_cast<uint64_t>(part->rows());
    if (rows / step >= kAlone) {
      samples.push_back({{{part.get(), first}}, rows / step, true});
    } else {
      small.parts.push_back({part.get(), first});
      small_rows += rows;
    }
    first += rows;
  }
  if (small_rows == 0) return samples;
  small.rows = std::max(small_rows / step, std::min(small_rows, kFewRows));
  samples.push_back(std::move(small));
  return samples;
}

class Finder {
 public:
  Finder(const TableInfo& table, const OddSearch& search)
      : table_(table), search_(search), step_(OddSampleStep(table.rows)) {
    mark_ = fmt::format("{} {}", step_, static_cast<int>(search.how.method));
    for (const Field& field : table.fields) {
      bool is_wanted =
          search.fields.empty() || std::ranges::find(search.fields, &field) != search.fields.end();
      if (!is_wanted) continue;
      mark_ += fmt::format("\n{} {}", field.name, static_cast<int>(field.type()));
    }
  }

  Result<std::vector<OddGroup>> Run() {
    std::vector<OddGroup> groups;
    for (const Sample& sample : SamplesOf(table_)) {
      ROOST_ASSIGN(groups.emplace_back(), sample.is_large ? Alone(sample.parts[0], sample.rows)
                                                          : Judge(sample.parts, sample.rows));
    }
    return groups;
  }

 private:
  Result<OddGroup> Judge(const std::vector<SampledPart>& parts, uint64_t rows) const {
    RowSample::Options options{search_.fields, rows, search_.how.threads, search_.how.should_stop,
                               search_.passing};
    ROOST_ASSIGN(RowSample sample, RowSample::Read(table_, parts, options));
    return OddGroup::Judge(table_, std::move(sample), search_.how);
  }

  /// What is kept counts rows from the part's begin.
  Result<OddGroup> Alone(const SampledPart& part, uint64_t rows) const {
    auto move = [&](OddGroup& group, uint64_t by) {
      for (OddGroup::Row& row : group.strongest) row.row += by;
    };
    if (search_.kept) {
      ROOST_ASSIGN(auto bytes, search_.kept->FindNote(*part.part, kOddNote, mark_));
      sketch::ByteReader from(bytes ? std::string_view(*bytes) : std::string_view());
      auto group = OddGroup::Load(from);
      if (group.ok()) {
        move(*group, part.first_row);
        return group;
      }
    }
    ROOST_ASSIGN(OddGroup group, Judge({{part.part, 0}}, rows));
    if (search_.kept) {
      sketch::ByteWriter to;
      group.Save(to);
      ROOST_TRY(search_.kept->KeepNote(*part.part, kOddNote, mark_, to.Take()));
    }
    move(group, part.first_row);
    return group;
  }

  const TableInfo& table_;
  const OddSearch& search_;
  uint64_t step_;
  std::string mark_;
};

OddRow Explain(const TableInfo& table, const std::vector<ColumnProfile>& profiles,
               const OddGroup::Row& row) {
  OddRow odd;
  odd.row = row.row;
  odd.surprise = row.surprise;
  odd.text = "a row unlike the others, most in ";
  for (const std::string& column : row.columns) {
    const Field* field = table.Find(column);
    if (!odd.fields.empty()) odd.text += ", ";
    odd.fields.push_back(field);
    odd.text += column;
    std::string usual = UsualOf(profiles[static_cast<size_t>(field - table.fields.data())]);
    if (!usual.empty()) odd.usual += (odd.usual.empty() ? "" : "; ") + usual;
  }
  return odd;
}

}  // namespace

std::unique_ptr<PassingRows> RowsForOddSearch(const TableInfo& table,
                                              const std::vector<const Field*>& fields) {
  auto rows = std::make_unique<PassingRows>(table, fields);
  for (const Sample& sample : SamplesOf(table)) rows->Want(sample.parts, sample.rows);
  return rows;
}

Result<OddRows> FindOddRows(const TableInfo& table, const std::vector<ColumnProfile>& profiles,
                            const OddSearch& search) {
  ROOST_ASSIGN(std::vector<OddGroup> groups, Finder(table, search).Run());
  OddRows found;
  for (const OddGroup& group : groups) found.looked_at += group.looked_at;
  std::vector<const OddGroup::Row*> rows;
  for (const OddGroup& group : groups) {
    // Of a few rows none can be as rare as one of many: the small parts count by themselves.
    bool is_small = &group == &groups.back() && group.looked_at < kAlone;
    double most_usual = MostUsualSurprise(is_small ? group.looked_at : found.looked_at);
    found.count += static_cast<uint64_t>(std::ranges::count_if(
        group.surprises, [&](float surprise) { return surprise > most_usual; }));
    for (const OddGroup::Row& row : group.strongest) {
      if (row.surprise > most_usual) rows.push_back(&row);
    }
  }
  std::ranges::stable_sort(rows, std::greater(), &OddGroup::Row::surprise);
  if (rows.size() > kKept) rows.resize(kKept);
  for (const OddGroup::Row* row : rows) found.strongest.push_back(Explain(table, profiles, *row));
  return found;
}

}  // namespace roost::validate
