// Takes batches of files into a store that is there: the loop of src/ledger/ledger.h.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "ingest/batch.h"
#include "ingest/hints_file.h"
#include "ingest/retake.h"
#include "ingest/row_changes.h"
#include "roost/intake.h"
#include "store/row_removal.h"
#include "store/store_writer.h"

namespace roost::ingest {

/// Where what comes through pipes is kept: beside the output, where there must be room anyway.
std::string SpoolFolder(const IngestOptions& options);

class StoreIntake : public Intake {
 public:
  static Result<std::unique_ptr<StoreIntake>> Open(const IngestOptions& options);

  const std::vector<std::string>& recovery() const override { return recovery_; }
  Result<IntakeBatch> Take(std::span<const IntakeFile> files) override;
  Result<std::vector<FileFate>> Look(std::span<const IntakeFile> files) override;
  /// Under whose name files of its own may lie in the store.
  const std::string& writer() const { return writer_->ledger().writer(); }

  /// Reads the files, commits nothing.
  Result<std::vector<Trial>> Try(std::span<const Retake> files);
  /// Takes them once more, in one commit. Nothing, and nothing is done, where another has taken one
  /// of them meanwhile: `rejects` are the rows that the quarantine has of all of them.
  Result<std::optional<IntakeBatch>> TakeAgain(std::span<const Retake> files, uint64_t rejects);
  /// Of each, whether the latest take of its name is the one that is to be replaced.
  Result<std::vector<bool>> AreLatestByPath(std::span<const Retake> files);
  Status Tidy(Merging merging = Merging::kSmallParts) override;
  Status Close() override { return writer_->Close(); }

 private:
  /// What is known of a file before it is read.
  struct Standing {
    FileFate fate = FileFate::kLoaded;
    std::optional<store::NumberRange> replaces;
    bool is_regular = true;
  };

  StoreIntake(IngestOptions options, Config config, std::unique_ptr<store::StoreWriter> writer)
      : options_(std::move(options)), config_(std::move(config)), writer_(std::move(writer)) {}
  void TellRecovery();
  Result<std::vector<Standing>> LookAt(std::span<const IntakeFile> files);
  Status ReadPublished();
  /// What is to be read of the files that were given.
  struct Choice {
    Inputs inputs;
    std::vector<size_t> places;  // of each input: which of the files it is
    std::vector<store::NumberRange> replaced;
  };
  /// What is to be committed.
  struct Offer {
    std::span<const IntakeFile> files;
    const Choice& choice;
    Batch& batch;
    RowChanges& changes;
    ledger::Entry& entry;
    bool only_adds;  // no row that is there changes
  };
  Result<bool> TryOnce(std::span<const IntakeFile> files, std::vector<bool>& torn,
                       IntakeBatch& batch);
  enum class Outcome : uint8_t { kDone, kAgain, kOvertaken };
  Result<Outcome> TakeAgainOnce(std::span<const Retake> files, uint64_t rejects,
                                IntakeBatch& batch);
  Choice Choose(std::span<const IntakeFile> files, const std::vector<bool>& torn,
                IntakeBatch& result) const;
  static void Tell(const Choice& choice, const Batch& batch, std::vector<FileReport>& reports);
  Result<bool> Put(Offer& offer);
  Result<bool> Holds(const Offer& offer, const std::string& columns);
  std::string ColumnsIn(const ledger::Entry& entry);
  Result<bool> AreStill(const Inputs& inputs, const Batch& batch) const;

  IngestOptions options_;
  Config config_;
  std::unique_ptr<store::StoreWriter> writer_;
  std::vector<std::string> recovery_;
  shred::PublishedTables published_;
  std::vector<Standing> standings_;  // of the files at hand
  bool lost_a_race_ = false;
};

}  // namespace roost::ingest
