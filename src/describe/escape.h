// Makes names and values from data safe to show in other languages.
#pragma once

#include <string>
#include <string_view>

namespace roost::describe {

/// Plain text inside Markdown, also in a table's cell: nothing in it is markup, no line ends.
std::string InMarkdown(std::string_view text);
/// Code inside Markdown, also in a table's cell.
std::string AsMarkdownCode(std::string_view text);
/// A name of a table in a Mermaid ER diagram.
std::string AsMermaidEntity(std::string_view name);
/// A word there: letters, digits and _; what else a name has becomes _.
std::string AsMermaidWord(std::string_view name);
/// A quoted Python text.
std::string AsPythonText(std::string_view text);
/// A quoted DBML name.
std::string AsDbmlName(std::string_view name);

}  // namespace roost::describe
