#include "relate/distinct_column.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "sketch/value_hash.h"

namespace roost::relate {

namespace {

constexpr uint64_t kMaxCount = UINT32_MAX;
constexpr size_t kCountedAtOnce = 1 << 20;

void SortHashes(std::vector<uint64_t>& hashes) {
  if (hashes.size() < 4096) {
    std::sort(hashes.begin(), hashes.end());
    return;
  }
  // Hashes are uniform, so buckets by their top 12 bits are small enough to sort in cache.
  constexpr int kBits = 12;
  std::vector<size_t> ends((size_t{1} << kBits) + 1);
  for (uint64_t hash : hashes) ++ends[(hash >> (64 - kBits)) + 1];
  std::partial_sum(ends.begin(), ends.end(), ends.begin());
  std::vector<uint64_t> sorted(hashes.size());
  std::vector<size_t> at(ends.begin(), ends.end() - 1);
  for (uint64_t hash : hashes) sorted[at[hash >> (64 - kBits)]++] = hash;
  for (size_t bucket = 0; bucket + 1 < ends.size(); ++bucket) {
    std::sort(sorted.begin() + static_cast<std::ptrdiff_t>(ends[bucket]),
              sorted.begin() + static_cast<std::ptrdiff_t>(ends[bucket + 1]));
  }
  hashes = std::move(sorted);
}

DistinctColumn Merged(const DistinctColumn& a, const DistinctColumn& b) {
  DistinctColumn both;
  both.hashes.reserve(a.hashes.size() + b.hashes.size());
  both.counts.reserve(a.hashes.size() + b.hashes.size());
  for (size_t i = 0, j = 0; i < a.hashes.size() || j < b.hashes.size();) {
    bool from_a = j == b.hashes.size() || (i < a.hashes.size() && a.hashes[i] <= b.hashes[j]);
    bool from_b = i == a.hashes.size() || (j < b.hashes.size() && b.hashes[j] <= a.hashes[i]);
    both.hashes.push_back(from_a ? a.hashes[i] : b.hashes[j]);
    uint64_t count = (from_a ? a.counts[i] : 0ull) + (from_b ? b.counts[j] : 0ull);
    both.counts.push_back(static_cast<uint32_t>(std::min(count, kMaxCount)));
    i += from_a;
    j += from_b;
  }
  return both;
}

/// How many integers both have.
uint64_t Overlap(const IntegerRun& a, const IntegerRun& b) {
  int64_t first = std::max(a.first, b.first);
  int64_t last = std::min(a.At(a.values - 1), b.At(b.values - 1));
  return first > last ? 0 : static_cast<uint64_t>(last) - static_cast<uint64_t>(first) + 1;
}

/// Where one of both, or both, are runs.
Containment ContainedInRuns(const DistinctColumn& child, const DistinctColumn& parent) {
  Containment contained;
  if (!child.run) {
    const bool has_counts = child.HasCounts();
    for (size_t i = 0; i < child.hashes.size(); ++i) {
      if (!parent.run->Has(child.hashes[i])) continue;
      ++contained.values;
      if (has_counts) contained.rows += child.counts[i];
    }
    return contained;
  }
  if (parent.run) {
    contained.values = Overlap(*child.run, *parent.run);
  } else {
    for (uint64_t hash : parent.hashes) contained.values += child.run->Has(hash);
  }
  if (child.run->is_unique) contained.rows = contained.values;
  return contained;
}

DistinctColumn CutRun(const IntegerRun& run, HashRange range) {
  DistinctColumn part;
  for (uint64_t place = 0; place < run.values; ++place) {
    uint64_t hash = sketch::HashOfInteger(run.At(place));
    if (range.Has(hash)) part.hashes.push_back(hash);
  }
  SortHashes(part.hashes);
  if (run.is_unique) part.counts.assign(part.hashes.size(), 1);
  return part;
}

}  // namespace

DistinctColumn CountValues(std::vector<uint64_t> rows) {
  std::erase(rows, sketch::kNullHash);
  SortHashes(rows);
  DistinctColumn distinct;
  for (size_t i = 0; i < rows.size();) {
    size_t end = i + 1;
    while (end < rows.size() && rows[end] == rows[i]) ++end;
    distinct.hashes.push_back(rows[i]);
    distinct.counts.push_back(static_cast<uint32_t>(std::min<uint64_t>(end - i, kMaxCount)));
    i = end;
  }
  return distinct;
}

bool DistinctColumn::Has(uint64_t hash) const {
  return run ? run->Has(hash) : std::binary_search(hashes.begin(), hashes.end(), hash);
}

Containment ContainedIn(const DistinctColumn& child, const DistinctColumn& parent) {
  if (child.run || parent.run) return ContainedInRuns(child, parent);
  Containment contained;
  const bool has_counts = child.HasCounts();
  auto take = [&](size_t i) {
    ++contained.values;
    if (has_counts) contained.rows += child.counts[i];
  };
  const std::vector<uint64_t>& in = parent.hashes;
  if (child.hashes.size() * 16 < in.size()) {
    for (size_t i = 0; i < child.hashes.size(); ++i) {
      if (std::binary_search(in.begin(), in.end(), child.hashes[i])) take(i);
    }
    return contained;
  }
  for (size_t i = 0, j = 0; i < child.hashes.size() && j < in.size();) {
    if (child.hashes[i] == in[j]) take(i);
    child.hashes[i] <= in[j] ? ++i : ++j;
  }
  return contained;
}

HashRange RangeOf(uint64_t index, unsigned bits) {
  if (bits == 0) return {};
  uint64_t first = index << (64 - bits);
  return {first, first + (UINT64_MAX >> bits)};
}

void ValueCounter::Take(std::vector<uint64_t>& rows) {
  if (rows.size() < std::max(kCountedAtOnce, so_far_.hashes.size())) return;
  so_far_ = Merged(so_far_, CountValues(std::move(rows)));
  rows = {};
}

DistinctColumn ValueCounter::Finish(std::vector<uint64_t>& rows) {
  DistinctColumn last = CountValues(std::move(rows));
  return so_far_.hashes.empty() ? last : Merged(so_far_, last);
}

std::vector<uint64_t> LowestMissing(const DistinctColumn& child, const DistinctColumn& parent,
                                    size_t most) {
  std::vector<uint64_t> missing;
  if (!child.run) {
    for (size_t i = 0; i < child.hashes.size() && missing.size() < most; ++i) {
      if (!parent.Has(child.hashes[i])) missing.push_back(child.hashes[i]);
    }
    return missing;
  }
  for (uint64_t place = 0; place < child.run->values; ++place) {
    uint64_t hash = sketch::HashOfInteger(child.run->At(place));
    bool is_lower = missing.size() < most || (most > 0 && hash < missing.back());
    if (!is_lower || parent.Has(hash)) continue;
    missing.insert(std::upper_bound(missing.begin(), missing.end(), hash), hash);
    if (missing.size() > most) missing.pop_back();
  }
  return missing;
}

DistinctColumn LowestOf(const DistinctColumn& all, uint64_t values) {
  // Hashes are uniform: a range with twice as many hardly ever has too few.
  const auto count = static_cast<double>(std::max<uint64_t>(all.size(), 1));
  for (double share = 2 * static_cast<double>(values) / count; share < 0.5; share *= 2) {
    DistinctColumn lowest = Cut(all, {0, static_cast<uint64_t>(share * 0x1p64)});
    if (lowest.size() >= values) return lowest;
  }
  return Cut(all, {});
}

DistinctColumn Cut(const DistinctColumn& all, HashRange range) {
  if (all.run) return CutRun(*all.run, range);
  auto begin = std::lower_bound(all.hashes.begin(), all.hashes.end(), range.first);
  auto end = std::upper_bound(begin, all.hashes.end(), range.last);
  auto first = begin - all.hashes.begin(), last = end - all.hashes.begin();
  if (!all.HasCounts()) return {{begin, end}, {}};
  return {{begin, end}, {all.counts.begin() + first, all.counts.begin() + last}};
}

IntegerCounter::IntegerCounter(int64_t least, int64_t greatest, bool keeps_others)
    : least_(least),
      keeps_others_(keeps_others),
      counts_(BytesFor(least, greatest) / sizeof(uint32_t)) {}

void IntegerCounter::AddOther(int64_t integer) {
  if (!keeps_others_) return AddStranger();
  others_.push_back(sketch::HashOfInteger(integer));
  counted_others_.Take(others_);
}

uint64_t IntegerCounter::BytesFor(int64_t least, int64_t greatest) {
  uint64_t width = static_cast<uint64_t>(greatest) - static_cast<uint64_t>(least);
  return width >= UINT64_MAX / 8 ? UINT64_MAX : (width + 1) * sizeof(uint32_t);
}

DistinctColumn IntegerCounter::Finish(HashRange range) {
  DistinctColumn distinct;
  for (size_t place = 0; place < counts_.size(); ++place) {
    if (counts_[place] == 0) continue;
    uint64_t hash = sketch::HashOfInteger(least_ + static_cast<int64_t>(place));
    if (range.Has(hash)) distinct.hashes.push_back(hash);
  }
  SortHashes(distinct.hashes);
  distinct.counts.reserve(distinct.hashes.size());
  for (uint64_t hash : distinct.hashes) {
    auto integer = static_cast<uint64_t>(sketch::IntegerOfHash(hash));
    uint64_t place = integer - static_cast<uint64_t>(least_);
    // The one integer that shares its hash with another (value_hash.h) may lie outside.
    distinct.counts.push_back(place < counts_.size() ? counts_[place] : 1);
  }
  if (!keeps_others_) return distinct;
  return Merged(distinct, Cut(counted_others_.Finish(others_), range));
}

void IntegerCounter::AddTo(sketch::ColumnSketch& sketch) const {
  if (nulls_ > 0) sketch.Add({}, nulls_);
  // A sketch knows whether integers fall from row to row, so they come in an order in which they do
  // or do not, as they did.
  for (size_t i = 0; i < counts_.size(); ++i) {
    size_t place = is_sorted_ ? i : counts_.size() - 1 - i;
    if (counts_[place] == 0) continue;
    sketch.Add(sketch::ValueOfInteger(least_ + static_cast<int64_t>(place)), counts_[place]);
  }
}

}  // namespace roost::relate
