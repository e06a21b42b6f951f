// Reads and writes text cases: input files, `----`, expected text.
//
//   # what the case shows
//   @rows 2                     the expected text lists two rows a table at most; @columns likewise
//   === a.json                  an input file: the lines up to the next mark, no line feed at the
//   end
//   {"a": 1}
//   @repeat 300 {"a": @i}       the rest of the line 300 times, a line each; @i counts from 0,
//                               @d is @i / 100 and @m its remainder
//   === b.json escaped          \n \r \t \\ \xHH stand for bytes; real line feeds are left out
//   ----
//   expected text
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace roost::tests {

struct CaseInput {
  std::string name, bytes;
};

struct Case {
  std::string input_text;  // all of the file up to and with `----`
  std::string expected;
  std::vector<CaseInput> files;
  size_t max_rows = SIZE_MAX, max_columns = SIZE_MAX;
};

/// The paths of all cases in a folder, sorted.
std::vector<std::string> ListCases(const std::string& folder);

/// Throws std::runtime_error with file and line if the case is malformed.
Case ReadCase(const std::string& path);

/// Replaces the expected text of a case.
void WriteExpected(const std::string& path, const Case& from, const std::string& expected);

/// The root table that `roost ingest` gives a file of this name, for plain names: the stem up to
/// the first token with a digit (result_01.json -> result).
std::string RootTableOf(const std::string& file_name);

}  // namespace roost::tests
