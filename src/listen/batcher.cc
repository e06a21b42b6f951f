#include "listen/batcher.h"

#include <algorithm>
#include <utility>

namespace roost::listen {

size_t Batcher::room() const {
  const size_t most = 2 * std::max(limits_.files, is_first_ ? limits_.first_files : 0);
  return files_.size() < most && bytes_ < 2 * limits_.bytes ? most - files_.size() : 0;
}

void Batcher::Add(ReadyFile file, double now) {
  bytes_ += file.look.facts.bytes;
  files_.push_back({std::move(file), now});
}

bool Batcher::IsDue(double now, bool is_drained) const {
  if (files_.empty()) return false;
  if (is_drained || now >= due_at()) return true;
  return IsFull() && (!is_first_ || files_.size() >= limits_.first_files);
}

double Batcher::due_at() const {
  return files_.empty() ? std::numeric_limits<double>::infinity()
                        : files_.front().added + limits_.seconds;
}

std::vector<ReadyFile> Batcher::Take() {
  std::vector<ReadyFile> taken;
  const uint64_t most = is_first_ ? std::max(limits_.files, limits_.first_files) : limits_.files;
  uint64_t taken_bytes = 0;
  while (!files_.empty() && taken.size() < most) {
    const uint64_t bytes = files_.front().file.look.facts.bytes;
    if (!taken.empty() && taken_bytes + bytes > limits_.bytes) break;
    taken_bytes += bytes;
    taken.push_back(std::move(files_.front().file));
    files_.pop_front();
  }
  bytes_ -= taken_bytes;
  is_first_ = false;
  return taken;
}

}  // namespace roost::listen
