// A small store for tests of src/ledger: files of a made-up inbox go into two tables, are replaced,
// widened and compacted by the protocol's own loop, and what lies on disk is checked against a
// replay of the ledger.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "ledger/ledger.h"

namespace roost::ledger::testing {

constexpr int kRowsPerFile = 2;

/// A file of the inbox: made up, but for the ledger as real as any.
struct InboxFile {
  uint64_t instance = 0;
  std::string content;
  bool is_wide = false;  // has the column `extra` in students
};
using Inbox = std::map<std::string, InboxFile>;  // by path

LedgerOptions TestOptions(const std::string& store);

/// Takes all files of the inbox that are new or changed, as many commits as it needs. How many
/// files.
Result<int> Ingest(Ledger& ledger, const Inbox& inbox);
/// Merges the live parts of `table`, if there are several.
Status Compact(Ledger& ledger, const std::string& table);

/// A row as it lies in a part.
struct Row {
  int64_t id;
  std::string content;
  auto operator<=>(const Row&) const = default;
};
Result<std::vector<Row>> ReadRows(const std::string& path);
/// The ids of a part, all its columns read; none may be null.
Result<std::vector<int64_t>> ReadIds(const std::string& path);
/// A part of a foreign tool: rows without ids that are ours.
Status AppendForeign(const std::string& store, const std::string& table, int rows);
/// A foreign tool merges all parts of a table into one of its own.
Status OptimizeForeign(const std::string& store, const std::string& table);

/// A batch of one file whose column `extra` is new, with old parts left as they are.
Status AddColumnOnly(Ledger& ledger, const std::string& table, const std::string& path,
                     uint64_t instance);

/// An error unless all tables hold exactly the rows that the ledger's entries say, and foreign
/// ones, from parts that are there and of one schema, and every view is one version of its table.
Status CheckStore(const std::string& store, int foreign_rows = 0);
/// Also that the last content of every file is in, everything is finished, and views are the
/// latest.
Status CheckComplete(const std::string& store, const Inbox& inbox, int foreign_rows = 0);

/// An error if a view's link leads nowhere.
Status CheckLinks(const std::string& store);
/// An error unless the ledger has taken each of these files, with this content or a later one.
Status CheckTaken(Ledger& ledger, const Inbox& done);
/// An error if a part is there that no log names, or a temporary file. Of a store without writers.
Status CheckNoGarbage(const std::string& store);

/// Batches that append, replace, add a column, compact and tidy. Returns the inbox at the end. Each
/// step goes on from whatever an earlier, interrupted run has left. Of every commit that is told to
/// be done, the inbox until then is copied to `done`.
Result<Inbox> RunScript(const std::string& store, Inbox* done = nullptr);

}  // namespace roost::ledger::testing
