// Shows what a validation found: to programs as JSON, to people as Markdown, as one HTML page and
// in a terminal. One model (validation_report.h), equal texts for equal reports.
//
// Values from data are escaped in each view. docs/report.md is the manual.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "roost/status.h"
#include "roost/validation_report.h"

namespace roost {

constexpr const char* kQualityJsonFile = "data_quality_report.json";
constexpr const char* kQualityMarkdownFile = "QUALITY_REPORT.md";
constexpr const char* kQualityHtmlFile = "quality_report.html";

/// docs/formats/data_quality_report.schema.json
std::string ReportJson(const ValidationReport& report);
std::string ReportMarkdown(const ValidationReport& report);
/// One page that needs nothing else: at most 2 MB. What does not fit is counted there, and stands
/// in the JSON.
std::string ReportHtml(const ValidationReport& report);

struct TerminalView {
  bool colours = false;
  unsigned width = 0;    // columns; 0: unlimited
  size_t findings = 20;  // at most so many in full
};
std::string ReportText(const ValidationReport& report, const TerminalView& view);

struct WriteReportsOptions {
  std::string folder;     // for the three files; made by an ingest
  std::string json_file;  // in place of `folder`/kQualityJsonFile
  bool keep_run = true;   // below `folder`/_roost/runs, for DiffRuns; the latest 50 are kept
};
/// Returns the paths that were written: JSON, Markdown, HTML.
Result<std::vector<std::string>> WriteReports(const ValidationReport& report,
                                              const WriteReportsOptions& options);

/// What two validations of a folder say differently.
struct RunDiff {
  uint64_t run_a = 0, run_b = 0;
  std::optional<double> score_a, score_b;

  struct Rule {
    std::string name, text;
    std::optional<std::string> outcome_a, outcome_b;  // nothing: no such rule in that run
    uint64_t tested_a = 0, failed_a = 0, tested_b = 0, failed_b = 0;
  };
  std::vector<Rule> rules;  // whose outcome or number of failing rows differs; worst first
  uint64_t rules_alike = 0;

  struct Table {
    std::string name;
    std::optional<uint64_t> rows_a, rows_b;
    std::vector<std::string> columns_gone, columns_new, columns_retyped;  // in words
  };
  std::vector<Table> tables;  // that differ, by name
};
/// Runs are counted from 1; 0 is the latest, -1 the one before it.
Result<RunDiff> DiffRuns(const std::string& folder, int64_t run_a, int64_t run_b);
std::string DiffText(const RunDiff& diff, const TerminalView& view);
std::string DiffJson(const RunDiff& diff);

}  // namespace roost
