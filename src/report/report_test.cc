#include "roost/report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/disk_entry.h"
#include "base/test_folder.h"
#include "report/report_for_tests.h"
#include "report/wording.h"

namespace roost {
namespace {

using report::LargeReport;
using report::SchoolReport;

constexpr const char* kHostile =
    "</script><script>alert(1)</script><img src=x onerror=y>`|\"'&\n\x1b[31m\xff\u202e";

TEST(Report, EqualReportsGiveEqualBytes) {
  EXPECT_EQ(ReportJson(SchoolReport()), ReportJson(SchoolReport()));
  EXPECT_EQ(ReportMarkdown(SchoolReport()), ReportMarkdown(SchoolReport()));
  EXPECT_EQ(ReportHtml(SchoolReport()), ReportHtml(SchoolReport()));
}

TEST(Report, TimesAreNoPartOfWhatIsWritten) {
  ValidationReport slow = SchoolReport();
  slow.seconds["profile"] = 12;
  EXPECT_EQ(ReportJson(slow), ReportJson(SchoolReport()));
  EXPECT_EQ(ReportHtml(slow), ReportHtml(SchoolReport()));
}

TEST(Report, JsonHoldsEveryRule) {
  const auto json = nlohmann::json::parse(ReportJson(SchoolReport()));
  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["rules"].size(), SchoolReport().rules.size());
  EXPECT_EQ(json["verdict"]["fit_for_use"], false);
  EXPECT_EQ(json["rules"][0]["orphan_keys"], 311);
  EXPECT_EQ(json["rows"], 776912);
}

TEST(Report, NothingFromDataIsMarkup) {
  const ValidationReport report = LargeReport(4, 4, kHostile);
  const std::string page = ReportHtml(report);
  EXPECT_EQ(page.find("<img"), page.npos);
  EXPECT_EQ(page.find("<script>alert"), page.npos);
  EXPECT_EQ(page.find('\x1b'), page.npos);
  EXPECT_EQ(page.find('\xff'), page.npos);
  EXPECT_EQ(page.find("\u202e"), page.npos);
  const std::string markdown = ReportMarkdown(report);
  EXPECT_EQ(markdown.find('\x1b'), markdown.npos);
  EXPECT_EQ(markdown.find('\xff'), markdown.npos);
  const std::string text = ReportText(report, {});
  EXPECT_EQ(text.find('\x1b'), text.npos);
  EXPECT_TRUE(nlohmann::json::accept(ReportJson(report)));
}

TEST(Report, APageOfAThousandRulesAndColumnsIsSmallerThanTwoMegabytes) {
  for (const std::string& word :
       {std::string("short"), std::string(200, 'x'), std::string(5000, '"')}) {
    const std::string page = ReportHtml(LargeReport(1000, 1000, word));
    EXPECT_LT(page.size(), 2'000'000u) << word.size();
    EXPECT_NE(page.find("data_quality_report.json"), page.npos);
  }
  const std::string page = ReportHtml(LargeReport(1000, 1000, "short"));
  EXPECT_NE(page.find("short999"), page.npos) << "at common lengths all of it is there";
}

TEST(Report, ReportsWithoutAnythingSayThatNothingWasAssessed) {
  const ValidationReport nothing;
  EXPECT_NE(ReportHtml(nothing).find("Not assessed"), std::string::npos);
  EXPECT_NE(ReportMarkdown(nothing).find("Not assessed"), std::string::npos);
  EXPECT_NE(ReportText(nothing, {}).find("not assessed"), std::string::npos);
  const auto json = nlohmann::json::parse(ReportJson(nothing));
  EXPECT_TRUE(json["verdict"]["fit_for_use"].is_null());
  EXPECT_TRUE(json["score"]["overall"].is_null());
}

TEST(Report, ARuleThatCouldNotRunIsNoCleanBill) {
  ValidationReport report;
  report.rules.resize(2);
  report.rules[1].outcome = Outcome::kNotRun;
  EXPECT_EQ(report::Judge(report).headline, "Cannot be told");
  report.rules[0].outcome = Outcome::kFailed;
  EXPECT_EQ(report::Judge(report).headline, "Not fit for use");
  report.rules.resize(1);
  report.rules[0].severity = Severity::kWarning;
  EXPECT_EQ(report::Judge(report).headline, "Fit for use, with 1 warning");
}

TEST(Report, FindingsComeWorstFirst) {
  const ValidationReport report = SchoolReport();
  std::vector<std::string> names;
  for (const RuleResult* rule : report::Findings(report)) names.push_back(rule->name);
  EXPECT_EQ(names,
            (std::vector<std::string>{"enrollments.class_id.reference", "classes.capacity",
                                      "students.fees.sql", "students.guardian_phone.pattern"}));
}

TEST(Report, FiguresNeverClaimAllOrNothing) {
  EXPECT_EQ(report::ShareText(1, 1'000'000), "< 0.01 %");
  EXPECT_EQ(report::ShareText(999'999, 1'000'000), "> 99.99 %");
  EXPECT_EQ(report::ShareText(0, 10), "0 %");
  EXPECT_EQ(report::ShareText(10, 10), "100 %");
  EXPECT_EQ(report::ScoreText(99.99), "99.9");
  EXPECT_EQ(report::ScoreText(100), "100");
  EXPECT_EQ(report::NumberText(-1234567), "-1,234,567");
}

TEST(Report, TerminalTextFitsItsWidth) {
  TerminalView view;
  view.width = 60;
  const std::string text = ReportText(SchoolReport(), view);
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    const std::string line = text.substr(at, end - at);
    const auto width =
        std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; });
    if (line.find("$ roost") == line.npos) {
      EXPECT_LE(width, 60) << line;
    }
    at = end + 1;
  }
}

class ReportFiles : public testing::Test {
 protected:
  Status Write(uint64_t run, uint64_t orphans) {
    ValidationReport report = SchoolReport();
    report.run = run;
    report.rules[0].failed = orphans;
    report.rules[0].outcome = orphans == 0 ? Outcome::kPassed : Outcome::kFailed;
    report.tables[0].rows += run;
    WriteReportsOptions options;
    options.folder = folder_.path();
    return WriteReports(report, options).status();
  }
  TestFolder folder_;
};

TEST_F(ReportFiles, AreThreeAndOfEachRunOneIsKept) {
  ASSERT_TRUE(Write(1, 5).ok());
  for (const char* name : {kQualityJsonFile, kQualityMarkdownFile, kQualityHtmlFile})
    EXPECT_TRUE(std::filesystem::exists(folder_ / name)) << name;
  for (uint64_t run = 2; run <= 53; ++run) ASSERT_TRUE(Write(run, run).ok());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "_roost/runs/3.json"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "_roost/runs/4.json"));
}

TEST_F(ReportFiles, RunsAreComparedByRulesAndTables) {
  ASSERT_TRUE(Write(1, 0).ok());
  ASSERT_TRUE(Write(2, 7).ok());
  auto diff = DiffRuns(folder_.path(), -1, 0);
  ASSERT_TRUE(diff.ok()) << diff.status();
  EXPECT_EQ(diff->run_a, 1u);
  EXPECT_EQ(diff->run_b, 2u);
  ASSERT_EQ(diff->rules.size(), 1u);
  EXPECT_EQ(diff->rules[0].failed_b, 7u);
  ASSERT_EQ(diff->tables.size(), 1u);
  EXPECT_EQ(*diff->tables[0].rows_b - *diff->tables[0].rows_a, 1u);
  const std::string text = DiffText(*diff, {});
  EXPECT_NE(text.find("passed -> failed, 7 of 506,912 rows"), text.npos) << text;
  EXPECT_TRUE(nlohmann::json::accept(DiffJson(*diff)));
}

TEST_F(ReportFiles, AMissingRunIsNamedWithThoseThatAreThere) {
  ASSERT_TRUE(Write(1, 0).ok());
  auto diff = DiffRuns(folder_.path(), 1, 9);
  ASSERT_FALSE(diff.ok());
  EXPECT_NE(diff.status().message().find("only run 1 is kept"), std::string::npos);
  folder_.Write("_roost/runs/2.json", R"({"rules": 3})");
  EXPECT_TRUE(DiffRuns(folder_.path(), 1, 2).status().IsIOError());
  folder_.Write("_roost/runs/2.json", "[");
  EXPECT_TRUE(DiffRuns(folder_.path(), 1, 2).status().IsIOError());
}

// For looking at: ROOST_REPORT_SAMPLES=folder keeps them.
TEST(Report, SamplesOfEveryKindCanBeWrittenAsFiles) {
  TestFolder own;
  const char* folder = std::getenv("ROOST_REPORT_SAMPLES");
  const std::string base = (folder ? std::string(folder) : own.path()) + "/";
  ASSERT_TRUE(disk::ReplaceFile(base + "school.html", ReportHtml(SchoolReport())).ok());
  ASSERT_TRUE(disk::ReplaceFile(base + "school.md", ReportMarkdown(SchoolReport())).ok());
  ASSERT_TRUE(disk::ReplaceFile(base + "school.json", ReportJson(SchoolReport())).ok());
  ASSERT_TRUE(
      disk::ReplaceFile(base + "hostile.html", ReportHtml(LargeReport(20, 20, kHostile))).ok());
  ASSERT_TRUE(
      disk::ReplaceFile(base + "hostile.json", ReportJson(LargeReport(20, 20, kHostile))).ok());
  ASSERT_TRUE(
      disk::ReplaceFile(base + "large.html", ReportHtml(LargeReport(1000, 1000, "column_name")))
          .ok());
  ASSERT_TRUE(disk::ReplaceFile(base + "nothing.html", ReportHtml({})).ok());
  ValidationReport good = SchoolReport();
  std::erase_if(good.rules, [](const auto& rule) { return rule.outcome != Outcome::kPassed; });
  good.score.overall = 100;
  good.score.cap = 100;
  good.relations[1].orphan_rows = good.relations[1].over_full = 0;
  ASSERT_TRUE(disk::ReplaceFile(base + "good.html", ReportHtml(good)).ok());
  TerminalView view;
  view.colours = true;
  view.width = 100;
  ASSERT_TRUE(disk::ReplaceFile(base + "school.txt", ReportText(SchoolReport(), view)).ok());
}

}  // namespace
}  // namespace roost
