// Makes the parts of one published table from its spilled row groups.
//
// Most chunks have the type their column ends with: their bytes stay where they are, and only the
// footer is written. A column that is missing in a row group gets a chunk of nulls, and chunks
// whose type lost are written anew behind the others. Files in which more than a sixteenth of the
// bytes is dead after that are copied, as are small files that belong together.
#pragma once

#include <string>
#include <vector>

#include "base/status.h"
#include "shred/published.h"
#include "store/output.h"
#include "store/part_file.h"
#include "store/spill.h"

namespace roost::store {

struct PublishContext {
  const OutputPlaces* places = nullptr;
  const ColumnIds* ids = nullptr;
  Codec codec = Codec::kZstd;
  int level = 1;
  PageEncoder::Sketches sketches = PageEncoder::Sketches::kNone;
  uint64_t part_bytes = 0;
};

/// `files` are the spill files of the table; they are gone afterwards. Tables may be published
/// beside each other.
Result<PublishedTable> PublishTable(const PublishContext& context, const shred::FinalTable& table,
                                    std::vector<SpillFile> files);

}  // namespace roost::store
