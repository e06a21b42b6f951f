// Names what a commit of a Delta table can say: the plain types between its JSON and a snapshot.
//
// The words are those of the Delta protocol (PROTOCOL.md of delta-io/delta), but for `add`, which
// is a Part here. Times are milliseconds since 1970. docs/formats/store.md shows the files.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace roost::ledger {

using Texts = std::map<std::string, std::string>;

struct Protocol {
  int reader = 1, writer = 2;
  std::vector<std::string> reader_features, writer_features;  // of reader 3, writer 7 only

  bool operator==(const Protocol&) const = default;
};

struct Metadata {
  std::string id, name, description;
  std::string schema;  // the schemaString; see delta_schema.h
  std::vector<std::string> partition_columns;
  Texts configuration;
  int64_t created_ms = 0;

  bool operator==(const Metadata&) const = default;
};

/// A data file of a table.
struct Part {
  std::string path;  // below the table's folder, as it stands in the log: percent-encoded
  uint64_t bytes = 0;
  int64_t modified_ms = 0;
  std::string stats;  // a JSON text, or empty
  Texts tags;
  Texts partition_values;  // of foreign tables

  bool operator==(const Part&) const = default;
};

/// That a data file is no longer part of the table.
struct Removal {
  std::string path;
  uint64_t bytes = 0;
  int64_t deleted_ms = 0;

  bool operator==(const Removal&) const = default;
};

struct Transaction {
  std::string app;
  int64_t version = 0;
  int64_t updated_ms = 0;

  bool operator==(const Transaction&) const = default;
};

/// One file of a log.
struct Commit {
  std::string info;  // the members of commitInfo as a JSON object, or empty
  std::optional<Protocol> protocol;
  std::optional<Metadata> metadata;
  std::vector<Transaction> transactions;
  std::vector<Part> added;
  std::vector<Removal> removed;
  bool data_change = true;  // false: the same rows, only rearranged; not read back
};

/// A table at one version.
struct Snapshot {
  int64_t version = -1;  // -1: there is no table yet
  Protocol protocol;
  Metadata metadata;
  std::map<std::string, Part> live;        // by path
  std::map<std::string, Removal> removed;  // by path, until checkpoints forget them
  std::map<std::string, Transaction> transactions;

  /// The latest transaction of `app`, -1 if there is none.
  int64_t TransactionOf(const std::string& app) const {
    auto found = transactions.find(app);
    return found == transactions.end() ? -1 : found->second.version;
  }
  void Apply(int64_t new_version, const Commit& commit);
};

}  // namespace roost::ledger
