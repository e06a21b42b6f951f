// Writes and reads checkpoints: a table at one version as one Parquet file beside its log.
//
// The layout is that of the Delta protocol ("classic", one file): a row per action, in a column per
// kind of action. Several writers may write the same checkpoint: each is as good. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/status.h"
#include "ledger/delta_action.h"

namespace roost::ledger {

std::string CheckpointName(int64_t version);

/// Makes it durable, then names it in `_last_checkpoint`.
Status WriteCheckpoint(const std::string& log_folder, const Snapshot& snapshot,
                       const std::string& writer);

/// Nothing if there is none, or one that roost cannot read (another layout, or damaged): the
/// commits before it say the same.
Result<std::optional<Snapshot>> ReadCheckpoint(const std::string& log_folder, int64_t version);

/// The version that `_last_checkpoint` names.
Result<std::optional<int64_t>> ReadCheckpointHint(const std::string& log_folder);

}  // namespace roost::ledger
