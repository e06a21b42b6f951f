// Reads one file from start to end: opens, reads, hashes and unpacks it.
//
// Not thread-safe. Bytes are hashed as they lie on disk. A fault (vanished, unreadable, corrupt,
// truncated) is told once all bytes before it have been handed out; its message names the file.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>

#include "base/buffer.h"
#include "base/status.h"
#include "read/content_hash.h"
#include "read/decoder.h"
#include "read/descriptor.h"
#include "read/input.h"
#include "read/spool.h"

namespace roost::read {

class Source {
 public:
  /// `bytes_read` is added to as bytes come from disk; it must outlive the source, and so must
  /// `spools`, through which pipes are read unless it is null.
  static Result<std::unique_ptr<Source>> Open(const InputFile& file,
                                              std::atomic<uint64_t>* bytes_read, Spools* spools);

  /// Puts decoded bytes at `to` until `room` is full or the file ends, and returns how many; fewer
  /// than `room` is the end, or the place of a fault, which fault() then tells.
  size_t Read(char* to, size_t room);

  /// OK, or why nothing more can be read.
  const Status& fault() const { return fault_; }
  Compression compression() const { return compression_; }
  uint64_t decoded_bytes() const { return decoded_bytes_; }
  /// So many decoded bytes there are at least: those read, or for a plain file its size when
  /// opened.
  uint64_t known_bytes() const {
    return decoder_ ? decoded_bytes_ : std::max(decoded_bytes_, state_.bytes);
  }
  /// Fills what is known by now: bytes, hash, time, compression, decoded bytes.
  void Describe(FileFacts& facts) const;

 private:
  Source(const InputFile& file, Descriptor descriptor, FileState state,
         std::atomic<uint64_t>* bytes_read)
      : path_(file.path),
        descriptor_(std::move(descriptor)),
        state_(state),
        bytes_read_(bytes_read) {}

  Status Begin();
  Result<size_t> ReadPiece(uint64_t offset, char* to, size_t room);
  /// Bytes from disk, hashed; fewer than `room` is the end.
  Result<size_t> ReadRaw(char* to, size_t room);
  Result<size_t> ReadPlain(char* to, size_t room);
  Result<size_t> ReadPacked(char* to, size_t room);
  Status Place(const Status& fault) const;

  std::string path_;
  Descriptor descriptor_;  // open unless spool_ is there
  Spool* spool_ = nullptr;
  FileState state_;
  std::atomic<uint64_t>* bytes_read_;
  ContentHash hash_;
  Compression compression_ = Compression::kNone;
  std::unique_ptr<Decoder> decoder_;
  Buffer<char> raw_;  // read, and handed out or decoded up to raw_begin_
  size_t raw_begin_ = 0;
  bool raw_ended_ = false;
  Status raw_fault_;  // why it ended
  uint64_t raw_bytes_ = 0, decoded_bytes_ = 0;
  Status fault_;
};

}  // namespace roost::read
