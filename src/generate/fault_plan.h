// Decides where faults are planted: the share of each kind, and for each row or document whether it
// is hit. Decisions are functions of the row's number, like all values, so that any document knows
// what is wrong with those before it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace roost::generate {

enum class Fault : uint8_t {
  kOrphan,         // a reference to a key that nothing has
  kLateParent,     // a reference to a row of a later document
  kOverCapacity,   // a parent with more rows than its capacity
  kDuplicate,      // a row that stands there twice
  kClash,          // two different rows with one key
  kRule,           // a rule of the world is broken; named after it
  kNullBurst,      // a field is null in all rows of a document
  kOutlier,        // a number far out of its range
  kUnitSwap,       // a number in another unit
  kTypeFlip,       // a number or boolean written as text
  kTruncated,      // a document that ends early
  kMalformed,      // a document that is no JSON
  kDuplicateFile,  // a document that is delivered twice
  kCount
};
constexpr size_t kFaultCount = static_cast<size_t>(Fault::kCount);

class FaultPlan {
 public:
  /// One wish: a kind, or the name of a rule, and the share of its rows or documents.
  struct Wish {
    Fault fault;
    std::string rule;  // kRule
    double share;
  };

  /// Parses "orphan=0.01,age_grade=0.02"; `rules` are the names of rules that can be broken.
  static Result<std::vector<Wish>> Parse(std::string_view text,
                                         const std::vector<std::string>& rules);

  FaultPlan(uint64_t seed, std::vector<Wish> wishes);

  bool is_empty() const { return wishes_.empty(); }
  const std::vector<Wish>& wishes() const { return wishes_; }
  bool Has(Fault fault) const { return below_[static_cast<size_t>(fault)] > 0; }

  /// Whether the fault hits row `row` of `table` (or document `row`).
  bool Hits(Fault fault, int table, uint64_t row) const;
  bool HitsRule(const std::string& rule, uint64_t row) const;
  /// Further random bits for a planted fault.
  uint64_t Bits(Fault fault, int table, uint64_t row) const;

  bool IsOverfull(int table, uint64_t row) const { return Hits(Fault::kOverCapacity, table, row); }
  /// Truncated or malformed. Document 0 never is: the tables that stand in it alone must be found.
  bool IsLost(uint64_t iteration) const;

  static std::string_view Name(Fault fault);

 private:
  uint64_t Key(Fault fault, int table) const;

  std::vector<Wish> wishes_;
  std::array<uint64_t, kFaultCount> keys_{}, below_{};
};

}  // namespace roost::generate
