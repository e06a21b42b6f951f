// Knows which rows the last run wrote down as failing, and in which parts of tables it looked: of
// parts that are still there, rows need not be found again.
//
// It stands in <OUT>/_roost/failures/index, which goes with the files beside it. What is damaged,
// or of another folder, counts as not there. Only read once it is made.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "query/session.h"
#include "validate/kept_parts.h"
#include "validate/oddities.h"
#include "validate/rule.h"
#include "validate/tables.h"

namespace roost::validate {

/// What fails, by marks: written by a run, read by the next one.
struct FailuresIndex {
  struct Found {
    std::string file;  // below the folder of failures; empty: no row failed
    uint64_t rows = 0, tested = 0;
  };
  std::map<std::string, Found> rules;  // by mark
  struct Seen {
    std::string columns;             // all that decides how rows are written down
    std::vector<std::string> parts;  // identities
    std::map<std::string, double>
        oddities;  // by name, with their ends: all of their rows are known
  };
  std::map<std::string, Seen> tables;

  /// Fills `tables`; those with parts that may change yet are left out.
  Status See(const Tables& all, const KeptParts& kept);
  std::string Save(const Tables& all) const;
  static Result<FailuresIndex> Load(std::string_view bytes, const Tables& all);
};

class LastFailures {
 public:
  struct Options {
    bool forget = false;  // all parts count as new
  };
  static Result<LastFailures> Read(const Tables& tables, const KeptParts& kept, Options options);

  /// The parts of a table that the last run did not see. Nothing where parts that it saw are gone
  /// or its columns are others: then all rows have to be looked at again.
  const std::vector<size_t>* NewParts(const TableInfo& table) const;
  /// Whether the rows of an oddity are all known, as far as they lie in parts that the last run
  /// saw.
  bool Knows(const TableInfo& table, const Oddity& oddity) const;
  /// What the rule found; nothing if it did not run.
  const FailuresIndex::Found* Find(const std::string& mark) const;
  /// SELECT of what such a file holds, with the ids that rows have now.
  std::string SelectOf(const TableInfo& table, const FailuresIndex::Found& found) const;
  /// Makes a temporary table _known of it, a row for each id.
  Status Recall(const query::Session& session, const TableInfo& table,
                const FailuresIndex::Found& found) const;
  std::vector<std::string> Files() const;

 private:
  explicit LastFailures(const Tables& tables) : tables_(&tables) {}

  const Tables* tables_;
  FailuresIndex index_;
  std::map<const TableInfo*, std::vector<size_t>> new_parts_;
};

/// All that decides which rows fail a rule, apart from the rows themselves.
std::string FailuresMark(const Rule& rule);
/// Of the strange rows of a table.
std::string AnomaliesMark(const TableInfo& table);

}  // namespace roost::validate
