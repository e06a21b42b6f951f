#include "store/compressor.h"

#include <arrow/util/compression.h>
#include <zstd.h>

namespace roost::store {

Result<Codec> CodecFromName(const std::string& name) {
  if (name == "zstd") return Codec::kZstd;
  if (name == "snappy") return Codec::kSnappy;
  if (name == "none") return Codec::kNone;
  return Status::Invalid("compression '", name, "' is not known; choose zstd, snappy or none");
}

Result<std::unique_ptr<Compressor>> Compressor::Make(Codec codec, int level) {
  std::unique_ptr<Compressor> made(new Compressor);
  made->codec_ = codec;
  if (codec == Codec::kSnappy) {
    ROOST_ASSIGN(made->snappy_, arrow::util::Codec::Create(arrow::Compression::SNAPPY));
  }
  if (codec == Codec::kZstd) {
    if (level < ZSTD_minCLevel() || level > ZSTD_maxCLevel())
      return Status::Invalid("compression level ", level, " is not one of zstd's, ",
                             ZSTD_minCLevel(), " to ", ZSTD_maxCLevel());
    constexpr int kLeastLevel = -100;
    made->zstd_ = ZSTD_createCCtx();
    made->least_zstd_ = ZSTD_createCCtx();
    if (made->zstd_ == nullptr || made->least_zstd_ == nullptr)
      return Status::OutOfMemory("no memory for a zstd context");
    ZSTD_CCtx_setParameter(made->zstd_, ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(made->least_zstd_, ZSTD_c_compressionLevel, kLeastLevel);
  }
  return made;
}

Compressor::~Compressor() {
  ZSTD_freeCCtx(zstd_);
  ZSTD_freeCCtx(least_zstd_);
}

Status Compressor::Compress(const Bytes& from, Bytes& to, Effort effort) {
  if (codec_ == Codec::kNone) {
    to.Clear();
    to.Append(from.data(), from.size());
    return Status::OK();
  }
  if (codec_ == Codec::kSnappy) {
    const auto* input = reinterpret_cast<const uint8_t*>(from.data());
    auto size = static_cast<int64_t>(from.size());
    to.Reserve(static_cast<size_t>(snappy_->MaxCompressedLen(size, input)));
    ROOST_ASSIGN(int64_t used, snappy_->Compress(size, input, static_cast<int64_t>(to.capacity()),
                                                 reinterpret_cast<uint8_t*>(to.data())));
    to.SetSize(static_cast<size_t>(used));
    return Status::OK();
  }
  to.Reserve(ZSTD_compressBound(from.size()));
  ZSTD_CCtx* context = effort == Effort::kFull ? zstd_ : least_zstd_;
  size_t used = ZSTD_compress2(context, to.data(), to.capacity(), from.data(), from.size());
  if (ZSTD_isError(used))
    return Status::OutOfMemory("zstd could not compress a page: ", ZSTD_getErrorName(used));
  to.SetSize(used);
  return Status::OK();
}

}  // namespace roost::store
