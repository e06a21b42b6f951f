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
  bool is_by_keys = IsByKeys(rule, source_);
  const KeySet* children = is_by_keys ? KeysOf(rule.fields) : nullptr;
  const KeySet* parents = is_by_keys ? KeysOf(rule.other_fields) : nullptr;
  if (!children || !parents) return JudgeSet(rule, result, failures);
  std::vector<int64_t> orphans = children->Without(*parents);
  if (orphans.size() > kMostListedKeys) return JudgeSet(rule, result, failures);
  result.tested = children->rows();
  if (orphans.empty()) return Status::OK();
  ROOST_ASSIGN(auto known, KnownOrphans(rule, orphans));
  // Keys that are hashes cannot be named in SQL: what new parts have of them, their parents say.
  bool are_numbers = rule.fields.size() == 1 && rule.fields[0]->type() == shred::FinalType::kInt64;
  KeyValues listed;
  for (int64_t key : orphans) listed.push_back({std::to_string(key)});
  auto bad = [&](const RowSource& source) {
    return are_numbers ? RowsOfOrphans(rule, source, listed) : QueriesOf(rule, source).bad;
  };
  if (known) {
    ROOST_ASSIGN(bool is_done,
                 TakeMore(rule, {HasOneOf(rule.fields, "", *known), bad}, result, failures));
    if (is_done) return Status::OK();
  }
  return failures.Take(*rule.table, bad(source_), result);
}

/// The keys that failed the last time.
Result<KeyValues> Judge::LastKeys(const Rule& rule, const FailuresIndex::Found& found) const {
  KeyValues values;
  if (found.file.empty()) return values;
  ROOST_ASSIGN(
      query::Answer keys,
      query::Ask(session_, "SELECT DISTINCT " + Names(rule.fields) + " FROM (" +
                               options_.last->SelectOf(*rule.table, found) + ") ORDER BY ALL"));
  for (size_t r = 0; r < keys.rows.size(); ++r) {
    std::vector<std::string>& key = values.emplace_back();
    for (size_t c = 0; c < keys.names.size(); ++c) key.push_back(keys.Text(r, c));
  }
  return values;
}

/// Those of the orphans that the last run knew; nothing if others may have rows in the parts that
/// it saw.
Result<std::optional<KeyValues>> Judge::KnownOrphans(const Rule& rule,
                                                     const std::vector<int64_t>& orphans) const {
  std::optional<KeyValues> nothing;
  const auto* fresh = options_.last ? options_.last->NewParts(*rule.table) : nullptr;
  const auto* found = options_.last ? options_.last->Find(FailuresMark(rule)) : nullptr;
  if (!fresh || !found || !options_.kept) return nothing;
  KeyColumns columns = KeyColumnsOf(rule.fields);
  ROOST_ASSIGN(KeyValues known, LastKeys(rule, *found));
  std::vector<int64_t> old, unknown;
  std::erase_if(known, [&](const auto& values) {
    old.push_back(KeyOf(columns, values));
    return !std::ranges::binary_search(orphans, old.back());
  });
  std::ranges::sort(old);
  std::ranges::set_difference(orphans, old, std::back_inserter(unknown));
  if (unknown.empty()) return std::optional(std::move(known));
  auto counting = chosen_keys_.find(columns);
  bool are_counted =
      counting != chosen_keys_.end() && counting->second.counting == KeySet::Counting::kYes;
  for (size_t p = 0; p < rule.table->parts.size(); ++p) {
    if (std::ranges::find(*fresh, p) != fresh->end()) continue;
    ROOST_ASSIGN(bool has_one, options_.kept->HasKeyOf(*rule.table->parts[p],
                                                       KeyMark(columns, are_counted), unknown));
    if (has_one) return nothing;
  }
  return std::optional(std::move(known));
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
  std::string healed =
      "EXISTS (SELECT 1 FROM " + SqlName(rule.other_table->name()) + " p WHERE " + equal + ")";
  const KeySet* parents = IsByKeys(rule, source_) ? KeysOf(rule.other_fields) : nullptr;
  if (parents && found->rows <= kMostListedKeys) {
    KeyColumns columns = KeyColumnsOf(rule.fields);
    ROOST_ASSIGN(KeyValues there, LastKeys(rule, *found));
    std::erase_if(there, [&](const auto& key) { return !parents->Has(KeyOf(columns, key)); });
    if (there.empty()) return Status::OK();
    healed = HasOneOf(rule.fields, "o.", there);
  }
  ROOST_ASSIGN(
      query::Answer keys,
      query::Ask(session_, "SELECT " + names + ", count(*) AS rows FROM (" +
                               options_.last->SelectOf(*rule.table, *found) + ") o WHERE " +
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
