#include <gtest/gtest.h>

#include "export/handmade_store.h"
#include "roost/roost.h"
#include "store/table_facts.h"

namespace roost {
namespace {

TEST(DescribeSchema, TellsWhatTheFootersSay) {
  exporting::HandmadeStore store;
  for (int part = 0; part < 2; ++part) {
    store.Add({.table = "students",
               .columns = {{"_roost_id", arrow::int64(), "[1,2]"},
                           {"_roost_parent", arrow::int64(), "[1,1]"},
                           {"_roost_idx", arrow::int64(), "[0,1]"},
                           {"_roost_shape", arrow::int64(), "[1,1]"},
                           {"born", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"), "[0,1]"},
                           {"age__text", arrow::utf8(), R"(["x",null])"},
                           {"_roost_extra", arrow::utf8(), "[null,null]"}},
               .facts = R"("identity":"/students[]","json_path":"$.students[*]","kind":"array",
      "parents":["result","other"],"id":"_roost_id","parent":"_roost_parent","index":"_roost_idx",
      "shape":"_roost_shape","spelled":false,"columns":[
      {"name":"born","path":"/born","json_path":"$.students[*].born","type":"timestamp_utc",
       "format":{"separator":"T","suffix":"Z","fraction_digits":6,"bare":true}},
      {"name":"age__text","path":"/age","json_path":"$.students[*].age","type":"text",
       "conflict_of":"age","conflicts":3},
      {"name":"_roost_extra","path":"!extra","json_path":"","type":"text"}])",
               .shapes = ""});
  }
  auto tables = DescribeSchema(store.path());
  ASSERT_TRUE(tables.ok()) << tables.status();
  ASSERT_EQ(tables->size(), 1u);
  const TableDescription& table = tables->front();
  EXPECT_EQ(table.name, "students");
  EXPECT_EQ(table.json_path, "$.students[*]");
  EXPECT_EQ(table.parent, "result, other");
  EXPECT_EQ(table.rows, 4u);
  EXPECT_EQ(table.parts, 2u);
  EXPECT_GT(table.bytes, 1000u);
  std::string columns;
  for (const ColumnDescription& column : table.columns) {
    columns += column.name + (column.technical ? "! " : " ") + column.type + "\n";
  }
  EXPECT_EQ(columns,
            "_roost_id! int64\n_roost_parent! int64\n_roost_idx! int64\n_roost_shape! int64\n"
            "born timestamp_utc\nage__text text\n_roost_extra! text\n");
  EXPECT_EQ(table.columns[4].format, "YYYY-MM-DDTHH:MM:SS[.ffffff]Z");
  EXPECT_EQ(table.columns[5].conflict_of, "age");
}

TEST(DescribeSchema, AnEmptyStoreHasNoTables) {
  exporting::HandmadeStore store;
  EXPECT_TRUE(DescribeSchema(store.path()).ValueOrDie().empty());
}

TEST(DescribeSchema, ATableOfAnotherToolIsNoneOfOurs) {
  exporting::HandmadeStore store;
  store.Add({.table = "x", .columns = {{"a", arrow::int64(), "[1]"}}, .facts = "", .shapes = ""});
  EXPECT_TRUE(DescribeSchema(store.path()).ValueOrDie().empty());
}

TEST(DescribeSchema, ALogWithBrokenFactsIsNamed) {
  exporting::HandmadeStore store;
  store.Add({.table = "x",
             .columns = {{"a", arrow::int64(), "[1]"}},
             .facts = R"("identity":7)",
             .shapes = ""});
  std::string message = DescribeSchema(store.path()).status().message();
  EXPECT_NE(message.find("the log of table x"), std::string::npos) << message;
}

TEST(TableFacts, FaultsAreNamed) {
  const std::pair<const char*, const char*> cases[] = {
      {"{", "is no JSON"},
      {"[]", "version is 0"},
      {R"({"version":2})", "version is 2"},
      {R"({"version":1,"identity":"x","kind":"root","columns":[]})", "lacks table"},
      {R"({"version":1,"table":"x","identity":"x","kind":"tree","columns":[]})", "kind 'tree'"},
      {R"({"version":1,"table":"x","identity":"x","kind":"root"})", "columns"},
      {R"({"version":1,"table":"x","identity":"x","kind":"root",
           "columns":[{"name":"a","path":"/a","type":"int65"}]})",
       "type 'int65'"},
      {R"({"version":1,"table":"x","identity":"x","kind":"root",
           "columns":[{"name":"a","path":"/a","type":"date","format":{"suffix":"+"}}]})",
       "suffix '+'"}};
  for (const auto& [text, fault] : cases) {
    std::string message = store::ParseTableFacts(text).status().message();
    EXPECT_NE(message.find(fault), std::string::npos) << text << "\nsays " << message;
  }
}

TEST(TableFacts, ShapesAreKeptByTheirHash) {
  store::ShapeTexts shapes;
  ASSERT_TRUE(
      store::ParseShapes(R"({"ffffffffffffffff":"s","000000000000000a":"t"})", shapes).ok());
  EXPECT_EQ(shapes.at(-1), "s");
  EXPECT_EQ(shapes.at(10), "t");
  EXPECT_FALSE(store::ParseShapes(R"({"xyz":"s"})", shapes).ok());
  EXPECT_FALSE(store::ParseShapes(R"({"1":2})", shapes).ok());
}

}  // namespace
}  // namespace roost
