#include "validate/row_check.h"

#include <gtest/gtest.h>

#include <random>

#include "export/handmade_store.h"
#include "validate/row_counts.h"
#include "validate/rule_sql.h"
#include "validate/rules_reader.h"
#include "validate/table_pass.h"

namespace roost::validate {
namespace {

using exporting::HandmadeStore;

/// A table with numbers, texts, booleans, nulls, and a text where a number should be.
class RowChecks : public testing::Test {
 protected:
  RowChecks() {
    std::mt19937 random(7);
    auto pick = [&](std::initializer_list<const char*> values) {
      return std::string(values.begin()[random() % values.size()]);
    };
    std::string ids, ints, doubles, texts, flags, others;
    for (int row = 0; row < 3000; ++row) {
      std::string comma = row == 0 ? "" : ",";
      bool other = random() % 40 == 0;
      ids += comma + std::to_string((int64_t{1} << 24) + row);
      ints += comma + (other ? "null" : pick({"1", "2", "3", "-4", "9007199254740993", "null"}));
      others += comma + (other ? pick({"\"x\"", "\"12\""}) : "null");
      doubles += comma + pick({"0.5", "2.0", "-1e300", "3.25", "null"});
      texts += comma + pick({"\"ab\"", "\"\"", "\"äöü\"", "\"A-17\"", "\"B-2\"", "null"});
      flags += comma + pick({"true", "false", "null"});
    }
    store_.Add({.table = "t",
                .columns = {{"_roost_id", arrow::int64(), "[" + ids + "]"},
                            {"n", arrow::int64(), "[" + ints + "]"},
                            {"n__text", arrow::utf8(), "[" + others + "]"},
                            {"d", arrow::float64(), "[" + doubles + "]"},
                            {"s", arrow::utf8(), "[" + texts + "]"},
                            {"b", arrow::boolean(), "[" + flags + "]"}},
                .facts = R"("identity":"t","json_path":"$","kind":"root","parents":[],
      "id":"_roost_id","parent":null,"index":null,"shape":"","spelled":false,"columns":[
      {"name":"n","path":"/n","json_path":"$.n","type":"int64"},
      {"name":"n__text","path":"/n","json_path":"$.n","type":"text","conflict_of":"n"},
      {"name":"d","path":"/d","json_path":"$.d","type":"double"},
      {"name":"s","path":"/s","json_path":"$.s","type":"text"},
      {"name":"b","path":"/b","json_path":"$.b","type":"bool"}])",
                .shapes = "",
                .row_group_rows = 700});
    store_.AddLedger("t", {"a.json", "b.json"}, "lines", 1500);
  }

  HandmadeStore store_;
};

constexpr const char* kRules = R"(
tables:
  t:
    columns:
      n: {required: true, range: [1, 3], set: [1, 2, x], type: integer}
      d: {required: true, range: [-0.5, 3.2], set: [0.5, 2], type: integer, drift: 1}
      s: {required: true, pattern: "[A-Z]-[0-9]+", length: [1, 3], set: [ab, ""], type: text}
      b: {required: true, set: [true], type: bool}
    rules:
      - {name: above, holds: n > 1}
      - {name: below, holds: n < 3.5}
      - {name: least, holds: d >= 0.5}
      - {name: under, holds: d < 0.5}
      - {name: between, holds: d BETWEEN -1 AND 3}
)";

TEST_F(RowChecks, CountTheSameAsSql) {
  auto tables = Tables::Open(store_.path());
  ASSERT_TRUE(tables.ok()) << tables.status().message();
  auto set = ReadRules(kRules, "rules.yaml", *tables);
  ASSERT_TRUE(set.ok()) << set.status().message();
  query::SessionOptions options;
  options.technical = true;
  auto session = query::Session::Open(tables->catalog(), options);
  ASSERT_TRUE(session.ok()) << session.status().message();
  std::vector<const Rule*> rules;
  std::vector<std::unique_ptr<RowCheck>> checks;
  for (const Rule& rule : set->rules) {
    if (!IsRowRule(rule.kind)) continue;
    rules.push_back(&rule);
    checks.push_back(RowCheck::Make(rule));
    EXPECT_TRUE(checks.back()) << rule.name << " has no native check";
  }
  auto counted = CountRowsBySql(*session, tables->all()[0].name(), rules);
  ASSERT_TRUE(counted.ok()) << counted.status().message();
  const std::vector<RowCount>& by_sql = *counted;
  for (unsigned threads : {1u, 3u}) {
    auto native = ReadTable(tables->all()[0], rules, checks, {threads, true});
    ASSERT_TRUE(native.ok()) << native.status().message();
    for (size_t i = 0; i < rules.size(); ++i) {
      EXPECT_EQ(native->counts[i].tested, by_sql[i].tested) << rules[i]->name;
      EXPECT_EQ(native->counts[i].failed, by_sql[i].failed) << rules[i]->name;
      EXPECT_TRUE(by_sql[i].status.ok()) << by_sql[i].status.message();
      EXPECT_GT(by_sql[i].tested, 0u) << rules[i]->name;
    }
  }
}

TEST_F(RowChecks, ProfilesDoNotDependOnThreads) {
  auto tables = Tables::Open(store_.path());
  ASSERT_TRUE(tables.ok());
  auto one = ReadTable(tables->all()[0], {}, {}, {1, true});
  auto four = ReadTable(tables->all()[0], {}, {}, {4, true});
  ASSERT_TRUE(one.ok() && four.ok());
  ASSERT_EQ(one->columns.size(), 4u);
  for (size_t c = 0; c < one->columns.size(); ++c) {
    EXPECT_EQ(one->columns[c].nulls, four->columns[c].nulls);
    EXPECT_EQ(one->columns[c].quantiles, four->columns[c].quantiles);
    EXPECT_EQ(one->columns[c].top, four->columns[c].top);
  }
  EXPECT_EQ(one->columns[0].least, "-4");
  EXPECT_EQ(one->columns[0].most, "9007199254740993");
  EXPECT_EQ(one->columns[0].distinct, 5u);
  EXPECT_EQ(one->columns[1].least, "-1e300");
}

}  // namespace
}  // namespace roost::validate
