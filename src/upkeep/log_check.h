// Checks logs: each by itself, and the ledger's entries against the commits of the tables.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "ledger/delta_log.h"
#include "ledger/entry.h"
#include "upkeep/findings.h"

namespace roost::upkeep {

/// Goes through a log from its oldest commit to its newest, and compares checkpoints with what
/// commits say.
class LogWalk {
 public:
  /// `check` is what its problems are filed under; `where` names the table's folder.
  LogWalk(const std::string& top, const std::string& table, Findings& findings);

  Status Open();
  bool is_there() const { return !versions_.empty(); }
  int64_t first() const { return versions_.empty() ? 0 : versions_.front(); }

  /// The next commit, applied to before(); nothing at the end. One that cannot be read is told of
  /// and counts as empty.
  std::optional<ledger::Commit> Next();
  int64_t version() const { return version_; }                // of the commit that Next gave
  const ledger::Snapshot& before() const { return before_; }  // that commit
  const std::string& where() const { return where_; }

 private:
  void CompareCheckpoint();

  Findings& findings_;
  ledger::DeltaLog log_;
  std::string where_;
  std::vector<int64_t> versions_, checkpoints_;
  size_t next_ = 0;
  int64_t version_ = -1;
  bool knows_all_ = false;                 // before_ is the whole table, not only what is recent
  std::optional<ledger::Commit> pending_;  // of version_
  ledger::Snapshot before_;
};

/// What the ledger's log says of the takes that no run covers.
struct LedgerTakes {
  int64_t first = 0;  // version that is there
  std::vector<std::pair<int64_t, ledger::TakesFile>> files;
};

/// `tables`: names of the tables' folders below `top`, by table. Entries after `last` are not
/// finished and not looked at.
Result<LedgerTakes> CheckLogs(const std::string& top,
                              const std::map<std::string, std::string>& tables, int64_t last,
                              Findings& findings);

}  // namespace roost::upkeep
