#include "store/row_cursor.h"

#include <algorithm>
#include <cstring>

namespace roost::store {
namespace {

constexpr size_t kDecimalBytes = 16;

void SetBits(uint64_t* bits, uint32_t begin, uint32_t end) {
  while (begin < end) {
    uint32_t within = begin % 64, count = std::min(64 - within, end - begin);
    uint64_t ones = count == 64 ? ~0ull : (1ull << count) - 1;
    bits[begin / 64] |= ones << within;
    begin += count;
  }
}

// Makes room for bits [0, end); words from `at` on begin as zeros.
void Extend(Buffer<uint64_t>& bits, uint32_t at, uint32_t end) {
  size_t words = (end + 63) / 64, kept = (at + 63) / 64;
  bits.Reserve(words);
  if (words > kept) std::memset(bits.data() + kept, 0, (words - kept) * sizeof(uint64_t));
  bits.SetSize(words);
}

}  // namespace

RowCursor::RowCursor(const shred::Column& column, Physical physical)
    : column_(column), physical_(physical) {}

size_t RowCursor::TextBytes(uint32_t values) const {
  if (physical_ == Physical::kDecimal) return values * kDecimalBytes;
  if (value_ + values == column_.values) return column_.text.size() - text_;
  const char* begin = column_.text.data() + text_;
  const char* at = begin;
  for (uint32_t i = 0; i < values; ++i) {
    uint32_t length;
    std::memcpy(&length, at, 4);
    at += 4 + length;
  }
  return static_cast<size_t>(at - begin);
}

ValueSpan RowCursor::Take(uint32_t rows, Buffer<uint64_t>& bits, uint32_t at) {
  Extend(bits, at, at + rows);
  ValueSpan span;
  span.first = value_;
  const auto& runs = column_.null_runs;
  for (uint32_t end = row_ + rows; row_ < end;) {
    uint32_t left = column_.values - value_ - span.count;
    if (run_ < runs.size() && runs[run_].row <= row_) {
      uint32_t run_end = runs[run_].row + runs[run_].count;
      uint32_t next = std::clamp(run_end, row_, end);
      if (run_end <= end) ++run_;
      at += next - row_;
      row_ = next;
      continue;
    }
    if (left == 0) {
      row_ = end;
      break;
    }
    uint32_t next = run_ < runs.size() ? std::min(end, runs[run_].row) : end;
    uint32_t count = std::min(next - row_, left);
    SetBits(bits.data(), at, at + count);
    span.count += count;
    at += count;
    row_ += count;
  }
  if (column_.layout == shred::Layout::kText) {
    span.text = column_.text.data() + text_;
    span.text_bytes = TextBytes(span.count);
    text_ += span.text_bytes;
  }
  value_ += span.count;
  return span;
}

}  // namespace roost::store
