// Reads a column of whole numbers of a table, by ranges of its values: what checks of ids need that
// do not fit into memory at once.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/status.h"

namespace roost::upkeep {

/// Values in [begin, end).
struct ValueRange {
  int64_t begin = INT64_MIN, end = INT64_MAX;
};

class NumberColumn {
 public:
  /// Adds the column of a table; of several, they are as one. Parts without it (of other tools) are
  /// left out.
  Status Add(const std::vector<std::string>& parts, const std::string& name);

  /// Calls `take` for each value in the range, and for none of the nulls.
  template <typename Take>
  Status ForEach(ValueRange range, Take take) const {
    return ForEachRun(range, [&](const int64_t* values, const bool* valid, int64_t count) {
      for (int64_t i = 0; i < count; ++i)
        if (valid[i] && values[i] >= range.begin && values[i] < range.end) take(values[i]);
    });
  }

  /// Ranges that hold at most about `most` values each, and all of them together.
  std::vector<ValueRange> Cut(uint64_t most) const;

 private:
  using TakeRun = std::function<void(const int64_t* values, const bool* valid, int64_t count)>;
  struct Group {
    std::string part, column;
    int index = 0;
    uint64_t rows = 0;
    int64_t least = INT64_MIN, greatest = INT64_MAX;
  };

  Status ForEachRun(ValueRange range, const TakeRun& take) const;

  std::vector<Group> groups_;  // sorted by least
};

}  // namespace roost::upkeep
