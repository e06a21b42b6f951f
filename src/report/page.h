// Makes the sections of the HTML page. ReportHtml (roost/report.h) puts them together.
//
// A section has a budget of bytes; what does not fit is said by a shorter text, and then counted.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "roost/validation_report.h"

namespace roost::report {

class Budget {
 public:
  explicit Budget(size_t bytes) : left_(bytes) {}
  /// Appends `piece` if it fits.
  bool Append(std::string& page, std::string_view piece) {
    if (piece.size() > left_) return false;
    left_ -= piece.size();
    page += piece;
    return true;
  }

 private:
  size_t left_;
};

/// Verdict, score, what broke, how much was looked at, what changed.
std::string FirstScreen(const ValidationReport& report);
std::string FindingsSection(const ValidationReport& report, Budget budget);
std::string ScoreSection(const ValidationReport& report, Budget budget);
std::string RelationsSection(const ValidationReport& report, Budget budget);
std::string TablesSection(const ValidationReport& report, Budget budget);
std::string AnomaliesSection(const ValidationReport& report, Budget budget);
std::string FaultsSection(const ValidationReport& report, Budget budget);
std::string PassedSection(const ValidationReport& report, Budget budget);

/// Failing rows with their places, `judged` columns set off; scrolls sideways where it is wide.
std::string RowsTable(const std::vector<const FailingRow*>& rows,
                      const std::vector<std::string>& judged);
/// "and 12 more, in data_quality_report.json", as a paragraph; empty for 0.
std::string MoreInJson(size_t count);
/// A code block with a button that copies it.
std::string Copyable(std::string_view title, std::string_view code);
/// Escaped, and cut to about so many bytes.
std::string Clipped(std::string_view text, size_t bytes);
/// failed, warned, not-run, passed.
std::string_view CssClass(Outcome outcome);
/// A sign and a word for the outcome: colour alone says nothing.
std::string Badge(const RuleResult& rule);

extern const std::string_view kStyle;
extern const std::string_view kScript;
/// Base64 of the SHA-256 of kScript; the page allows no other script.
extern const std::string_view kScriptHash;

}  // namespace roost::report
