#include "read/source.h"

#include <fcntl.h>

#include <algorithm>
#include <cstring>

namespace roost::read {
namespace {

// Read and hashed while still in the cache nearest to the core.
constexpr size_t kPlainPiece = 256 << 10;
constexpr size_t kPackedPiece = 128 << 10;

}  // namespace

Result<std::unique_ptr<Source>> Source::Open(const InputFile& file,
                                             std::atomic<uint64_t>* bytes_read, Spools* spools) {
  if (spools && !file.is_regular) {
    ROOST_ASSIGN(Spool* const spool, spools->Of(file));
    std::unique_ptr<Source> source(new Source(file, Descriptor(), spool->state(), bytes_read));
    source->spool_ = spool;
    ROOST_TRY(source->Begin());
    return source;
  }
  ROOST_ASSIGN(Descriptor descriptor, Descriptor::Open(AT_FDCWD, file.path.c_str(), file.path));
  ROOST_ASSIGN(const FileState state, LookAt(descriptor.get(), file.path));
  if (state.is_regular) ::posix_fadvise(descriptor.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  std::unique_ptr<Source> source(new Source(file, std::move(descriptor), state, bytes_read));
  ROOST_TRY(source->Begin());
  return source;
}

Status Source::Begin() {
  raw_.Reserve(kPackedPiece);
  ROOST_ASSIGN(const size_t count, ReadRaw(raw_.data(), kMagicBytes));
  raw_.SetSize(count);
  auto compression = FindCompression({raw_.data(), count});
  if (!compression.ok()) return Place(compression.status());
  compression_ = *compression;
  if (compression_ != Compression::kNone) decoder_ = Decoder::Make(compression_);
  return Status::OK();
}

Result<size_t> Source::ReadPiece(uint64_t offset, char* to, size_t room) {
  return spool_ ? spool_->Read(offset, to, room) : ReadSome(descriptor_.get(), to, room, path_);
}

Result<size_t> Source::ReadRaw(char* to, size_t room) {
  size_t count = 0;
  while (count < room && !raw_ended_) {
    const auto piece = ReadPiece(raw_bytes_ + count, to + count, room - count);
    if (!piece.ok()) raw_fault_ = piece.status();
    raw_ended_ = !piece.ok() || *piece == 0;
    if (raw_ended_) break;
    hash_.Add(to + count, *piece);
    count += *piece;
  }
  raw_bytes_ += count;
  bytes_read_->fetch_add(count, std::memory_order_relaxed);
  if (count == 0) ROOST_TRY(raw_fault_);
  return count;
}

size_t Source::Read(char* to, size_t room) {
  size_t count = 0;
  while (count < room && fault_.ok()) {
    const auto piece = decoder_ ? ReadPacked(to + count, room - count)
                                : ReadPlain(to + count, std::min(room - count, kPlainPiece));
    if (!piece.ok()) {
      fault_ = decoder_ ? Place(piece.status()) : piece.status();
      break;
    }
    if (*piece == 0) break;
    count += *piece;
    decoded_bytes_ += *piece;
  }
  return count;
}

Result<size_t> Source::ReadPlain(char* to, size_t room) {
  const size_t kept = raw_.size() - raw_begin_;
  if (kept == 0) return ReadRaw(to, room);
  const size_t count = std::min(kept, room);
  std::memcpy(to, raw_.data() + raw_begin_, count);
  raw_begin_ += count;
  return count;
}

Result<size_t> Source::ReadPacked(char* to, size_t room) {
  for (;;) {
    const std::string_view packed(raw_.data() + raw_begin_, raw_.size() - raw_begin_);
    ROOST_ASSIGN(const Decoder::Progress done, decoder_->Decode(packed, to, room));
    raw_begin_ += done.consumed;
    if (done.produced > 0) return done.produced;
    if (done.consumed > 0 && raw_begin_ < raw_.size()) continue;
    ROOST_ASSIGN(const size_t count, ReadRaw(raw_.data(), kPackedPiece));
    raw_.SetSize(count);
    raw_begin_ = 0;
    if (count == 0) break;
  }
  if (decoder_->may_end()) return 0;
  return Status::Invalid("it is truncated: its ",
                         compression_ == Compression::kGzip ? "gzip" : "zstd",
                         " data ends in the middle");
}

Status Source::Place(const Status& fault) const {
  if (fault.IsIOError()) return fault;  // of the system, which has named the file
  return fault.WithMessage("cannot read '", path_, "' on behind byte ", decoded_bytes_,
                           decoder_ ? " of its unpacked text (byte " : " (byte ",
                           raw_bytes_ - (raw_.size() - raw_begin_), " on disk): ", fault.message());
}

void Source::Describe(FileFacts& facts) const {
  const Hash128 hash = hash_.Value();
  facts.bytes = raw_bytes_;
  facts.decoded_bytes = decoded_bytes_;
  facts.hash_low = hash.low;
  facts.hash_high = hash.high;
  facts.modified_ns = state_.modified_ns;
  facts.device = state_.device;
  facts.inode = state_.inode;
  facts.born_ns = state_.born_ns;
  facts.compression = compression_;
}

}  // namespace roost::read
