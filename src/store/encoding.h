// Encodes values the way Parquet pages hold them.
//
// Each function appends one encoded block to `to`. They are the inner loops of the store: plain
// arrays in, bytes out, no allocation but the growth of `to`. Values beyond `count` may be read
// (never used) up to Buffer::kSlack bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/buffer.h"

namespace roost::store {

using Bytes = Buffer<char>;

/// Numbers of encodings and page types in Parquet's thrift definitions.
enum class Encoding : uint8_t {
  kPlain = 0,
  kRle = 3,
  kDeltaBinaryPacked = 5,
  kDeltaLengthByteArray = 6,
  kDeltaByteArray = 7,
  kRleDictionary = 8,
  kCount = 9,
};

inline void AppendVarint(Bytes& to, uint64_t value) {
  to.Reserve(to.size() + 10);
  char* out = to.end();
  for (; value >= 128; value >>= 7) *out++ = static_cast<char>(value | 128);
  *out++ = static_cast<char>(value);
  to.SetSize(static_cast<size_t>(out - to.data()));
}

inline uint64_t ZigZag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}

/// Bits that hold every number from 0 to `greatest`; at least 1, as some readers ask.
inline int BitWidth(uint64_t greatest) {
  return greatest == 0 ? 1 : 64 - __builtin_clzll(greatest);
}

/// Numbers below 2^width in runs: repeated where one stands 32 times or more, else bit-packed.
void AppendHybrid(Bytes& to, const uint32_t* values, size_t count, int width);

/// The same where more is to follow: up to seven of the last values, which fill no group, are left.
/// Returns how many it took.
size_t AppendHybridPart(Bytes& to, const uint32_t* values, size_t count, int width);

/// The same for bits, from a bitmap (bit i of word i / 64).
void AppendHybridBits(Bytes& to, const uint64_t* bits, size_t count);

/// One repeated run.
void AppendRun(Bytes& to, uint32_t value, size_t count, int width);

/// DELTA_BINARY_PACKED with blocks of 128 values.
void AppendDelta(Bytes& to, const int64_t* values, size_t count);
void AppendDelta(Bytes& to, const int32_t* values, size_t count);
void AppendDelta(Bytes& to, const uint32_t* values, size_t count);  // below 2^31: lengths

/// Arrays that the text encodings need between two calls.
struct TextScratch {
  Buffer<uint32_t> prefixes;
  Buffer<uint32_t> lengths;
  Bytes tails;
};

/// `text` is [uint32 length][bytes] `count` times, `size` bytes in all.
void AppendDeltaByteArray(Bytes& to, const char* text, size_t size, size_t count,
                          TextScratch& scratch);
void AppendDeltaLength(Bytes& to, const char* text, size_t size, size_t count,
                       TextScratch& scratch);

/// Bools of one byte each as bits.
void AppendBools(Bytes& to, const uint8_t* values, size_t count);

}  // namespace roost::store
