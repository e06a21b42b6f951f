// Writes places inside documents: pointers (identity), JSON paths (for people), names (for SQL).
//
// A pointer is JSON Pointer (RFC 6901) with `[` and `{` escaped too, so that `[]` and `{}` can mark
// the rows of an array and of a map in table identities: /students[]/grades[]. JSON paths follow
// RFC 9535.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace roost::shred {

/// Appends "/key" with ~ / [ { escaped.
void AppendPointerKey(std::string& pointer, std::string_view key);

/// Appends .key, or ['key'] where the key is no plain word.
void AppendJsonPathKey(std::string& json_path, std::string_view key);

/// A step of a JSON path: .key, [*] or .*
struct PathStep {
  enum class Kind : uint8_t { kKey, kItems, kEntries } kind;
  std::string key;  // of kKey
  bool operator==(const PathStep&) const = default;
};

void AppendJsonPathStep(std::string& json_path, const PathStep& step);

/// Reads a JSON path as AppendJsonPathKey writes them, in quotes of both kinds. Invalid, with what
/// to write, if it is none.
Result<std::vector<PathStep>> ParseJsonPath(std::string_view json_path);

/// A JSON string literal with minimal escapes, as shapes have it.
void AppendQuoted(std::string& out, std::string_view text);

/// Makes a column or table name of any bytes: letters, digits, _ and UTF-8 beyond ASCII stay, every
/// other byte becomes _; longer than 120 bytes: cut, and ended with a hash of the whole.
std::string SanitizeName(std::string_view raw);

}  // namespace roost::shred
