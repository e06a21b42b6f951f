#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "base/figures.h"
#include "demo/folders.h"
#include "report/wording.h"
#include "roost/demo.h"
#include "roost/report.h"

namespace roost {
namespace demo {
namespace {

using Json = nlohmann::ordered_json;

double PerSecond(uint64_t count, double seconds) {
  return static_cast<double>(count) / std::max(seconds, 1e-9);
}

Json StageJson(const DemoStage& stage) {
  return {{"name", stage.name},
          {"system", stage.system},
          {"about", stage.about},
          {"files", stage.files},
          {"rows", stage.rows},
          {"bytes", stage.bytes},
          {"seconds", stage.seconds},
          {"files_per_second", PerSecond(stage.files, stage.seconds)},
          {"rows_per_second", PerSecond(stage.rows, stage.seconds)},
          {"bytes_per_second", PerSecond(stage.bytes, stage.seconds)},
          {"peak_memory_bytes", stage.peak_memory_bytes},
          {"memory_before_bytes", stage.memory_before_bytes}};
}

Json FaultJson(const FaultScore& score) {
  return {{"kind", score.kind},         {"planted", score.planted},
          {"found", score.found},       {"healed", score.healed},
          {"findings", score.findings}, {"false_findings", score.false_findings},
          {"recall", score.recall},     {"precision", score.precision}};
}

std::string Line(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) line += " " + InMarkdown(cell) + " |";
  return line + "\n";
}

std::string Share(double share) { return fmt::format("{:.3f}", share); }

std::string StagesTable(const DemoResult& result) {
  std::string text =
      "| system | stage | of | files | rows | MB | seconds | files/s | rows/s | MB/s | peak memory "
      "|\n"
      "|---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|\n";
  auto rate = [](uint64_t count, double seconds) {
    return count == 0 ? "" : FormatCount(static_cast<uint64_t>(PerSecond(count, seconds)));
  };
  auto count = [](uint64_t number) { return number == 0 ? "" : FormatCount(number); };
  for (const DemoStage& stage : result.stages) {
    const double megabytes = static_cast<double>(stage.bytes) / 1e6;
    text += Line({stage.system, stage.name, stage.about, count(stage.files), count(stage.rows),
                  fmt::format("{:.1f}", megabytes), fmt::format("{:.3f}", stage.seconds),
                  rate(stage.files, stage.seconds), rate(stage.rows, stage.seconds),
                  fmt::format("{:.0f}", megabytes / std::max(stage.seconds, 1e-9)),
                  FormatBytes(stage.peak_memory_bytes)});
  }
  return text;
}

std::string FaultsTable(const std::vector<FaultScore>& faults) {
  std::string text =
      "| kind | planted | found | healed | recall | failing rows | false | precision |\n"
      "|---|---:|---:|---:|---:|---:|---:|---:|\n";
  for (const FaultScore& score : faults) {
    text += Line({score.kind, FormatCount(score.planted), FormatCount(score.found),
                  FormatCount(score.healed), Share(score.recall), FormatCount(score.findings),
                  FormatCount(score.false_findings), Share(score.precision)});
  }
  return text + "\n";
}

std::string Faults(const DemoResult& result) {
  return "## Faults planted, faults found\n\nRow by row. *Healed*: the parent came later, so it is "
         "no fault any more. *False*: failing rows in which no such fault was planted.\n\nBy the "
         "world's own rules:\n\n" +
         FaultsTable(result.faults) +
         "By rules that roost suggested itself, from the faulty tables alone:\n\n" +
         FaultsTable(result.suggested_faults);
}

std::string ClaimsTable(const DemoResult& result) {
  if (result.claims.empty()) return "";
  std::string text =
      "## What was claimed of the first enhanced system, and what this one reached\n\n| claim | "
      "measured | reached |\n|---|---|---|\n";
  for (const DemoClaim& claim : result.claims)
    text += Line({claim.claim, claim.measured, claim.reached ? "yes" : "no"});
  return text + "\n";
}

std::string Where(const DemoResult& result) {
  return fmt::format(
             "## Where to look\n\n- `{}`: the page about the clean tables; `../{}/{}`: the one "
             "with faults\n"
             "- `DATA_STRUCTURE_README.md`: tables, columns and relations in words\n"
             "- `../{}`, `../{}`: documents, clean and with faults (`_truth.json` says which)\n"
             "- `../{}`, `../{}`: what the first system made of its own documents, and of the "
             "clean "
             "ones\n- `{}`: all figures for programs\n",
             kQualityHtmlFile, kFaultyOutput, kQualityHtmlFile, kInput, kFaultyInput,
             kOriginalOutput, kEqualOutput, kDemoJsonFile) +
         (result.claims.empty() ? "\nThe claims were not measured in this run.\n" : "");
}

}  // namespace
}  // namespace demo

std::string DemoJson(const DemoResult& result) {
  using namespace demo;
  Json json = {{"version", 1},
               {"files", result.files},
               {"seed", result.seed},
               {"scores",
                {{"clean", result.clean_score},
                 {"faulty", result.faulty_score},
                 {"original", result.original_score}}}};
  json["comparison"] = Json::array();
  for (const DemoComparison& line : result.comparisons) {
    json["comparison"].push_back(
        {{"feature", line.feature}, {"original", line.original}, {"enhanced", line.enhanced}});
  }
  json["stages"] = Json::array();
  for (const DemoStage& stage : result.stages) json["stages"].push_back(StageJson(stage));
  json["faults"] = Json::array();
  for (const FaultScore& score : result.faults) json["faults"].push_back(FaultJson(score));
  json["suggested_faults"] = Json::array();
  for (const FaultScore& score : result.suggested_faults)
    json["suggested_faults"].push_back(FaultJson(score));
  json["claims"] = Json::array();
  for (const DemoClaim& claim : result.claims) {
    json["claims"].push_back(
        {{"claim", claim.claim}, {"measured", claim.measured}, {"reached", claim.reached}});
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string DemoSummary(const DemoResult& result) {
  using namespace demo;
  std::string text = fmt::format(
      "# Executive summary\n\n{} of a school went the whole way, once without faults and once with "
      "faults planted, and the first system was given the same work. The clean tables score **{}** "
      "of 100, those with faults **{}**, the first system's own **{}**.\n\n## Enhanced vs "
      "Original\n\nEach figure was measured in this run.\n\n| feature | original system | enhanced "
      "system |\n|---|---|---|\n",
      Counted(result.files, "result file"), report::ScoreText(result.clean_score),
      report::ScoreText(result.faulty_score), report::ScoreText(result.original_score));
  for (const DemoComparison& line : result.comparisons)
    text += Line({line.feature, line.original, line.enhanced});
  text += "\n" + Faults(result) + ClaimsTable(result) +
          "## Stages\n\nPeak memory is what was resident at most during the stage, the program "
          "itself included.\n\n" +
          StagesTable(result) + "\n" + Where(result);
  return text;
}

}  // namespace roost
