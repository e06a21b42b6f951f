#include "store/output.h"

#include <gtest/gtest.h>

#include <random>

#include "base/disk.h"
#include "store/column_values.h"
#include "store/rows_for_tests.h"

namespace roost::store {
namespace {

using shred::Column;
using shred::ColumnId;
using shred::FinalColumn;
using shred::FinalSchema;
using shred::FinalTable;
using shred::FinalType;
using shred::Layout;
using shred::Slot;

#define ASSERT_OK(expr)                            \
  do {                                             \
    ::arrow::Status status = (expr);               \
    ASSERT_TRUE(status.ok()) << status.ToString(); \
  } while (false)

FinalColumn Plain(std::string name, FinalType type, Slot slot) {
  FinalColumn column;
  column.name = name;
  column.path = "/" + name;
  column.json_path = "$." + name;
  column.type = type;
  column.sources = {{slot, shred::Take::kAll}};
  return column;
}

// A table with a column of each layout that needs no change when it is published.
struct EveryLayout {
  std::map<std::string, std::vector<Cell>> expected;
  FinalTable final_table;
  bool text_after_dictionary = false;

  EveryLayout() {
    final_table.identity = "/things[]";
    final_table.name = "things";
    final_table.json_path = "$.things[*]";
    final_table.kind = shred::TableKind::kArray;
    final_table.parent_names = {"root"};
    final_table.columns = {Plain("int", FinalType::kInt64, Slot::kNumber),
                           Plain("wide_int", FinalType::kInt64, Slot::kNumber),
                           Plain("few_ints", FinalType::kInt64, Slot::kNumber),
                           Plain("double", FinalType::kDouble, Slot::kNumber),
                           Plain("few_doubles", FinalType::kDouble, Slot::kNumber),
                           Plain("bool", FinalType::kBool, Slot::kBool),
                           Plain("text", FinalType::kText, Slot::kText),
                           Plain("ids", FinalType::kText, Slot::kText),
                           Plain("word", FinalType::kText, Slot::kText),
                           Plain("date", FinalType::kDate, Slot::kText),
                           Plain("time", FinalType::kTimestampUtc, Slot::kText),
                           Plain("json", FinalType::kJson, Slot::kJson),
                           Plain("never", FinalType::kNull, Slot::kText)};
  }

  void PutRow(MadeTable& table, std::mt19937_64& random, int64_t id, double null_share) {
    std::uniform_real_distribution<double> share(0, 1);
    std::map<std::string, Cell> row;
    auto put = [&](const char* name, Slot slot, auto fill) {
      Cell& cell = row[name];
      if (share(random) < null_share) return;
      cell = fill(table.ColumnOf({std::string("/") + name, slot}));
    };
    auto number = [&](int64_t value) {
      return [value](Column& column) {
        AddWord(column, Layout::kInt64, static_cast<uint64_t>(value));
        return CellOf(value);
      };
    };
    auto real = [&](double value) {
      return [value](Column& column) {
        AddWord(column, Layout::kDouble, std::bit_cast<uint64_t>(value));
        return CellOf(value);
      };
    };
    auto text = [&](std::string value, Layout layout) {
      return [value, layout](Column& column) {
        layout == Layout::kText ? AddText(column, value) : PutEntry(column, value);
        return CellOfText(value);
      };
    };
    put("int", Slot::kNumber, number(static_cast<int64_t>(random() % 1000) - 500));
    put("wide_int", Slot::kNumber, number(static_cast<int64_t>(random())));
    put("few_ints", Slot::kNumber, number(static_cast<int64_t>(random() % 7) * 1'000'000'007));
    put("double", Slot::kNumber, real(share(random) * 1e6));
    put("few_doubles", Slot::kNumber, real(static_cast<double>(random() % 9) / 4));
    put("bool", Slot::kBool, [&](Column& column) {
      bool value = random() % 3 == 0;
      AddBool(column, value);
      return CellOf(value);
    });
    put("text", Slot::kText,
        text(std::string(random() % 40, static_cast<char>('a' + random() % 26)), Layout::kText));
    put("ids", Slot::kText, text("STU" + std::to_string(100000 + id), Layout::kText));
    put("word", Slot::kText,
        text("word" + std::to_string(random() % 20),
             text_after_dictionary ? Layout::kText : Layout::kDictionary));
    put("date", Slot::kText, [&](Column& column) {
      auto days = static_cast<int32_t>(random() % 20000) - 5000;
      AddDate(column, days);
      return CellOf(int64_t{days});
    });
    put("time", Slot::kText, [&](Column& column) {
      auto micros = static_cast<int64_t>(random() % 2'000'000'000) * 1'000'000;
      AddWord(column, Layout::kTimestamp, static_cast<uint64_t>(micros));
      return CellOf(micros);
    });
    put("json", Slot::kJson,
        text("[1,{\"a\":" + std::to_string(random() % 100) + "}]", Layout::kText));
    row["never"];
    int64_t parent = id / 3;
    auto index = static_cast<uint32_t>(id % 3);
    uint64_t shape = random() % 5 * 0x9E3779B97F4A7C15ull;
    table.EndRow(id, parent, index, shape);
    row["_roost_id"] = CellOf(id);
    row["_roost_parent"] = CellOf(parent);
    row["_roost_idx"] = CellOf(int64_t{index});
    row["_roost_shape"] = CellOf(static_cast<int64_t>(shape));
    for (auto& [name, cell] : row) expected[name].push_back(cell);
  }
};

OutputOptions OptionsFor(const TemporaryFolder& folder) {
  OutputOptions options;
  options.output_dir = folder.path() + "/out";
  return options;
}

struct RoundTrip {
  uint32_t rows, slab_rows;
  uint64_t row_group_rows;
  double null_share;
  const char* compression = "zstd";
  uint64_t part_bytes = 1 << 30;
};

void ReadsBack(const RoundTrip& trip) {
  SCOPED_TRACE(testing::Message() << trip.rows << " rows, slabs of " << trip.slab_rows
                                  << ", groups of " << trip.row_group_rows << ", nulls "
                                  << trip.null_share << ", " << trip.compression);
  TemporaryFolder folder;
  OutputOptions options = OptionsFor(folder);
  options.row_group_rows = trip.row_group_rows;
  options.compression = trip.compression;
  options.part_bytes = trip.part_bytes;
  auto output = Output::Create(options);
  ASSERT_OK(output.status());
  EveryLayout made;
  {
    auto sink = (*output)->NewSink();
    MadeTable table(*sink, 3, made.final_table.identity, false);
    std::mt19937_64 random(trip.rows);
    for (uint32_t row = 0; row < trip.rows; ++row) {
      made.text_after_dictionary = row > trip.rows / 2;
      if (row == trip.rows / 2 + 1) ASSERT_OK(table.Flush());
      made.PutRow(table, random, row, trip.null_share);
      if (table.row() == trip.slab_rows) ASSERT_OK(table.Flush());
    }
    ASSERT_OK(table.EndRowGroup());
  }
  auto published = (*output)->Publish({{made.final_table}}, 2);
  ASSERT_OK(published.status());
  ASSERT_OK((*output)->Commit("{}"));
  auto read = ReadFolder(options.output_dir + "/things.parquet");
  ASSERT_OK(read.status());
  ASSERT_EQ(read->rows, trip.rows);
  for (auto& [name, cells] : made.expected) ASSERT_EQ(read->cells[name], cells) << name;
  ASSERT_EQ(published->size(), 1u);
  EXPECT_EQ((*published)[0].rows, trip.rows);
  for (const PublishedColumn& column : (*published)[0].columns) {
    const auto& cells = made.expected[column.name];
    EXPECT_EQ(column.stored,
              static_cast<uint64_t>(
                  std::count_if(cells.begin(), cells.end(), [](auto& c) { return c.has_value(); })))
        << column.name;
  }
}

TEST(Output, ReadsBackWhatWasWritten) {
  ReadsBack({.rows = 1, .slab_rows = 100, .row_group_rows = 1000, .null_share = 0});
  ReadsBack({.rows = 1000, .slab_rows = 100, .row_group_rows = 1 << 20, .null_share = 0});
  ReadsBack({.rows = 1000, .slab_rows = 128, .row_group_rows = 300, .null_share = 0.3});
  ReadsBack({.rows = 5000, .slab_rows = 1000, .row_group_rows = 1 << 20, .null_share = 0.95});
  ReadsBack({.rows = 40000, .slab_rows = 40000, .row_group_rows = 1 << 20, .null_share = 0.01});
  ReadsBack({.rows = 3000,
             .slab_rows = 500,
             .row_group_rows = 1000,
             .null_share = 0.1,
             .compression = "none"});
  ReadsBack({.rows = 3000,
             .slab_rows = 500,
             .row_group_rows = 1000,
             .null_share = 0.1,
             .compression = "snappy",
             .part_bytes = 1000});
}

}  // namespace
}  // namespace roost::store
