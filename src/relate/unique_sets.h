// Finds the minimal sets of columns that are unique, without trying all sets.
//
// Two rows agree in a set of columns; a set that lies within it cannot be unique. So a few pairs of
// rows that agree in much rule out nearly all sets, and what is left are the sets that hit every
// difference. Those are proven on all rows; one that fails names a pair of rows to go on with.
// After the idea of agree sets (Mannila and Räihä 1987) and of hybrid search (Papenbrock 2017).
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "relate/value_store.h"

namespace roost::relate {

/// Remembers which sets of columns are unique, so that later rounds need not look again.
using UniqueCache = std::map<std::vector<int>, bool>;

class UniqueSets {
 public:
  static constexpr size_t kMostColumns = 64;

  struct Limits {
    size_t sets = 48;     // of one width
    size_t checks = 300;  // of sets that no known pair of rows rules out
    size_t steps = 2000;  // of the search, for one width
  };

  /// Columns of one table without nulls, none unique by itself, the likeliest first; those beyond
  /// kMostColumns are left out. `cache` must outlive this.
  static Result<UniqueSets> Make(const Database& database, std::vector<int> columns,
                                 ValueStore& values, UniqueCache& cache, Limits limits);

  /// Minimal unique sets of so many columns, each in order of ids; sorted. All of them, unless a
  /// limit is met: then those of the likeliest columns.
  Result<std::vector<std::vector<int>>> OfWidth(size_t width);

 private:
  using Mask = uint64_t;
  class Hunt;

  UniqueSets(const Database& database, ValueStore& values, UniqueCache& cache, Limits limits)
      : database_(&database), values_(&values), cache_(&cache), limits_(limits) {}
  Status TakeRows();
  void SamplePairs();
  void AddAgreement(Mask agreement);
  Mask AgreementOf(size_t row, size_t other) const;
  bool FindsTwins(Mask set);
  Result<bool> IsUnique(Mask set);
  std::vector<int> IdsOf(Mask set) const;

  const Database* database_;
  ValueStore* values_;
  UniqueCache* cache_;
  Limits limits_;
  std::vector<int> columns_;
  std::vector<std::vector<uint64_t>> rows_;  // by column, the first ones
  std::vector<Mask> agreements_;             // none within another
};

}  // namespace roost::relate
