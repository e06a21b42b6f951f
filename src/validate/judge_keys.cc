#include <algorithm>

#include "export/part.h"
#include "validate/judge.h"

namespace roost::validate {

namespace {

using Counting = KeySet::Counting;

/// No column has more different integers than rows, or than lie between its ends.
uint64_t MostKeys(const TableInfo& table, const KeyColumns& columns) {
  uint64_t keys = 0;
  bool is_number = columns.size() == 1 && columns[0]->type == shred::FinalType::kInt64;
  for (const auto& part : table.parts) {
    for (int group = 0; group < part->row_groups(); ++group) {
      auto rows = static_cast<uint64_t>(part->RowGroupRows(group));
      auto ends = is_number ? part->RangeOf(group, columns[0]->name) : std::nullopt;
      auto width =
          ends ? static_cast<uint64_t>(ends->max) - static_cast<uint64_t>(ends->min) : rows;
      keys += std::min(rows, width < rows ? width + 1 : rows);
    }
  }
  return std::min(keys, uint64_t{KeySet::kMost});
}

using WantedSets = std::map<KeyColumns, KeySet::Plan>;

/// What a dependency's rows are told apart by: what they depend on, then what depends on it.
std::vector<const Field*> PairOf(const Rule& rule) {
  std::vector<const Field*> fields = rule.other_fields;
  fields.insert(fields.end(), rule.fields.begin(), rule.fields.end());
  return fields;
}

WantedSets SetsFor(const Rule& rule) {
  WantedSets sets;
  auto add = [&](const TableInfo& table, const std::vector<const Field*>& fields, Counting how) {
    KeyColumns columns = KeyColumnsOf(fields);
    sets[columns] = {how, MostKeys(table, columns)};
  };
  if (rule.kind == Kind::kDependency) {  // which, while it holds, has no more pairs than keys
    add(*rule.table, rule.other_fields, Counting::kNo);
    KeyColumns on = KeyColumnsOf(rule.other_fields);
    sets[KeyColumnsOf(PairOf(rule))] = sets[on];
    return sets;
  }
  bool counts = rule.kind == Kind::kCapacity;
  add(*rule.table, rule.fields, Counting::kNo);
  if (rule.kind != Kind::kUnique) {
    add(*rule.other_table, rule.other_fields, counts ? Counting::kYes : Counting::kNo);
  }
  if (!rule.distinct_by.empty()) add(*rule.other_table, rule.distinct_by, Counting::kNo);
  return sets;
}

uint64_t BytesOf(const WantedSets& sets) {
  uint64_t bytes = 0;
  for (const auto& [columns, wanted] : sets) {
    bool counts = wanted.counting == Counting::kYes;
    bytes += wanted.most * (sizeof(int64_t) + (counts ? sizeof(uint32_t) : 0));
  }
  return bytes;
}

}  // namespace

/// Takes as many rules as half of the memory has room for, those with the fewest keys first. What
/// is left is shared by the pairs of dependencies, of which there are far more than keys only where
/// nothing depends. The others are SQL's business, which can spill.
void Judge::ChooseKeys(const std::vector<Rule>& rules) {
  std::vector<WantedSets> wanted;
  WantedSets pairs;
  for (const Rule& rule : rules) {
    if (!IsByKeys(rule, source_)) continue;
    if (rule.kind == Kind::kDependency) {
      pairs.merge(SetsFor(rule));
    } else {
      wanted.push_back(SetsFor(rule));
    }
  }
  const uint64_t room = options_.memory_bytes / 2;
  std::ranges::stable_sort(wanted, {}, BytesOf);
  WantedSets chosen;
  for (const WantedSets& own : wanted) {
    WantedSets more = chosen;
    for (const auto& [columns, set] : own) {
      auto [all, is_new] = more.try_emplace(columns, set);
      if (set.counting == Counting::kYes) all->second.counting = Counting::kYes;
    }
    if (BytesOf(more) <= room) chosen = std::move(more);
  }
  std::erase_if(pairs, [&](const auto& set) { return chosen.contains(set.first); });
  if (!pairs.empty()) {
    uint64_t share = (room - BytesOf(chosen)) / pairs.size() / sizeof(int64_t);
    for (auto& [columns, set] : pairs) set.most = std::min(set.most, share);
  }
  chosen.merge(pairs);
  chosen_keys_ = std::move(chosen);
}

std::map<KeyColumns, KeySet::Plan> Judge::KeysOf(const TableInfo& table) const {
  std::map<KeyColumns, KeySet::Plan> keys;
  for (const auto& [columns, wanted] : chosen_keys_) {
    bool is_own = std::ranges::any_of(
        table.fields, [&](const Field& field) { return field.columns.front() == columns.front(); });
    if (is_own) keys.emplace(columns, wanted);
  }
  return keys;
}

/// The keys of some fields, if they were collected and were not too many.
const KeySet* Judge::KeysOf(const std::vector<const Field*>& fields) const {
  auto keys = keys_.find(KeyColumnsOf(fields));
  return keys == keys_.end() || keys->second.has_given_up() ? nullptr : &keys->second;
}

/// Whether a unique rule holds for all rows, as far as keys tell; then the result says so.
bool Judge::IsUniqueByKeys(const Rule& rule, RuleResult& result) const {
  const KeySet* keys = IsByKeys(rule, source_) ? KeysOf(rule.fields) : nullptr;
  if (!keys || !keys->is_unique()) return false;
  bool lacks_none = keys->rows() == rule.table->rows;
  result.tested = keys->rows();
  return lacks_none || !rule.is_key;
}

/// Whether no two rows that agree in what others depend on differ in those, as far as keys tell: if
/// there are as many pairs as keys, no key has two. Rows that have a key only would spoil the
/// count.
bool Judge::DependsByKeys(const Rule& rule, RuleResult& result) const {
  if (!IsByKeys(rule, source_)) return false;
  const KeySet* keys = KeysOf(rule.other_fields);
  const KeySet* pairs = KeysOf(PairOf(rule));
  if (!keys || !pairs || keys->rows() != pairs->rows() || keys->size() != pairs->size()) {
    return false;
  }
  result.tested = pairs->rows();
  return true;
}

}  // namespace roost::validate
