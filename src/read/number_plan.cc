#include "read/number_plan.h"

#include <sys/stat.h>

#include <algorithm>

namespace roost::read {
namespace {

constexpr uint64_t kNumberLimit = uint64_t{1} << 39;  // _roost_id has 24 further bits
constexpr uint64_t kPipeNumbers = uint64_t{1} << 24;
constexpr uint64_t kTailNumbers = uint64_t{1} << 20;
constexpr uint64_t kDensest = 2048;  // decoded bytes for a byte on disk

uint64_t BytesOnDisk(const InputFile& file) {
  if (file.bytes > 0 || !file.is_regular) return file.bytes;
  struct stat found;
  return ::stat(file.path.c_str(), &found) == 0 ? static_cast<uint64_t>(found.st_size) : 0;
}

}  // namespace

NumberPlan::NumberPlan(const FileList& files, uint64_t unit_bytes, ReserveNumbers reserve)
    : files_(files), unit_bytes_(unit_bytes), reserve_(std::move(reserve)) {
  first_ = Reserve(files.size());
}

uint64_t NumberPlan::Reserve(uint64_t count) {
  if (!reserve_) return (next_ += count) - count;
  auto first = reserve_(count);
  if (!first.ok() && failure_.ok()) failure_ = first.status();
  return first.ok() ? *first : 0;
}

Status NumberPlan::failure() {
  std::lock_guard lock(mutex_);
  return failure_;
}

NumberBlock NumberPlan::Of(uint32_t file, uint64_t decoded_bytes) {
  if (decoded_bytes < unit_bytes_) return {first_ + file, 1};
  std::lock_guard lock(mutex_);
  if (starts_.empty()) LayOut();
  const NumberBlock block = {starts_[file], starts_[file + 1] - starts_[file]};
  return block.count > decoded_bytes / unit_bytes_ ? block
                                                   : TakeFromTail(decoded_bytes / unit_bytes_);
}

// A run too large for the range gets smaller blocks; then some of its gzip files may end in the
// tail.
void NumberPlan::LayOut() {
  std::vector<uint64_t> bytes;
  uint64_t pipes = 0;
  double total = 0;
  for (const InputFile& file : files_) {
    bytes.push_back(BytesOnDisk(file));
    total += static_cast<double>(bytes.back());
    pipes += file.is_regular ? 0 : 1;
  }
  uint64_t densest = kDensest;
  while (densest > 1 && total / unit_bytes_ * densest > kNumberLimit / 4) densest /= 2;
  uint64_t pipe_numbers = kPipeNumbers;
  while (pipe_numbers > 1 && pipes * pipe_numbers > kNumberLimit / 4) pipe_numbers /= 2;

  uint64_t next = 0;
  for (size_t i = 0; i < files_.size(); ++i) {
    starts_.push_back(next);
    const uint64_t units =
        bytes[i] / unit_bytes_ * densest + bytes[i] % unit_bytes_ * densest / unit_bytes_;
    if (!files_.is_regular(i))
      next += pipe_numbers;
    else if (units > 0)
      next += units + 2;
  }
  starts_.push_back(next);
  const uint64_t first = Reserve(next);
  for (uint64_t& start : starts_) start += first;
}

NumberBlock NumberPlan::TakeFromTail(uint64_t needed) {
  const uint64_t count = kTailNumbers + 2 * needed;
  return {Reserve(count), count};
}

}  // namespace roost::read
