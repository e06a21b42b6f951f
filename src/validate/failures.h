// Finds out which rows fail a rule, where they come from, and writes them down.
//
// One at a time: Take makes a temporary table of the rows that a SELECT names, with all their
// columns, the reason, and the file, record and JSON path they came from; the file
// <rule>.parquet gets them all, the result the first few. Belongs to one thread, as the session.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "query/session.h"
#include "roost/validation_report.h"
#include "validate/tables.h"

namespace roost::validate {

class Failures {
 public:
  struct Options {
    std::string folder;  // where the Parquet files go; empty: they are not written
    size_t samples = 10;
    bool is_one_of_each_reason = false;  // samples: not the first rows, but the first of each
    /// Called with file and JSON path of every failing row, if set.
    std::function<void(const std::string& file, const std::string& path)> on_row;
  };
  /// `session` must have technical columns, may write in the folder, and outlive the object.
  Failures(const query::Session& session, const Tables& tables, Options options)
      : session_(session), tables_(tables), options_(std::move(options)) {}
  /// For what comes next. No two names get one file, whichever options they came with.
  void Use(Options options) { options_ = std::move(options); }

  /// `bad`: SELECT id, reason. Sets failed, samples and failures_file of the result. The rows are
  /// looked up in the table, or in `from`, if it is not empty: a SELECT of all that can be meant.
  Status Take(const TableInfo& table, const std::string& bad, RuleResult& result,
              const std::string& from = "");
  /// The same, but rows that stand in a temporary table _known, columns as they are written down,
  /// are taken from there.
  Status TakeKnown(const TableInfo& table, const std::string& bad, RuleResult& result,
                   const std::string& from = "");
  /// `select`: bad rows of any kind, in which no ids are known.
  Status TakeQuery(const std::string& select, RuleResult& result);
  /// `select`: _reason, _file, _record, _offset, _json_path, then columns of its own.
  Status TakePlaced(const std::string& select, RuleResult& result);

 private:
  Status MakeFileTable();
  std::string WideSelect(const TableInfo& table, const std::string& from) const;
  Result<std::string> FewRows(const TableInfo& table, const std::string& ids) const;
  std::string FileOf(const std::string& rule);
  Status Write(RuleResult& result);
  Result<std::string> WhichSamples() const;
  Status ReadSamples(RuleResult& result);
  Status TellRows();

  const query::Session& session_;
  const Tables& tables_;
  Options options_;
  bool has_files_ = false;                    // the table of them, made with the first rows
  std::map<std::string, std::string> files_;  // that were written, and of which rules
};

}  // namespace roost::validate
