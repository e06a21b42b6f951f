#include "relate/candidates.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <set>

#include "relate/choice.h"
#include "relate/parallel.h"

namespace roost::relate {

namespace {

constexpr double kLongestKey = 80;
constexpr double kMostNullsOfTarget = 0.2;
constexpr size_t kRankedValues = 3000;    // of a child
constexpr size_t kRankedAmong = 1 << 16;  // values of a parent, at least
constexpr size_t kLeastOfSample = 16;
constexpr double kFourErrors = 0.4;  // of a sample of 16 or more
constexpr double kMostMargin = 0.5;  // of names; what is beyond counts no more
constexpr double kMostMisses = 0.6;  // of 24 probes; a share of 0.25 misses so many once in 10,000

bool CanBeChild(const Column& column) {
  return column.type != Type::kNone && column.type != Type::kFraction &&
         column.length <= kLongestKey && column.storage != Storage::kJson;
}

bool MayHold(const Column& child, const Column& parent) {
  if (child.id == parent.id || !TypesFit(child, parent)) return false;
  return !(child.table == parent.table && child.unique && child.distinct == child.rows);
}

/// A child's values as far as a fair guess needs them; gathered once for all its parents.
class Sample {
 public:
  explicit Sample(const Column& child) : child_(child) {}

  /// True unless what the sketches keep says surely enough that too few values are in.
  bool Passes(const Column& parent, double least) {
    const sketch::DistinctValues& in = parent.sketch.distinct();
    if (in.exact()) {
      size_t misses = 0;
      for (uint64_t probe : child_.probes) misses += !in.Contains(probe);
      if (static_cast<double>(misses) > kMostMisses * static_cast<double>(child_.probes.size())) {
        return false;
      }
      if (child_.sketch.distinct().exact()) return true;  // the exact comparison is as cheap
    }
    auto few = in.ShareOf(child_.probes, false, kLeastOfSample);
    if (few && *few < least - kFourErrors) return false;
    auto share = in.ShareOf(Hashes(), false, kLeastOfSample);
    return !share || *share >= least - kFourErrors;
  }

 private:
  const std::vector<uint64_t>& Hashes() {
    if (hashes_.empty()) {
      hashes_ = child_.sketch.distinct().Hashes();
      hashes_.resize(std::min(hashes_.size(), sketch::DistinctValues::kSampleSize));
    }
    return hashes_;
  }

  const Column& child_;
  std::vector<uint64_t> hashes_;
};

float RankIn(const IntegerRun& run, uint64_t hash) {
  auto place =
      static_cast<uint64_t>(sketch::IntegerOfHash(hash)) - static_cast<uint64_t>(run.first);
  return static_cast<float>(static_cast<double>(place) / static_cast<double>(run.values - 1));
}

/// How far the child's values are from lying evenly over the parent's: earth mover's distance.
void JudgeSpread(const DistinctColumn& child, const DistinctColumn& parent,
                 const std::vector<float>& ranks, EvidenceValues& f) {
  std::vector<float> taken;
  size_t count = std::min(child.hashes.size(), kRankedValues);
  for (size_t i = 0; i < count; ++i) {
    if (parent.run) {
      if (parent.run->Has(child.hashes[i])) taken.push_back(RankIn(*parent.run, child.hashes[i]));
      continue;
    }
    auto at = std::lower_bound(parent.hashes.begin(), parent.hashes.end(), child.hashes[i]);
    if (at == parent.hashes.end() || *at != child.hashes[i]) continue;
    taken.push_back(ranks[static_cast<size_t>(at - parent.hashes.begin())]);
  }
  std::sort(taken.begin(), taken.end());
  auto size = static_cast<double>(taken.size());
  double moved = 0;
  for (size_t i = 0; i < taken.size(); ++i) {
    moved += std::abs(taken[i] - (static_cast<double>(i) + 0.5) / size);
  }
  f[k_emd] = taken.empty() ? 0.5 : moved / size;
  f[k_emd_z] = f[k_emd] * std::sqrt(size);
  f[k_max_rank] = taken.empty() ? 0 : taken.back();
  f[k_min_rank] = taken.empty() ? 0 : taken.front();
}

double LogRatio(uint64_t over, uint64_t under) {
  return std::log2(static_cast<double>(over + 1) / static_cast<double>(under + 1));
}

void JudgeCounts(const Column& child, const Column& parent, const Pair& pair, EvidenceValues& f) {
  auto distinct = static_cast<double>(std::max<uint64_t>(pair.child_values, 1));
  f[k_incl] = static_cast<double>(pair.contained_values) / distinct;
  f[k_row_incl] = static_cast<double>(pair.contained_rows) /
                  static_cast<double>(std::max<uint64_t>(child.values, 1));
  f[k_orphan] = pair.contained_values < pair.child_values;
  f[k_bits_per] = std::min(parent.bits, 20.0);
  f[k_bits] = std::log2(1 + distinct * f[k_bits_per]);
  f[k_cover] = static_cast<double>(pair.contained_values) /
               static_cast<double>(std::max<uint64_t>(parent.distinct, 1));
  f[k_ratio] = LogRatio(child.rows, parent.rows);
  f[k_fan] = std::log2(std::max(1.0, static_cast<double>(child.values) / distinct));
  f[k_log_d] = std::log2(1 + distinct);
  f[k_log_n] = std::log2(1 + static_cast<double>(child.rows));
  f[k_log_pd] = std::log2(1 + static_cast<double>(parent.distinct));
  f[k_c_uniq] = child.unique;
  f[k_bothway] = pair.child_values == parent.distinct && !f[k_orphan];
  f[k_c_null] =
      static_cast<double>(child.nulls) / static_cast<double>(std::max<uint64_t>(child.rows, 1));
  f[k_c_binary] = pair.child_values <= 2;
}

/// Share of a column's texts that look machine-made, such as host names, serial numbers and uuids.
double ShareOfCodes(const Column& column) {
  const sketch::TextClassCounts& counts = column.sketch.text_classes();
  uint64_t codes = 0;
  for (auto code :
       {sketch::TextClass::kCode, sketch::TextClass::kUuid, sketch::TextClass::kHexadecimal,
        sketch::TextClass::kEmail, sketch::TextClass::kUrl}) {
    codes += counts[static_cast<size_t>(code)];
  }
  return static_cast<double>(codes) /
         static_cast<double>(std::max<uint64_t>(column.sketch.values(), 1));
}

void JudgeKinds(const Database& database, const Column& child, const Column& parent,
                EvidenceValues& f) {
  const Table& child_table = database.TableOf(child);
  const Table& table = database.TableOf(parent);
  f[k_c_int] = child.type == Type::kInteger;
  f[k_c_date] = child.type == Type::kDate;
  f[k_p_int] = parent.type == Type::kInteger;
  f[k_len] = std::min(parent.length, 40.0);
  f[k_c_seq] = child.sequence;
  f[k_p_seq] = parent.sequence;
  f[k_c_sorted] = child.sketch.sorted() && child.values > 1;
  f[k_p_sorted] = parent.sketch.sorted() && parent.values > 1;
  f[k_p_dens] = parent.density;
  f[k_p_code] = ShareOfCodes(parent);
  int64_t first = child.sketch.smallest_integer();
  f[k_c_dense1] = child.type == Type::kInteger && (first == 0 || first == 1) && child.density > 0.9;
  f[k_p_descr] = table.described;
  f[k_c_descr] = child_table.described;
  f[k_p_refcols] = table.reference_share;
  f[k_c_refcols] = child_table.reference_share;
  f[k_p_pos] = std::min(parent.position, 8);
  f[k_c_pos] = std::min(child.position, 12);
  f[k_c_pos0] = child.position == 0;
  f[k_p_ncol] = std::log2(static_cast<double>(table.columns.size()));
  f[k_c_ncol] = std::log2(static_cast<double>(child_table.columns.size()));
  f[k_ntab] = std::log2(static_cast<double>(database.tables.size()));
}

/// What needs no look at the order of values; gives the log-odds if all else speaks for the pair.
double JudgeAllButSpread(const Database& database, Pair& pair) {
  const Column& child = database.ColumnAt(pair.child);
  const Column& parent = database.ColumnAt(pair.parent);
  JudgeNames(database, pair);
  JudgeCounts(child, parent, pair, pair.evidence);
  JudgeKinds(database, child, parent, pair.evidence);
  EvidenceValues best = pair.evidence;
  best[k_nmargin] = kMostMargin;
  return HandLogOdds(best);
}

/// By child: the parents with which it passes all gates but the exact one.
using Gated = std::vector<std::vector<int>>;
Result<Gated> PassGates(const Database& database, const CandidateOptions& options,
                        const Crew& crew) {
  std::vector<const Column*> targets;
  for (const Column& column : database.columns) {
    if (CanBeTarget(column)) targets.push_back(&column);
  }
  Gated parents(database.columns.size());
  ROOST_TRY(ForEachTask(database.columns.size(), crew, [&](size_t at) {
    const Column& child = database.columns[at];
    if (!CanBeChild(child)) return Status::OK();
    Sample sample(child);
    double slack = child.counted ? 1 : 1 - 4 * sketch::HyperLogLog::kStandardError;
    for (const Column* parent : targets) {
      if (!MayHold(child, *parent)) continue;
      double most = static_cast<double>(parent->distinct) / options.least_contained + 1;
      if (slack * static_cast<double>(child.distinct) > most) continue;
      if (sample.Passes(*parent, options.least_contained)) parents[at].push_back(parent->id);
    }
    return Status::OK();
  }));
  return parents;
}

/// Columns that take part in pairs.
std::vector<int> ColumnsOf(const Gated& gated) {
  std::set<int> columns;
  for (size_t child = 0; child < gated.size(); ++child) {
    if (!gated[child].empty()) columns.insert(static_cast<int>(child));
    columns.insert(gated[child].begin(), gated[child].end());
  }
  return {columns.begin(), columns.end()};
}

/// What the exact comparison says, for each gated pair.
struct Comparison {
  std::vector<std::vector<Containment>> contained;  // beside Gated
  std::vector<uint64_t> values;                     // distinct ones, by column id
  // Of the first range of hashes, by column id: a fair sample of the values, mostly all of them.
  std::vector<Distinct> first;
  std::vector<char> has_rows;  // by column id: rows were counted, not only values
};

Result<Comparison> Compare(const Database& database, const Gated& gated, ValueStore& values) {
  std::vector<int> columns = ColumnsOf(gated);
  size_t count = database.columns.size();
  Comparison all{std::vector<std::vector<Containment>>(count), std::vector<uint64_t>(count),
                 std::vector<Distinct>(count), std::vector<char>(count, true)};
  for (size_t child = 0; child < count; ++child) all.contained[child].resize(gated[child].size());
  Status compared;
  auto look = [&](const std::vector<Distinct>& range) {
    std::vector<Distinct> distinct(count);
    for (size_t i = 0; i < columns.size(); ++i) {
      distinct[columns[i]] = range[i];
      all.values[columns[i]] += range[i]->size();
      if (!all.first[columns[i]]) all.first[columns[i]] = range[i];
      if (!range[i]->HasCounts()) all.has_rows[columns[i]] = false;
    }
    compared = ForEachTask(count, values.crew(), [&](size_t child) {
      for (size_t i = 0; i < gated[child].size(); ++i) {
        Containment part = ContainedIn(*distinct[child], *distinct[gated[child][i]]);
        all.contained[child][i].values += part.values;
        all.contained[child][i].rows += part.rows;
      }
      return Status::OK();
    });
    return compared.ok();
  };
  ROOST_TRY(values.ForEachRangeOfValues(database, columns, look));
  ROOST_TRY(compared);
  return all;
}

/// Rows of values that are contained, where that does not follow: of a child whose values were told
/// by its sketch, and that holds others too, but not so many that nobody asks.
Status CountContainedRows(const Database& database, const Gated& gated, double least,
                          ValueStore& values, Comparison& all) {
  Gated partly(gated.size());
  for (size_t child = 0; child < gated.size(); ++child) {
    auto enough = least * static_cast<double>(all.values[child]);
    for (size_t i = 0; i < gated[child].size(); ++i) {
      Containment& contained = all.contained[child][i];
      if (contained.values == all.values[child]) {
        contained.rows = database.columns[child].values;
      } else if (!all.has_rows[child] && static_cast<double>(contained.values) >= enough) {
        partly[child].push_back(gated[child][i]);
        contained = {};
      }
    }
  }
  std::vector<int> columns = ColumnsOf(partly);
  if (columns.empty()) return Status::OK();
  return values.ForEachRange(database, columns, [&](const std::vector<Distinct>& range) {
    auto at = [&](int id) -> const DistinctColumn& {
      return *range[std::lower_bound(columns.begin(), columns.end(), id) - columns.begin()];
    };
    for (size_t child = 0; child < gated.size(); ++child) {
      for (int parent : partly[child]) {
        auto place = std::find(gated[child].begin(), gated[child].end(), parent);
        Containment& contained = all.contained[child][place - gated[child].begin()];
        Containment more = ContainedIn(at(static_cast<int>(child)), at(parent));
        contained.values += more.values;
        contained.rows += more.rows;
      }
    }
    return true;
  });
}

FoundPairs FindPairsOf(const Database& database, int child, const std::vector<int>& parents,
                       const Comparison& all, const CandidateOptions& options) {
  FoundPairs found;
  std::vector<std::pair<double, Pair>> hopeful;
  auto worse = [](const auto& a, const auto& b) { return a.first > b.first; };  // the worst on top
  double least = options.least_contained * static_cast<double>(all.values[child]);
  for (size_t i = 0; i < parents.size(); ++i) {
    Containment contained = all.contained[child][i];
    bool enough = all.values[child] > 0 && static_cast<double>(contained.values) >= least;
    if (!enough) continue;
    int parent = parents[i];
    Pair pair{child, parent, contained.values, contained.rows, {}, all.values[child]};
    double log_odds = JudgeAllButSpread(database, pair);
    found.rivals.push_back({child, parent, pair.evidence[k_nscore]});
    if (log_odds < options.least_log_odds) continue;
    hopeful.emplace_back(log_odds, pair);
    std::push_heap(hopeful.begin(), hopeful.end(), worse);
    if (hopeful.size() <= options.most_of_child) continue;
    std::pop_heap(hopeful.begin(), hopeful.end(), worse);
    hopeful.pop_back();
  }
  std::sort(hopeful.begin(), hopeful.end(),
            [](const auto& a, const auto& b) { return a.second.parent < b.second.parent; });
  for (auto& [log_odds, pair] : hopeful) found.pairs.push_back(pair);
  return found;
}

/// Where the hashes of a parent's values may end without a child's ranks becoming others: only its
/// first values are ranked, and so many of the parent's tell where they lie.
uint64_t LastRanked(const DistinctColumn& child, const DistinctColumn& parent) {
  if (parent.hashes.size() <= kRankedAmong || child.hashes.empty()) return UINT64_MAX;
  uint64_t of_child = child.hashes[std::min(child.hashes.size(), kRankedValues) - 1];
  return std::max(parent.hashes[kRankedAmong - 1], of_child);
}

/// The parent's values up to that; `first` where all are needed.
Distinct ToRank(const Distinct& first, uint64_t last) {
  auto end = std::upper_bound(first->hashes.begin(), first->hashes.end(), last);
  if (end == first->hashes.end()) return first;
  return std::make_shared<DistinctColumn>(Cut(*first, {0, last}));
}

Status JudgeSpreads(const Database& database, const std::vector<Distinct>& first,
                    ValueStore& values, std::vector<Pair>& pairs) {
  std::vector<Distinct> of_children = first;
  std::map<int, uint64_t> last;  // by parent
  for (const Pair& pair : pairs) {
    Distinct& child = of_children[pair.child];
    if (child->run) child = std::make_shared<DistinctColumn>(LowestOf(*child, kRankedValues));
    if (first[pair.parent]->run) continue;  // it tells the ranks by itself
    uint64_t& so_far = last[pair.parent];
    so_far = std::max(so_far, LastRanked(*child, *first[pair.parent]));
  }
  std::vector<int> parents;
  std::vector<Distinct> of_parents;
  std::vector<size_t> places(database.columns.size());
  for (auto [parent, hash] : last) {
    places[parent] = parents.size();
    parents.push_back(parent);
    of_parents.push_back(ToRank(first[parent], hash));
  }
  std::vector<Ranks> ranks;
  ROOST_TRY(values.LoadRanksOfFirstRange(database, parents, of_parents, ranks));
  return ForEachTask(pairs.size(), values.crew(), [&](size_t at) {
    Pair& pair = pairs[at];
    const DistinctColumn& child = *of_children[pair.child];
    if (first[pair.parent]->run) {
      JudgeSpread(child, *first[pair.parent], {}, pair.evidence);
      return Status::OK();
    }
    size_t place = places[pair.parent];
    JudgeSpread(child, *of_parents[place], *ranks[place], pair.evidence);
    return Status::OK();
  });
}

}  // namespace

bool CanBeTarget(const Column& column) {
  return column.unique && !column.IsList() && !column.IsDerived() &&
         column.storage != Storage::kJson &&
         static_cast<double>(column.nulls) <=
             kMostNullsOfTarget * static_cast<double>(column.rows) &&
         column.type != Type::kFraction && column.type != Type::kNone &&
         column.length <= kLongestKey;
}

bool TypesFit(const Column& child, const Column& parent) {
  if (child.type == parent.type) return true;
  auto plain = [](Type type) { return type == Type::kInteger || type == Type::kText; };
  return plain(child.type) && plain(parent.type);
}

Result<FoundPairs> FindPairs(const Database& database, const CandidateOptions& options,
                             ValueStore& values) {
  ROOST_ASSIGN(Gated gated, PassGates(database, options, values.crew()));
  ROOST_ASSIGN(Comparison all, Compare(database, gated, values));
  ROOST_TRY(CountContainedRows(database, gated, options.least_contained, values, all));
  std::vector<FoundPairs> by_child(gated.size());
  ROOST_TRY(ForEachTask(gated.size(), values.crew(), [&](size_t child) {
    by_child[child] = FindPairsOf(database, static_cast<int>(child), gated[child], all, options);
    return Status::OK();
  }));
  FoundPairs found;
  for (FoundPairs& each : by_child) {
    found.rivals.insert(found.rivals.end(), each.rivals.begin(), each.rivals.end());
    found.pairs.insert(found.pairs.end(), each.pairs.begin(), each.pairs.end());
    each = {};
  }
  ROOST_TRY(JudgeSpreads(database, all.first, values, found.pairs));
  return found;
}

Result<Pair> MakePair(const Database& database, const Column& child, const Column& parent,
                      ValueStore& values) {
  Gated gated(database.columns.size());
  gated[child.id] = {parent.id};
  ROOST_ASSIGN(Comparison all, Compare(database, gated, values));
  ROOST_TRY(CountContainedRows(database, gated, 0, values, all));
  Containment contained = all.contained[child.id][0];
  std::vector<Pair> pairs = {
      {child.id, parent.id, contained.values, contained.rows, {}, all.values[child.id]}};
  JudgeAllButSpread(database, pairs[0]);
  ROOST_TRY(JudgeSpreads(database, all.first, values, pairs));
  return pairs[0];
}

Result<std::vector<Pair>> FindPairsByBruteForce(const Database& database,
                                                const CandidateOptions& options,
                                                ValueStore& values) {
  std::vector<Pair> pairs;
  for (const Column& child : database.columns) {
    for (const Column& parent : database.columns) {
      if (!CanBeChild(child) || !CanBeTarget(parent) || !MayHold(child, parent)) continue;
      ROOST_ASSIGN(RowHashes child_rows, values.Rows(database, child));
      ROOST_ASSIGN(RowHashes parent_rows, values.Rows(database, parent));
      std::set<uint64_t> in(parent_rows->begin(), parent_rows->end()), of, found;
      Pair pair{child.id, parent.id, 0, 0, {}, 0};
      for (uint64_t hash : *child_rows) {
        if (hash == sketch::kNullHash) continue;
        of.insert(hash);
        if (in.contains(hash)) found.insert(hash), ++pair.contained_rows;
      }
      pair.contained_values = found.size();
      pair.child_values = of.size();
      auto least = options.least_contained * static_cast<double>(of.size());
      if (!of.empty() && static_cast<double>(found.size()) >= least) pairs.push_back(pair);
    }
  }
  return pairs;
}

}  // namespace roost::relate
