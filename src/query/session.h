// Opens DuckDB over the tables of a store, and shuts it in.
//
// Each table is a view over its Parquet parts; `_roost_ledger` and `_roost_quarantine` are views
// too. Once they are made, the database may open those parts and nothing else: no other file of
// the store, no other path, no network, no extension, no setting can be reached from SQL. What a
// query spills goes to a private folder that the destructor removes.
//
// A Session belongs to one thread. Several may be open at once.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "export/catalog.h"
#include "query/handles.h"
#include "query/interrupter.h"

namespace roost::query {

struct SessionOptions {
  unsigned threads = 0;  // 0: one per core
  uint64_t memory_bytes = 512ull << 20;
  bool technical = false;                        // show the columns that only roost needs
  std::string writable_file;                     // the one file that COPY may write; empty: none
  std::string writable_folder = {};              // or a folder in which it may write; empty: none
  std::vector<std::string> readable_files = {};  // that SQL may open beside the parts of tables
  /// Once it is true, the statement that runs and all later ones are Cancelled. Asked by a thread
  /// of the session's too.
  std::function<bool()> should_stop = {};
};

/// A folder below the system's place for temporary files, removed with all that is in it.
class SpillFolder {
 public:
  SpillFolder();
  SpillFolder(SpillFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  SpillFolder& operator=(SpillFolder&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~SpillFolder();
  /// Empty where no folder could be made: queries then have to do with memory.
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class Session {
 public:
  static Result<Session> Open(const exporting::Catalog& catalog, const SessionOptions& options);

  duckdb_connection connection() const { return connection_.get(); }
  const std::vector<std::string>& views() const { return views_; }
  /// A SELECT of what a table's view shows, of some of its parts, by their places; ids are those of
  /// the view. A WHERE may follow, in which file_row_number is a column: DuckDB skips what holds
  /// none of the rows. Empty where parts have not all the same columns.
  std::string SelectOf(const std::string& view, const std::vector<size_t>& parts) const;
  bool ShouldStop() const { return interrupter_ && interrupter_->ShouldStop(); }

 private:
  Session() = default;
  Status Connect(const SessionOptions& options);
  Status MakeViews(const exporting::Catalog& catalog, bool technical);
  Status MakeRoostView(const std::string& what, const std::vector<std::string>& parts);
  Status MakeView(const std::string& name, const std::string& columns,
                  const std::vector<std::string>& parts, bool is_uneven);
  Status Lock(const SessionOptions& options);

  SpillFolder spill_;  // outlives the database
  Database database_;
  Connection connection_;
  std::unique_ptr<Interrupter> interrupter_;  // ends before the connection
  std::vector<std::string> views_;
  struct Source {
    std::string columns;
    bool makes_ids, is_uneven;
    std::vector<std::string> parts;
  };
  std::map<std::string, Source> sources_;  // by view
  std::vector<std::string> allowed_files_;
};

/// Runs one of our own statements for its effect.
Status Run(duckdb_connection connection, const std::string& sql);

}  // namespace roost::query
