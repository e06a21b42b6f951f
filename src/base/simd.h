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

#else

inline uint32_t StringEnds(const char* p) {
  uint32_t mask = 0;
  for (int i = 0; i < 32; ++i) {
    auto byte = static_cast<unsigned char>(p[i]);
    mask |= static_cast<uint32_t>(byte == '"' || byte == '\\' || byte < 32) << i;
  }
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

/// 64-bit hash of 32 bytes (the zero-padded head of a short text) and its length.
inline uint32_t HashHead(const char* head, uint32_t length) {
  uint64_t words[4];
  std::memcpy(words, head, 32);
#ifdef __SSE4_2__
  uint64_t hash = _mm_crc32_u64(_mm_crc32_u64(length, words[0]), words[1]);
  if (length > 16) hash = _mm_crc32_u64(_mm_crc32_u64(hash, words[2]), words[3]);
  return (static_cast<uint32_t>(hash) * 0x9E3779B1u) >> 1;
#else
  uint64_t hash = length;
  for (uint64_t word : words) hash = (hash ^ word) * 0x9E3779B97F4A7C15ull, hash ^= hash >> 32;
  return static_cast<uint32_t>(hash) >> 1;
#endif
}

}  // namespace roost::simd
