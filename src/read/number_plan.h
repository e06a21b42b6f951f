// Gives every file its numbers, the same in every run over the same list of files, but for where
// they begin: what a store has given out before is not given out again.
//
// A file that comes whole and is shorter than unit_bytes has its place in the list as its one
// number; so nobody has to look at the sizes of 1,000,000 small files. All others draw on a second
// range, where each file's block is laid out for 2048 times its bytes on disk (gzip reaches 1032):
// known only once all sizes are, which are looked up when the first such file turns up. A pipe's
// block is 2^24 long. Only a file that grew more than that since it was listed, or a zstd
// file packed still denser, takes a block from the tail, in the order in which threads come to it.
//
// Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

#include "base/status.h"
#include "read/input.h"

namespace roost::read {

struct NumberBlock {
  uint64_t first = 0;
  uint64_t count = 0;
};

/// Reserves so many numbers, each of which is given out once for ever: the first of them.
using ReserveNumbers = std::function<Result<uint64_t>(uint64_t count)>;

class NumberPlan {
 public:
  /// `files` must outlive the plan. Without `reserve`, numbers begin at 0.
  NumberPlan(const FileList& files, uint64_t unit_bytes, ReserveNumbers reserve = {});

  /// The block of a file of which `decoded_bytes` are known to exist. Means nothing once failure()
  /// is not OK.
  NumberBlock Of(uint32_t file, uint64_t decoded_bytes);
  /// Whether all numbers could be reserved.
  Status failure();

 private:
  void LayOut();
  NumberBlock TakeFromTail(uint64_t needed);
  uint64_t Reserve(uint64_t count);

  const FileList& files_;
  const uint64_t unit_bytes_;
  std::mutex mutex_;
  const ReserveNumbers reserve_;
  uint64_t first_ = 0;            // of the first range
  std::vector<uint64_t> starts_;  // of each file's block in the second range; empty until laid out
  uint64_t next_ = 0;             // without reserve_
  Status failure_;
};

}  // namespace roost::read
