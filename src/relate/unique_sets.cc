#include "relate/unique_sets.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <optional>
#include <unordered_map>

#include "relate/tuples.h"

namespace roost::relate {

namespace {

constexpr size_t kRows = 8192;  // to take pairs from
constexpr size_t kPairsOfColumn = 256;

}  // namespace

/// One walk over the sets of a width that hit all differences known so far.
class UniqueSets::Hunt {
 public:
  Hunt(UniqueSets& owner, size_t width)
      : owner_(owner), width_(width), steps_(owner.limits_.steps) {}

  Result<std::vector<Mask>> Run() {
    size_t count = owner_.columns_.size();
    Mask all = count == kMostColumns ? ~Mask{0} : (Mask{1} << count) - 1;
    ROOST_TRY(Extend(0, all));
    return std::move(found_);
  }

 private:
  bool IsDone() const { return steps_ == 0 || found_.size() >= owner_.limits_.sets; }

  /// `open` are the columns that may still be added.
  Status Extend(Mask set, Mask open) {
    if (IsDone()) return Status::OK();
    --steps_;
    auto missed = MissedBy(set, open);
    if (!missed) {  // either it is unique, or more becomes known
      ROOST_ASSIGN(bool unique, owner_.IsUnique(set));
      if (unique) return TakeIfMinimal(set);
      missed = MissedBy(set, open);
      if (!missed) return Status::OK();  // no check is left
    }
    if (static_cast<size_t>(std::popcount(set)) == width_) return Status::OK();
    // One of the columns in which these rows differ must be in the set. Each is tried without
    // those tried before it, so that no set comes twice.
    for (Mask left = *missed & open; left != 0;) {
      Mask column = left & -left;
      left ^= column;
      open ^= column;
      ROOST_TRY(Extend(set | column, open));
    }
    return Status::OK();
  }

  /// The columns of the narrowest difference that the set does not hit.
  std::optional<Mask> MissedBy(Mask set, Mask open) const {
    std::optional<Mask> narrowest;
    for (Mask agreement : owner_.agreements_) {
      if ((set & ~agreement) != 0) continue;
      Mask difference = open & ~agreement;
      if (!narrowest || std::popcount(difference) < std::popcount(*narrowest)) {
        narrowest = difference;
      }
    }
    return narrowest;
  }

  Status TakeIfMinimal(Mask set) {
    if (static_cast<size_t>(std::popcount(set)) != width_) return Status::OK();
    for (Mask left = set; left != 0; left &= left - 1) {
      Mask rest = set ^ (left & -left);
      bool within = std::any_of(owner_.agreements_.begin(), owner_.agreements_.end(),
                                [&](Mask agreement) { return (rest & ~agreement) == 0; });
      if (within || std::popcount(rest) < 2) continue;  // single columns are known
      ROOST_ASSIGN(bool unique, owner_.IsUnique(rest));
      if (unique) return Status::OK();
    }
    found_.push_back(set);
    return Status::OK();
  }

  UniqueSets& owner_;
  size_t width_, steps_;
  std::vector<Mask> found_;
};

Result<UniqueSets> UniqueSets::Make(const Database& database, std::vector<int> columns,
                                    ValueStore& values, UniqueCache& cache, Limits limits) {
  UniqueSets sets(database, values, cache, limits);
  if (columns.size() > kMostColumns) columns.resize(kMostColumns);
  sets.columns_ = std::move(columns);
  ROOST_TRY(sets.TakeRows());
  sets.SamplePairs();
  return sets;
}

Status UniqueSets::TakeRows() {
  for (int id : columns_) {
    const Column& column = database_->ColumnAt(id);
    std::vector<uint64_t>& rows = rows_.emplace_back(column.first_rows);
    if (rows.empty()) {
      ROOST_ASSIGN(RowHashes all, values_->Rows(*database_, column));
      rows.assign(all->begin(),
                  all->begin() + static_cast<std::ptrdiff_t>(std::min(all->size(), kRows)));
    }
    rows.resize(std::min(rows.size(), kRows));
  }
  return Status::OK();
}

/// Neighbours in the order of each column, and then of the next one: they agree in much.
void UniqueSets::SamplePairs() {
  if (columns_.empty()) return;
  std::vector<uint32_t> order(rows_[0].size());
  for (size_t at = 0; at < columns_.size(); ++at) {
    const std::vector<uint64_t>& first = rows_[at];
    const std::vector<uint64_t>& second = rows_[(at + 1) % columns_.size()];
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
      return std::pair(first[a], second[a]) < std::pair(first[b], second[b]);
    });
    size_t step = std::max<size_t>(1, order.size() / kPairsOfColumn);
    for (size_t i = 1; i < order.size(); i += step) {
      if (first[order[i - 1]] == first[order[i]]) {
        AddAgreement(AgreementOf(order[i - 1], order[i]));
      }
    }
  }
}

UniqueSets::Mask UniqueSets::AgreementOf(size_t row, size_t other) const {
  Mask agreement = 0;
  for (size_t at = 0; at < rows_.size(); ++at) {
    agreement |= Mask{rows_[at][row] == rows_[at][other]} << at;
  }
  return agreement;
}

void UniqueSets::AddAgreement(Mask agreement) {
  for (Mask known : agreements_) {
    if ((agreement & ~known) == 0) return;
  }
  std::erase_if(agreements_, [&](Mask known) { return (known & ~agreement) == 0; });
  agreements_.push_back(agreement);
}

/// Looks for two of the first rows that agree in the set; adds what they agree in.
bool UniqueSets::FindsTwins(Mask set) {
  std::unordered_map<uint64_t, uint32_t> seen;
  seen.reserve(rows_[0].size());
  for (uint32_t row = 0; row < rows_[0].size(); ++row) {
    uint64_t tuple = 1;
    for (Mask left = set; left != 0; left &= left - 1) {
      tuple = sketch::HashOfTuple(tuple, rows_[static_cast<size_t>(std::countr_zero(left))][row]);
    }
    auto [twin, is_new] = seen.emplace(tuple, row);
    if (is_new) continue;
    Mask agreement = AgreementOf(twin->second, row);
    if ((set & ~agreement) != 0) continue;  // only their hashes agree
    AddAgreement(agreement);
    return true;
  }
  return false;
}

std::vector<int> UniqueSets::IdsOf(Mask set) const {
  std::vector<int> ids;
  for (Mask left = set; left != 0; left &= left - 1) {
    ids.push_back(columns_[static_cast<size_t>(std::countr_zero(left))]);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

Result<bool> UniqueSets::IsUnique(Mask set) {
  std::vector<int> ids = IdsOf(set);
  auto known = cache_->find(ids);
  if (known != cache_->end()) {
    if (!known->second) AddAgreement(set);
    return known->second;
  }
  if (limits_.checks == 0) return false;
  --limits_.checks;
  if (FindsTwins(set)) return (*cache_)[ids] = false;
  ROOST_ASSIGN(bool unique, IsUniqueTuple(*database_, ids, *values_));
  (*cache_)[ids] = unique;
  if (!unique) AddAgreement(set);  // some two rows agree in it, and perhaps in more
  return unique;
}

Result<std::vector<std::vector<int>>> UniqueSets::OfWidth(size_t width) {
  std::vector<std::vector<int>> sets;
  if (columns_.size() < width || rows_[0].size() < 2) return sets;
  ROOST_ASSIGN(std::vector<Mask> masks, Hunt(*this, width).Run());
  for (Mask mask : masks) sets.push_back(IdsOf(mask));
  std::sort(sets.begin(), sets.end());
  return sets;
}

}  // namespace roost::relate
