// Reads a folder of Parquet files into a Database: one pass, by several threads, over all columns
// of which no sketches are there.
//
// Takes an output folder of `roost ingest`, or any folder with `<table>.parquet` files or
// `<table>.parquet/` (or `<table>/`) folders of parts. The result does not depend on the number of
// threads.
#pragma once

#include <string>
#include <vector>

#include "relate/database.h"
#include "relate/table_finder.h"
#include "relate/value_store.h"

namespace roost::relate {

struct ReadOptions {
  std::string folder;
  Crew crew;
  uint64_t memory_bytes = 512ull << 20;
  bool keep_sketches = true;              // of a store: beside its parts, for the next run
  std::vector<TableSource> sources = {};  // instead of what is in `folder`, if there are any
};

/// Fills what follows from a column's sketch: counts, type, uniqueness, bits.
void FinishColumn(Column& column);

/// Small tables leave the hashes of their rows in `values`, so that they are not read again.
Result<Database> ReadDatabase(const ReadOptions& options, ValueStore& values);

}  // namespace roost::relate
