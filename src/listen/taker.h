// Takes ready files into the store and moves them: what a listener's working thread does.
//
// One thread at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "listen/folder_walk.h"
#include "listen/mover.h"
#include "listen/readiness.h"
#include "roost/intake.h"
#include "roost/listen.h"

namespace roost::listen {

/// What became of a ready file.
enum class Outcome : uint8_t {
  kSettled,     // its content is in the tables
  kMoved,       // and it has left
  kTorn,        // and must be looked at again
  kUnreadable,  // now
  kGone         // before it was read
};

struct TakeReport {
  Status status;  // not OK: nothing was taken
  int64_t version = -1;
  std::vector<Outcome> outcomes;   // of each file
  std::vector<StagedFile> unread;  // came to a path after the one that was read: to be taken
  std::vector<std::string> problems;
  ListenCounts counts;
  double seconds = 0;
};

class Taker {
 public:
  /// `mover` may be null: files stay.
  Taker(std::unique_ptr<Intake> intake, std::unique_ptr<Mover> mover)
      : intake_(std::move(intake)), mover_(std::move(mover)) {}

  /// Finds out which files are in the tables already, by their looks; kTorn stands for the others.
  TakeReport Screen(const std::vector<Sighting>& sightings);
  TakeReport Take(const std::vector<ReadyFile>& files);
  /// Files that a dead listener had put aside.
  TakeReport Adopt();
  Status Tidy(Merging merging) { return intake_->Tidy(merging); }
  Status Close();

 private:
  struct Move {
    size_t file;
    MoveTo to;
  };
  IntakeFile InputOf(const std::string& path, bool is_link) const;
  void Judge(const ReadyFile& file, const FileReport& report, size_t index, TakeReport& taken,
             std::vector<Move>& moves);
  template <class File>
  void MoveAll(const std::vector<File>& files, const std::vector<Move>& moves, TakeReport& report);
  /// Places those that the ledger knows.
  Status PlaceKnown(std::vector<StagedFile> staged, TakeReport& report);

  std::unique_ptr<Intake> intake_;
  std::unique_ptr<Mover> mover_;
  std::vector<StagedFile> unplaced_;  // their place could not be had; tried again
};

}  // namespace roost::listen
