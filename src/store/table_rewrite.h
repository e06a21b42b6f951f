// Writes the rows of a published table anew under a schema with more, or wider, columns.
//
// No row is lost, no value bent: which values go where, say the columns (shred/published.h,
// `earlier`). A row group at a time is in memory, and of that one column.
#pragma once

#include <string>
#include <vector>

#include "base/status.h"
#include "ledger/delta_action.h"
#include "shred/published.h"
#include "store/compressor.h"
#include "store/output.h"

namespace roost::store {

struct TableRewrite {
  const shred::FinalTable* before = nullptr;
  const shred::FinalTable* after = nullptr;
  std::vector<std::string> parts;  // paths; all written by roost
  Codec codec = Codec::kZstd;
  int level = 1;
};

/// The new parts, in their places; the caller's to remove if an error follows.
Result<std::vector<WrittenPart>> RewriteTable(const TableRewrite& rewrite,
                                              const OutputPlaces& places);

/// Whether parts of the one table lack what those of the other have: columns, types or formats.
bool DifferInColumns(const shred::FinalTable& before, const shred::FinalTable& after);

/// Whether roost wrote the part from documents: all its rows have ids.
bool IsOwnPart(const ledger::Part& part);

}  // namespace roost::store
