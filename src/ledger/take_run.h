// Writes and reads one run of takes: a header and records of 64 bytes, sorted by key.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/disk.h"
#include "base/status.h"
#include "ledger/takes.h"

namespace roost::ledger {

struct RunHeader {
  char magic[8] = {'r', 'o', 'o', 's', 't', 't', 'k', '1'};
  int64_t first = 0, last = 0;  // ledger versions that it covers
  uint64_t records = 0;
  uint64_t records_checksum = 0;  // XXH3-64 of the records, in pieces of kPieceRecords, combined
  uint64_t unused[2] = {0, 0};
  uint64_t header_checksum = 0;  // XXH3-64 of the bytes before
};
static_assert(sizeof(RunHeader) == 64);

std::string RunName(int64_t first, int64_t last);
/// First and last version of a run's name.
std::optional<std::pair<int64_t, int64_t>> VersionsOfRun(const std::string& name);
/// Of a run that holds what one commit is to take: it counts once the ledger's entry names it.
std::string EntryRunName(int64_t version, const std::string& writer);
/// The version of such a name.
std::optional<int64_t> VersionOfEntryRun(const std::string& name);

/// Nothing if the file is gone; an error if it is no run.
Result<std::optional<RunHeader>> ReadRunHeader(const disk::File& file, uint64_t bytes);

/// Reads records from front to end, a piece at a time.
class RunReader {
 public:
  RunReader(const disk::File& file, uint64_t records) : file_(file), left_(records) {}
  /// The next record, which lives until the next call; null at the end.
  Result<const TakeRecord*> Next();
  /// The next few thousand instead, where nobody asks for the checksum; empty at the end.
  Result<std::span<const TakeRecord>> NextPiece();
  uint64_t checksum() const { return checksum_; }  // of what Next read

 private:
  Status ReadPiece();

  const disk::File& file_;
  uint64_t left_, read_ = 0, checksum_ = 0;
  std::vector<TakeRecord> piece_;
  size_t at_ = 0;
};

/// Writes records, which come sorted, into a temporary file that Finish names.
class RunWriter {
 public:
  static Result<RunWriter> Create(const std::string& folder, const std::string& name, int64_t first,
                                  int64_t last, const std::string& writer);
  Status Append(const TakeRecord& record);
  /// Durable afterwards; a run of that name that is there already is as good.
  Status Finish();

 private:
  RunWriter(std::string folder, std::string name, std::string path, disk::File file)
      : folder_(std::move(folder)),
        name_(std::move(name)),
        path_(std::move(path)),
        file_(std::move(file)) {}
  Status WritePiece();

  std::string folder_, name_, path_;
  RunHeader header_;
  disk::File file_;
  std::vector<TakeRecord> piece_;
};

}  // namespace roost::ledger
