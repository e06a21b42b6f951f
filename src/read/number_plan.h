// Gives every file its numbers, the same in every run over the same list of files.
//
// A file that comes whole and is shorter than unit_bytes has its place in the list as its one
// number; so nobody has to look at the sizes of 1,000,000 small files. All others draw on a second
// range, where each file's block is laid out for 2048 times its bytes on disk (gzip reaches 1032):
// known only once all sizes are, which are looked up when the first such file turns up. A pipe's
// block is 2^32 long. Only a file that grew more than that since it was listed, or a zstd
// file packed still denser, takes a block from the tail, in the order in which threads come to it.
//
// Thread-safe.
#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include "read/input.h"

namespace roost::read {

struct NumberBlock {
  uint64_t first = 0;
  uint64_t count = 0;
};

class NumberPlan {
 public:
  /// `files` must outlive the plan.
  NumberPlan(const std::vector<InputFile>& files, uint64_t unit_bytes)
      : files_(files), unit_bytes_(unit_bytes) {}

  /// The block of a file of which `decoded_bytes` are known to exist.
  NumberBlock Of(uint32_t file, uint64_t decoded_bytes);

 private:
  void LayOut();
  NumberBlock TakeFromTail(uint64_t needed);

  const std::vector<InputFile>& files_;
  const uint64_t unit_bytes_;
  std::mutex mutex_;
  std::vector<uint64_t> starts_;  // of each file's block in the second range; empty until laid out
  uint64_t tail_ = 0;
};

}  // namespace roost::read
