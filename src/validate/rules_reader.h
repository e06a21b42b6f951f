// Reads a rule file: strict YAML, every name checked against the tables.
//
// docs/validate.md is the manual; docs/formats/rules.schema.json says the same to editors. An
// unknown key, table or column is Invalid with line, column and the nearest right name. With
// `missing: empty` in the file, tables and columns that are not there count as empty instead.
#pragma once

#include <string>

#include "validate/rule.h"

namespace roost::validate {

/// `tables` must outlive the rules; `source` is the file's name in messages.
Result<RuleSet> ReadRules(const std::string& text, const std::string& source, const Tables& tables);

}  // namespace roost::validate
