// Compares and scans 32 bytes at a time; the only file of the shredder with vector instructions.
//
// Every function reads 32 bytes from its pointer, whatever the data: callers keep read::kPadding
// readable bytes behind what they scan. AVX2 on x86-64, plain loops that compilers vectorise
// elsewhere.
#pragma once

#include <cstdint>
#include <cstring>

#ifdef __AVX2__
#include <immintrin.h>
#endif

namespace roost::simd {

#ifdef __AVX2__

/// Bit i is set where p[i] is `"`, `\` or a control character: where plain text of a string ends.
inline uint32_t StringEnds(const char* p) {
  __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  __m256i quote = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"'));
  __m256i escape = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\'));
  __m256i control = _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(31)), bytes);
  return static_cast<uint32_t>(
      _mm256_movemask_epi8(_mm256_or_si256(quote, _mm256_or_si256(escape, control))));
}

/// Bit i is set where p[i] is `"`.
inline uint32_t Quotes(const char* p) {
  __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  return static_cast<uint32_t>(
      _mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"'))));
}

/// Bit i is set where p[i] is no JSON white space.
inline uint32_t NotSpace(const char* p) {
  __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  __m256i space =
      _mm256_or_si256(_mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(' ')),
                                      _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\n'))),
                      _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\t')),
                                      _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\r'))));
  return ~static_cast<uint32_t>(_mm256_movemask_epi8(space));
}

/// Bit i is set where a[i] != b[i].
inline uint32_t Different(const char* a, const char* b) {
  __m256i left = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(a));
  __m256i right = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(b));
  return ~static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(left, right)));
}

inline void Copy32(char* to, const char* from) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to),
                      _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
}

/// A text of at most 32 bytes, zero-padded. Stays in a register: padding it in memory stalls the
/// loads that hash it (a sixth of the time of shredding).
class Head {
 public:
  Head(const char* text, uint32_t length)
      : bytes_(_mm256_and_si256(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(text)),
                                Mask(length))) {}
  bool Equals(const char* other) const {
    __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(other));
    __m256i difference = _mm256_xor_si256(bytes, bytes_);
    return _mm256_testz_si256(difference, difference) != 0;
  }
  void Store(char* to) const { _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), bytes_); }
  template <int kPlace>
  uint64_t Word() const {
    return static_cast<uint64_t>(_mm256_extract_epi64(bytes_, kPlace));
  }

 private:
  static __m256i Mask(uint32_t length) {
    alignas(64) static constexpr auto kMask = [] {
      struct {
        char bytes[64];
      } mask{};
      for (int i = 0; i < 32; ++i) mask.bytes[i] = -1;
      return mask;
    }();
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(kMask.bytes + 32 - length));
  }
  __m256i bytes_;
};

#else

inline uint32_t StringEnds(const char* p) {
  uint32_t mask = 0;
  for (int i = 0; i < 32; ++i) {
    auto byte = static_cast<unsigned char>(p[i]);
    mask |= static_cast<uint32_t>(byte == '"' || byte == '\\' || byte < 32) << i;
  }
  return mask;
}

inline uint32_t Quotes(const char* p) {
  uint32_t mask = 0;
  for (int i = 0; i < 32; ++i) mask |= static_cast<uint32_t>(p[i] == '"') << i;
  return mask;
}

inline uint32_t NotSpace(const char* p) {
  uint32_t mask = 0;
  for (int i = 0; i < 32; ++i) {
    mask |= static_cast<uint32_t>(!(p[i] == ' ' || p[i] == '\n' || p[i] == '\t' || p[i] == '\r'))
            << i;
  }
  return mask;
}

inline uint32_t Different(const char* a, const char* b) {
  uint32_t mask = 0;
  for (int i = 0; i < 32; ++i) mask |= static_cast<uint32_t>(a[i] != b[i]) << i;
  return mask;
}

inline void Copy32(char* to, const char* from) { std::memcpy(to, from, 32); }

class Head {
 public:
  Head(const char* text, uint32_t length) {
    std::memcpy(bytes_, text, length);
    std::memset(bytes_ + length, 0, 32 - length);
  }
  bool Equals(const char* other) const { return std::memcmp(bytes_, other, 32) == 0; }
  void Store(char* to) const { std::memcpy(to, bytes_, 32); }
  template <int kPlace>
  uint64_t Word() const {
    uint64_t word;
    std::memcpy(&word, bytes_ + kPlace * 8, 8);
    return word;
  }

 private:
  char bytes_[32];
};

#endif

/// First byte from p on that is no JSON white space; there must be one within readable memory.
inline const char* SkipSpace(const char* p) {
  if (static_cast<unsigned char>(*p) > ' ') [[likely]]
    return p;
  if (static_cast<unsigned char>(p[1]) > ' ' && *p == ' ') return p + 1;
  for (;; p += 32) {
    if (uint32_t mask = NotSpace(p)) return p + __builtin_ctz(mask);
  }
}

/// Hash of 31 bits of a short text.
inline uint32_t HashHead(const Head& head, uint32_t length) {
#ifdef __SSE4_2__
  uint64_t hash = _mm_crc32_u64(length, head.Word<0>());
  if (length > 8) hash = _mm_crc32_u64(hash, head.Word<1>());
  if (length > 16) hash = _mm_crc32_u64(_mm_crc32_u64(hash, head.Word<2>()), head.Word<3>());
  return (static_cast<uint32_t>(hash) * 0x9E3779B1u) >> 1;
#else
  uint64_t hash = length;
  for (uint64_t word : {head.Word<0>(), head.Word<1>(), head.Word<2>(), head.Word<3>()}) {
    hash = (hash ^ word) * 0x9E3779B97F4A7C15ull, hash ^= hash >> 32;
  }
  return static_cast<uint32_t>(hash) >> 1;
#endif
}

}  // namespace roost::simd
