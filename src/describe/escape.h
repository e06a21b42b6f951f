// Makes names from data safe to show in diagrams and code. base/escape.h does so for prose.
#pragma once

#include <string>
#include <string_view>

namespace roost::describe {

/// A name of a table in a Mermaid ER diagram.
std::string AsMermaidEntity(std::string_view name);
/// A word there: letters, digits and _; what else a name has becomes _.
std::string AsMermaidWord(std::string_view name);
/// A quoted Python text.
std::string AsPythonText(std::string_view text);
/// A quoted DBML name.
std::string AsDbmlName(std::string_view name);

}  // namespace roost::describe
