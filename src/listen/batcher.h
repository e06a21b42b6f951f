// Gathers ready files into batches, by count, bytes and age. Not thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <vector>

#include "listen/readiness.h"

namespace roost::listen {

struct BatchLimits {
  uint64_t files = 20'000;
  uint64_t bytes = 256'000'000;  // on disk; a longer file is a batch of its own
  double seconds = 5;            // so long the first of a batch waits at most
  /// The first batch waits for so many files, or for `seconds`, so that types can settle.
  uint64_t first_files = 0;
};

class Batcher {
 public:
  explicit Batcher(BatchLimits limits) : limits_(limits) {}

  /// How many files may yet be added: a batch more than the one that is due. The rest must wait
  /// where they are.
  size_t room() const;
  void Add(ReadyFile file, double now);
  size_t files() const { return files_.size(); }
  uint64_t bytes() const { return bytes_; }

  /// Whether a batch should be taken. `is_drained`: no more files are to come soon.
  bool IsDue(double now, bool is_drained) const;
  /// When the next is due by its age; infinite if there is none.
  double due_at() const;
  /// The oldest files, as many as the limits allow.
  std::vector<ReadyFile> Take();

 private:
  struct Entry {
    ReadyFile file;
    double added;
  };
  bool IsFull() const { return files_.size() >= limits_.files || bytes_ >= limits_.bytes; }

  BatchLimits limits_;
  std::deque<Entry> files_;
  uint64_t bytes_ = 0;
  bool is_first_ = true;
};

}  // namespace roost::listen
