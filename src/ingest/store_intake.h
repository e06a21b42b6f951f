// Takes batches of files into a store that is there: the loop of src/ledger/ledger.h.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "ingest/batch.h"
#include "ingest/hints_file.h"
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
  Result<bool> TryOnce(std::span<const IntakeFile> files, std::vector<bool>& torn,
                       IntakeBatch& batch);
  Result<bool> AreStill(const Inputs& inputs, const Batch& batch) const;

  IngestOptions options_;
  Config config_;
  std::unique_ptr<store::StoreWriter> writer_;
  std::vector<std::string> recovery_;
  shred::PublishedTables published_;
  bool lost_a_race_ = false;
};

}  // namespace roost::ingest
