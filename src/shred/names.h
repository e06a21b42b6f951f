// Gives names to tables and columns: sanitised, unique without regard to ASCII case, and the same
// whatever the order in which paths were seen.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "shred/merge.h"
#include "shred/plan.h"
#include "shred/published.h"

namespace roost::shred {

/// Names given out so far, compared without regard to ASCII case.
class TakenNames {
 public:
  /// The name itself, or with _2, _3, ... if it is taken.
  std::string Take(const std::string& name);
  bool Has(const std::string& name) const;

 private:
  std::unordered_set<std::string> lower_;
};

/// Makes the names of user columns unique and finds technical names beside them. The first columns,
/// and the technical names, are those of `published`, if it is not null, and stay.
void NameColumns(FinalTable& table, const FinalTable* published = nullptr);

/// Table names by identity; those that were published stay.
std::map<std::string, std::string> NameTables(const std::map<std::string, MergedTable>& tables,
                                              const PublishedTables* published = nullptr);

/// Keys joined by _, sanitised.
std::string JoinKeys(const std::vector<std::string>& keys);

}  // namespace roost::shred
