// Says how rules will be run: which share a pass over a table, and the SQL of the others.
#pragma once

#include <string>
#include <vector>

#include "validate/rule.h"

namespace roost::validate {

std::string Explain(const Tables& tables, const std::vector<Rule>& rules);

}  // namespace roost::validate
