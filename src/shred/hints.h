// Says what people asked for some paths, instead of what the values alone would lead to: the hints
// of roost.yaml. What each does to values is written in docs/formats/tables.md, "Hints".
//
// A hint names a place in documents by its JSON path, so that what it means depends on no other
// value: an object with hinted members never turns out to be a map, and one with hinted entries
// (`.*`) always is one. Immutable once made; all threads share it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "shred/path.h"
#include "shred/time_pattern.h"

namespace roost::shred {

enum class Treatment : uint8_t {
  kUsual,
  kText,       // numbers and booleans are texts too; never refined to dates or timestamps
  kTimestamp,  // texts of one format are dates or timestamps, others stay texts
  kList,       // what is no array is the only element of one
  kJson,       // whatever it is, it is one JSON text
  kDemand,     // a record with a value of another kind is rejected
};

/// What a value must be; null always may be.
enum class Demand : uint8_t { kInt64, kNumber, kBool, kText, kArray, kObject };
constexpr const char* kDemandNames[] = {"int64", "number", "bool", "text", "array", "object"};

struct Hint {
  Treatment treatment = Treatment::kUsual;
  std::string root;       // the root table that is meant; empty: any
  std::string json_path;  // as people wrote it
  std::string place;      // where: roost.yaml:4:3
  std::vector<PathStep> steps;
  TimePattern pattern;  // of kTimestamp
  Demand demand{};      // of kDemand
  size_t number = 0;    // among all
};

/// A place in documents, with the hints at and below it.
struct HintPlace {
  const Hint* hint = nullptr;
  bool has_demands = false;  // at or below it
  std::map<std::string, std::unique_ptr<HintPlace>, std::less<>> members;
  std::unique_ptr<HintPlace> items;    // of an array that is a table
  std::unique_ptr<HintPlace> entries;  // of an object whose keys are data

  const HintPlace* Find(std::string_view key) const;
  Treatment treatment() const { return hint ? hint->treatment : Treatment::kUsual; }
};

class Hints {
 public:
  /// Invalid, with the place of the later one, where two hints contradict each other.
  static Result<Hints> Make(std::vector<Hint> hints);

  /// The hints for records of a root table; null if there are none.
  const HintPlace* Of(const std::string& root) const;
  const std::vector<Hint>& all() const { return hints_; }

 private:
  std::vector<Hint> hints_;
  std::map<std::string, HintPlace> trees_;  // by root; "" is for those that no hint names
};

}  // namespace roost::shred
