// Gives texts numbers of a dictionary where that pays, as the shredder does: for rows of parts that
// are written anew.
#pragma once

#include "shred/column.h"

namespace roost::store {

class TextCoder {
 public:
  /// The same values, or lists of values. It lives, with its dictionary, until the next call and
  /// until the coder ends.
  const shred::Column& Code(const shred::Column& texts);

  /// The last one; null before the first. For the dictionary, when a row group ends.
  const shred::Column* last() const {
    return coded_.layout == shred::Layout::kNone ? nullptr : &coded_;
  }

 private:
  static void Append(const shred::Column& texts, shred::Column& coded);

  shred::Column coded_;
};

}  // namespace roost::store
