// Holds this process's place among the writers of a store: a name of its own that no other has, and
// a kernel lock that says it is alive. No leases, no clocks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/file_lock.h"
#include "base/status.h"

namespace roost::ledger {

class Writer {
 public:
  /// Makes `_roost/writers/<name>` below `top` and locks it. Parts may be written from then on.
  static Result<Writer> Start(const std::string& top);
  /// Unlinks the lock file: nothing was left behind that anybody has to sweep.
  Status End();

  const std::string& name() const { return name_; }  // 32 hex digits
  /// A name that no file ever had: part-<name>-<n>.parquet.
  std::string NextPartName();
  /// For private folders and files.
  std::string NextPrivateName() { return name_ + "-" + std::to_string(next_private_++); }

 private:
  Writer(std::string name, disk::FileLock lock) : name_(std::move(name)), lock_(std::move(lock)) {}

  std::string name_;
  disk::FileLock lock_;
  uint64_t next_part_ = 0, next_private_ = 0;
};

/// Whether `name` is part-<writer>-<n>.parquet with a writer's name in it.
bool IsPartName(std::string_view name);
/// Whose part, file of takes, or temporary entry (a name that begins with a dot), this is.
std::optional<std::string> WriterOf(std::string_view name);
std::string NewId();  // 32 hex digits by chance
/// The same as a UUID with dashes, as Delta wants tables' ids.
std::string NewTableId();

}  // namespace roost::ledger
