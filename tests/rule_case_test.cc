// Runs tests/cases/validate/*.case: documents are ingested and judged by rules.yaml, and what is
// said of each rule is compared. Files below 2/ arrive after a first validation, those below 3/
// after a second one. With ROOST_UPDATE_CASES set, the expected texts are rewritten instead: read
// the diff before you commit it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "base/test_folder.h"
#include "roost/report.h"
#include "roost/roost.h"
#include "roost/validate.h"
#include "tests/case_file.h"

namespace roost::tests {
namespace {

namespace fs = std::filesystem;

class RuleCase : public testing::TestWithParam<std::string> {};

std::string Dump(const RuleResult& rule) {
  std::string text =
      fmt::format("{}: {}, {} of {}", rule.name, NameOf(rule.outcome), rule.failed, rule.tested);
  if (!rule.message.empty()) text += "; " + rule.message.substr(0, rule.message.find('\n'));
  text += "\n";
  for (const FailingRow& row : rule.samples) {
    std::string place = row.json_path.empty() ? "" : row.file + " " + row.json_path;
    std::string values;
    for (const auto& [name, value] : row.values) {
      values += (values.empty() ? "" : ", ") + name + " " + value;
    }
    text += "  " + place + (row.reason.empty() ? "" : (place.empty() ? "" : ": ") + row.reason);
    if (row.reason.empty()) text += (place.empty() ? "" : ": ") + values;
    text += "\n";
  }
  return text;
}

std::string Dump(const ValidationReport& report) {
  const Score& score = report.score;
  std::string text =
      score.overall ? fmt::format("score {:.1f}", *score.overall) : "score not assessed";
  if (score.cap < 100) text += fmt::format(", at most {}: {}", score.cap, score.cap_reason);
  text += "\n";
  for (const RuleResult& rule : report.rules) text += Dump(rule);
  return text;
}

/// What is said after the last batch of files.
std::string Judge(const Case& test, const TestFolder& folder) {
  std::map<char, std::vector<CaseInput>> batches;
  ValidateOptions how;
  how.folder = folder / "out";
  how.threads = 2;
  std::string rules;
  for (const CaseInput& input : test.files) {
    bool is_later = input.name.size() > 2 && input.name[1] == '/';
    if (input.name == kRulesFile) rules = input.bytes + "\n";
    if (input.name != kRulesFile) batches[is_later ? input.name[0] : '1'].push_back(input);
  }
  std::string text;
  for (const auto& [number, files] : batches) {
    std::string in = folder / ("in" + std::string(1, number));
    for (const CaseInput& file : files) {
      std::string name = file.name.substr(file.name.rfind('/') + 1);
      folder.Write("in" + std::string(1, number) + "/" + name, file.bytes);
    }
    IngestOptions options;
    options.inputs = {in};
    options.output_dir = how.folder;
    auto taken = Ingest(options);
    if (!taken.ok()) return "ingest: " + taken.status().message() + "\n";
    how.rules = folder.Write("rules.yaml", rules);
    auto report = Validate(how);
    if (report.ok()) {
      WriteReportsOptions where;
      where.folder = how.folder;
      EXPECT_TRUE(WriteReports(*report, where).ok());
    }
    text = report.ok() ? Dump(*report) : "error: " + report.status().message() + "\n";
  }
  for (size_t at = 0; (at = text.find(folder.path() + "/", at)) != std::string::npos;) {
    text.erase(at, folder.path().size() + 1);
  }
  return text;
}

TEST_P(RuleCase, SaysWhatIsExpected) {
  const Case test = ReadCase(GetParam());
  TestFolder folder;
  const std::string text = Judge(test, folder);
  if (std::getenv("ROOST_UPDATE_CASES")) {
    WriteExpected(GetParam(), test, text);
  } else {
    EXPECT_EQ(text, test.expected) << GetParam();
  }
}

std::string NameOfCase(const testing::TestParamInfo<std::string>& info) {
  std::string name = fs::path(info.param).stem().string();
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Text, RuleCase, testing::ValuesIn(ListCases("tests/cases/validate")),
                         NameOfCase);

}  // namespace
}  // namespace roost::tests
