// Finds where an output goes: checks the wanted folder, makes the private one beside it, and lets
// them change places at the end.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/file_lock.h"
#include "base/status.h"

namespace roost::store {

class Place {
 public:
  /// Makes `.<name>.roost-<process>-<random>` beside `output_dir`, and the folders above it. With
  /// `overwrite`, a folder that has _roost/ledger may stand there; without, an empty one, or one
  /// with nothing but a roost.yaml. That file stays in any case. Sweeps first.
  static Result<Place> Make(const std::string& output_dir, bool overwrite);

  /// Removes what runs that were killed left beside `output_dir`: private folders whose makers, who
  /// hold a kernel lock on them, are no more.
  static void Sweep(const std::string& output_dir);

  Place(Place&& other) noexcept;
  Place& operator=(Place&&) = delete;
  /// Removes the private folder and what was made above it, unless it was given its name.
  ~Place();

  const std::string& folder() const { return private_; }
  /// Gives the private folder the wanted name and removes what had it. All that is in it, and
  /// its name, are made durable first.
  Status Take();

 private:
  Place() = default;
  Status MakeParents(const std::string& parent);
  Status MakePrivate(const std::string& prefix);
  Status KeepConfig() const;
  Status Replace();
  Status ReplaceConfig();
  Status RemoveReplaced(const std::string& old);

  std::string wanted_, private_, parent_;
  std::optional<disk::FileLock> lock_;     // on the private folder: its maker is alive
  std::vector<std::string> made_parents_;  // outer ones first
  bool overwrite_ = false;
  bool replaces_ = false;  // a folder with something in it stands there
};

}  // namespace roost::store
