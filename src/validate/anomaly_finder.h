// Fetches the rows of what is strange in a table, with file and place, and says it in words.
//
// What is strange is found by the pass (oddities.h, odd_rows.h); this looks the rows up with one
// query and writes them all to <table>.anomalies.parquet. Belongs to one thread, as the session.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "query/session.h"
#include "roost/validation_report.h"
#include "validate/failures.h"
#include "validate/last_failures.h"
#include "validate/odd_rows.h"
#include "validate/oddities.h"

namespace roost::validate {

/// What is strange in a table.
struct Strange {
  std::vector<Oddity> values;
  OddRows rows;
};

class AnomalyFinder {
 public:
  using OnRow =
      std::function<void(const Field* field, const std::string& file, const std::string& path)>;

  /// `failures` get options of the finder's; `last` may be missing.
  AnomalyFinder(const query::Session& session, const Tables& tables, Failures& failures,
                Failures::Options options, const LastFailures* last, OnRow on_row)
      : session_(session),
        tables_(tables),
        failures_(failures),
        options_(std::move(options)),
        last_(last),
        on_row_(std::move(on_row)) {}

  /// Sets tested, failed and failures_file of the result, whose name names the file.
  Status Fetch(const TableInfo& table, const Strange& strange, RuleResult& result);

  /// Strongest first; `count`: all, also those that are not listed.
  std::vector<Anomaly> TakeAnomalies();
  uint64_t count() const { return count_; }

 private:
  Result<std::string> BadRows(const TableInfo& table, const Strange& strange, bool is_known) const;
  void List(const TableInfo& table, const Strange& strange, RuleResult& result);
  Status TellRows(const Strange& strange) const;

  const query::Session& session_;
  const Tables& tables_;
  Failures& failures_;
  Failures::Options options_;
  const LastFailures* last_;
  OnRow on_row_;
  std::vector<Anomaly> anomalies_;
  uint64_t count_ = 0;
};

}  // namespace roost::validate
