// Says which structures a run treats as maps and which columns overflow.
//
// Both depend on all values of a run (design §4.3), so they cannot be known while the first value
// is read. A run starts with an empty plan; when its counts ask for another (publish.h), it is
// thrown away and repeated with that plan. Nearly all data needs one run.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "shred/published.h"

namespace roost::shred {

constexpr size_t kMinMapKeys = 256;
constexpr uint64_t kRareKeyShare = 20;  // a key is rare if it is in less than 1 of so many objects;
                                        // a map's median key is rare
constexpr size_t kMaxTablePaths = 2000;

using KeptPaths = std::unordered_set<std::string>;

class Hints;

/// Tables of a store that a run adds to, by identity: what was published of them stays.
using PublishedTables = std::map<std::string, FinalTable>;

/// What the values of a published column are, as far as its type does not tell.
struct ColumnContents {
  bool has_inexact = false;        // an integer (of a list too) that is none of int64 and double
  bool has_zero_fraction = false;  // a timestamp on a whole second
  bool has_items = false;          // a list with an item that is not null
  uint64_t values = 0;             // rows that are not null
};

/// The rows of published tables: asked when a column is to become wider.
class PublishedRows {
 public:
  virtual ~PublishedRows() = default;
  /// Whether they are few enough, and all ours, to be written anew.
  virtual bool MayRewrite(const FinalTable& table) = 0;
  virtual ColumnContents Look(const FinalTable& table, const FinalColumn& column) = 0;
};

struct Plan {
  /// Table identity + path of each object whose keys are data.
  std::unordered_set<std::string> maps;
  /// Table identity -> paths that keep columns; tables that are not listed keep all.
  std::unordered_map<std::string, KeptPaths> kept_paths;
  /// What people asked for; null if nothing. Outlives the plan.
  const Hints* hints = nullptr;
  /// Null for a new store. Outlives the plan.
  const PublishedTables* published = nullptr;
  /// Null where columns are to stay as they are. Outlives the plan.
  PublishedRows* rows = nullptr;
  bool operator==(const Plan&) const = default;
};

/// The plan to begin with: maps stay maps, and a table that has overflowed gets no further column.
Plan FirstPlan(const Hints* hints, const PublishedTables* published, PublishedRows* rows = nullptr);

}  // namespace roost::shred
