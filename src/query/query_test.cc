#include <gtest/gtest.h>

#include "export/handmade_store.h"
#include "roost/roost.h"

namespace roost {
namespace {

using exporting::HandmadeStore;

class QueryTest : public testing::Test {
 protected:
  QueryTest() {
    auto list = arrow::list(arrow::utf8());
    auto utc = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    store_.Add({.table = "students",
                .columns = {{"_roost_id", arrow::int64(), "[16777216,16777217,16777218]"},
                            {"_roost_shape", arrow::int64(), "[1,1,1]"},
                            {"name", arrow::utf8(), R"(["Ann","Bob",null])"},
                            {"age", arrow::int64(), "[9007199254740993,12,null]"},
                            {"gpa", arrow::float64(), "[3.0,2.25,null]"},
                            {"credit", arrow::decimal128(38, 0),
                             R"(["99999999999999999999999999999999999999","-7",null])"},
                            {"born", arrow::date32(), "[0,11017,null]"},
                            {"seen", utc, "[1704067200500000,0,null]"},
                            {"tags", list, R"([["a","b,c"],[],null])"},
                            {"note__json", arrow::utf8(), R"(["{\"a\": [1, null]}",null,"[]"])"},
                            {"_roost_extra", arrow::utf8(), "[null,null,null]"}},
                .facts = R"("identity":"students","json_path":"$","kind":"root","parents":[],
      "id":"_roost_id","parent":null,"index":null,"shape":"_roost_shape","spelled":false,"columns":[
      {"name":"name","path":"/name","json_path":"$.name","type":"text"},
      {"name":"age","path":"/age","json_path":"$.age","type":"int64"},
      {"name":"gpa","path":"/gpa","json_path":"$.gpa","type":"double"},
      {"name":"credit","path":"/credit","json_path":"$.credit","type":"decimal38"},
      {"name":"born","path":"/born","json_path":"$.born","type":"date"},
      {"name":"seen","path":"/seen","json_path":"$.seen","type":"timestamp_utc",
       "format":{"separator":"T","suffix":"Z","fraction_digits":3,"bare":true}},
      {"name":"tags","path":"/tags","json_path":"$.tags","type":"list_text"},
      {"name":"note__json","path":"/note","json_path":"$.note","type":"json","conflict_of":"note",
       "conflicts":2},
      {"name":"_roost_extra","path":"!extra","json_path":"","type":"text"}])",
                .shapes = ""});
    store_.AddLedger("students", {"a.json", "b.json"}, "values", 3);
    store_.WriteText("secret.csv", "password\nswordfish\n");
  }

  QueryOptions Options(const std::string& sql, QueryFormat format) {
    QueryOptions options;
    options.store_dir = store_.path();
    options.sql = sql;
    options.format = format;
    options.threads = 1;
    options.write = [this](std::string_view text) {
      text_ += text;
      return Status::OK();
    };
    return options;
  }
  std::string Run(const std::string& sql, QueryFormat format = QueryFormat::kCsv) {
    text_.clear();
    auto rows = Query(Options(sql, format));
    return rows.ok() ? text_ : rows.status().message();
  }
  testing::AssertionResult Refuses(const std::string& sql, const std::string& because) {
    std::string message = Run(sql);
    if (message.find(because) != std::string::npos && message.find("swordfish") == message.npos) {
      return testing::AssertionSuccess();
    }
    return testing::AssertionFailure() << sql << "\nsays: " << message;
  }

  HandmadeStore store_;
  std::string text_;
};

TEST_F(QueryTest, JsonKeepsEveryValueExact) {
  EXPECT_EQ(
      Run("FROM students", QueryFormat::kJson),
      R"([
{"name":"Ann","age":9007199254740993,"gpa":3.0,"credit":99999999999999999999999999999999999999,)"
      R"("born":"1970-01-01","seen":"2024-01-01T00:00:00.5Z","tags":["a","b,c"],"note__json":{"a":[1,null]}},
{"name":"Bob","age":12,"gpa":2.25,"credit":-7,"born":"2000-03-01","seen":"1970-01-01T00:00:00Z",)"
      R"("tags":[],"note__json":null},
{"name":null,"age":null,"gpa":null,"credit":null,"born":null,"seen":null,"tags":null,"note__json":[]}
]
)");
}

TEST_F(QueryTest, JsonOfNoRowsIsAnEmptyArray) {
  EXPECT_EQ(Run("SELECT name FROM students WHERE false", QueryFormat::kJson), "[]\n");
}

TEST_F(QueryTest, JsonRenamesColumnsOfOneName) {
  EXPECT_EQ(Run("SELECT 1 AS a, 2 AS a, 3 AS a_2", QueryFormat::kJson),
            "[\n{\"a\":1,\"a_2\":2,\"a_2_2\":3}\n]\n");
}

TEST_F(QueryTest, CsvTellsNullFromEmptyAndQuotesWhatItMust) {
  EXPECT_EQ(Run("SELECT * FROM (VALUES ('a,b', 1.50), ('say \"x\"', NULL), ('', 2), (NULL, 3)) "
                "AS t(\"the, text\", n)"),
            "\"the, text\",n\n\"a,b\",1.50\n\"say \"\"x\"\"\",\n\"\",2.00\n,3.00\n");
}

TEST_F(QueryTest, TablesAreAlignedWithTypesAndACount) {
  EXPECT_EQ(Run("SELECT name, age, tags FROM students", QueryFormat::kTable),
            "name                  age  tags\n"
            "varchar             int64  varchar[]\n"
            "-------  ----------------  -----------\n"
            "Ann      9007199254740993  [\"a\",\"b,c\"]\n"
            "Bob                    12  []\n"
            "NULL                 NULL  NULL\n"
            "(3 rows)\n");
}

TEST_F(QueryTest, TablesFitTheTerminalAndSayWhatIsMissing) {
  QueryOptions options = Options("SELECT repeat('x', 30) AS a, 1 AS b", QueryFormat::kTable);
  options.width = 20;
  ASSERT_TRUE(Query(options).ok());
  EXPECT_EQ(text_,
            "a                  b\n"
            "varchar        int32\n"
            "-------------  -----\n"
            "xxxxxxxxxxxx\u2026      1\n"
            "(1 row; 1 value cut: --format json or csv shows all)\n");
  text_.clear();
  options.width = 10;
  ASSERT_TRUE(Query(options).ok());
  EXPECT_NE(text_.find("(1 row; 1 column not shown; 1 value cut:"), std::string::npos) << text_;
}

TEST_F(QueryTest, NothingInATableReachesTheTerminal) {
  std::string text = Run("SELECT chr(27) || '[2J' || chr(10) || chr(8238) || chr(155) AS \"x\x1b\"",
                         QueryFormat::kTable);
  EXPECT_NE(text.find("\\u001b[2J\\n\\u202e\\u009b"), std::string::npos) << text;
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST_F(QueryTest, NestedAndRareTypesHaveText) {
  EXPECT_EQ(
      Run("SELECT {'a': 1, 'b': [1.5, NULL]} AS s, MAP {'k': 2} AS m, [[1], []] AS l, "
          "'\\xFF'::BLOB AS b, UUID '00000000-0000-0000-0000-0000000000ff' AS u, "
          "INTERVAL 3 DAY AS i, TIME '01:02:03.5' AS t, 1::UNION(n INT, s VARCHAR) AS un, "
          "'x'::ENUM('x', 'y') AS e, 'nan'::DOUBLE AS nan, 0.1::FLOAT AS f, "
          "DATE '-0044-03-15' AS bc, [1,2]::INT[2] AS ar, 18446744073709551615::UBIGINT AS ub",
          QueryFormat::kJson),
      "[\n{\"s\":{\"a\":1,\"b\":[1.5,null]},\"m\":{\"k\":2},\"l\":[[1],[]],\"b\":\"\\\\xFF\","
      "\"u\":\"00000000-0000-0000-0000-0000000000ff\",\"i\":\"3 days\",\"t\":\"01:02:03.5\","
      "\"un\":1,\"e\":\"x\",\"nan\":\"NaN\",\"f\":0.1,\"bc\":\"0045-03-15 (BC)\","
      "\"ar\":[1,2],\"ub\":18446744073709551615}\n]\n");
  EXPECT_TRUE(Refuses("SELECT '101'::BIT AS x", "cast it"));
}

TEST_F(QueryTest, TechnicalColumnsShowOnlyWhenAskedFor) {
  EXPECT_EQ(Run("SELECT count(*) FROM (DESCRIBE students) WHERE column_name LIKE '_roost%'"),
            "count_star()\n0\n");
  QueryOptions options = Options("SELECT _roost_id FROM students LIMIT 1", QueryFormat::kCsv);
  options.technical = true;
  EXPECT_EQ(Query(options).ValueOr(0), 1u);
}

TEST_F(QueryTest, TheLedgerIsAView) {
  EXPECT_EQ(Run("SELECT path, loaded FROM _roost_ledger"), "path,loaded\na.json,3\nb.json,3\n");
}

TEST_F(QueryTest, ResultsOfManyChunksComeWhole) {
  auto rows = Query(Options("SELECT range AS n FROM range(100000)", QueryFormat::kCsv));
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(*rows, 100000u);
  EXPECT_TRUE(text_.ends_with("\n99999\n"));
}

TEST_F(QueryTest, AFaultInTheMiddleOfAResultIsAnError) {
  EXPECT_TRUE(
      Refuses("SELECT CASE WHEN range = 9999999 THEN error('boom') ELSE 'x' END "
              "FROM range(10000000)",
              "boom"));
}

TEST_F(QueryTest, ParquetGoesToItsFileOnly) {
  QueryOptions options = Options("SELECT name, age FROM students; -- all", QueryFormat::kParquet);
  options.output_file = store_.Beside("it's.parquet");
  auto rows = Query(options);
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(*rows, 3u);
  EXPECT_EQ(store_.ReadText("it's.parquet").substr(0, 4), "PAR1");
  options.sql = "SELECT 1) TO '" + store_.Beside("evil.parquet") + "'; --";
  EXPECT_FALSE(Query(options).ok());
  EXPECT_FALSE(std::filesystem::exists(store_.Beside("evil.parquet")));
}

TEST_F(QueryTest, TextGoesToAFileWhenOneIsNamed) {
  QueryOptions options = Options("SELECT 1 AS a", QueryFormat::kJson);
  options.output_file = store_.Beside("out.json");
  ASSERT_TRUE(Query(options).ok());
  EXPECT_EQ(store_.ReadText("out.json"), "[\n{\"a\":1}\n]\n");
  EXPECT_EQ(text_, "");
}

TEST_F(QueryTest, ResultsDoNotGoIntoTheStore) {
  QueryOptions options = Options("SELECT 1", QueryFormat::kCsv);
  options.output_file = store_.path() + "/delta/students/part-10000.parquet";
  EXPECT_NE(Query(options).status().message().find("lies in the store"), std::string::npos);
}

TEST_F(QueryTest, AFailedQueryLeavesNoFile) {
  for (auto format : {QueryFormat::kCsv, QueryFormat::kParquet}) {
    QueryOptions options = Options("SELECT error('x') FROM students", format);
    options.output_file = store_.Beside("out/file");
    std::filesystem::create_directories(store_.Beside("out"));
    EXPECT_FALSE(Query(options).ok());
    EXPECT_TRUE(std::filesystem::is_empty(store_.Beside("out")));
  }
}

TEST_F(QueryTest, NothingOutsideIsRead) {
  std::string secret = store_.Beside("secret.csv");
  EXPECT_TRUE(Refuses("FROM read_csv('/etc/passwd')", "Permission Error"));
  EXPECT_TRUE(Refuses("FROM read_csv('" + secret + "')", "Permission Error"));
  EXPECT_TRUE(Refuses("FROM '" + secret + "'", "Permission Error"));
  EXPECT_TRUE(Refuses("FROM read_text('" + store_.path() + "/../secret.csv')", "Permission Error"));
  EXPECT_TRUE(Refuses("FROM read_text('" + store_.path() + "/delta/students/../../../secret.csv')",
                      "Permission Error"));
  EXPECT_TRUE(Refuses("FROM glob('" + store_.Beside("*") + "')", "Permission Error"));
  EXPECT_TRUE(Refuses("FROM read_text('/proc/self/environ')", "Permission Error"));
  EXPECT_TRUE(Refuses("FROM read_json('http://example.com/x')", "Permission Error"));
  EXPECT_TRUE(Refuses("SELECT getenv('HOME')", "does not exist"));
}

TEST_F(QueryTest, LinksInTheStoreLeadNowhere) {
  std::filesystem::create_symlink(store_.Beside("secret.csv"), store_.path() + "/link.csv");
  EXPECT_TRUE(Refuses("FROM read_csv('" + store_.path() + "/link.csv')", "Permission Error"));
  const std::string part = store_.path() + "/delta/students/part-10000.parquet";
  std::filesystem::remove(part);
  std::filesystem::create_symlink(store_.Beside("secret.csv"), part);
  EXPECT_TRUE(Refuses("FROM students", "leads out of the store"));
}

TEST_F(QueryTest, NothingIsWrittenOrChanged) {
  std::string file = store_.Beside("evil");
  for (const std::string& sql :
       {"COPY (SELECT 1) TO '" + file + "'", "ATTACH '" + file + "'", std::string("INSTALL httpfs"),
        std::string("LOAD httpfs"), "EXPORT DATABASE '" + file + "'",
        std::string("CREATE TABLE x (i INT)"), std::string("SET enable_external_access = true"),
        std::string("PRAGMA enable_profiling"), std::string("CALL pragma_version()"),
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '" + file + "'",
        std::string("EXPLAIN ANALYZE CREATE TABLE x (i INT)"),
        std::string("/**/ EXPLAIN (ANALYZE) CREATE TABLE x (i INT)"),
        std::string("DROP VIEW students"), std::string("PREPARE p AS SELECT 1")}) {
    EXPECT_FALSE(Query(Options(sql, QueryFormat::kCsv)).ok()) << sql;
    EXPECT_FALSE(std::filesystem::exists(file)) << sql;
  }
}

TEST_F(QueryTest, OnlyOneStatementRuns) {
  EXPECT_TRUE(Refuses("SELECT 1; SELECT 2", "one statement at a time"));
  EXPECT_TRUE(Refuses(" -- nothing\n", "there is no SQL"));
  EXPECT_EQ(Run("SELECT 1 AS a; -- one"), "a\n1\n");
}

TEST_F(QueryTest, StatementsThatOnlyReadRun) {
  for (const char* sql :
       {"EXPLAIN FROM students", "explain analyze select 1", "EXPLAIN (FORMAT json) SELECT 1",
        "EXPLAIN (SELECT 1)", "SHOW TABLES", "SUMMARIZE students", "PRAGMA table_info('students')",
        "VALUES (1)", "PIVOT students ON name IN ('Ann') USING count(*)"}) {
    EXPECT_TRUE(Query(Options(sql, QueryFormat::kCsv)).ok()) << Run(sql);
  }
}

TEST_F(QueryTest, AnUnknownTableBringsTheNearestNameAndAll) {
  EXPECT_EQ(Run("FROM studnts"),
            "there is no table studnts. Did you mean students? Tables: students, _roost_ledger");
}

TEST_F(QueryTest, DuckDbsOwnMessagesComeThrough) {
  EXPECT_TRUE(Refuses("SELECT nme FROM students", "nme"));
  EXPECT_TRUE(Refuses("SELEC 1", "syntax error"));
}

TEST(QueryStore, WhatIsNoStoreIsRefused) {
  HandmadeStore store;
  QueryOptions options;
  options.sql = "SELECT 1";
  options.write = [](std::string_view) { return Status::OK(); };
  auto message = [&](const std::string& path) {
    options.store_dir = path;
    return Query(options).status().message();
  };
  EXPECT_NE(message(store.Beside("nowhere")).find("there is no folder"), std::string::npos);
  EXPECT_NE(message("/tmp").find("is no roost store"), std::string::npos);
  store.AddCommit("_roost/ledger", R"({"commitInfo":{"timestamp":1,"roost":{"format":2}}})");
  EXPECT_NE(message(store.path()).find("format 2"), std::string::npos) << message(store.path());
  store.AddCommit("_roost/ledger", "{");
  EXPECT_NE(message(store.path()).find("no JSON"), std::string::npos) << message(store.path());
}

}  // namespace
}  // namespace roost
