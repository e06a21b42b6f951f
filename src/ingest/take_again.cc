// The part of StoreIntake that takes files once more, records of which are in quarantine.
#include "base/byte_text.h"
#include "ingest/root_names.h"
#include "ingest/row_changes.h"
#include "ingest/store_intake.h"
#include "read/path_text.h"

namespace roost::ingest {
namespace {

struct Again {
  Inputs inputs;
  std::vector<std::string> roots;
  std::vector<store::NumberRange> replaced;
};

Again AgainOf(std::span<const Retake> files) {
  Again again;
  for (const Retake& file : files) {
    again.inputs.files.Add({file.path, 0, true});
    again.inputs.names.push_back(file.name);
    again.inputs.jobs.push_back(file.job);
    again.inputs.moves_away.push_back(false);
    again.inputs.replaces.emplace_back(file.replaced.first);
    again.inputs.retakes.push_back(&file);
    again.roots.push_back(file.root);
    again.replaced.push_back(file.replaced);
  }
  return again;
}

}  // namespace

Result<std::vector<bool>> StoreIntake::AreLatestByPath(std::span<const Retake> files) {
  std::vector<ledger::Candidate> candidates;
  for (const Retake& file : files) {
    ledger::InputFile input;
    input.path = read::AbsolutePath(file.name);
    candidates.push_back({std::move(input), std::nullopt, ledger::KnownBy::kPath});
  }
  ROOST_ASSIGN(auto verdicts, writer_->ledger().Classify(candidates));
  std::vector<bool> latest;
  for (size_t i = 0; i < files.size(); ++i)
    latest.push_back(verdicts[i].standing != ledger::Standing::kNew &&
                     verdicts[i].first_number == files[i].replaced.first);
  return latest;
}

Result<std::vector<Trial>> StoreIntake::Try(std::span<const Retake> files) {
  std::vector<Trial> trials;
  if (files.empty()) return trials;
  const Again again = AgainOf(files);
  const RootNames roots = RootNames::Of(again.roots);
  read::Spools spools(SpoolFolder(options_), options_.should_stop);
  Batch batch(options_, config_, again.inputs, roots, spools, nullptr);
  ROOST_TRY(batch.Shred());
  for (const FileOutcome outcome : batch.files()) {
    Trial& trial = trials.emplace_back(Trial{outcome.records, outcome.rejects, ""});
    if (outcome.first_reject) trial.reason = outcome.first_reject->reason;
    if (outcome.fault) trial.reason = *outcome.fault;
  }
  return trials;
}

Result<std::optional<IntakeBatch>> StoreIntake::TakeAgain(std::span<const Retake> files,
                                                          uint64_t rejects) {
  for (;;) {
    IntakeBatch batch;
    ROOST_ASSIGN(const Outcome outcome, TakeAgainOnce(files, rejects, batch));
    if (outcome == Outcome::kDone) return batch;
    if (outcome == Outcome::kOvertaken) return std::nullopt;
    if (options_.should_stop && options_.should_stop()) return StoppedStatus();
  }
}

Result<StoreIntake::Outcome> StoreIntake::TakeAgainOnce(std::span<const Retake> files,
                                                        uint64_t rejects, IntakeBatch& result) {
  ROOST_TRY(writer_->ledger().Refresh().status());
  ROOST_TRY(ReadPublished());
  ROOST_ASSIGN(const auto latest, AreLatestByPath(files));
  for (size_t i = 0; i < files.size(); ++i)
    if (!latest[i] && (!files[i].gone || files[i].gone->is_known_by_path))
      return Outcome::kOvertaken;
  const Again again = AgainOf(files);
  const RootNames roots = RootNames::Of(again.roots);
  read::Spools spools(SpoolFolder(options_), options_.should_stop);
  store::StoredRows rows(writer_->ledger(), options_.rewrite_bytes);
  Batch batch(options_, config_, again.inputs, roots, spools, writer_.get(), {&published_, &rows});
  ROOST_TRY(batch.Shred());
  ROOST_TRY(batch.Write(result.result));
  ROOST_ASSIGN(ledger::Entry entry, batch.EntryOf(result.result));
  entry.operation = "RETRY";
  RowChanges changes(options_, *writer_, entry);
  ROOST_TRY(changes.Make(batch.Rewrites(), again.replaced, published_));
  if (changes.removed_rejects() != rejects) return Outcome::kOvertaken;
  ROOST_ASSIGN(const bool still, AreStill(again.inputs, batch));
  if (!still) return Outcome::kAgain;
  Result<bool> won = writer_->ledger().Commit(entry);
  if (won.ok() && !*won) return Outcome::kAgain;
  // An error leaves open whether the entry stands, which names them. If not, they are swept.
  batch.Keep();
  changes.Keep();
  ROOST_TRY(won.status());
  result.version = writer_->ledger().version();
  result.result.files_replaced = files.size();
  for (const FileOutcome outcome : batch.files()) {
    FileReport& report = result.files.emplace_back();
    report.fate = FileFate::kReplaced;
    report.records = outcome.records;
    report.rejects = outcome.rejects;
    if (outcome.first_reject) report.reason = outcome.first_reject->reason;
    if (outcome.fault) report.reason = *outcome.fault;
  }
  return Outcome::kDone;
}

}  // namespace roost::ingest
