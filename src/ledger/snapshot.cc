#include "ledger/delta_action.h"

namespace roost::ledger {

void Snapshot::Apply(int64_t new_version, const Commit& commit) {
  version = new_version;
  if (commit.protocol) protocol = *commit.protocol;
  if (commit.metadata) metadata = *commit.metadata;
  for (const Transaction& transaction : commit.transactions)
    transactions[transaction.app] = transaction;
  for (const Removal& removal : commit.removed) {
    live.erase(removal.path);
    removed[removal.path] = removal;
  }
  for (const Part& part : commit.added) {
    live[part.path] = part;
    removed.erase(part.path);
  }
}

}  // namespace roost::ledger
