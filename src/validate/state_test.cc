#include "validate/state.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/disk_entry.h"
#include "base/test_folder.h"

namespace roost::validate {
namespace {

constexpr const char* kFile = "_roost/validations.json";

void MakeStateFolder(const TestFolder& folder) {
  folder.Write(kFile, "");
  (void)disk::RemoveIfThere(folder / kFile);
}

ValidationReport Report(uint64_t run, uint64_t failed) {
  ValidationReport report;
  report.run = run;
  report.score.overall = 89;
  TableProfile& table = report.tables.emplace_back();
  table.name = "students";
  table.rows = 400 + run;
  ColumnProfile& age = table.columns.emplace_back();
  age.name = "age";
  age.rows = 400;
  age.quantiles = {{0, 6}, {0.5, 11.25}, {1, 18}};
  ColumnProfile& city = table.columns.emplace_back();
  city.name = "city \"of\" birth";
  city.rows = 400;
  city.top = {{"Z\u00fcrich\n", 100}, {"", 50}};
  RuleResult& rule = report.rules.emplace_back();
  rule.name = "students.key";
  rule.tested = 400;
  rule.failed = failed;
  RuleResult& other = report.rules.emplace_back();
  other.name = "not run";
  other.outcome = Outcome::kNotRun;
  return report;
}

State Read(const TestFolder& folder) { return ReadState(folder.path()).ValueOrDie(); }

TEST(State, KeepsWhatRunsCountedAndTheLastShapes) {
  TestFolder folder;
  MakeStateFolder(folder);
  EXPECT_EQ(Read(folder).NextRun(), 1u);
  for (uint64_t run : {1, 2}) {
    ASSERT_TRUE(
        WriteState(folder.path(), Read(folder), Report(run, run), static_cast<int64_t>(1000 * run))
            .ok());
  }
  State state = Read(folder);
  EXPECT_EQ(state.note, "");
  ASSERT_EQ(state.runs.size(), 2u);
  EXPECT_EQ(state.NextRun(), 3u);
  EXPECT_EQ(state.last()->seconds, 2000);
  EXPECT_EQ(state.last()->score, 89);
  ASSERT_EQ(state.VerdictsOf("students.key").size(), 2u);
  EXPECT_EQ(state.VerdictsOf("students.key")[0].failed, 1u);
  EXPECT_EQ(state.LastVerdictOf("students.key")->failed, 2u);
  EXPECT_EQ(state.LastVerdictOf("students.key")->tested, 400u);
  EXPECT_TRUE(state.VerdictsOf("not run").empty());
  EXPECT_EQ(state.LastRowsOf("students")->rows, 402u);
  EXPECT_EQ(state.LastRowsOf("teachers"), nullptr);
  const auto& columns = state.shapes.at("students");
  EXPECT_EQ(columns.at("age").quantiles, Report(1, 1).tables[0].columns[0].quantiles);
  const auto& values = columns.at("city \"of\" birth").values;
  EXPECT_EQ(values, (std::map<std::string, double>{{"", 0.125}, {"Z\u00fcrich\n", 0.25}}));
}

TEST(State, WritesTheFormatThatIsDocumented) {
  TestFolder folder;
  MakeStateFolder(folder);
  ValidationReport report = Report(1, 2);
  report.tables[0].columns.pop_back();
  ASSERT_TRUE(WriteState(folder.path(), {}, report, 1767225600).ok());
  EXPECT_EQ(**disk::ReadIfThere(folder / kFile),
            "{\"version\":1,\"runs\":[{\"run\":1,\"seconds\":1767225600,\"score\":89.0,"
            "\"rows\":{\"students\":401},\"rules\":{\"students.key\":[400,2]}}],"
            "\"columns\":{\"students\":{\"age\":{\"quantiles\":"
            "[[0.0,6.0],[0.5,11.25],[1.0,18.0]]}}}}\n");
}

TEST(State, ARuleThatTheLastRunDidNotHaveHasNoLastVerdict) {
  TestFolder folder;
  folder.Write(kFile, R"({"runs":[{"run":7,"score":null,"rows":{},"rules":{"a":[5,1],"b":[6,2]}},
                                  {"run":9,"score":50,"rows":{},"rules":{"b":[6,3],"b":[6,4]}}]})");
  State state = Read(folder);
  EXPECT_EQ(state.note, "");
  EXPECT_EQ(state.runs[0].score, std::nullopt);
  EXPECT_EQ(state.runs[0].seconds, 0) << "early versions kept no time";
  EXPECT_EQ(state.VerdictsOf("a").size(), 1u);
  EXPECT_EQ(state.LastVerdictOf("a"), nullptr);
  ASSERT_EQ(state.VerdictsOf("b").size(), 2u);
  EXPECT_EQ(state.LastVerdictOf("b")->failed, 4u);
}

TEST(State, KeepsTheLastHundredRunsAsTheyStood) {
  TestFolder folder;
  MakeStateFolder(folder);
  for (uint64_t run = 1; run <= 103; ++run) {
    ASSERT_TRUE(WriteState(folder.path(), Read(folder), Report(run, 0), 0).ok());
  }
  State state = Read(folder);
  ASSERT_EQ(state.runs.size(), 100u);
  EXPECT_EQ(state.runs.front().run, 4u);
  EXPECT_EQ(state.runs.back().run, 103u);
  EXPECT_EQ(state.RowsOf("students").size(), 100u);
}

TEST(State, NamesThatAreNoUtf8AndNumbersThatAreNoneStayReadable) {
  TestFolder folder;
  MakeStateFolder(folder);
  ValidationReport report = Report(1, 0);
  report.tables[0].columns[0].name = "caf\xe9";
  report.score.overall = std::numeric_limits<double>::quiet_NaN();
  ASSERT_TRUE(WriteState(folder.path(), {}, report, 0).ok());
  State state = Read(folder);
  EXPECT_EQ(state.note, "");
  EXPECT_TRUE(state.shapes.at("students").contains("caf\xef\xbf\xbd"));
  EXPECT_EQ(state.last()->score, std::nullopt);
}

TEST(State, ADamagedFileCountsAsNoneAndIsNamed) {
  TestFolder folder;
  MakeStateFolder(folder);
  ASSERT_TRUE(WriteState(folder.path(), {}, Report(1, 2), 5).ok());
  const std::string whole = **disk::ReadIfThere(folder / kFile);
  std::vector<std::string> damaged = {
      "",
      "[]",
      "{}",
      "{\"runs\":1}",
      whole + "}",
      R"({"runs":[{"score":1,"rows":{},"rules":{}}]})",
      R"({"runs":[{"run":1,"rows":{},"rules":{}}]})",
      R"({"runs":[{"run":-1,"score":1,"rows":{},"rules":{}}]})",
      R"({"runs":[{"run":1,"score":"1","rows":{},"rules":{}}]})",
      R"({"runs":[{"run":1,"score":1,"rules":{}}]})",
      R"({"runs":[{"run":1,"score":1,"rows":{}}]})",
      R"({"runs":[{"run":1,"score":1,"rows":{"a":"1"},"rules":{}}]})",
      R"({"runs":[{"run":1,"score":1,"rows":{},"rules":{"a":[1]}}]})",
      R"({"runs":[],"columns":{"a":{"b":{"quantiles":[[1]]}}}})",
      "{\"runs\":[],\"columns\":{\"caf\xe9\":{}}}",
  };
  for (size_t end = 1; end + 1 < whole.size(); ++end) damaged.push_back(whole.substr(0, end));
  for (const std::string& text : damaged) {
    folder.Write(kFile, text);
    State state = Read(folder);
    EXPECT_NE(state.note.find("is damaged"), std::string::npos) << text;
    EXPECT_TRUE(state.runs.empty() && state.rows.empty() && state.rules.empty() &&
                state.shapes.empty())
        << text;
  }
}

}  // namespace
}  // namespace roost::validate
