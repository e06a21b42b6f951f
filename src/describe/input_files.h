// Tells which input files the rows of tables, and the values of columns, came from: the first and
// the last, by the numbers that a store gave them.
//
// A row's id begins with its file's number. Where the footers of parts say which row groups hold
// rows without a value, nothing is read; else the ids and the column are, of as few row groups as
// it takes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "relate/database.h"
#include "relate/parallel.h"

namespace roost::describe {

/// Of what is in the tables now; texts are empty where nothing is known, as of plain Parquet files.
struct SeenIn {
  std::string first_file, last_file;
  // Where the record of the first row of a sibling column begins in first_file, as it was read.
  std::optional<uint64_t> first_offset;
};

struct InputFiles {
  std::vector<SeenIn> tables;   // by id
  std::vector<SeenIn> columns;  // by id; those that have no value were seen nowhere
};
Result<InputFiles> FindInputFiles(const relate::Database& database, const relate::Crew& crew);

}  // namespace roost::describe
