// Answers what shredding asks of a store's rows before it lets a column become wider.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "base/status.h"
#include "ledger/ledger.h"
#include "shred/plan.h"

namespace roost::store {

/// What the values of a column are, of the parts of a table below `folder`.
Result<shred::ColumnContents> LookAtColumn(const ledger::Snapshot& table, const std::string& folder,
                                           const shred::FinalColumn& column);

class StoredRows : public shred::PublishedRows {
 public:
  /// `ledger` must outlive it; tables are as they were at its last Refresh. One whose parts have
  /// more than `rewrite_bytes` together stays as it is; so does one that has left four times as
  /// much behind lately, which lies there until old parts are removed.
  StoredRows(ledger::Ledger& ledger, uint64_t rewrite_bytes);

  bool MayRewrite(const shred::FinalTable& table) override;
  shred::ColumnContents Look(const shred::FinalTable& table,
                             const shred::FinalColumn& column) override;

  /// Of all that was read so far. After an error the answers mean nothing.
  const Status& status() const { return status_; }

 private:
  ledger::Ledger& ledger_;
  uint64_t rewrite_bytes_;
  int64_t opened_ms_;
  Status status_;
  std::map<std::pair<std::string, std::string>, shred::ColumnContents> known_;
};

}  // namespace roost::store
