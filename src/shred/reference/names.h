// Names tables and columns.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace roost::shred::reference {

/// Makes a name of any bytes: allowed bytes stay, the rest becomes `_`; long ones end in a hash.
std::string SanitizeName(const std::string& wanted);

/// Keys joined by `_`.
std::string JoinKeys(const std::vector<std::string>& keys);

/// Gives out names that differ without regard to ASCII case.
class UniqueNames {
 public:
  /// The wanted name, or the first of wanted_2, wanted_3, ... that is free.
  std::string Take(const std::string& wanted);
  /// The wanted name with as many `_` before it as make it free.
  std::string TakeTechnical(std::string wanted);

 private:
  std::set<std::string> taken_;  // in lower case
};

/// ASCII letters in lower case.
std::string LowerCase(std::string name);

}  // namespace roost::shred::reference
