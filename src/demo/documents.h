// Looks at result documents from outside, without roost and without the first system: which values
// they hold, and which references in them lead nowhere.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/status.h"

namespace roost::demo {

/// Calls `take` with each *.json file of a folder that is JSON, in the order of their names; names
/// that begin with _ or . are left out.
Status ForEachDocument(const std::string& folder,
                       const std::function<void(const nlohmann::json&)>& take);

/// How often each value stands at a path. Values are compared with their kind: "12" is not 12.
class ValueCounts {
 public:
  /// $.students[*].guardian.phone -> table students, field guardian.phone; what lies outside of
  /// arrays of objects has no table.
  struct Path {
    std::string table, field;
    auto operator<=>(const Path&) const = default;
  };
  using Counts = std::unordered_map<uint64_t, int64_t>;  // by hash of value and kind

  /// Every value of the document that is not null.
  void Add(const nlohmann::json& document);
  void AddNumber(const Path& path, const std::string& text, int64_t times);
  void AddText(const Path& path, const std::string& text, int64_t times);

  const std::map<Path, Counts>& paths() const { return paths_; }
  uint64_t total() const;

 private:
  void AddValue(const std::string& table, const std::string& field, const nlohmann::json& value);

  std::map<Path, Counts> paths_;
};

/// What became of the values of documents in tables.
struct Losses {
  uint64_t values = 0, values_lost = 0;  // not in the tables at all
  uint64_t values_bent = 0;              // there as another value, or of another kind
  uint64_t fields = 0, fields_lost = 0;  // paths of which no value is there
  uint64_t fields_bent = 0;
};
Losses Compare(const ValueCounts& documents, const ValueCounts& tables);

/// The references of school documents, as someone sees them who reads the files in order.
struct References {
  uint64_t rows = 0;
  uint64_t ahead = 0;    // to a row that no file up to then has
  uint64_t nowhere = 0;  // to a row that no file has
};
Result<References> FollowReferences(const std::string& folder);

}  // namespace roost::demo
