// Tells what a log says of a part, as the file lies on disk: rows, statistics, checksum.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/status.h"

namespace roost::store {

/// Values of a column that are not null; of lists: their items.
struct ColumnCount {
  std::string name;
  uint64_t stored = 0;
};

struct WrittenPart {
  std::string path;
  std::string sketches;  // path of its file of sketches, if it was written with one
  uint64_t bytes = 0, rows = 0;
  uint64_t checksum = 0;  // XXH3-64 of all bytes
  int64_t modified_ms = 0;
  std::string stats;                 // as Delta's `add` has them: rows, nulls, ranges of numbers
  std::vector<ColumnCount> columns;  // in order
};

/// Reads the whole file.
Result<WrittenPart> ReadWrittenPart(const std::string& path);

/// XXH3-64 of a file's bytes.
Result<uint64_t> ChecksumOf(const std::string& path);

}  // namespace roost::store
