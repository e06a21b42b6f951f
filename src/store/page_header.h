// Writes Parquet page headers (thrift, compact protocol).
//
// Arrow's PageWriter would do it too, but it compresses by itself and ties each page to a file's
// metadata builder, which does not exist yet when pages are made.
#pragma once

#include <cstddef>

#include "store/encoding.h"

namespace roost::store {

struct PageSizes {
  size_t plain;  // bytes of the page before compression
  size_t compressed;
  uint32_t levels;  // values and nulls; of a dictionary page: entries
};

inline void AppendPageHeader(Bytes& to, const PageSizes& sizes, bool is_dictionary,
                             Encoding encoding) {
  // A field header is (id - previous id) << 4 | type; i32 is type 5, a struct 12.
  auto number = [&to](char field, uint64_t value) {
    to.Push(field);
    AppendVarint(to, ZigZag(static_cast<int64_t>(value)));
  };
  constexpr char kNext = 0x15;  // the following field, an i32
  number(kNext, is_dictionary ? 2 : 0);
  number(kNext, sizes.plain);
  number(kNext, sizes.compressed);
  to.Push(is_dictionary ? 0x4c : 0x2c);  // struct: field 7 or 5
  number(kNext, sizes.levels);
  number(kNext, static_cast<uint64_t>(encoding));
  if (!is_dictionary) {
    number(kNext, static_cast<uint64_t>(Encoding::kRle));  // definition levels
    number(kNext, static_cast<uint64_t>(Encoding::kRle));  // repetition levels
  }
  to.Push(0);
  to.Push(0);
}

}  // namespace roost::store
