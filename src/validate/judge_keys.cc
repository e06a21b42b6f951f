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

struct WantedSet {
  uint64_t keys = 0;  // at most
  Counting counting = Counting::kNo;

  uint64_t bytes() const {
    return keys * (sizeof(int64_t) + (counting == Counting::kYes ? sizeof(uint32_t) : 0));
  }
};
using WantedSets = std::map<KeyColumns, WantedSet>;

WantedSets SetsFor(const Rule& rule) {
  WantedSets sets;
  auto add = [&](const TableInfo& table, const std::vector<const Field*>& fields, Counting how) {
    KeyColumns columns = KeyColumnsOf(fields);
    sets[columns] = {MostKeys(table, columns), how};
  };
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
  for (const auto& [columns, set] : sets) bytes += set.bytes();
  return bytes;
}

}  // namespace

/// Takes as many rules as half of the memory has room for, those with the fewest keys first. The
/// others are SQL's business, which can spill.
void Judge::ChooseKeys(const std::vector<Rule>& rules) {
  std::vector<WantedSets> wanted;
  for (const Rule& rule : rules) {
    if (IsByKeys(rule, source_)) wanted.push_back(SetsFor(rule));
  }
  std::ranges::stable_sort(wanted, {}, BytesOf);
  WantedSets chosen;
  for (const WantedSets& own : wanted) {
    WantedSets more = chosen;
    for (const auto& [columns, set] : own) {
      WantedSet& all = more[columns];
      all.keys = set.keys;
      if (set.counting == Counting::kYes) all.counting = Counting::kYes;
    }
    if (BytesOf(more) <= options_.memory_bytes / 2) chosen = std::move(more);
  }
  for (const auto& [columns, set] : chosen) chosen_keys_[columns] = set.counting;
}

std::map<KeyColumns, Counting> Judge::KeysOf(const TableInfo& table) const {
  std::map<KeyColumns, Counting> keys;
  for (const auto& [columns, counting] : chosen_keys_) {
    bool is_own = std::ranges::any_of(
        table.fields, [&](const Field& field) { return field.columns.front() == columns.front(); });
    if (is_own) keys.emplace(columns, counting);
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

}  // namespace roost::validate
