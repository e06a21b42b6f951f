#include "store/encoding.h"

#include <algorithm>
#include <array>
#include <utility>

namespace roost::store {
namespace {

constexpr size_t kMiniblock = 32;    // values of a delta miniblock
constexpr size_t kBlock = 128;       // values of a delta block
constexpr size_t kShortestRun = 32;  // shorter ones cost more as runs than they save

// Packs 32 numbers below 2^kWidth; the compiler unrolls it, so that every shift is a constant.
template <int kWidth>
void Pack32(const uint32_t* in, char* out) {
  uint64_t word = 0;
  int bits = 0;
#pragma GCC unroll 32
  for (int i = 0; i < 32; ++i) {
    word |= static_cast<uint64_t>(in[i]) << bits;
    bits += kWidth;
    if (bits >= 32) {
      auto low = static_cast<uint32_t>(word);
      std::memcpy(out, &low, 4);
      out += 4;
      word >>= 32;
      bits -= 32;
    }
  }
}

using Packer = void (*)(const uint32_t*, char*);
template <int... kWidths>
constexpr std::array<Packer, sizeof...(kWidths)> MakePackers(
    std::integer_sequence<int, kWidths...>) {
  return {&Pack32<kWidths>...};
}
constexpr auto kPackers = MakePackers(std::make_integer_sequence<int, 33>());

// Miniblocks wider than 32 bits are rare: large random numbers.
void PackWide(const uint64_t* in, int width, char* out) {
  unsigned __int128 word = 0;
  int bits = 0;
  for (size_t i = 0; i < kMiniblock; ++i) {
    word |= static_cast<unsigned __int128>(in[i]) << bits;
    for (bits += width; bits >= 32; bits -= 32, word >>= 32) {
      auto low = static_cast<uint32_t>(word);
      std::memcpy(out, &low, 4);
      out += 4;
    }
  }
}

// A bit-packed run; the last group of eight is filled up with zeros.
void AppendPacked(Bytes& to, const uint32_t* values, size_t count, int width) {
  if (count == 0) return;
  size_t groups = (count + 7) / 8;
  AppendVarint(to, groups << 1 | 1);
  to.Reserve(to.size() + groups * static_cast<size_t>(width) + 4 * 32);
  char* out = to.end();
  Packer pack = kPackers[static_cast<size_t>(width)];
  size_t at = 0;
  for (; at + 32 <= count; at += 32, out += 4 * width) pack(values + at, out);
  if (at < count) {
    uint32_t rest[32] = {};
    std::copy(values + at, values + count, rest);
    pack(rest, out);
  }
  to.SetSize(to.size() + groups * static_cast<size_t>(width));
}

bool AllEqual8(const uint32_t* values, uint32_t wanted) {
  uint32_t different = 0;
  for (int i = 0; i < 8; ++i) different |= values[i] ^ wanted;
  return different == 0;
}

// How often values[0] stands at the beginning, given that it can matter only from 8 on.
size_t RunLength(const uint32_t* values, size_t count) {
  size_t length = 0;
  while (length + 8 <= count && AllEqual8(values + length, values[0])) length += 8;
  if (length == 0) return 0;
  while (length < count && values[length] == values[0]) ++length;
  return length;
}

// Writes the differences of one block, of which `used` are real.
template <class Delta>
void AppendBlock(Bytes& to, Delta* deltas, size_t used) {
  Delta least = deltas[0];
  for (size_t i = 0; i < used; ++i) least = std::min(least, deltas[i]);
  for (size_t i = used; i < kBlock; ++i) deltas[i] = least;
  using Word = std::make_unsigned_t<Delta>;
  Word above[kBlock];
  for (size_t i = 0; i < kBlock; ++i)
    above[i] = static_cast<Word>(deltas[i]) - static_cast<Word>(least);

  AppendVarint(to, ZigZag(least));
  to.Reserve(to.size() + 4 + kBlock * sizeof(Delta));
  char* widths = to.end();
  char* out = widths + 4;
  for (size_t mini = 0; mini < kBlock / kMiniblock; ++mini) {
    const Word* values = above + mini * kMiniblock;
    Word any = 0;
    for (size_t i = 0; i < kMiniblock; ++i) any |= values[i];
    int width = any == 0 ? 0 : BitWidth(any);
    widths[mini] = static_cast<char>(width);
    if (width > 32) {
      if constexpr (sizeof(Word) == 8) PackWide(values, width, out);
    } else if (width > 0) {
      uint32_t narrow[kMiniblock];
      for (size_t i = 0; i < kMiniblock; ++i) narrow[i] = static_cast<uint32_t>(values[i]);
      kPackers[static_cast<size_t>(width)](narrow, out);
    }
    out += 4 * width;
  }
  to.SetSize(static_cast<size_t>(out - to.data()));
}

template <class Value>
void AppendDeltas(Bytes& to, const Value* values, size_t count) {
  using Delta = std::make_signed_t<Value>;
  using Word = std::make_unsigned_t<Value>;
  AppendVarint(to, kBlock);
  AppendVarint(to, kBlock / kMiniblock);
  AppendVarint(to, count);
  AppendVarint(to, count == 0 ? 0 : ZigZag(static_cast<Delta>(values[0])));
  Delta deltas[kBlock];
  for (size_t at = 1; at < count; at += kBlock) {
    size_t used = std::min(kBlock, count - at);
    for (size_t i = 0; i < used; ++i)
      deltas[i] = static_cast<Delta>(static_cast<Word>(values[at + i]) -
                                     static_cast<Word>(values[at + i - 1]));
    AppendBlock(to, deltas, used);
  }
}

uint32_t SharedPrefix(const char* one, const char* other, uint32_t at_most) {
  uint32_t length = 0;
  for (; length + 8 <= at_most; length += 8) {
    uint64_t a, b;
    std::memcpy(&a, one + length, 8);
    std::memcpy(&b, other + length, 8);
    if (a != b) return length + (static_cast<uint32_t>(__builtin_ctzll(a ^ b)) >> 3);
  }
  while (length < at_most && one[length] == other[length]) ++length;
  return length;
}

// Most texts are short: sixteen bytes at once, whose surplus the next copy overwrites.
char* CopyShort(char* to, const char* from, uint32_t size) {
  if (size <= 16) {
    std::memcpy(to, from, 16);
  } else {
    std::memcpy(to, from, size);
  }
  return to + size;
}

}  // namespace

void AppendRun(Bytes& to, uint32_t value, size_t count, int width) {
  if (count == 0) return;
  AppendVarint(to, static_cast<uint64_t>(count) << 1);
  to.Append(reinterpret_cast<const char*>(&value), static_cast<size_t>((width + 7) / 8));
}

size_t AppendHybridPart(Bytes& to, const uint32_t* values, size_t count, int width) {
  size_t literal = 0, at = 0;
  while (at < count) {
    size_t run = RunLength(values + at, count - at);
    if (run < kShortestRun && !(run == count)) {
      at += std::min<size_t>(8, count - at);
      continue;
    }
    AppendPacked(to, values + literal, at - literal, width);
    AppendRun(to, values[at], run, width);
    at += run;
    literal = at;
  }
  size_t whole = (count - literal) & ~size_t{7};
  AppendPacked(to, values + literal, whole, width);
  return literal + whole;
}

void AppendHybrid(Bytes& to, const uint32_t* values, size_t count, int width) {
  size_t taken = AppendHybridPart(to, values, count, width);
  AppendPacked(to, values + taken, count - taken, width);
}

void AppendHybridBits(Bytes& to, const uint64_t* bits, size_t count) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(bits);
  size_t whole = count / 8;  // only whole bytes can be part of a repeated run
  size_t literal = 0, at = 0;
  auto append_literal = [&](size_t end) {
    if (end == literal) return;
    AppendVarint(to, (end - literal) << 1 | 1);
    to.Append(reinterpret_cast<const char*>(bytes + literal), end - literal);
  };
  while (at < whole) {
    size_t end = at;
    if (bytes[at] == 0 || bytes[at] == 0xff)
      while (end < whole && bytes[end] == bytes[at]) ++end;
    if (end - at >= kShortestRun / 8) {
      append_literal(at);
      AppendRun(to, bytes[at] & 1, (end - at) * 8, 1);
      literal = end;
    }
    at = std::max(end, at + 1);
  }
  append_literal((count + 7) / 8);
}

void AppendDelta(Bytes& to, const int64_t* values, size_t count) {
  AppendDeltas(to, values, count);
}
void AppendDelta(Bytes& to, const int32_t* values, size_t count) {
  AppendDeltas(to, values, count);
}
void AppendDelta(Bytes& to, const uint32_t* values, size_t count) {
  AppendDeltas(to, values, count);
}

void AppendDeltaByteArray(Bytes& to, const char* text, size_t size, size_t count,
                          TextScratch& scratch) {
  scratch.prefixes.Reserve(count);
  scratch.lengths.Reserve(count);
  scratch.tails.Reserve(size);
  char* out = scratch.tails.data();
  const char* last = text;
  uint32_t last_length = 0;
  for (size_t i = 0; i < count; ++i) {
    uint32_t length;
    std::memcpy(&length, text, 4);
    text += 4;
    uint32_t prefix = SharedPrefix(text, last, std::min(length, last_length));
    scratch.prefixes[i] = prefix;
    scratch.lengths[i] = length - prefix;
    out = CopyShort(out, text + prefix, length - prefix);
    last = text;
    last_length = length;
    text += length;
  }
  AppendDelta(to, scratch.prefixes.data(), count);
  AppendDelta(to, scratch.lengths.data(), count);
  to.Append(scratch.tails.data(), static_cast<size_t>(out - scratch.tails.data()));
}

void AppendDeltaLength(Bytes& to, const char* text, size_t size, size_t count,
                       TextScratch& scratch) {
  scratch.lengths.Reserve(count);
  scratch.tails.Reserve(size);
  char* out = scratch.tails.data();
  for (size_t i = 0; i < count; ++i) {
    uint32_t length;
    std::memcpy(&length, text, 4);
    scratch.lengths[i] = length;
    out = CopyShort(out, text + 4, length);
    text += 4 + length;
  }
  AppendDelta(to, scratch.lengths.data(), count);
  to.Append(scratch.tails.data(), static_cast<size_t>(out - scratch.tails.data()));
}

void AppendBools(Bytes& to, const uint8_t* values, size_t count) {
  to.Reserve(to.size() + count / 8 + 8);
  auto* out = reinterpret_cast<uint8_t*>(to.end());
  size_t at = 0;
  for (; at + 8 <= count; at += 8) {
    uint64_t eight;
    std::memcpy(&eight, values + at, 8);
    // The product gathers bit 0 of each byte in the top byte.
    *out++ = static_cast<uint8_t>((eight * 0x0102040810204080ull) >> 56);
  }
  if (at < count) {
    uint8_t last = 0;
    for (size_t i = at; i < count; ++i) last |= static_cast<uint8_t>(values[i] << (i - at));
    *out++ = last;
  }
  to.SetSize(static_cast<size_t>(out - reinterpret_cast<uint8_t*>(to.data())));
}

}  // namespace roost::store
