#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/sql_text.h"
#include "query/answer.h"
#include "validate/judge.h"

namespace roost::validate {

namespace {

constexpr size_t kMostListedKeys = 10'000;  // in a query
constexpr size_t kShownKeys = 10;

std::string Counted(uint64_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string Names(const std::vector<const Field*>& fields) {
  std::string names;
  for (const Field* field : fields) names += (names.empty() ? "" : ", ") + SqlName(field->name);
  return names;
}

/// The first ones of keys that an answer lists, its last column left out.
std::vector<std::string> FirstKeys(const query::Answer& answer) {
  std::vector<std::string> keys;
  for (size_t r = 0; r < std::min(answer.rows.size(), kShownKeys); ++r) {
    std::string& key = keys.emplace_back();
    for (size_t c = 0; c + 1 < answer.names.size(); ++c) {
      key += (c == 0 ? "" : ", ") + answer.Text(r, c);
    }
  }
  return keys;
}

}  // namespace

std::string HealedWords(const RuleResult& result) {
  if (result.healed_keys == 0) return "";
  std::string words = fmt::format(
      "{} came since the last run, which heals {}: ", Counted(result.healed_keys, "key", "keys"),
      Counted(result.healed, "row", "rows"));
  for (const std::string& key : result.healed_values) {
    words += (&key == &result.healed_values[0] ? "" : "; ") + key;
  }
  return words + (result.healed_keys > result.healed_values.size() ? "; ..." : "");
}

/// By the keys of both tables if they were collected: then SQL has to fetch rows at most.
Status Judge::FindOrphans(const Rule& rule, RuleResult& result, Failures& failures) {
  if (!HasKeys(rule)) return JudgeSet(rule, result, failures);
  const KeySet& children = keys_.at(rule.fields[0]->columns.front());
  const KeySet& parents = keys_.at(rule.other_fields[0]->columns.front());
  bool known = !children.has_given_up() && !parents.has_given_up();
  std::vector<int64_t> orphans = known ? children.Without(parents) : std::vector<int64_t>();
  if (!known || orphans.size() > kMostListedKeys) return JudgeSet(rule, result, failures);
  result.tested = children.rows();
  if (orphans.empty()) return Status::OK();
  ROOST_ASSIGN(bool are_all_new, AreAllNew(rule, orphans));
  auto bad = [&](const RowSource& source) { return RowsOfOrphans(rule, source, orphans); };
  if (are_all_new) {
    std::string still = SqlName(rule.fields[0]->name) + " IN (" + KeyList(orphans) + ")";
    ROOST_ASSIGN(bool is_done, TakeMore(rule, still, bad, result, failures));
    if (is_done) return Status::OK();
  }
  return failures.Take(*rule.table, bad(source_), result);
}

/// Whether orphans that the last run did not know have no rows in the parts that it saw.
Result<bool> Judge::AreAllNew(const Rule& rule, const std::vector<int64_t>& orphans) const {
  const auto* fresh = options_.last ? options_.last->NewParts(*rule.table) : nullptr;
  const auto* found = options_.last ? options_.last->Find(FailuresMark(rule)) : nullptr;
  if (!fresh || !found || !options_.kept) return false;
  std::vector<int64_t> unknown = orphans;
  if (!found->file.empty()) {
    std::string name = SqlName(rule.fields[0]->name);
    ROOST_ASSIGN(
        query::Answer keys,
        query::Ask(session_, "SELECT DISTINCT " + name + "::BIGINT AS key FROM (" +
                                 options_.last->SelectOf(*rule.table, *found) + ") ORDER BY key"));
    std::vector<int64_t> old;
    for (size_t r = 0; r < keys.rows.size(); ++r) old.push_back(std::stoll(keys.Text(r, 0)));
    unknown.clear();
    std::ranges::set_difference(orphans, old, std::back_inserter(unknown));
  }
  if (unknown.empty()) return true;
  const shred::FinalColumn& column = *rule.fields[0]->columns.front();
  for (size_t p = 0; p < rule.table->parts.size(); ++p) {
    if (std::ranges::find(*fresh, p) != fresh->end()) continue;
    ROOST_ASSIGN(bool has_one, options_.kept->HasKeyOf(*rule.table->parts[p], column, unknown));
    if (has_one) return false;
  }
  return true;
}

/// Which keys that were missing the last time are there now, and how many rows had them.
Status Judge::FindHealed(const Rule& rule, RuleResult& result) const {
  const auto* found = options_.last ? options_.last->Find(FailuresMark(rule)) : nullptr;
  if (!found || found->file.empty()) return Status::OK();
  std::string equal;
  for (size_t i = 0; i < rule.fields.size(); ++i) {
    equal += (i == 0 ? "p." : " AND p.") + SqlName(rule.other_fields[i]->name) + " = o." +
             SqlName(rule.fields[i]->name);
  }
  std::string names = Names(rule.fields);
  std::string old = "(" + options_.last->SelectOf(*rule.table, *found) + ")";
  std::string healed =
      "EXISTS (SELECT 1 FROM " + SqlName(rule.other_table->name()) + " p WHERE " + equal + ")";
  if (HasKeys(rule) && found->rows <= kMostListedKeys) {
    ROOST_ASSIGN(query::Answer keys,
                 query::Ask(session_, "SELECT DISTINCT " + names + "::BIGINT AS key FROM " + old));
    const KeySet& parents = keys_.at(rule.other_fields[0]->columns.front());
    std::vector<int64_t> there;
    for (size_t r = 0; r < keys.rows.size(); ++r) {
      int64_t key = std::stoll(keys.Text(r, 0));
      if (std::ranges::binary_search(parents.keys(), key)) there.push_back(key);
    }
    if (!parents.has_given_up()) healed = names + " IN (" + KeyList(there) + ")";
  }
  ROOST_ASSIGN(
      query::Answer keys,
      query::Ask(session_, "SELECT " + names + ", count(*) AS rows FROM " + old + " o WHERE " +
                               healed + " GROUP BY ALL ORDER BY rows DESC, " + names));
  result.healed_keys = keys.rows.size();
  for (size_t r = 0; r < keys.rows.size(); ++r) {
    result.healed += std::stoull(keys.Text(r, keys.names.size() - 1));
  }
  result.healed_values = FirstKeys(keys);
  return Status::OK();
}

/// The missing keys of the rows that were found just now.
Status Judge::ListOrphans(const Rule& rule, RuleResult& result) const {
  std::string names = Names(rule.fields);
  ROOST_ASSIGN(query::Answer keys, query::Ask(session_, "SELECT count(*) FROM (SELECT DISTINCT " +
                                                            names + " FROM _wide)"));
  result.orphan_keys = keys.Count();
  ROOST_ASSIGN(query::Answer some,
               query::Ask(session_, "SELECT " + names +
                                        ", count(*) AS rows FROM _wide GROUP BY ALL "
                                        "ORDER BY rows DESC, " +
                                        names + fmt::format(" LIMIT {}", kShownKeys)));
  result.orphan_values = FirstKeys(some);
  return Status::OK();
}

Status Judge::JudgeReference(const Rule& rule, RuleResult& result, Failures& failures) {
  ROOST_TRY(FindOrphans(rule, result, failures));
  Remember(FailuresMark(rule), result);
  result.orphan_keys = 0;
  if (result.failed > 0) ROOST_TRY(ListOrphans(rule, result));
  ROOST_TRY(FindHealed(rule, result));
  std::string healed = HealedWords(result);
  if (result.failed == 0) {
    result.message = healed.empty() ? "" : "no orphans; " + healed;
    return Status::OK();
  }
  result.message = fmt::format("{} of {} to {} that {} not there", result.failed,
                               Counted(result.tested, "row refers", "rows refer"),
                               Counted(*result.orphan_keys, "key", "keys"),
                               *result.orphan_keys == 1 ? "is" : "are") +
                   (healed.empty() ? "" : "; " + healed);
  return Status::OK();
}

}  // namespace roost::validate
