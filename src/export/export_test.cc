#include <gtest/gtest.h>

#include "export/handmade_store.h"
#include "roost/roost.h"

namespace roost {
namespace {

using exporting::HandmadeColumn;
using exporting::HandmadeStore;

constexpr int64_t kFirst = 1 << 24;  // the first id of file number 1

/// [first, first + 1, ...] as JSON.
std::string Ids(int64_t count, int64_t first = kFirst) {
  std::string text = "[";
  for (int64_t i = 0; i < count; ++i) text += (i == 0 ? "" : ",") + std::to_string(first + i);
  return text + "]";
}

HandmadeColumn Number(const std::string& name, const std::string& values) {
  return {name, arrow::int64(), values};
}
HandmadeColumn Text(const std::string& name, const std::string& values) {
  return {name, arrow::utf8(), values};
}

/// The footer's facts. `columns` are "name path type[ more JSON fields]".
std::string Facts(const std::string& identity, const std::string& kind,
                  const std::vector<std::string>& columns, bool spelled = false) {
  std::string list;
  for (const std::string& column : columns) {
    size_t one = column.find(' '), two = column.find(' ', one + 1);
    size_t three = std::min(column.find(' ', two + 1), column.size());
    list += (list.empty() ? "" : ",") + ("{\"name\":\"" + column.substr(0, one)) +
            "\",\"path\":\"" + column.substr(one + 1, two - one - 1) + "\",\"type\":\"" +
            column.substr(two + 1, three - two - 1) + "\"" + column.substr(three) + "}";
  }
  std::string child = kind == "root" ? "" : R"("parent":"_roost_parent","index":"_roost_idx",)";
  return "\"identity\":\"" + identity + "\",\"json_path\":\"$\",\"kind\":\"" + kind + "\"," +
         child + R"("parents":[],"id":"_roost_id","shape":"_roost_shape","spelled":)" +
         (spelled ? "true" : "false") + ",\"columns\":[" + list + "]";
}

class ExportTest : public testing::Test {
 protected:
  /// Exports to back/ and returns one file of it, or the error's message.
  std::string Back(const std::string& file = "a.json", bool overwrite = false) {
    ExportOptions options;
    options.store_dir = store_.path();
    options.output_dir = store_.Beside("back");
    options.overwrite = overwrite;
    auto result = Export(options);
    return result.ok() ? store_.ReadText("back/" + file) : result.status().message();
  }
  testing::AssertionResult Fails(const std::string& because) {
    std::string message = Back();
    if (message.find(because) == std::string::npos) {
      return testing::AssertionFailure() << "says: " << message;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(store_.Beside("back"))) {
      return testing::AssertionFailure() << "leaves " << entry.path();
    }
    return testing::AssertionSuccess();
  }

  /// A root of `count` records of one shape with text column v.
  void AddRoot(const std::string& ids, const std::string& shapes, const std::string& values,
               int64_t row_group_rows = 1 << 20) {
    store_.Add(
        {.table = "root",
         .columns = {Number("_roost_id", ids), Number("_roost_shape", shapes), Text("v", values)},
         .facts = Facts("root", "root", {"v /v text"}),
         .shapes = R"({"0000000000000001":"{\"v\":s}","0000000000000002":"{\"c\":t}"})",
         .row_group_rows = row_group_rows});
  }
  void AddChild(const std::string& ids, const std::string& parents, const std::string& indexes,
                const std::string& values, int64_t row_group_rows = 1 << 20) {
    std::string shapes = "[7";
    for (char c : ids) shapes += c == ',' ? ",7" : "";
    store_.Add({.table = "c",
                .columns = {Number("_roost_id", ids), Number("_roost_parent", parents),
                            Number("_roost_idx", indexes), Number("_roost_shape", shapes + "]"),
                            Number("n", values)},
                .facts = Facts("/c[]", "array", {"n /n int64"}),
                .shapes = R"({"0000000000000007":"{\"n\":s}"})",
                .row_group_rows = row_group_rows});
  }

  HandmadeStore store_;
};

TEST_F(ExportTest, ScalarsOfEveryTypeComeBackExactly) {
  auto utc = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  auto local = arrow::timestamp(arrow::TimeUnit::MICRO);
  store_.Add({.table = "root",
              .columns = {Number("_roost_id", Ids(2)),
                          Number("_roost_shape", "[-1,-1]"),
                          Number("i", "[-9223372036854775808,null]"),
                          {"d", arrow::float64(), "[1.0,-0.0]"},
                          {"big", arrow::decimal128(38, 0),
                           R"(["-99999999999999999999999999999999999999","18446744073709551616"])"},
                          {"b", arrow::boolean(), "[true,false]"},
                          Text("t", R"(["\"\\\n\u0000é/",""])"),
                          Text("j", R"(["1e400","[1, \n{}]"])"),
                          {"day", arrow::date32(), "[-719162,19782]"},
                          {"z", utc, "[1704067200120000,1704067200000000]"},
                          {"l", local, "[1704067200000000,-1]"},
                          Text("nothing", "[null,null]")},
              .facts = Facts("root", "root",
                             {"i /i int64", "d /d double", "big /big decimal38", "b /b bool",
                              "t /t text", "j /j json", "day /day date",
                              R"(z /z timestamp_utc ,"format":{"separator":" ","suffix":"+00:00",)"
                              R"("fraction_digits":3,"bare":true})",
                              R"(l /l timestamp_local ,"format":{"separator":"T","suffix":"",)"
                              R"("fraction_digits":6,"bare":false})",
                              "nothing /nothing null"}),
              .shapes =
                  R"({"ffffffffffffffff":"{\"i\":s,\"d\":s,\"big\":s,\"b\":s,\"t\":s,\"j\":s,)"
                  R"(\"day\":s,\"z\":s,\"l\":s,\"nothing\":s}"})"});
  store_.AddLedger("root", {"a.json"}, "lines", 2);
  EXPECT_EQ(
      Back(),
      R"({"i":-9223372036854775808,"d":1.0,"big":-99999999999999999999999999999999999999,)"
      R"("b":true,"t":"\"\\\n\u0000é/","j":1e400,"day":"0001-01-01",)"
      R"("z":"2024-01-01 00:00:00.120+00:00","l":"2024-01-01T00:00:00.000000","nothing":null})"
      "\n"
      R"({"i":null,"d":-0.0,"big":18446744073709551616,"b":false,"t":"","j":[1,{}],)"
      R"("day":"2024-02-29","z":"2024-01-01 00:00:00+00:00","l":"1969-12-31T23:59:59.999999",)"
      "\"nothing\":null}\n");
}

TEST_F(ExportTest, SiblingsAndListsAreFoundByWhatTheyHold) {
  store_.Add(
      {.table = "root",
       .columns = {Number("_roost_id", Ids(8)),
                   Number("_roost_shape", "[1,1,1,1,2,2,3,4]"),
                   Text("c", R"(["x",null,null,null,null,null,null,null])"),
                   Number("c__int", "[null,9007199254740993,null,null,null,null,null,null]"),
                   {"c__list", arrow::list(arrow::float64()),
                    "[null,null,null,null,[1.0,null,2.5],null,null,null]"},
                   Text("c__json", R"([null,null,"1e999",null,null,"[1,2]","[1,\"a\"]",null])")},
       .facts =
           Facts("root", "root",
                 {"c /c text", "c__int /c int64", "c__list /c list_double", "c__json /c json"}),
       .shapes = R"({"0000000000000001":"{\"c\":s}","0000000000000002":"{\"c\":l}",)"
                 R"("0000000000000003":"{\"c\":j}","0000000000000004":"{\"c\":e}"})"});
  store_.AddLedger("root", {"a.json"}, "array", 8);
  EXPECT_EQ(Back(), R"([
{"c":"x"},
{"c":9007199254740993},
{"c":1e999},
{"c":null},
{"c":[1.0,null,2.5]},
{"c":[1,2]},
{"c":[1,"a"]},
{"c":[]}
]
)");
}

TEST_F(ExportTest, ChildTablesNestAndArraysOfArraysHaveTheirOwn) {
  store_.Add({.table = "root",
              .columns = {Number("_roost_id", Ids(1)), Number("_roost_shape", "[1]")},
              .facts = Facts("root", "root", {}),
              .shapes = R"({"0000000000000001":"{\"s\":{\"t~\":t},\"m\":t}"})"});
  store_.Add({.table = "s_t",
              .columns = {Number("_roost_id", Ids(3)),
                          Number("_roost_parent", "[16777216,16777216,16777216]"),
                          Number("_roost_idx", "[0,1,2]"), Number("_roost_shape", "[1,2,1]"),
                          Text("n", R"(["p",null,"q"])")},
              .facts = Facts("/s/t~0[]", "array", {"n /n text"}),
              .shapes = R"({"0000000000000001":"{\"n\":s,\"g\":t}","0000000000000002":"s"})"});
  store_.Add({.table = "s_t_g",
              .columns = {Number("_roost_id", Ids(3)),
                          Number("_roost_parent", "[16777216,16777216,16777218]"),
                          Number("_roost_idx", "[0,1,0]"), Number("_roost_shape", "[1,1,1]"),
                          Number("value", "[null,null,null]")},
              .facts = Facts("/s/t~0[]/g[]", "array", {"value /value null"}),
              .shapes = R"({"0000000000000001":"{}"})"});
  store_.Add(
      {.table = "m",
       .columns = {Number("_roost_id", Ids(3)),
                   Number("_roost_parent", "[16777216,16777216,16777216]"),
                   Number("_roost_idx", "[0,1,2]"), Number("_roost_shape", "[1,2,3]")},
       .facts = Facts("/m[]", "array", {}),
       .shapes = R"({"0000000000000001":"t","0000000000000002":"e","0000000000000003":"s"})"});
  store_.Add(
      {.table = "m_item",
       .columns = {Number("_roost_id", Ids(1)), Number("_roost_parent", "[16777216]"),
                   Number("_roost_idx", "[0]"), Number("_roost_shape", "[1]"), Number("x", "[5]")},
       .facts = Facts("/m[][]", "array", {"x /x int64"}),
       .shapes = R"({"0000000000000001":"{\"x\":s}"})"});
  store_.AddLedger("root", {"a.json"}, "values", 1);
  EXPECT_EQ(Back(), R"({"s":{"t~":[{"n":"p","g":[{},{}]},null,{"n":"q","g":[{}]}]},)"
                    R"("m":[[{"x":5}],[],null]})"
                    "\n");
}

TEST_F(ExportTest, WholeRecordsCanBeArraysAndMaps) {
  store_.Add(
      {.table = "root",
       .columns = {Number("_roost_id", Ids(4)),
                   Number("_roost_shape", "[1,2,3,2]"),
                   {"value", arrow::float64(), "[null,null,1.5,null]"}},
       .facts = Facts("root", "root", {"value  double"}),
       .shapes = R"({"0000000000000001":"t","0000000000000002":"m","0000000000000003":"s"})"});
  store_.Add({.table = "root_item",
              .columns = {Number("_roost_id", Ids(1)), Number("_roost_parent", "[16777216]"),
                          Number("_roost_idx", "[0]"), Number("_roost_shape", "[1]")},
              .facts = Facts("root[]", "array", {}),
              .shapes = R"({"0000000000000001":"{}"})"});
  store_.Add(
      {.table = "root_entry",
       .columns = {Number("_roost_id", Ids(2)), Number("_roost_parent", "[16777217,16777217]"),
                   Number("_roost_idx", "[0,1]"), Number("_roost_shape", "[1,1]"),
                   Text("key", R"(["a\"b","a\"b"])"), Number("value", "[1,null]")},
       .facts = Facts("root{}", "map", {"key !key text", "value  int64"}),
       .shapes = R"({"0000000000000001":"s"})"});
  store_.AddLedger("root", {"a.json"}, "values", 4);
  EXPECT_EQ(Back(), "[{}]\n{\"a\\\"b\":1,\"a\\\"b\":null}\n1.5\n{}\n");
}

TEST_F(ExportTest, RepeatedKeysAndOverflowComeFromBesideTheRow) {
  store_.Add({.table = "root",
              .columns = {Number("_roost_id", Ids(2)), Number("_roost_shape", "[1,2]"),
                          Number("a", "[3,null]"),
                          Text("_roost_extra", R"(["[1, {\"x\": [2,\"]\"]}]",null])")},
              .facts = Facts("root", "root", {"a /a int64", "_roost_extra !extra text"}),
              .shapes = R"({"0000000000000001":"{\"a\":d,\"b\":{\"c\":d,\"c\":s},\"a\":s}",)"
                        R"("0000000000000002":"{\"x\":s,\"y\":l,\"z\":{\"w\":s},\"j\":j}"})"});
  store_.Add(
      {.table = "root_overflow",
       .columns = {Number("_roost_id", Ids(4)),
                   Number("_roost_parent", "[16777216,16777217,16777217,16777217]"),
                   Number("_roost_idx", "[0,0,1,2]"),
                   Number("_roost_shape", "[1,1,1,1]"),
                   Text("key", R"(["/b/c","/y","/z/w","/j"])"),
                   Number("value", "[8,null,9,null]"),
                   {"value__list", arrow::list(arrow::boolean()), "[null,[true,null],null,null]"},
                   Text("value__json", R"([null,null,null,"[[]]"])")},
       .facts =
           Facts("root*", "overflow",
                 {"key !key text", "value  int64", "value__list  list_bool", "value__json  json"}),
       .shapes = R"({"0000000000000001":"s"})"});
  store_.AddLedger("root", {"a.json"}, "values", 2);
  EXPECT_EQ(Back(), R"({"a":1,"b":{"c":{"x": [2,"]"]},"c":8},"a":3})"
                    "\n"
                    R"({"x":null,"y":[true,null],"z":{"w":9},"j":[[]]})"
                    "\n");
}

TEST_F(ExportTest, SpelledLayoutsNeedNoShapes) {
  store_.Add({.table = "root",
              .columns = {Number("_roost_id", Ids(2)), Number("_roost_shape", "[1,2]"),
                          Number("a", "[1,2]"),
                          Text("_roost_layout", R"(["{\"a\":s}","{\"b\":e,\"a\":s}"])")},
              .facts = Facts("root", "root", {"a /a int64", "_roost_layout !layout text"}, true),
              .shapes = ""});
  store_.AddLedger("root", {"a.json"}, "values", 2);
  EXPECT_EQ(Back(), "{\"a\":1}\n{\"b\":[],\"a\":2}\n");
}

TEST_F(ExportTest, PartsAndRowGroupsMayCutAnywhereAndComeInAnyOrder) {
  // Three files of two records; children of one record lie in two parts, one of them unsorted.
  auto id = [](int64_t file, int64_t row) { return std::to_string((file << 24) + row); };
  AddRoot("[" + id(1, 0) + "," + id(1, 1) + "," + id(3, 0) + "," + id(3, 1) + "]", "[2,2,1,1]",
          R"([null,null,"y","z"])", 1);
  AddRoot("[" + id(2, 1) + "," + id(2, 0) + "]", "[2,1]", R"([null,"x"])");
  AddChild("[" + id(1, 3) + "," + id(1, 1) + "," + id(1, 2) + "]",
           "[" + id(1, 1) + "," + id(1, 0) + "," + id(1, 1) + "]", "[2,1,1]", "[5,2,4]");
  AddChild("[" + id(1, 9) + "," + id(1, 0) + "," + id(2, 0) + "]",
           "[" + id(1, 0) + "," + id(1, 1) + "," + id(2, 1) + "]", "[0,0,0]", "[1,3,6]", 2);
  store_.AddLedger("root", {"a.json", "/b/b.json", "../c"}, "lines", 2);
  EXPECT_EQ(Back(), "{\"c\":[{\"n\":1},{\"n\":2}]}\n{\"c\":[{\"n\":3},{\"n\":4},{\"n\":5}]}\n");
  EXPECT_EQ(store_.ReadText("back/b/b.json"), "{\"v\":\"x\"}\n{\"c\":[{\"n\":6}]}\n");
  EXPECT_EQ(store_.ReadText("back/__/c"), "{\"v\":\"y\"}\n{\"v\":\"z\"}\n");
}

TEST_F(ExportTest, ChildrenOfAStreamedDocumentMayHaveLaterNumbersThanItsRow) {
  constexpr int64_t kRows = 50000;
  std::string ids = "[", parents = "[", values = "[";
  for (int64_t i = 0; i < kRows; ++i) {
    std::string comma = i == 0 ? "" : ",";
    ids += comma + std::to_string(((1 + i / 20000) << 24) + i % 20000);
    parents += comma + std::to_string(kFirst);
    values += comma + std::to_string(i);
  }
  AddRoot(Ids(1), "[2]", "[null]");
  std::string indexes = values;
  AddChild(ids + "]", parents + "]", indexes + "]", values + "]", 1000);
  store_.AddLedger("root", {"a.json"}, "values", 1);
  std::string wanted = "{\"c\":[";
  for (int64_t i = 0; i < kRows; ++i) {
    wanted += (i == 0 ? "{\"n\":" : ",{\"n\":") + std::to_string(i) + "}";
  }
  EXPECT_TRUE(Back() == wanted + "]}\n");
}

TEST_F(ExportTest, FilesWithoutRecordsComeBackEmpty) {
  store_.AddLedger("root", {"a.json"}, "array", 0);
  EXPECT_EQ(Back(), "[]\n");
}

TEST_F(ExportTest, AMissingChildRowIsAnError) {
  AddRoot(Ids(1), "[2]", "[null]");
  store_.AddLedger("root", {"a.json"}, "values", 1);
  EXPECT_TRUE(Fails("there is no table for path /c[]"));
  AddChild(Ids(1), "[16777216]", "[1]", "[1]");
  EXPECT_TRUE(Fails("table c, row 16777216: its index is 1, not 0"));
}

TEST_F(ExportTest, ATableWithoutRowsForAParentIsAnError) {
  AddRoot(Ids(2), "[2,2]", "[null,null]");
  AddChild(Ids(1), "[16777217]", "[0]", "[1]");
  store_.AddLedger("root", {"a.json"}, "values", 2);
  EXPECT_TRUE(Fails("table root, row 16777216: table c has no rows for it"));
}

TEST_F(ExportTest, RowsThatBelongNowhereAreAnError) {
  AddRoot(Ids(1), "[1]", R"(["x"])");
  AddChild(Ids(1), "[16777216]", "[0]", "[1]");
  store_.AddLedger("root", {"a.json"}, "values", 1);
  std::string message = Back();
  EXPECT_NE(message.find("table c, row 16777216: it belongs to no record"), std::string::npos)
      << message;
}

TEST_F(ExportTest, AnUnknownShapeIsAnError) {
  AddRoot(Ids(1), "[12345]", "[null]");
  store_.AddLedger("root", {"a.json"}, "values", 1);
  EXPECT_TRUE(Fails("table root, row 16777216: nobody knows its shape 12345"));
}

TEST_F(ExportTest, AWrongCountInTheLedgerIsAnError) {
  AddRoot(Ids(1), "[1]", R"(["x"])");
  store_.AddLedger("root", {"a.json"}, "values", 2);
  EXPECT_TRUE(Fails("the ledger counts 2 records of a.json, the tables hold 1"));
}

TEST_F(ExportTest, ABrokenPartIsAnErrorThatNamesIt) {
  AddRoot(Ids(1), "[1]", R"(["x"])");
  store_.AddLedger("root", {"a.json"}, "values", 1);
  std::string part = store_.path() + "/delta/root/part-10000.parquet";
  std::filesystem::resize_file(part, std::filesystem::file_size(part) - 9);
  std::string message = Back();
  EXPECT_NE(message.find(part), std::string::npos) << message;
  EXPECT_NE(message.find("damaged"), std::string::npos) << message;
}

TEST_F(ExportTest, AFolderWithFilesIsLeftAloneUnlessAsked) {
  AddRoot(Ids(1), "[1]", R"(["x"])");
  store_.AddLedger("root", {"a.json"}, "values", 1);
  store_.WriteText("back/a.json", "old");
  store_.WriteText("back/b.json", "other");
  EXPECT_NE(Back().find("is not empty"), std::string::npos);
  EXPECT_EQ(store_.ReadText("back/a.json"), "old");
  EXPECT_EQ(Back("a.json", true), "{\"v\":\"x\"}\n");
  EXPECT_EQ(store_.ReadText("back/b.json"), "other");
}

TEST_F(ExportTest, LinksInTheOutputFolderAreNotFollowed) {
  AddRoot(Ids(1), "[1]", R"(["x"])");
  store_.AddLedger("root", {"d/a.json"}, "values", 1);
  std::filesystem::create_directories(store_.Beside("elsewhere"));
  std::filesystem::create_directories(store_.Beside("back"));
  std::filesystem::create_directory_symlink(store_.Beside("elsewhere"), store_.Beside("back/d"));
  EXPECT_NE(Back("a.json", true).find("is in the way"), std::string::npos);
  EXPECT_TRUE(std::filesystem::is_empty(store_.Beside("elsewhere")));
}

TEST_F(ExportTest, TheStoreItselfIsNoPlaceForAnExport) {
  store_.AddLedger("root", {"a.json"}, "values", 0);
  ExportOptions options;
  options.store_dir = store_.path();
  options.output_dir = store_.path() + "/back";
  EXPECT_NE(Export(options).status().message().find("lies in the store"), std::string::npos);
}

}  // namespace
}  // namespace roost
