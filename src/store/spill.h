// Keeps finished row groups on disk until their tables are published.
//
// The bytes of a row group are written where they will stay: a spill file begins as a Parquet file
// does, and becomes one when a footer is put behind it. Row groups of all threads share the files
// of a table. Thread-safe where it says so.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "store/chunk.h"
#include "store/page_encoder.h"

namespace roost::store {

/// One copy of each column id, so that ids can be compared by address. Thread-safe.
class ColumnIds {
 public:
  const shred::ColumnId* Intern(const shred::ColumnId& id);
  /// Null where the id was never interned.
  const shred::ColumnId* Find(const shred::ColumnId& id) const;

 private:
  mutable std::mutex mutex_;
  std::set<shred::ColumnId> ids_;
};

struct SpilledRowGroup {
  uint64_t offset;                                         // of its first chunk
  std::string facts;                                       // by PackFacts
  std::map<const shred::ColumnId*, std::string> sketches;  // of the chunks that have one
};

struct SpillFile {
  std::string path;
  uint64_t bytes = 0;  // given away; the next row group begins here
  std::vector<SpilledRowGroup> row_groups;
};

/// Gives out the names of spill files. Thread-safe.
struct SpillFolder {
  std::string path;
  uint64_t part_bytes = 0;  // a file that is larger gets no further row group
  std::atomic<uint64_t> files{0};
  std::atomic<int64_t> sketch_bytes{0};  // that may still be kept
};

class TableSpill {
 public:
  explicit TableSpill(SpillFolder& folder) : folder_(folder) {}

  /// Writes the chunks, which are finished, and keeps their facts. Thread-safe.
  Status Append(uint64_t rows, int64_t first_id, std::span<OpenChunk* const> chunks);

  /// Not while another thread appends.
  std::vector<SpillFile>& files() { return files_; }

 private:
  Result<size_t> OpenFile();
  void KeepSketches(std::span<OpenChunk* const> chunks, SpilledRowGroup& group);

  SpillFolder& folder_;
  std::mutex mutex_;
  std::vector<SpillFile> files_;
};

/// The spilled row groups of all tables.
class Spill {
 public:
  explicit Spill(SpillFolder& folder) : folder_(folder) {}

  /// By table identity; made when asked for first. Thread-safe.
  TableSpill& Table(const std::string& identity);
  /// Null where no row group was spilled. Not while others ask.
  TableSpill* Find(const std::string& identity);
  /// Removes all files. Not while others ask.
  Status Remove();

 private:
  SpillFolder& folder_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<TableSpill>> tables_;
};

}  // namespace roost::store
