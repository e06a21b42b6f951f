#include "query/answer.h"
#include "validate/judge.h"
#include "validate/seats.h"

namespace roost::validate {

namespace {

constexpr size_t kMostListedParents = 100'000;  // in a query

}  // namespace

/// By the keys of both tables where they say all: of parents and, if children count once, of
/// children none comes twice.
Status Judge::JudgeCapacity(const Rule& rule, RuleResult& result, Failures& failures) {
  capacities_[rule.name] = rule;
  if (!IsByKeys(rule, source_)) return JudgeSet(rule, result, failures);
  const KeySet* parents = KeysOf(rule.fields);
  const KeySet* children = KeysOf(rule.other_fields);
  bool known = parents && children && children->is_counted() && parents->is_unique();
  if (known && !rule.distinct_by.empty()) {
    const KeySet* own = KeysOf(rule.distinct_by);
    known = own && own->is_unique() && own->rows() == rule.other_table->rows;
  }
  if (!known) return JudgeSet(rule, result, failures);
  ROOST_ASSIGN(Seats seats, CountSeats(rule, *children, {options_.threads, options_.should_stop}));
  if (seats.wrong.size() > kMostListedParents) return JudgeSet(rule, result, failures);
  result.tested = parents->rows();
  seats_used_[rule.name] = seats.all == 0 ? 0 : seats.taken / seats.all;
  if (seats.wrong.empty()) return Status::OK();
  return failures.Take(*rule.table, RowsOfParents(rule, source_, seats.wrong), result);
}

Result<double> Judge::SeatsUsed(const Rule& rule) const {
  auto known = seats_used_.find(rule.name);
  if (known != seats_used_.end()) return known->second;
  auto judged = capacities_.find(rule.name);
  const Rule& capacity = judged == capacities_.end() ? rule : judged->second;
  ROOST_ASSIGN(query::Answer answer, query::Ask(session_, QueriesOf(capacity, source_).seats_used));
  return answer.Number(0, 0);
}

}  // namespace roost::validate
