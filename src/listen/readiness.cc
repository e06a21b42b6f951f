#include "listen/readiness.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace roost::listen {
namespace {

constexpr uint32_t kAccessBits = 0777, kOwnerOnly = 0600;

}  // namespace

void Readiness::See(const std::string& path, const FileLook& look, bool is_closed, Moment now) {
  const auto [found, is_new] = files_.try_emplace(path);
  File& file = found->second;
  const bool has_changed = is_new || !look.HasContentOf(file.look);
  if (file.pending == Pending::kInHand) {
    file.seen_again |= has_changed;
    return;
  }
  if (has_changed) {
    file.changed_at = now.steady;
    file.is_closed = false;
    file.looks = 0;
    if (file.pending != Pending::kJob) file.pending = Pending::kSettling;
  } else if ((file.pending == Pending::kTorn || file.pending == Pending::kUnreadable) &&
             now.steady >= file.look_at) {
    ++file.looks;
  }
  file.is_closed |= is_closed;
  file.look = look;
  Consider(path, file, now);
}

void Readiness::SeeJob(const std::string& path, const JobId& job, JobStanding standing,
                       Moment now) {
  const auto found = files_.find(path);
  if (found == files_.end()) return;
  File& file = found->second;
  file.job = job;
  file.standing = standing;
  if (file.pending == Pending::kJob) file.pending = Pending::kSettling;
  if (file.pending != Pending::kTorn && file.pending != Pending::kUnreadable &&
      file.pending != Pending::kInHand) {
    Consider(path, file, now);
  }
}

void Readiness::Hold(const std::string& path, double until, Moment now) {
  const auto found = files_.find(path);
  if (found == files_.end() || found->second.held_until > 0) return;
  File& file = found->second;
  if (file.pending != Pending::kSettling && file.pending != Pending::kPrivate) return;
  file.held_until = until;
  Consider(path, file, now);
}

void Readiness::Consider(const std::string& path, File& file, Moment now) {
  if (file.standing == JobStanding::kRunning) {
    file.pending = Pending::kJob;
    file.is_ready = false;
    return;
  }
  if (file.pending == Pending::kTorn || file.pending == Pending::kUnreadable) {
    const bool is_due = now.steady >= file.look_at;
    const bool is_torn = file.pending == Pending::kTorn;
    if (is_torn ? file.looks >= options_.max_retries : is_due) return MakeReady(path, file);
    if (is_due) LookAgain(path, file, now.steady + Pause(file.looks));
    return;
  }
  const bool is_over = file.standing == JobStanding::kDone;
  double left = file.is_closed || is_over ? 0 : SecondsLeft(file, options_.settle_seconds, now);
  file.pending = Pending::kSettling;
  if (!is_over && (file.look.facts.mode & kAccessBits) == kOwnerOnly) {
    const double private_left = SecondsLeft(file, options_.private_seconds, now);
    if (private_left > left) file.pending = Pending::kPrivate;
    left = std::max(left, private_left);
  }
  if (file.held_until - now.steady > left) {
    file.pending = Pending::kHeld;
    left = file.held_until - now.steady;
  }
  if (left <= 0) return MakeReady(path, file);
  file.is_ready = false;
  LookAgain(path, file, now.steady + left);
}

// The wall clock spares files that are old when they are first seen a second look. It may be wrong:
// then what was seen counts.
double Readiness::SecondsLeft(const File& file, double wanted, Moment now) const {
  const double left = wanted - (now.steady - file.changed_at);
  if (!options_.trusts_times) return left;
  const double age = static_cast<double>(now.wall_ns - file.look.touched_ns()) * 1e-9;
  return age < 0 ? left : std::min(left, wanted - age);
}

double Readiness::Pause(int looks) const {
  return std::min(options_.first_pause_seconds * std::ldexp(1, std::min(looks, 30)),
                  options_.longest_pause_seconds);
}

void Readiness::MakeReady(const std::string& path, File& file) {
  file.look_at = std::numeric_limits<double>::infinity();
  if (file.is_ready) return;
  file.is_ready = true;
  ready_.push(path);
}

void Readiness::LookAgain(const std::string& path, File& file, double at) {
  if (file.look_at == at) return;
  file.look_at = at;
  timers_.push({at, path});
}

std::vector<ReadyFile> Readiness::TakeReady(size_t most) {
  std::vector<ReadyFile> taken;
  while (!ready_.empty() && taken.size() < most) {
    std::string path = std::move(ready_.front());
    ready_.pop();
    const auto found = files_.find(path);
    if (found == files_.end() || !found->second.is_ready) continue;
    File& file = found->second;
    ReadyFile ready;
    ready.look = file.look;
    ready.as_it_is = file.pending == Pending::kTorn && file.looks >= options_.max_retries;
    if (file.standing == JobStanding::kDone) ready.job = file.job;
    ready.path = std::move(path);
    taken.push_back(std::move(ready));
    file.is_ready = false;
    file.pending = Pending::kInHand;
  }
  return taken;
}

bool Readiness::NoteTaken(const std::string& path) {
  const auto found = files_.find(path);
  if (found == files_.end()) return false;
  const bool seen_again = found->second.seen_again;
  files_.erase(found);
  return seen_again;
}

void Readiness::NoteFailed(const std::string& path, Pending why, Moment now) {
  const auto found = files_.find(path);
  if (found == files_.end()) return;
  File& file = found->second;
  file.pending = why;
  // One that changed meanwhile is found changed at the next look.
  LookAgain(path, file, now.steady + (file.seen_again ? 0 : Pause(file.looks)));
  file.seen_again = false;
}

void Readiness::NoteChanged(const std::string& path, const FileLook& look, Moment now) {
  const auto found = files_.find(path);
  if (found == files_.end()) return;
  found->second.pending = Pending::kSettling;
  found->second.seen_again = false;
  See(path, look, false, now);
}

std::vector<std::string> Readiness::NextLooks(Moment now, size_t most) {
  std::vector<std::string> due;
  while (!timers_.empty() && timers_.top().at <= now.steady && due.size() < most) {
    const Timer& timer = timers_.top();
    const auto found = files_.find(timer.path);
    const bool counts = found != files_.end() && found->second.look_at == timer.at &&
                        found->second.pending != Pending::kInHand;
    if (counts) due.push_back(timer.path);
    timers_.pop();
  }
  return due;
}

double Readiness::next_look() const {
  return timers_.empty() ? std::numeric_limits<double>::infinity() : timers_.top().at;
}

std::vector<size_t> Readiness::Counts() const {
  std::vector<size_t> counts(kPendings);
  for (const auto& [path, file] : files_) ++counts[static_cast<size_t>(file.pending)];
  return counts;
}

bool Readiness::IsGivenUp(const File& file) const {
  return file.pending == Pending::kUnreadable && file.looks >= options_.max_retries;
}

std::vector<std::string> Readiness::GivenUp(size_t most) const {
  std::vector<std::string> paths;
  for (const auto& [path, file] : files_) {
    if (IsGivenUp(file) && paths.size() < most) paths.push_back(path);
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

bool Readiness::HasHope() const {
  return std::any_of(files_.begin(), files_.end(), [&](const auto& each) {
    return each.second.pending != Pending::kJob && !IsGivenUp(each.second);
  });
}

}  // namespace roost::listen
