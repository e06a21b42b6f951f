// Joins watching, readiness, batches, the store and moves: the verb Listen.
//
// One thread watches and decides; another reads, commits and moves; a third writes documentation.
// What waits is bounded: two batches of ready files, and so many files that are not ready; beyond
// that walks pause and events are passed over, as the next walk sees the same files again.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "listen/batcher.h"
#include "listen/event_log.h"
#include "listen/folder_walk.h"
#include "listen/folder_watch.h"
#include "listen/job_fields.h"
#include "listen/job_table.h"
#include "listen/peers.h"
#include "listen/readiness.h"
#include "listen/settled_files.h"
#include "listen/taker.h"
#include "listen/worker.h"
#include "roost/listen.h"

namespace roost::listen {

/// The first walk's files are screened in groups of so many.
constexpr size_t kScreenedAtOnce = 50'000;

/// Whether times of files are of this machine's clock: not on network file systems.
bool IsOnOwnClock(const std::string& folder);

class Listener {
 public:
  explicit Listener(const ListenOptions& options);

  Status Open();
  Result<ListenResult> Run();

 private:
  IngestOptions StoreOptions() const;
  // listener.cc: the loop
  void Turn();
  void Wait() const;
  void NoticeStop();
  void WaitOut(Worker& worker);
  bool IsStopped() const;
  bool IsOver() const;
  Status Close();
  void StartWork();
  bool StartScreening();
  bool StartTidying();
  void StartMerging();
  bool StartBatch();
  void StartDocumenting(unsigned threads);
  void EndDocumenting(const Status& status, double seconds);
  void EndScreening(const std::vector<Sighting>& sightings, TakeReport& report);
  void EndBatch(std::vector<ReadyFile>& files, TakeReport& report);
  void EndFile(const ReadyFile& file, Outcome outcome);
  void RetryLater(std::vector<ReadyFile> files, const Status& status);
  void TakeIn(TakeReport& report);

  // sighting.cc: what is there
  void Hear();
  void Walk();
  void EndWalk();
  void SightWalked(std::vector<Sighting> sightings);
  void Sight(const Sighting& sighting);
  void LookAgain(const std::string& path);
  void Forget(const std::string& path);
  void LeaveToPeers(const std::string& path);
  void LookForPeers();
  void ReadEventLog();
  bool FollowsJobs() const { return job_template_ || job_fields_; }
  std::optional<JobId> JobOf(const std::string& path, const FileLook& look);
  void SightJob(const std::string& path, const FileLook& look);
  void ForgetJob(const std::string& path);
  void Drop(const std::string& path);
  std::string_view BelowInput(const std::string& path) const;

  // reporting.cc
  void Tell(ListenEvent::Kind kind, std::string text);
  void Problem(const std::string& text);
  void TellBatch(const TakeReport& report);
  ListenStatus StatusNow();
  void ShowStatus();

  ListenOptions options_;
  InputFolder input_;
  std::string staging_dir_;
  FolderWatch watch_;
  FolderWalk walk_, side_walk_;
  std::vector<std::string> new_folders_;  // to be walked at the side
  std::vector<Sighting> unscreened_;
  SettledFiles settled_;
  Readiness readiness_;
  Batcher batcher_;
  std::optional<EventLog> event_log_;
  std::optional<JobTemplate> job_template_;
  std::optional<JobFields> job_fields_;  // instead
  struct JobRead {
    FileLook look;
    std::optional<JobId> job;
  };
  std::unordered_map<std::string, JobRead> jobs_read_;  // by the fields, of files that are pending
  JobTable jobs_;
  std::unordered_map<JobId, std::vector<std::string>, JobHash> of_jobs_;  // files, not taken yet
  std::optional<Taker> taker_;
  std::optional<Peers> peers_;

  struct Retry {
    std::vector<ReadyFile> files;
    double at = 0;
    int tries = 0;
  };
  std::optional<Retry> retry_;
  double started_, next_walk_ = 0, walk_began_ = 0, next_log_ = 0, next_peers_ = 0, next_tidy_,
                   next_merge_, next_document_ = 0, next_status_ = 0;
  uint64_t tidied_batches_ = 0;  // how many there were when the store was tidied last
  uint64_t merged_batches_ = 0;  // and when small parts were merged
  double walk_seconds_ = 0;      // spent on the walk at hand
  bool screens_ = false;         // in its first walk, if the store was there
  bool walk_goes_on_ = false;    // at once, without a wait
  bool has_walked_ = false, was_walk_whole_ = true, is_screening_ = false;
  bool is_dirty_ = false;           // tables changed since they were documented
  bool is_too_large_ = false;       // for documentation; it was told
  std::atomic<double> stopped_at_;  // infinite until told to stop
  Status fatal_;
  ListenCounts counts_;
  std::string last_problem_;
  std::unordered_map<std::string, double> told_;  // problems, and when
  double rate_ = 0, rate_at_ = 0;
  uint64_t rate_files_ = 0;
  // What may take seconds goes on beside the batches.
  Worker documenter_{Worker::Urgency::kGivesWay};
  Worker merger_{Worker::Urgency::kGivesWay};
  Worker worker_;  // last: it ends first
};

}  // namespace roost::listen
