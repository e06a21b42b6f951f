#include "relate/key_candidates.h"

#include <algorithm>
#include <cmath>

#include "relate/tuples.h"

namespace roost::relate {

namespace {

constexpr double kLongestKey = 64;
constexpr size_t kPool = 9;
constexpr size_t kWidest = 4;  // of sets; wider ones only where nothing else is unique
constexpr size_t kVeryWidest = 5;
constexpr uint64_t kSmallTable = 60, kLargeTable = 100000;
constexpr size_t kLongestRun = 5;
constexpr double kMostLuck = 8;  // in bits, either way

bool IsMoment(const Column& column) {
  if (column.type == Type::kDate) return true;
  const Words& words = column.words.all;
  return std::any_of(words.begin(), words.end(),
                     [](const std::string& word) { return word == "year" || word == "date"; });
}

bool Fits(const Column& column) {
  return column.Full() && column.values > 0 && column.length <= kLongestKey && !column.IsList() &&
         column.storage != Storage::kJson && column.type != Type::kNone && !column.of_conflict;
}

/// Sentences, which are dear to compare and no part of a key.
bool IsProse(const Column& column) {
  constexpr double kShortest = 24, kNearlyAll = 0.9;
  auto phrases = column.sketch.text_classes()[static_cast<size_t>(sketch::TextClass::kPhrase)] +
                 column.sketch.text_classes()[static_cast<size_t>(sketch::TextClass::kOther)];
  return column.length >= kShortest &&
         static_cast<double>(phrases) >= kNearlyAll * static_cast<double>(column.values);
}

double LikenessToKeys(const Column& column, double is_reference) {
  return 2 * is_reference + column.words.id_like + 0.8 * column.words.own -
         0.6 * column.words.measure - 0.15 * column.position -
         0.02 * std::min(column.length, 40.0) + 0.5 * IsMoment(column);
}

class Search {
 public:
  Search(const Database& database, const Table& table, const ReferenceBelief& belief,
         UniqueCache& cache, ValueStore& values)
      : database_(database), table_(table), belief_(belief), cache_(cache), values_(values) {}

  Result<TableKeys> Run() {
    AddSingles();
    // In a large table no column is unique by accident, and looking at sets is dear.
    bool large = table_.rows > kLargeTable;
    if (!(large && has_named_)) ROOST_TRY(AddWide(large));
    FindRun();
    ROOST_TRY(AddPrefixesOfRun());
    return TableKeys{std::move(found_), std::move(run_)};
  }

 private:
  Status AddWide(bool large) {
    std::vector<int> pool = Pool();
    AddPlausiblePairs(pool);
    std::erase_if(pool, [&](int id) {
      const Column& column = database_.ColumnAt(id);
      return column.unique || (large && IsProse(column));
    });
    ROOST_ASSIGN(UniqueSets sets,
                 UniqueSets::Make(database_, std::move(pool), values_, cache_, {}));
    for (size_t width = 2; width <= kWidest; ++width) {
      if (width > 2 && has_wide_ && (has_single_ || large)) break;
      ROOST_TRY(AddSets(sets, width));
    }
    for (size_t width = kWidest + 1; width <= kVeryWidest && found_.empty(); ++width) {
      ROOST_TRY(AddSets(sets, width));
    }
    return Status::OK();
  }

  /// The key-like columns that the table begins with: declared keys are often wider than what
  /// makes the rows at hand unique.
  void FindRun() {
    for (int id : table_.columns) {
      const Column& column = database_.ColumnAt(id);
      bool order = std::any_of(column.words.all.begin(), column.words.all.end(), IsOrderWord);
      bool like = Fits(column) && column.type != Type::kFraction &&
                  (Strong(id) || IsMoment(column) || order);
      if (!like || run_.size() == kLongestRun) break;
      run_.push_back(id);
    }
  }

  Status AddPrefixesOfRun() {
    for (size_t width = 2; width <= run_.size(); ++width) {
      std::vector<int> prefix(run_.begin(), run_.begin() + static_cast<std::ptrdiff_t>(width));
      bool named = std::any_of(prefix.begin(), prefix.end(), [&](int id) {
        const Column& column = database_.ColumnAt(id);
        return column.unique && (column.words.own || column.words.bare);
      });
      if (named) break;
      ROOST_TRY(AddPrefix(prefix));
    }
    return Status::OK();
  }
  Status AddPrefix(const std::vector<int>& prefix) {
    const KeyCandidate* part = nullptr;
    for (const KeyCandidate& other : found_) {
      if (other.columns == prefix) return Status::OK();
      bool inside = other.minimal && std::includes(prefix.begin(), prefix.end(),
                                                   other.columns.begin(), other.columns.end());
      if (inside && (!part || other.columns.size() < part->columns.size())) part = &other;
    }
    KeyCandidate key{prefix, part == nullptr, {}, 0, 0};
    if (part) {
      key.part_luck = ExpectedCollisions(database_, part->columns);
    } else {
      ROOST_ASSIGN(bool unique, IsUnique(prefix));
      if (!unique) return Status::OK();
    }
    found_.push_back(std::move(key));
    return Status::OK();
  }

  void AddSingles() {
    for (int id : table_.columns) {
      const Column& column = database_.ColumnAt(id);
      if (!Fits(column) || !column.unique) continue;
      found_.push_back({{id}, true, {}, 0, 0});
      has_named_ = has_named_ || column.words.id_like;
    }
    has_single_ = !found_.empty();
  }

  /// Columns that a key of several may have, the likeliest first.
  std::vector<int> Pool() const {
    std::vector<int> pool;
    for (int id : table_.columns) {
      const Column& column = database_.ColumnAt(id);
      if (Fits(column) && column.type != Type::kFraction) pool.push_back(id);
    }
    auto likeness = [&](int id) {
      return LikenessToKeys(database_.ColumnAt(id), belief_.is_reference[id]);
    };
    std::stable_sort(pool.begin(), pool.end(),
                     [&](int a, int b) { return likeness(a) > likeness(b); });
    return pool;
  }

  Status AddSets(UniqueSets& sets, size_t width) {
    ROOST_ASSIGN(auto found, sets.OfWidth(width));
    for (std::vector<int>& columns : found) {
      found_.push_back({std::move(columns), true, {}, 0, 0});
      has_wide_ = true;
    }
    return Status::OK();
  }

  /// In a small table a part of a key may be unique by accident.
  void AddPlausiblePairs(std::vector<int> pool) {
    if (table_.rows > kSmallTable) return;
    if (pool.size() > kPool) pool.resize(kPool);
    std::erase_if(pool, [&](int id) { return !Strong(id); });
    std::sort(pool.begin(), pool.end());
    for (size_t i = 0; i < pool.size(); ++i) {
      for (size_t j = i + 1; j < pool.size(); ++j) {
        bool part = database_.ColumnAt(pool[i]).unique || database_.ColumnAt(pool[j]).unique;
        if (!part) continue;
        found_.push_back({{pool[i], pool[j]}, false, {}, 0, 0});
        has_wide_ = true;
      }
    }
  }
  bool Strong(int id) const {
    return database_.ColumnAt(id).words.id_like || belief_.is_reference[id] > 0.3;
  }
  Result<bool> IsUnique(const std::vector<int>& columns) {
    auto known = cache_.find(columns);
    if (known != cache_.end()) return known->second;
    ROOST_ASSIGN(bool unique, IsUniqueTuple(database_, columns, values_));
    cache_[columns] = unique;
    return unique;
  }

  const Database& database_;
  const Table& table_;
  const ReferenceBelief& belief_;
  UniqueCache& cache_;
  ValueStore& values_;
  std::vector<KeyCandidate> found_;
  std::vector<int> run_;
  bool has_single_ = false, has_wide_ = false, has_named_ = false;
};

}  // namespace

double ExpectedCollisions(const Database& database, const std::vector<int>& columns) {
  double rows = 0, combinations = 0;
  for (int id : columns) {
    rows = static_cast<double>(database.ColumnAt(id).rows);
    combinations +=
        std::log2(std::max<double>(1, static_cast<double>(database.ColumnAt(id).distinct)));
  }
  return std::clamp(std::log2(std::max(1.0, rows * (rows - 1) / 2)) - combinations, -kMostLuck,
                    kMostLuck);
}

Result<TableKeys> FindKeyCandidates(const Database& database, const Table& table,
                                    const ReferenceBelief& belief, UniqueCache& cache,
                                    ValueStore& values) {
  return Search(database, table, belief, cache, values).Run();
}

}  // namespace roost::relate
