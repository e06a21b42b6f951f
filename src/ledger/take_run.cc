#include "ledger/take_run.h"

#include <xxhash.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "base/disk_entry.h"
#include "ledger/writer.h"

namespace roost::ledger {
namespace {

constexpr size_t kPieceRecords = 1 << 12;  // 256 kB

uint64_t Combine(uint64_t checksum, const std::vector<TakeRecord>& piece) {
  return XXH3_64bits_withSeed(piece.data(), piece.size() * sizeof(TakeRecord), checksum);
}

uint64_t ChecksumOf(const RunHeader& header) {
  return XXH3_64bits(&header, offsetof(RunHeader, header_checksum));
}

}  // namespace

std::string RunName(int64_t first, int64_t last) {
  char name[64];
  std::snprintf(name, sizeof name, "%020lld-%020lld.takes", static_cast<long long>(first),
                static_cast<long long>(last));
  return name;
}

std::optional<std::pair<int64_t, int64_t>> VersionsOfRun(const std::string& name) {
  long long first, last;
  if (std::sscanf(name.c_str(), "%20lld-%20lld.takes", &first, &last) != 2 || first > last)
    return std::nullopt;
  if (RunName(first, last) != name) return std::nullopt;
  return std::pair<int64_t, int64_t>(first, last);
}

std::string EntryRunName(int64_t version, const std::string& writer) {
  char name[80];
  std::snprintf(name, sizeof name, "entry-%020lld-%s.takes", static_cast<long long>(version),
                writer.c_str());
  return name;
}

std::optional<int64_t> VersionOfEntryRun(const std::string& name) {
  const auto writer = WriterOf(name);
  long long version;
  if (!writer || std::sscanf(name.c_str(), "entry-%20lld-", &version) != 1) return std::nullopt;
  if (EntryRunName(version, *writer) != name) return std::nullopt;
  return version;
}

Result<std::optional<RunHeader>> ReadRunHeader(const disk::File& file, uint64_t bytes) {
  RunHeader header;
  const RunHeader wanted;
  if (bytes >= sizeof header) ROOST_TRY(file.ReadAt(0, &header, sizeof header));
  const bool fits = bytes >= sizeof header &&
                    std::memcmp(header.magic, wanted.magic, sizeof wanted.magic) == 0 &&
                    header.header_checksum == ChecksumOf(header) &&
                    (bytes - sizeof header) % sizeof(TakeRecord) == 0 &&
                    header.records == (bytes - sizeof header) / sizeof(TakeRecord);
  if (fits) return header;
  return Status::IOError(file.path(),
                         " is no whole run of takes; it was damaged: restore the file");
}

Status RunReader::ReadPiece() {
  piece_.resize(std::min<uint64_t>(left_, kPieceRecords));
  if (piece_.empty()) return Status::OK();
  ROOST_TRY(file_.ReadAt(sizeof(RunHeader) + read_ * sizeof(TakeRecord), piece_.data(),
                         piece_.size() * sizeof(TakeRecord)));
  left_ -= piece_.size();
  read_ += piece_.size();
  return Status::OK();
}

Result<std::span<const TakeRecord>> RunReader::NextPiece() {
  ROOST_TRY(ReadPiece());
  return std::span<const TakeRecord>(piece_);
}

Result<const TakeRecord*> RunReader::Next() {
  if (at_ == piece_.size()) {
    if (left_ == 0) return nullptr;
    ROOST_TRY(ReadPiece());
    checksum_ = Combine(checksum_, piece_);
    at_ = 0;
  }
  return &piece_[at_++];
}

Result<RunWriter> RunWriter::Create(const std::string& folder, const std::string& name,
                                    int64_t first, int64_t last, const std::string& writer) {
  std::string path = folder + "/." + name + "." + writer + ".tmp";
  ROOST_TRY(disk::RemoveIfThere(path).status());
  ROOST_ASSIGN(auto file, disk::File::Create(path));
  const RunHeader none;
  ROOST_TRY(file.Write(std::string_view(reinterpret_cast<const char*>(&none), sizeof none)));
  RunWriter run(folder, name, std::move(path), std::move(file));
  run.header_.first = first;
  run.header_.last = last;
  return run;
}

Status RunWriter::WritePiece() {
  if (piece_.empty()) return Status::OK();
  header_.records_checksum = Combine(header_.records_checksum, piece_);
  header_.records += piece_.size();
  ROOST_TRY(file_.Write(std::string_view(reinterpret_cast<const char*>(piece_.data()),
                                         piece_.size() * sizeof(TakeRecord))));
  piece_.clear();
  return Status::OK();
}

Status RunWriter::Append(const TakeRecord& record) {
  piece_.push_back(record);
  return piece_.size() == kPieceRecords ? WritePiece() : Status::OK();
}

Status RunWriter::Finish() {
  ROOST_TRY(WritePiece());
  header_.header_checksum = ChecksumOf(header_);
  ROOST_TRY(
      file_.WriteAt(0, std::string_view(reinterpret_cast<const char*>(&header_), sizeof header_)));
  ROOST_TRY(file_.Sync());
  ROOST_TRY(file_.Close());
  ROOST_ASSIGN(auto outcome, disk::Link(path_, folder_ + "/" + name_));
  if (outcome == disk::LinkOutcome::kMissing)
    return Status::IOError(path_, " is gone; check that nothing removes files there meanwhile");
  ROOST_TRY(disk::SyncFolder(folder_));
  return disk::RemoveIfThere(path_).status();
}

}  // namespace roost::ledger
