#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "validate/range_finder.h"
#include "validate/suggestions.h"

namespace roost::validate {

namespace {

std::string Shown(double value, bool whole) {
  if (value == 0) value = 0;  // not -0
  if (whole) return fmt::format("{:.0f}", value);
  std::string text = fmt::format("{}", value);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

}  // namespace

Status SuggestRanges(Suggestions& all, const TableInfo& table) {
  for (const Field& field : table.fields) {
    if (KindOf(field.type()) != ValueKind::kNumber || all.in_keys.contains(&field)) continue;
    RangeFinder finder(all.session, field);
    std::string one_half = SampleOf(all, table, 0), other_half = SampleOf(all, table, 1);
    ROOST_ASSIGN(auto range, finder.Fit(RowsOf(all, table), SampleOf(all, table)));
    if (!range) continue;
    ROOST_ASSIGN(auto first, finder.Fit(one_half, one_half));
    double alarms = 0;
    if (first) {
      ROOST_ASSIGN(double by_half, finder.ShareOutside(*first, other_half));
      ROOST_ASSIGN(double by_all, finder.ShareOutside(*range, other_half));
      alarms = std::max(0.0, by_half - by_all);
    }
    bool whole = field.type() != shred::FinalType::kDouble;
    Rule& rule = all.Add(Kind::kRange, table, {&field}, field.name + ".range");
    rule.low = Literal{Shown(whole ? std::floor(range->low) : range->low, whole), true};
    rule.high = Literal{Shown(whole ? std::ceil(range->high) : range->high, whole), true};
    rule.false_alarm_rate = alarms;
    rule.evidence = range->outside == 0
                        ? "all values lie there"
                        : fmt::format(
                              "all but {:.2f} % of the values lie there, the others far "
                              "away",
                              range->outside * 100);
  }
  return Status::OK();
}

}  // namespace roost::validate
