// Finds the least and greatest of values, as Parquet's statistics want them.
//
// Text bounds longer than 64 bytes are cut between characters (and the greatest one raised), and
// said to be inexact; zeros of doubles take the sign that keeps both of them inside the range.
#pragma once

#include <cstdint>
#include <string_view>

#include "store/chunk.h"

namespace roost::store {

Range RangeOf(const int64_t* values, size_t count);
Range RangeOf(const int32_t* values, size_t count);
Range RangeOf(const double* values, size_t count);
Range RangeOfBools(const uint8_t* values, size_t count);
/// `text` is [uint32 length][bytes] `count` times, in a Buffer.
Range RangeOfText(const char* text, size_t count);
/// Big-endian signed numbers of 16 bytes.
Range RangeOfDecimals(const char* values, size_t count);
/// Of the entries that occur among `codes`. `used` is scratch: zeros, left as zeros.
Range RangeOfEntries(const shred::Dictionary& dictionary, const uint32_t* codes, size_t count,
                     Buffer<uint8_t>& used);

Range TextRange(std::string_view min, std::string_view max);

/// Widens `range` so that it holds `other` too.
void Widen(Range& range, const Range& other, Physical physical);

}  // namespace roost::store
