#include <gtest/gtest.h>

#include "roost/validate.h"

namespace roost {
namespace {

TEST(FindingJson, IsOneLineOfJsonWhateverTheDataHolds) {
  RuleResult rule;
  rule.name = "a\"b\n";
  FailingRow row;
  row.file = "\xff.json";
  row.offset = 0;
  row.values = {{"c", "</script>"}};
  rule.samples.push_back(row);
  const std::string json = FindingJson(rule);
  EXPECT_EQ(json.find('\n'), json.npos);
  EXPECT_NE(json.find(R"("name":"a\"b\n")"), json.npos) << json;
  EXPECT_NE(json.find(R"("offset":0)"), json.npos) << json;
  EXPECT_EQ(json.find("orphan_keys"), json.npos) << json;
}

TEST(FindingJson, HasOrphansOfReferencesOnly) {
  RuleResult rule;
  rule.orphan_keys = 1;
  EXPECT_NE(FindingJson(rule).find(R"("orphan_keys":1,"orphan_values":[],"healed":0)"),
            std::string::npos);
}

TEST(FindingJson, EndsInTheHistory) {
  RuleResult rule;
  EXPECT_TRUE(FindingJson(rule).ends_with(R"("suggested":false,"history":[]})"));
  rule.history = {{1, 20, 3}, {18446744073709551615u, 0, 0}};
  EXPECT_TRUE(FindingJson(rule).ends_with(
      R"("history":[{"run":1,"tested":20,"failed":3},{"run":18446744073709551615,"tested":0,"failed":0}]})"));
}

}  // namespace
}  // namespace roost
