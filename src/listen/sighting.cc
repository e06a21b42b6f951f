// The part of Listener that sees files: events, walks, looks that are due, and what jobs do.
#include <sys/vfs.h>

#include <algorithm>

#include "listen/listener.h"
#include "listen/moment.h"

namespace roost::listen {
namespace {

constexpr size_t kHeardAtOnce = 20'000;
constexpr size_t kWalkedAtOnce = 4096;
constexpr double kPeerSeconds = 2;  // what a commit of another may take
constexpr double kWalkShare = 0.1;  // of the time, at most

}  // namespace

bool IsOnOwnClock(const std::string& folder) {
  // From linux/magic.h and the sources of the file systems.
  constexpr int64_t kNfs = 0x6969, kSmb = 0x517b, kCifs = 0xff534d42, kSmb2 = 0xfe534d42,
                    kFuse = 0x65735546, kCeph = 0x00c36400, kLustre = 0x0bd00bd0,
                    kGpfs = 0x47504653, kAfs = 0x5346414f, kNinep = 0x01021997;
  struct statfs found{};
  if (::statfs(folder.c_str(), &found) != 0) return false;
  const int64_t type = static_cast<uint32_t>(found.f_type);
  for (int64_t remote : {kNfs, kSmb, kCifs, kSmb2, kFuse, kCeph, kLustre, kGpfs, kAfs, kNinep}) {
    if (type == remote) return false;
  }
  return true;
}

void Listener::Hear() {
  const FolderWatch::Heard heard = watch_.Read(kHeardAtOnce);
  if (heard.lost_some) {
    next_walk_ = Now();
    was_walk_whole_ = false;
  }
  for (const Happening& happening : heard.happenings) {
    const std::string_view name =
        std::string_view(happening.path).substr(happening.path.rfind('/') + 1);
    if (input_.filter.IsHidden(name)) continue;
    if (happening.is_folder) {
      new_folders_.push_back(happening.path);
    } else if (input_.filter.IsWanted(name)) {
      const auto look = LookAt(happening.path);
      if (!look.ok()) Problem(look.status().message());
      if (look.ok() && *look) Sight({happening.path, **look, happening.is_closed});
      if (look.ok() && !*look) Forget(happening.path);
    }
  }
}

void Listener::Walk() {
  std::vector<Sighting> sightings;
  if (side_walk_.is_over() && !new_folders_.empty()) {
    side_walk_.StartBelow(new_folders_.back());
    new_folders_.pop_back();
  }
  side_walk_.Go(kWalkedAtOnce, sightings);
  for (const Sighting& sighting : sightings) Sight(sighting);
  sightings.clear();
  const double now = Now();
  const bool was_over = walk_.is_over();
  walk_goes_on_ = false;
  // What is being screened must not be met anew: it would be looked at, and counted, twice.
  if (was_over && (now < next_walk_ || is_screening_ || !unscreened_.empty())) return;
  if (unscreened_.size() >= kScreenedAtOnce || readiness_.size() >= options_.most_pending) return;
  if (was_over) {
    settled_.BeginWalk();
    walk_.Start();
    walk_seconds_ = 0;
    was_walk_whole_ = true;
  }
  walk_.Go(kWalkedAtOnce, sightings);
  SightWalked(std::move(sightings));
  walk_seconds_ += Now() - now;
  walk_goes_on_ = !walk_.is_over();
  if (walk_.is_over()) EndWalk();
}

void Listener::EndWalk() {
  settled_.EndWalk();
  if (walk_.faults() > 0) Problem(walk_.first_fault());
  has_walked_ = true;
  screens_ = false;
  const double pause = std::max(options_.check_interval_seconds, walk_seconds_ / kWalkShare);
  next_walk_ = was_walk_whole_ ? Now() + pause : Now();
}

// In its first walk a listener meets what others, or itself before, have taken: the store is asked
// about many at once.
void Listener::SightWalked(std::vector<Sighting> sightings) {
  for (Sighting& sighting : sightings) {
    if (!screens_) {
      Sight(sighting);
    } else if (!settled_.Has(sighting.path, sighting.look)) {
      unscreened_.push_back(std::move(sighting));
    }
  }
}

void Listener::Sight(const Sighting& sighting) {
  if (!sighting.look.is_regular || settled_.Has(sighting.path, sighting.look)) return;
  if (readiness_.size() >= options_.most_pending) {
    was_walk_whole_ = false;
    return;
  }
  readiness_.See(sighting.path, sighting.look, sighting.is_closed, MomentNow());
  if (peers_->count() > 1) LeaveToPeers(sighting.path);
  if (FollowsJobs()) SightJob(sighting.path, sighting.look);
}

// One that takes its time, or was stopped, is not waited for any longer.
void Listener::LeaveToPeers(const std::string& path) {
  if (peers_->IsMine(path)) return;
  const Moment now = MomentNow();
  readiness_.Hold(path, now.steady + options_.batch_seconds + kPeerSeconds, now);
}

void Listener::LookForPeers() {
  if (Now() < next_peers_) return;
  next_peers_ = Now() + 1;
  const Status looked = peers_->Refresh();
  if (!looked.ok()) Problem(looked.message());
}

void Listener::LookAgain(const std::string& path) {
  const auto look = LookAt(path);
  if (!look.ok()) Problem(look.status().message());
  if (look.ok() && *look) Sight({path, **look, false});
  if (look.ok() && !*look) Forget(path);
}

void Listener::Forget(const std::string& path) {
  readiness_.Forget(path);
  jobs_read_.erase(path);
}

std::string_view Listener::BelowInput(const std::string& path) const {
  std::string_view below = path;
  if (!staging_dir_.empty() && path.starts_with(staging_dir_ + "/")) {
    below.remove_prefix(staging_dir_.size());
    for (int folders = 0; folders < 2; ++folders) below = below.substr(below.find('/', 1));
    return below.substr(1);
  }
  return below.substr(std::min(below.size(), input_.path.size() + 1));
}

// A file that grows is read again until it says whose it is, or is taken.
std::optional<JobId> Listener::JobOf(const std::string& path, const FileLook& look) {
  if (job_template_) return job_template_->Match(BelowInput(path));
  auto [found, is_new] = jobs_read_.try_emplace(path);
  JobRead& last = found->second;
  if (is_new || !look.HasContentOf(last.look)) last = {look, job_fields_->Find(path)};
  return last.job;
}

void Listener::SightJob(const std::string& path, const FileLook& look) {
  const auto job = JobOf(path, look);
  if (!job) return;
  const JobStanding standing = jobs_.Of(*job);
  if (standing == JobStanding::kAborted) return Drop(path);
  if (standing == JobStanding::kRunning || standing == JobStanding::kUnknown) {
    std::vector<std::string>& paths = of_jobs_[*job];
    if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
  }
  readiness_.SeeJob(path, *job, standing, MomentNow());
}

void Listener::ForgetJob(const std::string& path) {
  std::optional<JobId> job;
  if (const auto read = jobs_read_.find(path); read != jobs_read_.end()) {
    job = read->second.job;
    jobs_read_.erase(read);
  } else if (job_template_) {
    job = job_template_->Match(BelowInput(path));
  }
  const auto waiting = job ? of_jobs_.find(*job) : of_jobs_.end();
  if (waiting == of_jobs_.end()) return;
  std::erase(waiting->second, path);
  if (waiting->second.empty()) of_jobs_.erase(waiting);
}

void Listener::Drop(const std::string& path) {
  Forget(path);
  const auto look = LookAt(path);
  if (!look.ok() || !*look) return;
  settled_.Add(path, **look);
  ++counts_.files_dropped;
  Tell(ListenEvent::Kind::kNote, "left where it is, as its job was aborted: " + path);
}

void Listener::ReadEventLog() {
  if (!event_log_ || Now() < next_log_) return;
  next_log_ = Now() + std::min(options_.check_interval_seconds, 0.25);
  auto events = event_log_->Read();
  if (!events.ok()) return Problem(events.status().message());
  jobs_.Note(*events);
  for (const JobEvent& event : *events) {
    if (!event.job) continue;
    const auto waiting = of_jobs_.find(*event.job);
    if (waiting == of_jobs_.end()) continue;
    const std::vector<std::string> paths = std::move(waiting->second);
    of_jobs_.erase(waiting);
    for (const std::string& path : paths) {
      LookAgain(path);
    }
  }
}

}  // namespace roost::listen
