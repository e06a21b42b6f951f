#include "validate/row_sample.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "export/handmade_store.h"
#include "export/part.h"
#include "validate/table_pass.h"

namespace roost::validate {
namespace {

/// A table of numbers and texts, some of them missing, in row groups of 700 rows.
class RowSamples : public testing::Test {
 protected:
  RowSamples() {
    std::string ids, numbers, texts;
    for (int row = 0; row < 3000; ++row) {
      std::string comma = row == 0 ? "" : ",";
      ids += comma + std::to_string((int64_t{1} << 24) + row);
      numbers += comma + (row % 11 == 0 ? "null" : std::to_string(row * 37 % 1000) + ".5");
      texts += comma + (row % 13 == 0 ? "null" : "\"word " + std::to_string(row % 7) + "\"");
    }
    store_.Add({.table = "t",
                .columns = {{"_roost_id", arrow::int64(), "[" + ids + "]"},
                            {"d", arrow::float64(), "[" + numbers + "]"},
                            {"s", arrow::utf8(), "[" + texts + "]"}},
                .facts = R"("identity":"t","json_path":"$","kind":"root","parents":[],
      "id":"_roost_id","parent":null,"index":null,"shape":"","spelled":false,"columns":[
      {"name":"d","path":"/d","json_path":"$.d","type":"double"},
      {"name":"s","path":"/s","json_path":"$.s","type":"text"}])",
                .shapes = "",
                .row_group_rows = 700});
    store_.AddLedger("t", {"a.json", "b.json"}, "lines", 1500);
  }

  exporting::HandmadeStore store_;
};

bool AreSame(const std::vector<float>& a, const std::vector<float>& b) {  // NaN like NaN
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

TEST_F(RowSamples, AreTheSameFromBatchesThatPassAndReadByThemselves) {
  auto tables = Tables::Open(store_.path());
  ASSERT_TRUE(tables.ok()) << tables.status().message();
  const TableInfo& table = tables->all()[0];
  const std::vector<SampledPart> parts = {{table.parts[0].get(), 5}};
  for (uint64_t rows : {uint64_t{300}, uint64_t{1000}, uint64_t{3000}}) {
    auto alone = RowSample::Read(table, parts, {{}, rows, 2, {}});
    PassingRows passing(table, {});
    passing.Want(parts, rows);
    PassOptions pass;
    pass.on_batch = [&](const auto&... batch) { return passing.Take(batch...); };
    auto read = ReadTable(table, {}, {}, pass);
    ASSERT_TRUE(read.ok()) << read.status().message();
    auto passed = RowSample::Read(table, parts, {{}, rows, 2, {}, &passing});
    ASSERT_TRUE(alone.ok() && passed.ok());
    EXPECT_EQ(alone->rows, passed->rows);
    EXPECT_EQ(alone->fields, passed->fields);
    ASSERT_EQ(alone->numbers.columns.size(), 2u);
    for (size_t c = 0; c < 2; ++c) {
      EXPECT_TRUE(AreSame(alone->numbers.columns[c], passed->numbers.columns[c])) << rows;
    }
  }
}

TEST_F(RowSamples, HaveABlockOnlyOfRowGroupsThatPassed) {
  auto tables = Tables::Open(store_.path());
  ASSERT_TRUE(tables.ok());
  const TableInfo& table = tables->all()[0];
  const exporting::Part& part = *table.parts[0];
  PassingRows passing(table, {});
  passing.Want({{&part, 0}}, 3000);
  auto reader = part.ReadRows(1, {"d", "s"});
  ASSERT_TRUE(reader.ok());
  std::shared_ptr<arrow::RecordBatch> batch;
  ASSERT_TRUE((*reader)->ReadNext(&batch).ok());
  ASSERT_TRUE(passing.Take(part, 1, *batch).ok());
  EXPECT_FALSE(passing.TakeBlock(part, 0, 700, 1)) << "it has not passed";
  EXPECT_FALSE(passing.TakeBlock(part, 1, 700, 2)) << "other rows of it were wanted";
  auto block = passing.TakeBlock(part, 1, 700, 1);
  ASSERT_TRUE(block);
  EXPECT_EQ(block->numbers[0].size(), 700u);
  EXPECT_EQ(block->hashes[1].size(), 700u);
  EXPECT_FALSE(passing.TakeBlock(part, 1, 700, 1)) << "it was taken";
}

}  // namespace
}  // namespace roost::validate
