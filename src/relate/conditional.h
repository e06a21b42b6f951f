// Finds references whose table stands in the row itself: {owner_type: "student", owner_id: 17}.
//
// A column of kinds (type, kind, $ref...) and one of ids, called alike but for the last word. Each
// kind that names a table, whatever its number, case and what stands before it (App\Models\User),
// leads to that table's key if nearly all ids of its rows are there.
#pragma once

#include "relate/value_store.h"

namespace roost::relate {

struct ConditionalReference {
  int kind_column = 0, child = 0, parent = 0;  // column ids
  std::string kind;                            // as it stands in the data
  uint64_t rows = 0, contained_rows = 0;       // with that kind and an id
  uint64_t values = 0, contained_values = 0;
  std::vector<uint64_t> samples = {}, missing = {};  // hashes of a few ids
  double bits = 0;                                   // how unlikely it is by accident
};

Result<std::vector<ConditionalReference>> FindConditional(const Database& database,
                                                          ValueStore& values);

}  // namespace roost::relate
