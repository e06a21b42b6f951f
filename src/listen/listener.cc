#include "listen/listener.h"

#include <poll.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "listen/documentation.h"
#include "listen/moment.h"
#include "read/path_text.h"

namespace roost::listen {
namespace {

constexpr double kStopSeconds = 1.5;  // what the batch at hand has left when told to stop
constexpr double kLongestWait = 0.1;  // a stop may come without waking anybody
constexpr double kTidySeconds = 10;
constexpr double kTidyPauses = 10;      // times as long as it took
constexpr uint64_t kTidyBatches = 200;  // it comes after so many in any case
constexpr uint64_t kMergeBatches = 50;  // too few to make parts that are worth a look
constexpr double kDocumentSeconds = 60;
constexpr uint64_t kDocumentShare = 8;      // of memory; files that wait have the rest
constexpr double kStopDocumentSeconds = 1;  // and what documentation has left
constexpr size_t kLooksAtOnce = 10'000;
constexpr double kSoon = 1;  // files that come within it are waited for when draining
constexpr double kNever = std::numeric_limits<double>::infinity();

Status CheckOptions(const ListenOptions& options) {
  if (options.input_dir.empty() || options.output_dir.empty()) {
    return Status::Invalid("listen needs --input-dir IN and --output-dir OUT");
  }
  if (!options.failed_dir.empty() && options.processed_dir.empty()) {
    return Status::Invalid("--failed-dir needs --processed-dir: files are moved all or not at all");
  }
  if (options.event_log.empty() != options.job_from.empty()) {
    return Status::Invalid(
        "--event-log and --job-from go together: the log tells which jobs are "
        "over, the other which files are theirs");
  }
  ROOST_ASSIGN(const auto input, LookAt(options.input_dir));
  if (!input || !input->facts.is_folder) {
    return Status::IOError("there is no folder '", options.input_dir,
                           "' to listen to; check --input-dir");
  }
  for (const std::string& folder :
       {options.output_dir, options.processed_dir, options.failed_dir}) {
    if (folder.empty()) continue;
    ROOST_ASSIGN(const auto other, LookAt(folder));
    if (other && other->facts.IsSameFileAs(input->facts)) {
      return Status::Invalid("'", folder, "' is the input folder itself; name another");
    }
  }
  return Status::OK();
}

ReadinessOptions ReadinessOf(const ListenOptions& options) {
  ReadinessOptions readiness;
  readiness.settle_seconds = options.settle_seconds;
  readiness.first_pause_seconds = options.check_interval_seconds;
  readiness.max_retries = options.max_retries;
  readiness.trusts_times = IsOnOwnClock(options.input_dir);
  return readiness;
}

Status MergeSmallParts(const IngestOptions& options) {
  ROOST_ASSIGN(auto intake, Intake::Open(options));
  const Status merged = intake->Tidy(Merging::kSmallParts);
  // Whose commit failed stays to be swept: whether it stands is not known.
  if (!merged.ok() && !merged.IsCancelled()) return merged;
  ROOST_TRY(intake->Close());
  return merged;
}

}  // namespace

Listener::Listener(const ListenOptions& options)
    : options_(options),
      input_{read::NormalPath(options.input_dir), read::NameFilter(options.ingest.pattern)},
      walk_(input_, [this](const std::string& folder) { watch_.Add(folder); }),
      side_walk_(input_, [this](const std::string& folder) { watch_.Add(folder); }),
      readiness_(ReadinessOf(options)),
      batcher_({.files = options.batch_files,
                .bytes = options.batch_bytes,
                .seconds = options.batch_seconds,
                .first_files = options.schema_samples}),
      started_(Now()),
      next_tidy_(started_ + kTidySeconds),
      next_merge_(next_tidy_),
      stopped_at_(kNever) {
  options_.input_dir = input_.path;
}

Status Listener::Open() {
  ROOST_TRY(CheckOptions(options_));
  if (!options_.job_from.empty()) {
    if (JobFields::AreMeant(options_.job_from)) {
      ROOST_ASSIGN(job_fields_, JobFields::Parse(options_.job_from));
    } else {
      ROOST_ASSIGN(job_template_, JobTemplate::Parse(options_.job_from));
    }
    event_log_.emplace(options_.event_log);
    if (auto look = LookAt(options_.event_log); look.ok() && !*look) {
      Tell(ListenEvent::Kind::kNote, "waiting for the event log " + options_.event_log);
    }
  }
  IngestOptions ingest = StoreOptions();
  ingest.should_stop = [this] { return Now() >= stopped_at_ + kStopSeconds; };
  ROOST_ASSIGN(const auto store, LookAt(options_.output_dir + "/_roost"));
  screens_ = store.has_value();
  ROOST_ASSIGN(auto intake, Intake::Open(ingest));
  for (const std::string& line : intake->recovery()) Tell(ListenEvent::Kind::kNote, line);
  std::unique_ptr<Mover> mover;
  if (!options_.processed_dir.empty()) {
    ROOST_ASSIGN(mover,
                 Mover::Open({options_.input_dir, options_.processed_dir, options_.failed_dir}));
    staging_dir_ = mover->staging_dir();
  }
  for (const std::string& folder :
       {options_.output_dir, options_.processed_dir, options_.failed_dir, staging_dir_}) {
    input_.LeaveOut(folder);
  }
  ROOST_ASSIGN(peers_, Peers::Join(options_.output_dir));
  taker_.emplace(std::move(intake), std::move(mover));
  if (!watch_.trouble().empty()) {
    Tell(ListenEvent::Kind::kNote, "folders are polled only: " + watch_.trouble());
  }
  TakeReport adopted = taker_->Adopt();
  TakeIn(adopted);
  return Status::OK();
}

IngestOptions Listener::StoreOptions() const {
  IngestOptions ingest = options_.ingest;
  ingest.inputs.clear();
  ingest.output_dir = options_.output_dir;
  ingest.on_progress = {};
  return ingest;
}

Result<ListenResult> Listener::Run() {
  while (fatal_.ok() && !IsOver()) {
    Turn();
    if (IsOver()) break;
    Wait();
  }
  const Status closed = Close();
  ROOST_TRY(fatal_);
  ROOST_TRY(closed);
  ListenResult result;
  result.status = StatusNow();
  result.stopped = IsStopped();
  result.unreadable = readiness_.GivenUp(100);
  return result;
}

void Listener::Turn() {
  NoticeStop();
  worker_.TakeDone();
  documenter_.TakeDone();
  merger_.TakeDone();
  if (IsStopped()) return;
  LookForPeers();
  ReadEventLog();
  Hear();
  Walk();
  for (const std::string& path : readiness_.NextLooks(MomentNow(), kLooksAtOnce)) LookAgain(path);
  const double now = Now();
  for (ReadyFile& file : readiness_.TakeReady(batcher_.room())) batcher_.Add(std::move(file), now);
  StartWork();
  ShowStatus();
}

// Until something is heard, work ends, or the next thing is due.
void Listener::Wait() const {
  const double now = Now();
  double until = now + kLongestWait;
  if (walk_goes_on_ || !side_walk_.is_over() || !new_folders_.empty()) return;
  for (double at : {readiness_.next_look(), batcher_.due_at(), next_walk_}) {
    if (at > now) until = std::min(until, at);
  }
  pollfd waiting[] = {{watch_.descriptor(), POLLIN, 0},
                      {worker_.descriptor(), POLLIN, 0},
                      {documenter_.descriptor(), POLLIN, 0},
                      {merger_.descriptor(), POLLIN, 0}};
  ::poll(waiting, std::size(waiting), static_cast<int>(std::ceil((until - now) * 1000)));
}

void Listener::NoticeStop() {
  if (!IsStopped() && options_.should_stop && options_.should_stop()) stopped_at_ = Now();
}

void Listener::WaitOut(Worker& worker) {
  while (worker.is_busy()) {
    NoticeStop();
    worker.Wait(kLongestWait);
  }
}

bool Listener::IsStopped() const { return stopped_at_ < kNever; }

bool Listener::IsOver() const {
  if (worker_.is_busy()) return false;
  if (IsStopped()) return true;
  // A walk that had no room for all is followed by another; what it meets first was taken.
  const bool walks_on = !has_walked_ || walk_goes_on_ ||
                        (!was_walk_whole_ && readiness_.size() < options_.most_pending);
  const bool may_come = walks_on || !side_walk_.is_over() || !new_folders_.empty() ||
                        !unscreened_.empty() || batcher_.files() > 0 || retry_;
  return options_.once && !may_come && !readiness_.HasHope();
}

void Listener::StartWork() {
  StartMerging();
  if (worker_.is_busy()) return;
  // Where there is always another batch, tidying cannot wait until there is none.
  if (StartScreening() || StartTidying() || StartBatch()) return;
  const bool is_time = is_dirty_ && !options_.once && Now() >= next_document_;
  if (is_time && !documenter_.is_busy()) StartDocumenting(1);
}

bool Listener::StartTidying() {
  const bool is_time = Now() >= next_tidy_ && counts_.batches > 0;
  if (!is_time && counts_.batches < tidied_batches_ + kTidyBatches) return false;
  tidied_batches_ = counts_.batches;
  auto status = std::make_shared<Status>();
  worker_.Start([this, status] { *status = taker_->Tidy(Merging::kNone); },
                [this, status, began = Now()] {
                  const double now = Now();
                  next_tidy_ = now + std::max(kTidySeconds, kTidyPauses * (now - began));
                  if (!status->ok() && !status->IsCancelled()) Problem(status->message());
                });
  return true;
}

// As a writer of its own beside the batches', which then need not wait for it.
void Listener::StartMerging() {
  if (!options_.merge || merger_.is_busy()) return;
  const uint64_t batches = counts_.batches - merged_batches_;
  const bool is_time = Now() >= next_merge_ && batches >= kMergeBatches;
  if (!is_time && batches < kTidyBatches) return;
  merged_batches_ = counts_.batches;
  auto status = std::make_shared<Status>();
  auto merge = [this, status] {
    IngestOptions ingest = StoreOptions();
    ingest.should_stop = [this] { return IsStopped(); };
    *status = MergeSmallParts(ingest);
  };
  merger_.Start(merge, [this, status, began = Now()] {
    const double now = Now();
    next_merge_ = now + std::max(kTidySeconds, kTidyPauses * (now - began));
    if (!status->ok() && !status->IsCancelled()) Problem(status->message());
  });
}

bool Listener::StartScreening() {
  if (unscreened_.empty() || (!has_walked_ && unscreened_.size() < kScreenedAtOnce)) return false;
  auto sightings = std::make_shared<std::vector<Sighting>>(std::move(unscreened_));
  auto report = std::make_shared<TakeReport>();
  unscreened_.clear();
  is_screening_ = true;
  worker_.Start([this, sightings, report] { *report = taker_->Screen(*sightings); },
                [this, sightings, report] { EndScreening(*sightings, *report); });
  return true;
}

void Listener::EndScreening(const std::vector<Sighting>& sightings, TakeReport& report) {
  is_screening_ = false;
  TakeIn(report);
  if (!report.status.ok() && !report.status.IsCancelled()) Problem(report.status.message());
  for (size_t i = 0; i < sightings.size(); ++i) {
    const Outcome outcome = report.status.ok() ? report.outcomes[i] : Outcome::kTorn;
    if (outcome == Outcome::kSettled) settled_.Add(sightings[i].path, sightings[i].look);
    if (outcome == Outcome::kTorn) Sight(sightings[i]);
  }
}

bool Listener::StartBatch() {
  auto files = std::make_shared<std::vector<ReadyFile>>();
  const double now = Now();
  if (retry_) {
    if (now < retry_->at) return true;  // nothing else is tried meanwhile
    *files = std::move(retry_->files);
    retry_->files.clear();
  } else {
    const bool is_drained = options_.once && has_walked_ && readiness_.ready() == 0 &&
                            readiness_.next_look() > now + kSoon;
    if (!batcher_.IsDue(now, is_drained)) return false;
    *files = batcher_.Take();
  }
  auto report = std::make_shared<TakeReport>();
  worker_.Start([this, files, report] { *report = taker_->Take(*files); },
                [this, files, report] { EndBatch(*files, *report); });
  return true;
}

void Listener::EndBatch(std::vector<ReadyFile>& files, TakeReport& report) {
  if (!report.status.ok()) return RetryLater(std::move(files), report.status);
  retry_.reset();
  for (size_t i = 0; i < files.size(); ++i) EndFile(files[i], report.outcomes[i]);
  is_dirty_ |= options_.document && report.version >= 0;
  TellBatch(report);
  TakeIn(report);
}

void Listener::EndFile(const ReadyFile& file, Outcome outcome) {
  const Moment now = MomentNow();
  if (outcome == Outcome::kTorn) return readiness_.NoteTorn(file.path, now);
  if (outcome == Outcome::kUnreadable) return readiness_.NoteUnreadable(file.path, now);
  const bool seen_again = readiness_.NoteTaken(file.path);
  if (FollowsJobs()) ForgetJob(file.path);
  if (outcome == Outcome::kSettled) settled_.Add(file.path, file.look);
  if (outcome != Outcome::kGone && event_log_ && !file.job) ++counts_.files_unmatched;
  if (seen_again) LookAgain(file.path);
}

// What the store or its disk cannot do now may go later; what it refuses will not.
void Listener::RetryLater(std::vector<ReadyFile> files, const Status& status) {
  if (status.IsCancelled()) return;  // told to stop: the files stay where they are
  const int tries = retry_ ? retry_->tries + 1 : 1;
  if (!status.IsIOError() || (options_.once && tries > options_.max_retries)) {
    fatal_ = status;
    return;
  }
  const double pause =
      std::min(options_.check_interval_seconds * std::ldexp(1, std::min(tries, 30)), 60.0);
  Problem(status.message());
  retry_ = Retry{std::move(files), Now() + pause, tries};
}

void Listener::TakeIn(TakeReport& report) {
  for (const std::string& problem : report.problems) Problem(problem);
  for (const StagedFile& file : report.unread) LookAgain(file.path);
  ListenCounts& sum = counts_;
  const ListenCounts& more = report.counts;
  sum.batches += more.batches;
  sum.files_taken += more.files_taken;
  sum.files_replaced += more.files_replaced;
  sum.files_same += more.files_same;
  sum.files_failed += more.files_failed;
  sum.files_known += more.files_known;
  sum.files_moved += more.files_moved;
  sum.records += more.records;
  sum.rejects += more.rejects;
  sum.bytes += more.bytes;
}

// When the backlog is gone, and each minute while it is not.
void Listener::StartDocumenting(unsigned threads) {
  is_dirty_ = false;
  auto status = std::make_shared<Status>();
  auto write = [this, status, threads] {
    *status =
        DocumentStore(options_.output_dir, options_.ingest.memory_bytes / kDocumentShare, threads,
                      [this] { return Now() >= stopped_at_ + kStopDocumentSeconds; });
  };
  documenter_.Start(write, [this, status, now = Now()] { EndDocumenting(*status, Now() - now); });
}

void Listener::EndDocumenting(const Status& status, double seconds) {
  next_document_ = Now() + std::max(kDocumentSeconds, 10 * seconds);
  if (status.IsCancelled()) {
    return Tell(ListenEvent::Kind::kNote,
                "relations and documentation are not of the last commit, as there was no time: "
                "roost describe " +
                    options_.output_dir);
  }
  if (status.IsCapacityError()) {  // and will stay so
    if (!std::exchange(is_too_large_, true)) Tell(ListenEvent::Kind::kNote, status.message());
    return;
  }
  if (!status.ok()) return Problem(status.message());
  if (!options_.on_event) return;
  ListenEvent event;
  event.kind = ListenEvent::Kind::kDocumented;
  event.seconds = seconds;
  options_.on_event(event);
}

Status Listener::Close() {
  WaitOut(worker_);
  WaitOut(documenter_);
  WaitOut(merger_);
  if (fatal_.ok() && is_dirty_) StartDocumenting(options_.ingest.threads);
  WaitOut(documenter_);
  ROOST_TRY(peers_->Leave());
  if (!IsStopped() && counts_.batches > 0)
    ROOST_TRY(taker_->Tidy(options_.merge ? Merging::kSmallParts : Merging::kNone));
  return taker_->Close();
}

}  // namespace roost::listen

namespace roost {

Result<ListenResult> Listen(const ListenOptions& options) {
  auto listener = std::make_unique<listen::Listener>(options);
  ROOST_TRY(listener->Open());
  return listener->Run();
}

AdaptiveResultListener::AdaptiveResultListener(std::string input_dir, std::string output_dir,
                                               uint64_t schema_detection_samples,
                                               double check_interval, int max_retries) {
  options_.input_dir = std::move(input_dir);
  options_.output_dir = std::move(output_dir);
  options_.schema_samples = schema_detection_samples;
  options_.check_interval_seconds = check_interval;
  options_.max_retries = max_retries;
}

Result<ListenResult> AdaptiveResultListener::Run() { return RunWith(false); }
Result<ListenResult> AdaptiveResultListener::RunOnce() { return RunWith(true); }

Result<ListenResult> AdaptiveResultListener::RunWith(bool once) {
  ListenOptions options = options_;
  options.once = once;
  options.should_stop = [this] {
    return stop_ || (options_.should_stop && options_.should_stop());
  };
  return Listen(options);
}

}  // namespace roost
