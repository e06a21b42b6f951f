// Collects the different integers of a column, sorted: what references and unique keys
// need to know of a table.
//
// Sets of parts are kept and merged, so that only new parts are read. Exact, as the integers
// themselves are kept. Past kMost keys it gives up, and SQL has to judge. Not thread-safe.
#pragma once

#include <cstdint>
#include <vector>

#include "sketch/byte_order.h"
#include "validate/batch_column.h"

namespace roost::validate {

class KeySet {
 public:
  static constexpr size_t kMost = size_t{1} << 25;

  /// Settle must be called after the last batch, before anything else.
  void Take(const BatchColumn& column);
  void Settle();
  void Merge(KeySet&& other);

  uint64_t rows() const { return rows_; }  // that have a value
  /// No key comes twice; only while it has not given up.
  bool is_unique() const { return rows_ == keys_.size(); }
  bool has_given_up() const { return given_up_; }
  const std::vector<int64_t>& keys() const { return keys_; }
  /// Keys that `others` lack.
  std::vector<int64_t> Without(const KeySet& others) const;

  void Save(sketch::ByteWriter& to) const;
  static Result<KeySet> Load(sketch::ByteReader& from);

 private:
  void MergeKeys(std::vector<int64_t>&& more);

  uint64_t rows_ = 0;
  bool given_up_ = false;
  std::vector<int64_t> keys_, pending_;
};

}  // namespace roost::validate
