#include "validate/row_counts.h"

#include <span>

#include "query/answer.h"
#include "validate/rule_sql.h"

namespace roost::validate {

namespace {

constexpr size_t kRulesOfOneQuery = 100;

uint64_t NumberOf(const std::string& text) { return text.empty() ? 0 : std::stoull(text); }

Status CountTogether(const query::Session& session, const std::string& from,
                     std::span<const Rule* const> rules, std::span<RowCount> counts) {
  std::string select;
  for (const Rule* rule : rules) {
    RowConditions conditions = ConditionsOf(*rule);
    select += (select.empty() ? "" : ", ") +
              ("count(*) FILTER (WHERE " + conditions.tested + "), count(*) FILTER (WHERE " +
               conditions.failed) +
              ")";
  }
  ROOST_ASSIGN(query::Answer answer, query::Ask(session, "SELECT " + select + " FROM " + from));
  for (size_t i = 0; i < rules.size(); ++i) {
    counts[i].tested = NumberOf(answer.Text(0, 2 * i));
    counts[i].failed = NumberOf(answer.Text(0, 2 * i + 1));
  }
  return Status::OK();
}

}  // namespace

Result<std::vector<RowCount>> CountRowsBySql(const query::Session& session, const std::string& from,
                                             const std::vector<const Rule*>& rules) {
  std::vector<RowCount> counts(rules.size());
  for (size_t at = 0; at < rules.size(); at += kRulesOfOneQuery) {
    size_t count = std::min(kRulesOfOneQuery, rules.size() - at);
    auto some = std::span(rules).subspan(at, count);
    auto some_counts = std::span(counts).subspan(at, count);
    Status status = CountTogether(session, from, some, some_counts);
    if (status.IsCancelled()) return status;
    if (status.ok()) continue;
    // One of them is wrong; the others shall not suffer for it.
    for (size_t i = 0; i < count; ++i) {
      some_counts[i].status =
          CountTogether(session, from, some.subspan(i, 1), some_counts.subspan(i, 1));
      if (some_counts[i].status.IsCancelled()) return some_counts[i].status;
    }
  }
  return counts;
}

}  // namespace roost::validate
