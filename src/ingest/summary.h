// Turns what a run found into its ledger rows, its account and its result.
#pragma once

#include <string>
#include <vector>

#include "ingest/attempt.h"
#include "roost/roost.h"
#include "store/output.h"

namespace roost::ingest {

/// Writes one ledger row a file, in the order of the list.
Status WriteLedger(const Inputs& inputs, const FileOutcomes& outcomes, const RootNames& roots,
                   store::Output& output);

/// Sums up all files; `stored` counts values as the written footers have them.
Account MakeAccount(const Attempt& attempt, uint64_t stored);

/// The values in user columns, map keys and kept duplicates that the footers count.
uint64_t CountStored(const shred::FinalSchema& schema,
                     const std::vector<store::PublishedTable>& tables);

std::vector<ConflictSummary> ListConflicts(const shred::FinalSchema& schema, const Inputs& inputs,
                                           const FileOutcomes& outcomes);

/// With `has_some`, the names of the tables that are written, as others are not.
std::string AccountJson(const IngestResult& result, bool has_some);

}  // namespace roost::ingest
