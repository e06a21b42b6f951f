// Makes names and values from data safe to show to people: nothing in them is taken for markup, or
// for an order to the terminal. Thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace roost {

/// Safe to show on one line: control characters, and bytes that are no UTF-8, become \xNN, line
/// feeds \n, characters that turn the direction of what follows their number.
std::string Printable(std::string_view text);

/// Plain text inside Markdown, also in a table's cell: nothing in it is markup, no line ends.
/// Underscores within a word are none, and stay.
std::string InMarkdown(std::string_view text);
/// Code inside Markdown, also in a table's cell.
std::string AsMarkdownCode(std::string_view text);

/// Text inside an HTML element or a quoted attribute; Printable besides.
std::string InHtml(std::string_view text);

}  // namespace roost
