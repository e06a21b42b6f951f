// The verb LookAtBacklog: what `roost status --input-dir` adds.
#include <algorithm>
#include <chrono>
#include <vector>

#include "ledger/delta_log.h"
#include "ledger/pin.h"
#include "ledger/takes.h"
#include "listen/folder_walk.h"
#include "read/path_text.h"
#include "roost/listen.h"

namespace roost::listen {
namespace {

constexpr size_t kAtOnce = 50'000;  // files that are looked up together
constexpr int kTries = 5;

/// What a commit says of its takes, or false if it was cleaned up, and is in a run since.
Result<bool> AddEntry(const ledger::DeltaLog& log, int64_t version, ledger::Takes& takes) {
  ROOST_ASSIGN(auto commit, log.CommitAt(version));
  if (!commit) return version == 0;
  ROOST_ASSIGN(auto entry, ledger::EntryOf(*commit, ledger::CommitName(version)));
  if (!entry) return true;
  takes.Add(version, std::move(entry->takes));
  if (entry->takes_file) takes.Add(version, *entry->takes_file);
  return true;
}

/// All files that were taken up to the last finished commit.
Result<ledger::Takes> TakesOf(const std::string& store_dir) {
  for (int tries = 0; tries < kTries; ++tries) {
    ROOST_ASSIGN(const ledger::Pin pin, ledger::PinLatest(store_dir));
    ROOST_ASSIGN(ledger::Takes takes, ledger::Takes::OpenToRead(store_dir));
    const ledger::DeltaLog log(store_dir, "_roost/ledger");
    bool is_whole = true;
    for (int64_t v = takes.covered() + 1; is_whole && v <= pin.version; ++v) {
      ROOST_ASSIGN(is_whole, AddEntry(log, v, takes));
    }
    if (is_whole) return takes;
  }
  return Status::IOError(store_dir, "/_roost/ledger lacks a commit whose files are not in ",
                         "_roost/takes; see what roost verify says");
}

class Count {
 public:
  explicit Count(ledger::Takes& takes) : takes_(takes) {}

  Status Add(std::vector<Sighting>& sightings) {
    std::vector<ledger::Candidate> candidates;
    for (const Sighting& sighting : sightings)
      candidates.push_back(
          {ledger::InputFile::Of(read::AbsolutePath(sighting.path), sighting.look.facts),
           std::nullopt, ledger::KnownBy::kPath});
    ROOST_ASSIGN(const auto verdicts, takes_.Classify(candidates));
    for (size_t i = 0; i < sightings.size(); ++i) AddOne(sightings[i], verdicts[i].standing);
    sightings.clear();
    return Status::OK();
  }

  Backlog Sum() {
    using namespace std::chrono;
    const int64_t now = duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
    if (backlog_.files > 0)
      backlog_.oldest_seconds = std::max(0.0, static_cast<double>(now - oldest_ns_) * 1e-9);
    return backlog_;
  }

 private:
  void AddOne(const Sighting& sighting, ledger::Standing standing) {
    if (standing == ledger::Standing::kKnown) {
      ++backlog_.known;
      return;
    }
    const disk::Facts& facts = sighting.look.facts;
    ++backlog_.files;
    backlog_.bytes += facts.bytes;
    backlog_.changed += standing != ledger::Standing::kNew;
    if (backlog_.files > 1 && facts.modified_ns >= oldest_ns_) return;
    oldest_ns_ = facts.modified_ns;
    backlog_.oldest = sighting.path;
  }

  ledger::Takes& takes_;
  Backlog backlog_;
  int64_t oldest_ns_ = 0;
};

}  // namespace
}  // namespace roost::listen

namespace roost {

Result<Backlog> LookAtBacklog(const BacklogOptions& options) {
  ROOST_ASSIGN(const auto input, listen::LookAt(options.input_dir));
  if (!input || !input->facts.is_folder)
    return Status::IOError("there is no folder '", options.input_dir, "'; check --input-dir");
  ROOST_ASSIGN(ledger::Takes takes, listen::TakesOf(options.store_dir));
  listen::InputFolder folder{read::NormalPath(options.input_dir),
                             read::NameFilter(options.pattern)};
  folder.LeaveOut(options.store_dir);
  listen::FolderWalk walk(folder, [](const std::string&) {});
  listen::Count count(takes);
  std::vector<listen::Sighting> sightings;
  for (walk.Start(); !walk.is_over();) {
    walk.Go(listen::kAtOnce, sightings);
    if (sightings.size() >= listen::kAtOnce) ROOST_TRY(count.Add(sightings));
  }
  ROOST_TRY(count.Add(sightings));
  if (walk.faults() > 0) return Status::IOError(walk.first_fault());
  return count.Sum();
}

}  // namespace roost
