// Names what one commit of many tables does: the intent that the ledger holds, and its JSON.
//
// An entry says everything that anybody needs to finish the commit: which files it took, and per
// table, in the order in which they are to be committed, parts, removals and schema. It stands in
// the commitInfo of the ledger's own Delta commit. docs/formats/store.md shows one.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/disk_entry.h"
#include "base/status.h"
#include "ledger/delta_action.h"
#include "ledger/delta_schema.h"

namespace roost::ledger {

constexpr int kFormat = 1;  // of entries; newer ones are refused

/// By what a file is known: a file that is moved away once taken by what it is, one that stays by
/// its path.
enum class KnownBy : uint8_t { kPath, kInstance };

/// An input file as it was seen.
struct InputFile {
  std::string path;  // any bytes
  uint64_t device = 0, inode = 0, bytes = 0;
  int64_t born_ns = -1, modified_ns = 0;

  static InputFile Of(std::string path, const disk::Facts& facts);
  /// Whether the file there is still this one, with the same size and time.
  bool IsStill(const disk::Facts& facts) const;
};

/// That a commit took a file: its rows are those with these file numbers.
struct Take {
  InputFile file;
  uint64_t hash_low = 0, hash_high = 0;  // XXH3-128 of its bytes
  uint64_t first_number = 0;
  uint32_t numbers = 0;
  KnownBy by = KnownBy::kPath;
};

/// Takes that nobody holds in memory: gives each of them, the same ones each time. What it gives
/// lives for the call.
struct TakeSource {
  uint64_t most = 0;  // so many at most
  std::function<void(const std::function<void(const Take&)>&)> for_each;
};

/// A file in `_roost/takes` that holds what a commit took, where that is much.
struct TakesFile {
  std::string name;
  uint64_t files = 0;
};

/// What a table is to be from this commit on.
struct TableSchema {
  std::string id;  // of the table, for ever; the ledger fills it in for a table that is new
  std::vector<Column> columns;
  Texts properties;  // those that the table has already stay if they are not named
};

struct TableChange {
  std::string table;
  std::vector<Part> added;
  std::vector<Removal> removed;       // paths and sizes; deleted_ms is set when it is committed
  std::optional<TableSchema> schema;  // for a new table, and when it changes
  /// All parts of the old schema are replaced: whoever finishes the commit recasts late ones too.
  bool rewrites = false;
  bool rearranges = false;  // the rows stay what they are: readers of changes need not look
};

struct Entry {
  std::string writer;
  std::string operation;  // INGEST, COMPACT, ...
  std::vector<TableChange> tables;
  std::vector<Take> takes;
  std::optional<TakeSource> many_takes;     // instead of them; must outlive the commit
  std::optional<TakesFile> takes_file;      // instead of either; the ledger makes it
  std::vector<Part> ledger_parts;           // rows of the ledger table itself
  std::vector<Removal> ledger_removed;      // parts of it whose rows are in those
  std::map<std::string, int64_t> versions;  // each table's, at the end of the commit before
  std::string note;                         // a JSON object: the account; or empty
};

/// The ledger's commit that holds `entry`.
Commit CommitOf(const Entry& entry, int64_t now_ms);
/// Nothing in commits that roost did not write: they count as empty.
Result<std::optional<Entry>> EntryOf(const Commit& commit, const std::string& where);

}  // namespace roost::ledger
