#include "validate/oddities.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "base/figures.h"
#include "base/json_text.h"
#include "base/sql_text.h"
#include "validate/range_finder.h"

namespace roost::validate {

namespace {

constexpr uint64_t kFewestRows = 100;    // of less, nothing is said
constexpr double kLargestShare = 0.005;  // of all rows may be rare
constexpr double kGap = 20;              // so many times as often comes the next more frequent one
constexpr size_t kMostRare = 8;          // rare ones of a column
constexpr double kFrequent = 0.003;      // of all rows: a value that comes so often is usual
constexpr double kSuspect = 3.5;         // deviations from which on a gap is looked for
constexpr uint64_t kMostForGaps = 1'000'000;
constexpr double kLean = 2;                            // see anomaly/scaling.h
constexpr double kQuartile = 0.6745, kOuter = 1.6449;  // of a normal distribution, in deviations

std::string Shown(double value) {
  std::string text;
  AppendJsonDouble(text, value);
  return text;
}

/// How many deviations an exponential tail reaches once in a hundred columns of so many rows. Its
/// deviation, by the 95 % quantile as below, is 1.4 of its means.
double FarthestUsual(uint64_t rows) {
  return std::max(6.0, (std::log(static_cast<double>(rows)) + std::log(100) - 0.69) / 1.4);
}

class Numbers {
 public:
  explicit Numbers(const ColumnProfile& profile) : profile_(profile) {}

  /// The ends of what is usual; nothing where most values are the same.
  bool Fit() {
    low_ = -std::numeric_limits<double>::infinity();
    high_ = -low_;
    double middle = At(0.5);
    bool leans = At(0.01) > 0 && At(0.95) - middle > kLean * (middle - At(0.05));
    far_ = FarthestUsual(profile_.rows - profile_.nulls);
    double up = Deviation(At(0.75) - middle, At(0.95) - middle, At(0.99) - middle);
    double down = Deviation(middle - At(0.25), middle - At(0.05), middle - At(0.01));
    if (up <= 0 && down <= 0) return false;
    // Of whole numbers that are nearly all alike the other side tells how far they go.
    double least = std::max(up, down) / 10;
    up_ = std::max(up, least);
    down_ = std::max(down, least);
    high_ = middle + far_ * up_;
    low_ = middle - far_ * down_;
    if (!leans) return true;
    auto log_of = [&](double share) { return std::log(At(share) / middle); };
    double log_up = Deviation(log_of(0.75), log_of(0.95), log_of(0.99));
    double log_down = Deviation(-log_of(0.25), -log_of(0.05), -log_of(0.01));
    high_ = std::max(high_, middle * std::exp(far_ * log_up));
    low_ = log_down > 0 ? middle * std::exp(-far_ * std::max(log_down, log_up / 3)) : low_;
    return true;
  }

  double low() const { return low_; }
  double high() const { return high_; }
  double At(double share) const {
    for (const auto& [at, value] : profile_.quantiles) {
      if (at >= share) return value;
    }
    return profile_.quantiles.back().second;
  }
  double DeviationsOf(double value) const {
    double middle = At(0.5);
    return value > middle ? (value - middle) / up_ : (middle - value) / down_;
  }

 private:
  static double Deviation(double quartile, double outer, double outmost) {
    double deviation = std::max(quartile / kQuartile, outer / kOuter);
    return deviation > 0 ? deviation : outmost / 2.326;
  }

  const ColumnProfile& profile_;
  double low_ = 0, high_ = 0, far_ = 0, up_ = 1, down_ = 1;
};

/// Values that come often belong to a column, however far away they lie: an exit code of 137.
void IncludeFrequent(const ColumnProfile& profile, const CellCounts& cells, FittedRange& range) {
  double least = std::max(3.0, kFrequent * static_cast<double>(profile.rows - profile.nulls));
  auto include = [&](const std::string& text, uint64_t count) {
    if (static_cast<double>(count) < least) return;
    double value = std::strtod(text.c_str(), nullptr);
    range.low = std::min(range.low, value);
    range.high = std::max(range.high, value);
  };
  for (const auto& [text, count] : profile.top) include(text, count);
  for (const FewValues::Entry& entry : cells.values().entries()) include(entry.text, entry.count);
}

/// Numbers outside of a range; `numbers` says how far.
void AddOutside(const Field& field, const ColumnProfile& profile, const Numbers& numbers,
                const FittedRange& range, std::vector<Oddity>& found) {
  double least = numbers.At(0), largest = numbers.At(1);
  auto add = [&](double farthest, const char* sign, double end, const char* where) {
    Oddity& oddity = found.emplace_back();
    oddity.field = &field;
    oddity.kind = "value";
    oddity.strength = numbers.DeviationsOf(farthest);
    // Whole numbers are compared with whole ones, or DuckDB makes decimals of all of them.
    bool is_whole = field.type() == shred::FinalType::kInt64 && std::abs(end) < 1e15;
    oddity.end = !is_whole ? end : *sign == '>' ? std::floor(end) : std::ceil(end);
    oddity.end_of = SqlName(field.name) + " " + sign + " ";
    oddity.condition =
        oddity.end_of + (is_whole ? fmt::format("{:.0f}", oddity.end) : Shown(oddity.end));
    oddity.usual = Shown(numbers.At(0.05)) + " to " + Shown(numbers.At(0.95));
    oddity.text = profile.name + " is far " + where + " what is usual";
  };
  if (std::isfinite(largest) && largest > range.high) add(largest, ">", range.high, "above");
  if (std::isfinite(least) && least < range.low) add(least, "<", range.low, "below");
}

Status FindFarNumbers(const query::Session& session, const TableInfo& table, const Field& field,
                      const ColumnProfile& profile, const CellCounts& cells,
                      std::vector<Oddity>& found) {
  uint64_t values = profile.rows - profile.nulls;
  if (profile.quantiles.empty() || values < kFewestRows) return Status::OK();
  Numbers numbers(profile);
  if (!numbers.Fit()) return Status::OK();
  FittedRange range{.low = numbers.low(), .high = numbers.high()};
  IncludeFrequent(profile, cells, range);
  double farthest =
      std::max(numbers.DeviationsOf(numbers.At(0)), numbers.DeviationsOf(numbers.At(1)));
  // A gap costs a query: it is looked for where a value lies at least somewhat far out.
  bool may_have_gap = farthest > kSuspect && values <= kMostForGaps && profile.distinct < values;
  if (may_have_gap) {
    RangeFinder finder(session, field);
    ROOST_ASSIGN(auto fitted, finder.Fit(SqlName(table.name()), SqlName(table.name())));
    if (fitted && fitted->outside > 0) {
      IncludeFrequent(profile, cells, *fitted);
      range.low = std::max(range.low, fitted->low);
      range.high = std::min(range.high, fitted->high);
    }
  }
  AddOutside(field, profile, numbers, range, found);
  return Status::OK();
}

/// The entries that are rare, most rare first; `usual` gets the most frequent ones.
std::vector<FewValues::Entry> RareOf(const FewValues& counts,
                                     std::vector<FewValues::Entry>& usual) {
  std::vector<FewValues::Entry> entries = counts.entries();
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return a.count != b.count ? a.count < b.count : a.text < b.text;
  });
  double all = 0, before = 0;
  for (const auto& entry : entries) all += static_cast<double>(entry.count);
  size_t rare = 0;
  for (size_t i = 0; i + 1 < entries.size() && i < kMostRare; ++i) {
    before += static_cast<double>(entries[i].count);
    if (before > kLargestShare * all || all < kFewestRows) break;
    if (static_cast<double>(entries[i + 1].count) >= kGap * static_cast<double>(entries[i].count)) {
      rare = i + 1;
    }
  }
  usual.assign(entries.begin() + static_cast<ptrdiff_t>(rare), entries.end());
  std::reverse(usual.begin(), usual.end());
  entries.resize(rare);
  return entries;
}

std::string Listed(const std::vector<FewValues::Entry>& usual) {
  std::string list;
  for (size_t i = 0; i < usual.size() && i < 5; ++i) {
    list += (i == 0 ? "" : ", ") + usual[i].text.substr(0, 40);
  }
  return usual.size() > 5 ? list + ", ..." : list;
}

double SurpriseOf(uint64_t count, uint64_t rows) {
  return -std::log2(static_cast<double>(count) / static_cast<double>(rows));
}

void FindRare(const Field& field, const FewValues& counts, bool are_forms, uint64_t rows,
              std::vector<Oddity>& found) {
  std::vector<FewValues::Entry> usual;
  for (const FewValues::Entry& entry : RareOf(counts, usual)) {
    if (are_forms && entry.text.empty()) continue;  // too long for a form
    Oddity& oddity = found.emplace_back();
    oddity.field = &field;
    oddity.kind = are_forms ? "rare_form" : "rare_value";
    oddity.strength = SurpriseOf(entry.count, rows);
    bool number = BatchColumn::LayoutOf(field.type()) == BatchColumn::Layout::kInt64;
    oddity.condition =
        are_forms ? "regexp_full_match(" + SqlName(field.name) + ", " +
                        SqlText(PatternOfForm(entry.text)) + ")"
                  : SqlName(field.name) + " = " + (number ? entry.text : SqlText(entry.text));
    oddity.usual = Listed(usual);
    oddity.text =
        fmt::format("{} {} {}, which {} of {} have", field.name, are_forms ? "has the form" : "is",
                    entry.text.substr(0, 60), entry.count == 1 ? "one" : FormatCount(entry.count),
                    FormatCount(rows) + " rows");
  }
}

/// Lengths that few rows have, if there are few lengths.
void FindRareLengths(const Field& field, const CellCounts& cells, uint64_t rows,
                     std::vector<Oddity>& found) {
  FewValues lengths;
  for (size_t bytes = 0; bytes < cells.lengths().size(); ++bytes) {
    uint64_t count = cells.lengths()[bytes];
    if (count > 0 && !lengths.Add(std::to_string(bytes), count)) return;
  }
  std::vector<FewValues::Entry> usual;
  std::vector<FewValues::Entry> rare = RareOf(lengths, usual);
  // Lengths of free text thin out by and by: only a few of them are a rule of the data.
  constexpr size_t kFewLengths = 4;
  if (usual.size() > kFewLengths) return;
  for (const FewValues::Entry& entry : rare) {
    Oddity& oddity = found.emplace_back();
    oddity.field = &field;
    oddity.kind = "rare_length";
    oddity.strength = SurpriseOf(entry.count, rows);
    bool longest = entry.text == std::to_string(CellCounts::kLongest);
    oddity.condition =
        "strlen(" + SqlName(field.name) + ")" + (longest ? " >= " : " = ") + entry.text;
    oddity.usual = Listed(usual) + " bytes";
    oddity.text =
        fmt::format("{} is {} bytes long, as {} of {} rows are", field.name, entry.text,
                    entry.count == 1 ? "one" : FormatCount(entry.count), FormatCount(rows));
  }
}

}  // namespace

const std::string& NameOf(const Oddity& oddity) {
  return oddity.end_of.empty() ? oddity.condition : oddity.end_of;
}

bool IsWithin(const Oddity& oddity, double earlier_end) {
  if (oddity.end_of.empty()) return true;
  return oddity.end_of.ends_with("> ") ? earlier_end <= oddity.end : earlier_end >= oddity.end;
}

Result<std::vector<Oddity>> FindOddities(const query::Session& session, const TableInfo& table,
                                         const std::vector<ColumnProfile>& profiles,
                                         const std::vector<CellCounts>& cells) {
  std::vector<Oddity> found;
  for (size_t f = 0; f < table.fields.size(); ++f) {
    const Field& field = table.fields[f];
    const ColumnProfile& profile = profiles[f];
    uint64_t values = profile.rows - profile.nulls;
    size_t before = found.size();
    ROOST_TRY(FindFarNumbers(session, table, field, profile, cells[f], found));
    if (found.size() == before) FindRare(field, cells[f].values(), false, values, found);
    FindRare(field, cells[f].forms(), true, values, found);
    if (found.size() == before) FindRareLengths(field, cells[f], values, found);
  }
  return found;
}

}  // namespace roost::validate
