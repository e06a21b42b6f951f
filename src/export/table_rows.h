// Merges the row groups of a table into one stream of rows in the order of their keys.
//
// A row group is opened when the stream comes to its least key and index, by the statistics in the
// footer, and closed at its end, so few are open at once: about as many as the threads that wrote
// them, even where all rows of a table belong to one huge array.
// Belongs to one thread.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "base/status.h"
#include "export/row_run.h"

namespace roost::exporting {

/// Rows with keys in [begin, end).
struct KeyRange {
  int64_t begin = std::numeric_limits<int64_t>::min();
  int64_t end = std::numeric_limits<int64_t>::max();
};

class TableRows {
 public:
  /// `source` must outlive the stream.
  static Result<std::unique_ptr<TableRows>> Open(const TableSource& source, KeyRange range);

  /// The row at hand, or null behind the last one. Valid until Next.
  const RowRun* current() const { return current_; }
  Status Next() {
    ROOST_TRY(current_->Advance());
    if (!current_->is_done() && current_->place() < limit_) [[likely]]
      return Status::OK();
    return Settle();
  }

 private:
  struct Group {
    RowPlace least;  // by statistics; at most that of the first row
    const Part* part;
    int row_group;
  };

  TableRows(const TableSource& source, KeyRange range) : source_(source), range_(range) {}
  void ListGroups();
  /// Opens what has to be open and finds the least row.
  Status Settle();
  RowRun* FindLeast() const;

  const TableSource& source_;
  KeyRange range_;
  std::vector<Group> waiting_;  // the least place last
  std::vector<std::unique_ptr<RowRun>> open_;
  RowRun* current_ = nullptr;
  RowPlace limit_{};  // below this the current run has the least row
};

}  // namespace roost::exporting
