// Keeps what became of each file of an attempt: 64 bytes for a small file that could be read, since
// there may be millions. What does not fit is kept aside.
//
// Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "read/reader.h"
#include "roost/roost.h"
#include "shred/shredder.h"

namespace roost::ingest {

/// Sums over the units of a file.
struct FileOutcome {
  read::FileFacts facts;
  uint64_t records = 0, rejects = 0;
  uint64_t values = 0, nulls = 0;
  shred::Framing framing = shred::Framing::kValues;
  std::shared_ptr<const std::string> fault;
  std::shared_ptr<const RejectSummary> first_reject;
};

class FileOutcomes {
 public:
  explicit FileOutcomes(size_t files) : packed_(files) {}

  size_t size() const { return packed_.size(); }
  FileOutcome operator[](size_t file) const;
  void Set(size_t file, FileOutcome outcome);
  /// The file that owns a file number, if one does.
  std::optional<size_t> FileOfNumber(uint64_t number) const;

  class Iterator {
   public:
    Iterator(const FileOutcomes* all, size_t file) : all_(all), file_(file) {}
    FileOutcome operator*() const { return (*all_)[file_]; }
    Iterator& operator++() { return ++file_, *this; }
    bool operator==(const Iterator&) const = default;

   private:
    const FileOutcomes* all_;
    size_t file_;
  };
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size()}; }

 private:
  struct Packed {
    uint64_t hash_low = 0, hash_high = 0, inode = 0;
    int64_t modified_ns = 0, born_ns = -1;
    uint32_t bytes = 0, decoded_bytes = 0, records = 0, values = 0, nulls = 0;
    uint16_t rejects = 0;
    uint8_t device = 0;  // its place in devices_
    uint8_t is_apart : 1 = 0, has_number : 1 = 0, is_lines : 1 = 0, is_array : 1 = 0;
    uint8_t compression : 2 = 0, framing : 2 = static_cast<uint8_t>(shred::Framing::kValues);
  };
  static_assert(sizeof(Packed) == 64);

  std::optional<Packed> Pack(size_t file, const FileOutcome& outcome);
  std::optional<uint8_t> PlaceOfDevice(uint64_t device);

  std::vector<Packed> packed_;
  std::unordered_map<size_t, FileOutcome> apart_;
  std::vector<uint64_t> devices_ = {0};
  std::optional<uint64_t> first_number_;  // small files have this number and their place as theirs
};

}  // namespace roost::ingest
