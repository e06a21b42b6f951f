// Finds the order of ids in which the rows of several parts are to be read, without reading more
// than the ids.
//
// Rows of a row group mostly lie in that order already, in long stretches; those of row groups that
// several threads wrote at once lie between each other. A row group is opened when the order comes
// to its least id and closed at its end, so few are open at once. Belongs to one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "store/part_reader.h"
#include "store/table_facts.h"

namespace roost::store {

/// Rows [first_row, first_row + rows) of a row group, the ids of which ascend.
struct RowPiece {
  size_t part = 0;  // its place among the parts
  int row_group = 0;
  uint64_t first_row = 0, rows = 0;
  uint64_t bytes = 0;  // before compression, about
  int64_t first_id = 0;
};

/// The next rows of a piece, from where the slice of it before this one ended.
struct RowSlice {
  size_t piece = 0;
  uint64_t rows = 0;
  bool is_last = false;  // of the piece, among those of one row group
};

struct GroupLimits {
  uint64_t rows = 1 << 20;
  uint64_t bytes = 128 << 20;  // before compression
  size_t parts = 256;          // each is open
};

class RowOrder {
 public:
  /// Looks at all parts, each of which has rows with unique ids in the column `id_name`.
  static Result<RowOrder> Make(std::vector<std::string> parts, std::string id_name);

  /// Rows that make a row group, in order; empty behind the last.
  Result<std::vector<RowSlice>> Next(const GroupLimits& limits);

  const RowPiece& piece(size_t number) const { return pieces_[number]; }
  /// The part of a piece, opened if it is not.
  Result<std::shared_ptr<PartReader>> PartOf(size_t piece);
  /// What the parts' footers say together.
  const ShapeTexts& shapes() const { return shapes_; }
  /// Whether all rows lie in order in the parts, one part behind the other.
  bool is_sorted() const { return is_sorted_; }

 private:
  /// A piece that the order has come to.
  struct Open {
    size_t piece;
    std::shared_ptr<PartReader> part;
    std::vector<int64_t> ids;
    size_t at = 0;
    int64_t id() const { return ids[at]; }
  };

  RowOrder(std::vector<std::string> parts, std::string id_name)
      : paths_(std::move(parts)), id_name_(std::move(id_name)), parts_(paths_.size()) {}
  Status Scan(size_t part);
  Result<std::shared_ptr<PartReader>> OpenPart(size_t part);
  /// Opens the pieces that begin before, or at, the least id at hand.
  Status OpenDue();

  std::vector<std::string> paths_;
  std::string id_name_;
  std::vector<std::weak_ptr<PartReader>> parts_;
  std::vector<RowPiece> pieces_;  // by first id
  size_t next_ = 0;               // the first that was not opened yet
  std::vector<Open> open_;        // a heap, the least id first
  ShapeTexts shapes_;
  bool is_sorted_ = true;
  int64_t last_id_ = INT64_MIN;
};

}  // namespace roost::store
