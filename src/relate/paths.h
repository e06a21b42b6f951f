// Takes apart texts that end in an id, such as /api/students/17 and urn:student:17.
#pragma once

#include <optional>
#include <string_view>

#include "relate/database.h"
#include "relate/value_store.h"

namespace roost::relate {

struct PathEnd {
  std::string_view kind;  // students
  std::string_view id;    // 17
};
/// Nothing if the text does not end in a word and an id, parted by / or : or #. An id has a digit,
/// or is as long as only machines write.
std::optional<PathEnd> SplitPath(std::string_view text);
/// The id, if the word before it is `kind`, whatever its case.
std::optional<std::string_view> IdOfPath(std::string_view text, std::string_view kind);

/// Adds a column of ids for each column of paths that nearly all end in one kind of id. Such a
/// column stands in Database::columns and in no table: it can refer, and do nothing else.
Status AddPathColumns(Database& database, const Crew& crew);

}  // namespace roost::relate
