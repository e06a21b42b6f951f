#include "relate/copies.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "relate/candidates.h"

namespace roost::relate {

namespace {

constexpr double kLeastChance = 0.02;  // by the first look, to be worth reading rows
constexpr double kLeastAgreement = 0.5;
constexpr uint64_t kLeastKeys = 3;
constexpr uint64_t kBytesOfRow = 16, kBytesOfKey = 64;  // while they are compared
constexpr size_t kSamples = 3;

struct Names {
  int column = 0, ref_column = 0;
};

std::string Joined(const Words& words) {
  std::string joined, last;
  for (const std::string& word : words) {
    if (word != last) joined += word;  // customer.customer_id flattens to customer_customer_id
    last = word;
  }
  return joined;
}

/// {customer, name} of customers -> {name}
Words WithoutTable(const Words& words, const Words& table) {
  bool begins =
      words.size() > table.size() && std::equal(table.begin(), table.end(), words.begin());
  return begins ? Words(words.begin() + static_cast<std::ptrdiff_t>(table.size()), words.end())
                : words;
}

/// Columns of a table by what they are called: in full, and without the table's own words.
struct NameIndex {
  std::map<std::string, int> full, bare;
};

NameIndex IndexOf(const Database& database, const Table& table) {
  NameIndex index;
  for (int id : table.columns) {
    const Column& column = database.ColumnAt(id);
    if (column.IsList()) continue;
    index.full.emplace(Joined(column.words.all), id);
    if (column.words.bare) continue;
    index.bare.emplace(Joined(WithoutTable(column.words.all, table.words)), id);
  }
  return index;
}

/// The columns beside the child whose names are its own stem and a target column's words.
std::vector<Names> PairByName(const Database& database, const Pair& pair, const NameIndex& siblings,
                              const NameIndex& targets) {
  std::vector<Names> found;
  const Column& child = database.ColumnAt(pair.child);
  std::string stem = Joined(child.words.stem);
  if (stem.empty() || child.IsList() || child.IsDerived()) return found;
  for (auto at = siblings.full.lower_bound(stem); at != siblings.full.end(); ++at) {
    if (!at->first.starts_with(stem)) break;
    auto target = targets.bare.find(at->first.substr(stem.size()));
    if (target == targets.bare.end()) continue;
    const Column& copy = database.ColumnAt(at->second);
    const Column& column = database.ColumnAt(target->second);
    bool same = copy.id == child.id || column.id == pair.parent || copy.id == column.id;
    bool numbers = copy.type == Type::kFraction || column.type == Type::kFraction;
    if (!same && (TypesFit(copy, column) || numbers)) found.push_back({copy.id, column.id});
  }
  return found;
}

/// The share of rows that would agree if the copy's values fell on any rows.
double ExpectedShare(const DistinctColumn& a, const DistinctColumn& b) {
  double all_a = 0, all_b = 0, both = 0;
  for (uint32_t count : a.counts) all_a += count;
  for (uint32_t count : b.counts) all_b += count;
  for (size_t i = 0, j = 0; i < a.hashes.size() && j < b.hashes.size();) {
    if (a.hashes[i] == b.hashes[j]) both += static_cast<double>(a.counts[i]) * b.counts[j];
    a.hashes[i] <= b.hashes[j] ? ++i : ++j;
  }
  return all_a * all_b > 0 ? both / (all_a * all_b) : 0;
}

/// The row of each key.
using Places = std::unordered_map<uint64_t, uint32_t>;

Status Compare(const Database& database, const std::vector<uint64_t>& keys, const Places& places,
               ValueStore& values, Copy& copy) {
  const Column& column = database.ColumnAt(copy.column);
  const Column& ref_column = database.ColumnAt(copy.ref_column);
  ROOST_ASSIGN(Distinct a, values.DistinctOf(database, column));
  ROOST_ASSIGN(Distinct b, values.DistinctOf(database, ref_column));
  copy.expected = ExpectedShare(*a, *b);
  ROOST_ASSIGN(RowHashes here, values.Rows(database, column));
  ROOST_ASSIGN(RowHashes there, values.Rows(database, ref_column));
  for (size_t row = 0; row < keys.size(); ++row) {
    auto place = places.find(keys[row]);
    if (place == places.end()) continue;
    uint64_t value = (*here)[row], ref_value = (*there)[place->second];
    if (value == sketch::kNullHash || ref_value == sketch::kNullHash) continue;
    ++copy.rows;
    copy.agreeing += value == ref_value;
    if (value == ref_value || copy.differences.size() == kSamples) continue;
    copy.differences.push_back({keys[row], value, ref_value});
  }
  return Status::OK();
}

}  // namespace

double Copy::Agreement() const {
  if (rows == 0 || expected >= 1) return 0;
  double share = static_cast<double>(agreeing) / static_cast<double>(rows);
  return std::max(0.0, (share - expected) / (1 - expected));
}

namespace {

Result<std::vector<Copy>> CompareCopies(const Database& database, const Pair& pair,
                                        const std::vector<Names>& names, ValueStore& values) {
  std::vector<Copy> copies;
  const Column& child = database.ColumnAt(pair.child);
  const Column& parent = database.ColumnAt(pair.parent);
  uint64_t bytes = child.rows * kBytesOfRow + parent.rows * kBytesOfKey;
  if (names.empty() || child.distinct < kLeastKeys || !values.Fits(bytes)) return copies;
  ROOST_ASSIGN(RowHashes keys, values.Rows(database, child));
  ROOST_ASSIGN(RowHashes targets, values.Rows(database, parent));
  Places places;
  places.reserve(targets->size());
  for (size_t row = 0; row < targets->size(); ++row) {
    if ((*targets)[row] != sketch::kNullHash) {
      places.emplace((*targets)[row], static_cast<uint32_t>(row));
    }
  }
  for (const Names& each : names) {
    Copy copy{.column = each.column, .ref_column = each.ref_column};
    ROOST_TRY(Compare(database, *keys, places, values, copy));
    if (copy.Agreement() >= kLeastAgreement) copies.push_back(std::move(copy));
  }
  return copies;
}

}  // namespace

Result<std::vector<Copy>> FindCopies(const Database& database, const Pair& pair,
                                     ValueStore& values) {
  auto index = [&](int column) {
    return IndexOf(database, database.TableOf(database.ColumnAt(column)));
  };
  std::vector<Names> names = PairByName(database, pair, index(pair.child), index(pair.parent));
  return CompareCopies(database, pair, names, values);
}

Status JudgeCopies(const Database& database, const std::vector<double>& first_look,
                   ValueStore& values, std::vector<Pair>& pairs) {
  std::vector<NameIndex> indexes;
  for (const Table& table : database.tables) indexes.push_back(IndexOf(database, table));
  auto index = [&](int column) -> const NameIndex& {
    return indexes[static_cast<size_t>(database.ColumnAt(column).table)];
  };
  for (size_t i = 0; i < pairs.size(); ++i) {
    if (first_look[i] < kLeastChance) continue;
    std::vector<Names> names =
        PairByName(database, pairs[i], index(pairs[i].child), index(pairs[i].parent));
    ROOST_ASSIGN(auto copies, CompareCopies(database, pairs[i], names, values));
    for (const Copy& copy : copies) {
      double& best = pairs[i].evidence[k_copies];
      best = std::max(best, copy.Agreement());
    }
  }
  return Status::OK();
}

}  // namespace roost::relate
