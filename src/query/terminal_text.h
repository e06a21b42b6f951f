// Makes text safe and measurable for a terminal.
//
// What could make a terminal do something, or show text other than it is (control characters, C1
// controls, escapes, changes of writing direction, line separators), is written as \n, \t, \u001b,
// \u202e. Columns are counted as terminals do it: two for wide East Asian characters and emoji,
// none for combining marks. Text must be UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace roost::query {

/// `text` with everything harmful written out.
std::string VisibleText(std::string_view text);

/// Columns that a visible text takes.
size_t ColumnsOf(std::string_view visible);

/// The longest start of a visible text that fits, ended with … where something was cut.
std::string CutToColumns(std::string_view visible, size_t columns);

}  // namespace roost::query
