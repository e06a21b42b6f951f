#include "read/structure_scan.h"

#include <algorithm>
#include <bit>

#ifdef __AVX2__
#include <immintrin.h>
#endif

namespace roost::read {
namespace {

constexpr unsigned kStride = 64;

// Bit i of each is set where byte i is such a byte.
struct Found {
  uint64_t quote, backslash, open, close;
};

#ifdef __AVX2__

uint64_t Equal(__m256i low, __m256i high, char byte) {
  const __m256i wanted = _mm256_set1_epi8(byte);
  const auto first = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted)));
  const auto second = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted)));
  return first | static_cast<uint64_t>(second) << 32;
}

Found Find(const char* text) {
  const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text));
  const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + 32));
  // [ ] differ from { } in this bit alone, and no other byte becomes one of them by it.
  const __m256i bit = _mm256_set1_epi8(0x20);
  const __m256i low_brackets = _mm256_or_si256(low, bit);
  const __m256i high_brackets = _mm256_or_si256(high, bit);
  return {Equal(low, high, '"'), Equal(low, high, '\\'), Equal(low_brackets, high_brackets, '{'),
          Equal(low_brackets, high_brackets, '}')};
}

#else

Found Find(const char* text) {
  Found found = {};
  for (unsigned i = 0; i < kStride; ++i) {
    const char byte = text[i];
    const auto bracket = static_cast<char>(byte | 0x20);
    found.quote |= static_cast<uint64_t>(byte == '"') << i;
    found.backslash |= static_cast<uint64_t>(byte == '\\') << i;
    found.open |= static_cast<uint64_t>(bracket == '{') << i;
    found.close |= static_cast<uint64_t>(bracket == '}') << i;
  }
  return found;
}

#endif

// Bit i of the result is the xor of bits 0..i: set from each opening quote to before its closing
// one.
uint64_t RunningXor(uint64_t bits) {
  for (unsigned shift = 1; shift < kStride; shift *= 2) bits ^= bits << shift;
  return bits;
}

// Bytes behind a backslash that is not itself escaped; bit 0 of `carry` goes in and comes out.
uint64_t Escaped(uint64_t backslash, unsigned count, uint64_t& carry) {
  uint64_t escaped = carry;
  backslash &= ~carry;
  carry = 0;
  while (backslash != 0) {
    const auto at = static_cast<unsigned>(std::countr_zero(backslash));
    if (at + 1 == count) {
      carry = 1;
      break;
    }
    escaped |= uint64_t{2} << at;
    backslash &= ~(uint64_t{3} << at);
  }
  return escaped;
}

}  // namespace

StructureScan::Marks StructureScan::Look(const char* text, unsigned count) {
  Found found = Find(text);
  if (count < kStride) {
    const uint64_t valid = (uint64_t{1} << count) - 1;
    found.quote &= valid;
    found.backslash &= valid;
    found.open &= valid;
    found.close &= valid;
  }
  if ((found.backslash | escaped_) != 0) found.quote &= ~Escaped(found.backslash, count, escaped_);
  const uint64_t inside = RunningXor(found.quote) ^ in_string_;
  in_string_ = static_cast<uint64_t>(static_cast<int64_t>(inside << (kStride - count)) >> 63);
  return {found.open & ~inside, found.close & ~inside};
}

size_t StructureScan::Skip(const char* text, size_t from, size_t to, int64_t floor) {
  while (from < to) {
    const auto count = static_cast<unsigned>(std::min<size_t>(to - from, kStride));
    const Marks marks = Look(text + from, count);
    const int opened = std::popcount(marks.open);
    const int closed = std::popcount(marks.close);
    if (depth_ - closed >= floor) [[likely]] {
      depth_ += opened - closed;
      from += count;
      continue;
    }
    for (uint64_t brackets = marks.open | marks.close; brackets != 0; brackets &= brackets - 1) {
      const uint64_t bit = brackets & -brackets;
      depth_ += (marks.open & bit) != 0 ? 1 : -1;
      if (depth_ < floor) {
        in_string_ = 0;
        escaped_ = 0;
        return from + static_cast<unsigned>(std::countr_zero(bit)) + 1;
      }
    }
    from += count;
  }
  return to;
}

void StructureScan::Step(char byte) {
  const bool is_escaped = escaped_ != 0;
  escaped_ = !is_escaped && byte == '\\';
  if (byte == '"' && !is_escaped) in_string_ = ~in_string_;
  const int bracket = byte | 0x20;
  if (in_string_ == 0) depth_ += (bracket == '{') - (bracket == '}');
}

// Bytes count up in 64 lanes, which are added up before they can overflow: compilers make two
// vector instructions of the inner loop.
uint64_t CountLines(const char* text, size_t size) {
  constexpr size_t kLanes = 64, kMost = 255 * kLanes;
  uint64_t lines = 0;
  while (size >= kLanes) {
    const size_t piece = std::min(size / kLanes * kLanes, kMost);
    uint8_t lanes[kLanes] = {};
    for (size_t i = 0; i < piece; i += kLanes) {
      for (size_t lane = 0; lane < kLanes; ++lane) lanes[lane] += text[i + lane] == '\n';
    }
    for (uint8_t count : lanes) lines += count;
    text += piece;
    size -= piece;
  }
  for (size_t i = 0; i < size; ++i) lines += text[i] == '\n';
  return lines;
}

}  // namespace roost::read
