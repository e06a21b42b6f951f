// Decides by looking at the first bytes of a long file how it is to be cut.
#pragma once

#include <cstddef>
#include <string_view>

#include "read/unit.h"

namespace roost::read {

struct Framing {
  UnitKind kind = UnitKind::kValues;  // or kLines, kElements
  size_t prologue = 0;  // bytes in front that belong to no record: a byte order mark, and for
                        // kElements what leads up to the first element
};

/// `block` is the beginning of a file that is longer. An array that does not end in it, or is
/// followed by nothing but white space, makes kElements. Lines that mostly hold one whole value
/// each make kLines, unless a value is found that spans lines; all else is kValues. 64 bytes behind
/// the block must be readable.
Framing FindFraming(std::string_view block);

}  // namespace roost::read
