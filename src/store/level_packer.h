// Packs the definition or repetition levels of one page of lists while they are told.
//
// As numbers, the levels of a long list would take eight times its memory: they are packed piece
// by piece. A piece ends at a run or after a multiple of eight, since a packed group holds eight.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/buffer.h"
#include "store/encoding.h"

namespace roost::store {

class LevelPacker {
 public:
  static constexpr size_t kPiece = 1 << 16;  // levels

  /// Levels are below 2^width.
  explicit LevelPacker(int width) : width_(width) {}

  void Clear() {
    levels_.Clear();
    packed_.Clear();
  }
  void Push(uint32_t level) {
    levels_.Push(level);
    if (levels_.size() == kPiece) [[unlikely]]
      PackPiece();
  }
  /// What was told since Clear, as runs and packed groups.
  const Bytes& Finish() {
    AppendHybrid(packed_, levels_.data(), levels_.size(), width_);
    levels_.Clear();
    return packed_;
  }

 private:
  void PackPiece() {
    size_t taken = AppendHybridPart(packed_, levels_.data(), levels_.size(), width_);
    std::copy(levels_.begin() + taken, levels_.end(), levels_.begin());
    levels_.SetSize(levels_.size() - taken);
  }

  int width_;
  Buffer<uint32_t> levels_;
  Bytes packed_;
};

}  // namespace roost::store
