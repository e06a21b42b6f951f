#include "store/shape_column.h"

#include <algorithm>

#include "store/value_range.h"

namespace roost::store {

Status ShapeColumn::Add(PageEncoder& encoder, const uint32_t* shapes, uint32_t rows,
                        std::span<const shred::SlabShape> all) {
  if (numbers_.size() < all.size()) {
    numbers_.Reserve(all.size());
    std::fill(numbers_.end(), numbers_.data() + all.size(), kUnseen);
    numbers_.SetSize(all.size());
  }
  for (uint32_t row = 0; row < rows; row += PageEncoder::kPageRows)
    ROOST_TRY(AddPage(encoder, shapes + row, std::min(PageEncoder::kPageRows, rows - row), all));
  return Status::OK();
}

Status ShapeColumn::AddPage(PageEncoder& encoder, const uint32_t* shapes, uint32_t rows,
                            std::span<const shred::SlabShape> all) {
  if (!Number(shapes, rows, all)) {
    hashes_.Reserve(rows);
    for (uint32_t row = 0; row < rows; ++row)
      hashes_[row] = static_cast<int64_t>(all[shapes[row]].hash);
    return encoder.AddRequiredPlain(chunk_, hashes_.data(), rows);
  }
  used_.Reserve(entries_.size());
  std::fill(used_.data(), used_.data() + entries_.size(), uint8_t{0});
  for (uint32_t row = 0; row < rows; ++row) used_[codes_[row]] = 1;
  hashes_.Clear();
  for (size_t entry = 0; entry < entries_.size(); ++entry)
    if (used_[entry]) hashes_.Push(entries_[entry]);
  return encoder.AddRequiredCodes(chunk_, codes_.data(), rows, entries_.size(),
                                  RangeOf(hashes_.data(), hashes_.size()));
}

// Sets codes_; false where the dictionary would become too large.
bool ShapeColumn::Number(const uint32_t* shapes, uint32_t rows,
                         std::span<const shred::SlabShape> all) {
  codes_.Reserve(rows);
  for (uint32_t row = 0; row < rows; ++row) {
    uint32_t& number = numbers_[shapes[row]];
    if (number == kUnseen) {
      if (entries_.size() == kMaxEntries) return false;
      number = static_cast<uint32_t>(entries_.size());
      entries_.Push(static_cast<int64_t>(all[shapes[row]].hash));
    }
    codes_[row] = number;
  }
  return true;
}

Status ShapeColumn::Finish(PageEncoder& encoder) {
  const auto* pages = chunk_.facts.pages_by_encoding;
  bool has_codes = pages[static_cast<size_t>(Encoding::kRleDictionary)] > 0;
  return encoder.FinishRequired(chunk_, entries_.data(), has_codes ? entries_.size() : 0);
}

void ShapeColumn::Reset() {
  std::fill(numbers_.begin(), numbers_.end(), kUnseen);
  entries_.Clear();
  chunk_.Reset();
}

}  // namespace roost::store
