// Compresses pages with the codec of a run.
//
// zstd is called directly, since Arrow's codec makes a new context for each page, which costs as
// much as compressing a small one. Belongs to one thread.
#pragma once

#include <memory>
#include <string>

#include "base/status.h"
#include "store/encoding.h"

struct ZSTD_CCtx_s;
namespace arrow::util {
class Codec;
}

namespace roost::store {

enum class Codec : uint8_t { kNone, kSnappy, kZstd };

/// Takes "zstd", "snappy" or "none".
Result<Codec> CodecFromName(const std::string& name);

class Compressor {
 public:
  static Result<std::unique_ptr<Compressor>> Make(Codec codec, int level);
  ~Compressor();

  enum class Effort : uint8_t {
    kFull,
    kLeast,  // for what will hardly become smaller: as good as a copy, in the format of the codec
  };
  /// Replaces what is in `to` by the compressed bytes of `from`.
  Status Compress(const Bytes& from, Bytes& to, Effort effort = Effort::kFull);

 private:
  Compressor() = default;

  Codec codec_ = Codec::kNone;
  ZSTD_CCtx_s* zstd_ = nullptr;
  ZSTD_CCtx_s* least_zstd_ = nullptr;  // its level looks for few matches and codes no literals
  std::unique_ptr<arrow::util::Codec> snappy_;
};

}  // namespace roost::store
