#include "read/decoder.h"

#include <isa-l/igzip_lib.h>
#include <zstd.h>

#include <algorithm>

namespace roost::read {
namespace {

struct Magic {
  std::string_view bytes;
  std::string_view name;
};
constexpr Magic kForeign[] = {{"BZh", "bzip2"},
                              {{"\xfd"
                                "7zXZ\0",
                                6},
                               "xz"},
                              {"\x04\x22\x4d\x18", "lz4"},
                              {"PK\x03\x04", "zip"}};

class GzipDecoder : public Decoder {
 public:
  GzipDecoder() { StartMember(); }

  Result<Progress> Decode(std::string_view packed, char* to, size_t room) override {
    ROOST_TRY(fault_);
    Progress done;
    size_t moved = 0;
    do {
      if (is_between_ && !NextMember(packed, done)) break;
      moved = done.consumed + done.produced;
      Inflate(packed, to, room, done);
      moved = done.consumed + done.produced - moved;
    } while (fault_.ok() && moved > 0 && done.produced < room);
    if (done.produced == 0) ROOST_TRY(fault_);
    return done;
  }

  bool may_end() const override { return is_between_; }

 private:
  void StartMember() {
    isal_inflate_init(&state_);
    state_.crc_flag = ISAL_GZIP;
  }

  // Zeros behind the last member are padding (tapes, block devices).
  bool NextMember(std::string_view packed, Progress& done) {
    while (done.consumed < packed.size() && packed[done.consumed] == 0) ++done.consumed;
    if (done.consumed == packed.size()) return false;
    StartMember();
    is_between_ = false;
    return true;
  }

  void Inflate(std::string_view packed, char* to, size_t room, Progress& done) {
    const size_t in = std::min<size_t>(packed.size() - done.consumed, 1 << 30);
    const size_t out = std::min<size_t>(room - done.produced, 1 << 30);
    state_.next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(packed.data() + done.consumed));
    state_.avail_in = static_cast<uint32_t>(in);
    state_.next_out = reinterpret_cast<uint8_t*>(to + done.produced);
    state_.avail_out = static_cast<uint32_t>(out);
    const int result = isal_inflate(&state_);
    done.consumed += in - state_.avail_in;
    done.produced += out - state_.avail_out;
    if (result < 0) fault_ = Fault(result);
    is_between_ = state_.block_state == ISAL_BLOCK_FINISH;
  }

  static Status Fault(int result) {
    if (result == ISAL_INCORRECT_CHECKSUM) return Status::Invalid("its gzip checksum is wrong");
    if (result == ISAL_INVALID_WRAPPER || result == ISAL_UNSUPPORTED_METHOD)
      return Status::Invalid("what follows a gzip member is no gzip header");
    return Status::Invalid("its gzip data is corrupt");
  }

  inflate_state state_;
  bool is_between_ = false;
  Status fault_;
};

class ZstdDecoder : public Decoder {
 public:
  ZstdDecoder() : context_(ZSTD_createDCtx()) {}
  ~ZstdDecoder() override { ZSTD_freeDCtx(context_); }

  Result<Progress> Decode(std::string_view packed, char* to, size_t room) override {
    if (!context_) return Status::OutOfMemory("no memory to unpack zstd");
    ROOST_TRY(fault_);
    ZSTD_inBuffer in = {packed.data(), packed.size(), 0};
    ZSTD_outBuffer out = {to, room, 0};
    for (size_t moved = 1; moved > 0 && out.pos < out.size;) {
      moved = in.pos + out.pos;
      const size_t result = ZSTD_decompressStream(context_, &out, &in);
      if (ZSTD_isError(result)) {
        fault_ = Status::Invalid("its zstd data is corrupt (", ZSTD_getErrorName(result), ")");
        break;
      }
      moved = in.pos + out.pos - moved;
      if (moved > 0) may_end_ = result == 0;
    }
    if (out.pos == 0) ROOST_TRY(fault_);
    return Progress{in.pos, out.pos};
  }

  bool may_end() const override { return may_end_; }

 private:
  ZSTD_DCtx* context_;
  bool may_end_ = false;
  Status fault_;
};

}  // namespace

Result<Compression> FindCompression(std::string_view head) {
  if (head.starts_with("\x1f\x8b")) return Compression::kGzip;
  if (head.starts_with("\x28\xb5\x2f\xfd")) return Compression::kZstd;
  // A frame to be skipped may come first.
  if (head.size() >= 4 && (head[0] & 0xf0) == 0x50 && head.substr(1, 3) == "\x2a\x4d\x18")
    return Compression::kZstd;
  for (const Magic& magic : kForeign) {
    if (head.starts_with(magic.bytes))
      return Status::Invalid("it is packed as ", magic.name,
                             ", which roost cannot unpack; unpack it, or use gzip or zstd");
  }
  return Compression::kNone;
}

std::unique_ptr<Decoder> Decoder::Make(Compression compression) {
  if (compression == Compression::kGzip) return std::make_unique<GzipDecoder>();
  return std::make_unique<ZstdDecoder>();
}

}  // namespace roost::read
