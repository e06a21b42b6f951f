// Knows which other listeners work on the same tables, so that each begins with its own share.
//
// Each holds the kernel lock on OUT/_roost/listeners/<id>; whose lock is free is dead. A path
// belongs to one of the living by its hash. This only saves work: who takes a file is for the store
// to say, and all look after the others' files too, a little later. Not thread-safe.
#pragma once

#include <optional>
#include <string>

#include "base/file_lock.h"
#include "base/status.h"

namespace roost::listen {

class Peers {
 public:
  /// `output_dir` is a store.
  static Result<Peers> Join(const std::string& output_dir);
  Status Leave();

  /// Looks who is there.
  Status Refresh();
  size_t count() const { return count_; }  // this one included
  bool IsMine(const std::string& path) const;

 private:
  Peers(std::string folder, std::string id, disk::FileLock lock)
      : folder_(std::move(folder)), id_(std::move(id)), lock_(std::move(lock)) {}

  std::string folder_, id_;
  disk::FileLock lock_;
  size_t count_ = 1, rank_ = 0;
};

}  // namespace roost::listen
