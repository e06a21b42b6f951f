#include <fmt/format.h>

#include "base/escape.h"
#include "report/page.h"
#include "roost/report.h"

namespace roost {

std::string ReportHtml(const ValidationReport& report) {
  using namespace report;
  // Together with style, script and first screen less than 2 MB.
  std::string page = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width,initial-scale=1\"><meta http-equiv=\"Content-Security-Policy\" "
      "content=\"default-src 'none';style-src 'unsafe-inline';script-src 'sha256-{}'\"><meta "
      "name=\"referrer\" content=\"no-referrer\"><title>Data quality of {}</title>\n<style>{}"
      "</style></head>\n<body><a class=\"skip\" href=\"#findings\">To the findings</a>",
      kScriptHash, Clipped(report.folder, 200), kStyle);
  page += FirstScreen(report) + "\n<main>\n";
  for (const std::string& section :
       {FindingsSection(report, Budget(600'000)), ScoreSection(report, Budget(60'000)),
        RelationsSection(report, Budget(80'000)), TablesSection(report, Budget(250'000)),
        AnomaliesSection(report, Budget(100'000)), FaultsSection(report, Budget(30'000)),
        PassedSection(report, Budget(300'000))}) {
    if (!section.empty()) page += section + "\n";
  }
  page += "</main>\n<footer>";
  Budget notes(20'000);
  for (const std::string& note : report.notes)
    notes.Append(page, "<p>" + Clipped(note, 400) + "</p>");
  page += "<p>Made by roost. The same in JSON: data_quality_report.json.</p></footer>\n<script>";
  page += kScript;
  return page + "</script></body></html>\n";
}

}  // namespace roost
