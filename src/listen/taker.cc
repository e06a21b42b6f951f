#include "listen/taker.h"

#include "listen/moment.h"
#include "read/descriptor.h"

namespace roost::listen {
namespace {

constexpr size_t kMostProblems = 20;  // of one batch

void NoteProblem(const Status& status, TakeReport& report) {
  if (report.problems.size() < kMostProblems) report.problems.push_back(status.message());
}

bool CanOpen(const std::string& path) {
  return read::Descriptor::Open(AT_FDCWD, path.c_str(), path).ok();
}

bool IsThere(const std::string& path) {
  const auto look = LookAt(path);
  return !look.ok() || look->has_value();
}

}  // namespace

IntakeFile Taker::InputOf(const std::string& path, bool is_link) const {
  IntakeFile input;
  input.path = path;
  // A link stays: it may lead to elsewhere from another place.
  input.moves_away = mover_ && !is_link;
  if (!mover_) return input;
  if (const auto staged = mover_->StagedAt(path)) input.name = staged->name;
  return input;
}

TakeReport Taker::Screen(const std::vector<Sighting>& sightings) {
  TakeReport report;
  std::vector<IntakeFile> inputs;
  for (const Sighting& sighting : sightings) {
    inputs.push_back(InputOf(sighting.path, sighting.look.is_link));
  }
  auto fates = intake_->Look(inputs);
  report.status = fates.status();
  if (!fates.ok()) return report;
  std::vector<Move> moves;
  for (size_t i = 0; i < sightings.size(); ++i) {
    const bool is_known = (*fates)[i] == FileFate::kKnown;
    report.outcomes.push_back(is_known ? Outcome::kSettled : Outcome::kTorn);
    report.counts.files_known += is_known;
    if (is_known && inputs[i].moves_away) moves.push_back({i, MoveTo::kProcessed});
  }
  MoveAll(sightings, moves, report);
  return report;
}

TakeReport Taker::Take(const std::vector<ReadyFile>& files) {
  const double start = Now();
  TakeReport report;
  std::vector<IntakeFile> inputs;
  for (const ReadyFile& file : files) {
    inputs.push_back(InputOf(file.path, file.look.is_link));
    inputs.back().must_be_whole = !file.as_it_is;
    inputs.back().job = file.job;
    const disk::Facts& facts = file.look.facts;
    inputs.back().seen =
        SeenFile{facts.device, facts.inode, facts.bytes, facts.born_ns, facts.modified_ns};
  }
  auto batch = intake_->Take(inputs);
  report.status = batch.status();
  if (!batch.ok()) return report;
  report.version = batch->version;
  report.counts.batches = batch->version >= 0;
  report.counts.bytes = batch->result.input_bytes;
  std::vector<Move> moves;
  for (size_t i = 0; i < files.size(); ++i) Judge(files[i], batch->files[i], i, report, moves);
  MoveAll(files, moves, report);
  report.seconds = Now() - start;
  return report;
}

void Taker::Judge(const ReadyFile& file, const FileReport& report, size_t index, TakeReport& taken,
                  std::vector<Move>& moves) {
  const bool has_failed = report.rejects > 0 || report.fate == FileFate::kFaulty;
  Outcome outcome = Outcome::kSettled;
  if (report.fate == FileFate::kTorn || report.fate == FileFate::kFaulty) {
    if (!IsThere(file.path)) {
      outcome = Outcome::kGone;
    } else if (!CanOpen(file.path)) {
      outcome = Outcome::kUnreadable;
    } else if (report.fate == FileFate::kTorn) {
      outcome = Outcome::kTorn;
    }
  }
  taken.outcomes.push_back(outcome);
  if (outcome != Outcome::kSettled) return;
  ListenCounts& counts = taken.counts;
  counts.files_known += report.fate == FileFate::kKnown;
  if (report.fate != FileFate::kKnown) {
    ++counts.files_taken;
    counts.files_replaced += report.fate == FileFate::kReplaced;
    counts.files_same += !report.same_as.empty();
    counts.files_failed += has_failed;
    counts.records += report.records;
    counts.rejects += report.rejects;
  }
  if (mover_ && !file.look.is_link) {
    moves.push_back({index, has_failed ? MoveTo::kFailed : MoveTo::kProcessed});
  }
}

template <class File>
void Taker::MoveAll(const std::vector<File>& files, const std::vector<Move>& moves,
                    TakeReport& report) {
  if (!mover_) return;
  std::vector<StagedFile> staged = std::move(unplaced_);
  unplaced_.clear();
  for (const Move& move : moves) {
    auto one = mover_->Stage(files[move.file].path, move.to);
    if (!one.ok()) {
      NoteProblem(one.status(), report);
      continue;
    }
    report.outcomes[move.file] = Outcome::kMoved;
    if (*one) staged.push_back(**std::move(one));  // else another listener moved it
  }
  const Status placed = PlaceKnown(std::move(staged), report);
  if (!placed.ok()) NoteProblem(placed, report);
}

Status Taker::PlaceKnown(std::vector<StagedFile> staged, TakeReport& report) {
  if (staged.empty()) return Status::OK();
  std::vector<IntakeFile> inputs;
  for (const StagedFile& one : staged) inputs.push_back(InputOf(one.path, false));
  auto fates = intake_->Look(inputs);
  if (!fates.ok()) {
    unplaced_ = std::move(staged);
    return fates.status();
  }
  for (size_t i = 0; i < staged.size(); ++i) {
    if ((*fates)[i] != FileFate::kKnown) {
      report.unread.push_back(std::move(staged[i]));
      continue;
    }
    const Status placed = mover_->Place(staged[i]);
    report.counts.files_moved += placed.ok();
    if (placed.ok()) continue;
    NoteProblem(placed, report);
    unplaced_.push_back(std::move(staged[i]));
  }
  return mover_->FinishPlacing();
}

TakeReport Taker::Adopt() {
  TakeReport report;
  if (!mover_) return report;
  auto adopted = mover_->Adopt();
  if (!adopted.ok()) {
    NoteProblem(adopted.status(), report);
    return report;
  }
  const Status placed = PlaceKnown(*std::move(adopted), report);
  if (!placed.ok()) NoteProblem(placed, report);
  return report;
}

Status Taker::Close() {
  const Status moved = mover_ ? mover_->Close() : Status::OK();
  ROOST_TRY(intake_->Close());
  return moved;
}

}  // namespace roost::listen
