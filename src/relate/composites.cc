#include "relate/composites.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "relate/candidates.h"
#include "relate/tuples.h"

namespace roost::relate {

namespace {

constexpr double kLeastPart = 0.35, kLeastMean = 0.6, kLeastScore = 0.5;
constexpr double kLeastContained = 0.97, kLeastPartContained = 0.98;
constexpr size_t kOptionsOfPart = 3;
constexpr double kSureBits = 40;

/// The best single reference of each column so far.
using Singles = std::unordered_map<int, std::pair<double, int>>;

struct Part {
  double score = 0;
  int child = 0;
};

/// Adds what one range of hashes says.
void Count(const DistinctColumn& of, const DistinctColumn& in, WideReference& reference) {
  Containment contained = ContainedIn(of, in);
  reference.child_values += of.size();
  reference.parent_values += in.size();
  reference.contained_values += contained.values;
  reference.contained_rows += contained.rows;
  for (uint32_t count : of.counts) reference.child_rows += count;
}

class Search {
 public:
  Search(const Database& database, const std::vector<TableKeys>& keys, ValueStore& values,
         Singles singles)
      : database_(database), keys_(keys), values_(values), singles_(std::move(singles)) {}

  Status AddReferencesTo(const Table& table, const KeyCandidate& key, bool best_key) {
    std::shared_ptr<DistinctColumn> tuples;
    for (const Table& other : database_.tables) {
      if (other.id == table.id) continue;
      ROOST_TRY(AddReference(other, table, key, best_key, tuples));
    }
    return Status::OK();
  }

  /// The widest and best first; what another implies is left out.
  std::vector<WideReference> Take() {
    std::stable_sort(
        found_.begin(), found_.end(), [](const WideReference& a, const WideReference& b) {
          return a.parents.size() != b.parents.size() ? a.parents.size() > b.parents.size()
                                                      : a.score > b.score;
        });
    std::vector<WideReference> taken;
    for (const WideReference& reference : found_) {
      bool inside = std::any_of(taken.begin(), taken.end(), [&](const WideReference& wider) {
        return std::all_of(reference.children.begin(), reference.children.end(), [&](int id) {
          return std::find(wider.children.begin(), wider.children.end(), id) !=
                 wider.children.end();
        });
      });
      if (!inside) taken.push_back(reference);
    }
    return taken;
  }

 private:
  double JudgePart(const Column& child, const Column& parent) const {
    if (child.words.joined == parent.words.joined && !child.words.bare) return 1;
    auto a = singles_.find(child.id), b = singles_.find(parent.id);
    const Words& stem = child.words.stem;
    Cover cover = CoverOf(stem, parent.words.stem);
    bool both = a != singles_.end() && b != singles_.end() && a->second.first > 0.4 &&
                b->second.first > 0.4 && a->second.second == b->second.second;
    if (both) return cover.of_second > 0.4 ? 0.9 : 0.7;
    Words full = database_.TableOf(parent).words;
    full.insert(full.end(), parent.words.stem.begin(), parent.words.stem.end());
    return std::max({std::min(cover.of_second, cover.of_first), 0.8 * CoverOf(stem, full).of_first,
                     0.8 * DiceOf(child.words.bigrams, parent.words.bigrams)});
  }

  Result<std::vector<Part>> OptionsFor(const Column& parent, const Table& from) {
    std::vector<Part> options;
    for (int id : from.columns) {
      const Column& child = database_.ColumnAt(id);
      if (child.type == Type::kNone || child.IsList() || !TypesFit(child, parent)) continue;
      double score = JudgePart(child, parent);
      if (score < kLeastPart || child.distinct > parent.distinct * 1.02 + 1) continue;
      double contained = 0, all = 0;
      auto look = [&](const std::vector<Distinct>& range) {
        contained += static_cast<double>(ContainedIn(*range[0], *range[1]).values);
        all += static_cast<double>(range[0]->size());
        return true;
      };
      ROOST_TRY(values_.ForEachRangeOfValues(database_, {child.id, parent.id}, look));
      if (contained < kLeastPartContained * all) continue;
      options.push_back({score, id});
    }
    std::stable_sort(options.begin(), options.end(),
                     [](const Part& a, const Part& b) { return a.score > b.score; });
    if (options.size() > kOptionsOfPart) options.resize(kOptionsOfPart);
    return options;
  }

  Status AddReference(const Table& from, const Table& to, const KeyCandidate& key, bool best_key,
                      std::shared_ptr<DistinctColumn>& tuples) {
    std::vector<std::vector<Part>> options;
    for (int id : key.columns) {
      ROOST_ASSIGN(auto parts, OptionsFor(database_.ColumnAt(id), from));
      if (parts.empty()) return Status::OK();
      options.push_back(std::move(parts));
    }
    WideReference best;
    std::vector<size_t> at(options.size());
    while (true) {
      ROOST_TRY(Consider(from, to, key, best_key, options, at, tuples, best));
      size_t i = 0;
      while (i < at.size() && ++at[i] == options[i].size()) at[i++] = 0;
      if (i == at.size()) break;
    }
    if (best.score >= kLeastScore) found_.push_back(best);
    return Status::OK();
  }

  Status Consider(const Table& from, const Table& to, const KeyCandidate& key, bool best_key,
                  const std::vector<std::vector<Part>>& options, const std::vector<size_t>& at,
                  std::shared_ptr<DistinctColumn>& tuples, WideReference& best) {
    WideReference reference{.children = {}, .parents = key.columns};
    double mean = 0;
    for (size_t i = 0; i < at.size(); ++i) {
      const Part& part = options[i][at[i]];
      auto& children = reference.children;
      if (std::find(children.begin(), children.end(), part.child) != children.end()) {
        return Status::OK();
      }
      children.push_back(part.child);
      mean += part.score / static_cast<double>(at.size());
    }
    if (mean < kLeastMean) return Status::OK();
    bool fit = TuplesFit(database_, key.columns, values_) &&
               TuplesFit(database_, reference.children, values_);
    if (!fit) {
      ROOST_ASSIGN(reference, CompareTuples(database_, reference.children, key.columns, values_));
    } else {
      if (!tuples) {
        ROOST_ASSIGN(auto hashes, TupleHashes(database_, key.columns, values_));
        tuples = std::make_shared<DistinctColumn>(CountValues(std::move(hashes)));
      }
      ROOST_ASSIGN(auto hashes, TupleHashes(database_, reference.children, values_));
      ROOST_ASSIGN(TuplesAmong among, CountAmong(hashes, *tuples, values_.crew()));
      reference.child_values = among.values;
      reference.parent_values = tuples->hashes.size();
      reference.contained_values = among.contained_values;
      reference.contained_rows = among.contained_rows;
      reference.child_rows = among.rows;
    }
    auto least = kLeastContained * static_cast<double>(reference.child_values);
    if (reference.child_values == 0 || static_cast<double>(reference.contained_values) < least) {
      return Status::OK();
    }
    reference.score = Score(from, to, key, best_key, mean, reference);
    if (reference.score > best.score) best = reference;
    return Status::OK();
  }

  /// Log-odds by hand, as a probability. A tuple that holds by accident must be told from one that
  /// refers: by names, by how unlikely the accident is, and by whether the parts refer on their
  /// own.
  double Score(const Table& from, const Table& to, const KeyCandidate& key, bool best_key,
               double mean, WideReference& reference) const {
    double space = 1;
    for (int id : key.columns) space *= static_cast<double>(database_.ColumnAt(id).distinct);
    double per_tuple =
        std::max(0.0, std::log2(space / static_cast<double>(reference.parent_values)));
    // In a grid that is nearly full, to be contained is no surprise.
    double bits = static_cast<double>(reference.child_values) * std::max(0.0, per_tuple - 0.5);
    bool is_key = reference.child_values == reference.child_rows && reference.child_values > 3;
    if (is_key && reference.child_values == reference.parent_values && !IsParent(to, from))
      return 0;
    bool measures = false, unexplained = false, equal = true;
    for (size_t i = 0; i < reference.children.size(); ++i) {
      const Column& child = database_.ColumnAt(reference.children[i]);
      const Column& parent = database_.ColumnAt(reference.parents[i]);
      if (child.words.own && child.unique && child.position == 0) return 0;
      bool same = child.words.joined == parent.words.joined;
      bool axis = IsAxis(child);
      measures = measures || (child.words.measure && !same) || axis;
      equal = equal && same;
      // A part that refers to nothing alone, or to the same table, is explained by the tuple only.
      auto single = singles_.find(child.id);
      bool refers = single != singles_.end() && single->second.first > 0.4 &&
                    database_.ColumnAt(single->second.second).table != to.id;
      unexplained = unexplained || (!refers && !axis);
    }
    double z = -1.6 + 5 * (mean - 0.75) + 0.3 * std::min(bits, 10.0) + 1.2 * best_key +
               1.2 * unexplained + 0.6 * equal - 2.2 * measures - 1.2 * (is_key && per_tuple < 2.5);
    reference.sure = equal && best_key && !measures && bits > kSureBits && per_tuple > 2 &&
                     reference.contained_values == reference.child_values;
    return 1 / (1 + std::exp(-z));
  }

  /// Years and dates stand in many tables and refer to nothing.
  static bool IsAxis(const Column& column) {
    const Words& words = column.words.all;
    return column.type == Type::kDate ||
           std::any_of(words.begin(), words.end(), [](const std::string& word) {
             return word == "year" || word == "month" || word == "date" || word == "day";
           });
  }

  /// Of two tables with the same key, that with the shorter name is the parent.
  static bool IsParent(const Table& table, const Table& of) {
    auto rank = [](const Table& each) { return std::pair(each.words.size(), each.name); };
    return rank(table) < rank(of);
  }

  const Database& database_;
  const std::vector<TableKeys>& keys_;
  ValueStore& values_;
  Singles singles_;
  std::vector<WideReference> found_;
};

}  // namespace

Result<WideReference> CompareTuples(const Database& database, const std::vector<int>& children,
                                    const std::vector<int>& parents, ValueStore& values) {
  WideReference reference{.children = children, .parents = parents};
  ROOST_TRY(ForEachTupleRange(database, {children, parents}, values, [&](const auto& tuples) {
    Count(tuples[0], tuples[1], reference);
    return true;
  }));
  return reference;
}

Result<std::vector<WideReference>> FindWideReferences(const Database& database,
                                                      const std::vector<Pair>& pairs,
                                                      const std::vector<double>& probabilities,
                                                      const std::vector<TableKeys>& keys,
                                                      ValueStore& values) {
  Singles singles;
  for (size_t i = 0; i < pairs.size(); ++i) {
    auto& best = singles.try_emplace(pairs[i].child, 0.0, -1).first->second;
    if (probabilities[i] > best.first) best = {probabilities[i], pairs[i].parent};
  }
  Search search(database, keys, values, std::move(singles));
  for (const Table& table : database.tables) {
    const TableKeys& of_table = keys[table.id];
    for (size_t i = 0; i < of_table.candidates.size(); ++i) {
      const KeyCandidate& key = of_table.candidates[i];
      bool best = static_cast<int>(i) == of_table.best;
      if (key.columns.size() < 2 || (!key.minimal && !best)) continue;
      if (key.score < 0.15 && !best) continue;
      ROOST_TRY(search.AddReferencesTo(table, key, best));
    }
  }
  return search.Take();
}

}  // namespace roost::relate
