// Opens DuckDB over the tables of a store, and shuts it in.
//
// Each table is a view over its Parquet parts; `_roost_ledger` and `_roost_quarantine` are views
// too. Once they are made, the database may open those parts and nothing else: no other file of
// the store, no other path, no network, no extension, no setting can be reached from SQL. What a
// query spills goes to a private folder that the destructor removes.
//
// A Session belongs to one thread. Several may be open at once. DuckDB takes thirty milliseconds to
// load, to start and to look at the parts: who has something else to do first says Begin.
#pragma once

#include <functional>
#include <future>
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

  /// When DuckDB starts: at once and beside the caller's thread, or with the first statement.
  enum class Start : uint8_t { kNow, kWhenAsked };
  static Session Begin(const exporting::Catalog& catalog, const SessionOptions& options,
                       Start start);
  /// Waits until DuckDB has started, and says how that went. To be asked before anything of
  /// DuckDB's is called.
  Status Ready() const { return core_->started.get(); }

  duckdb_connection connection() const { return core_->connection.get(); }
  const std::vector<std::string>& views() const { return views_; }
  /// A SELECT of what a table's view shows, of some of its parts, by their places; ids are those of
  /// the view. A WHERE may follow, in which file_row_number is a column: DuckDB skips what holds
  /// none of the rows. Empty where parts have not all the same columns.
  std::string SelectOf(const std::string& view, const std::vector<size_t>& parts) const;
  bool ShouldStop() const { return core_->should_stop && core_->should_stop(); }

 private:
  /// What the thread that starts DuckDB fills, and others see once it has ended.
  struct Core {
    std::function<bool()> should_stop;
    SpillFolder spill;  // outlives the database
    Database database;
    Connection connection;
    std::unique_ptr<Interrupter> interrupter;  // ends before the connection
    std::shared_future<Status> started;        // whose end waits for the thread

    Status Start(const SessionOptions& options, const std::vector<std::string>& statements);
    Status Connect(const SessionOptions& options);
  };

  Session() : core_(std::make_unique<Core>()) {}
  void PlanViews(const exporting::Catalog& catalog, bool technical);
  void PlanRoostView(const std::string& what, const std::vector<std::string>& parts);
  void PlanView(const std::string& name, const std::string& columns,
                const std::vector<std::string>& parts, bool is_uneven);
  void PlanLock(const SessionOptions& options);

  std::vector<std::string> views_;
  struct Source {
    std::string columns;
    bool makes_ids, is_uneven;
    std::vector<std::string> parts;
  };
  std::map<std::string, Source> sources_;  // by view
  std::vector<std::string> allowed_files_;
  std::vector<std::string> statements_;  // that make the views and shut them in; until they run
  std::unique_ptr<Core> core_;
};

/// Runs one of our own statements for its effect.
Status Run(duckdb_connection connection, const std::string& sql);

}  // namespace roost::query
