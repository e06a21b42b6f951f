#include "store/transcode.h"

#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <random>

#include "store/column_values.h"
#include "store/rows_for_tests.h"

namespace roost::store {
namespace {

using shred::Column;
using shred::FinalType;
using shred::Layout;
using shred::Slot;
using shred::Take;
using Cells = std::vector<Cell>;

constexpr int64_t kBeyondDouble = (int64_t{1} << 53) + 1;

OutputOptions GroupsOf(uint64_t rows) {
  OutputOptions options;
  options.row_group_rows = rows;
  return options;
}

void AddInt(OneTable& rows, int64_t value) {
  Column& column = rows.table().ColumnOf({"/c", Slot::kNumber});
  AddWord(column, Layout::kInt64, static_cast<uint64_t>(value));
}
void AddDouble(OneTable& rows, double value) {
  Column& column = rows.table().ColumnOf({"/c", Slot::kNumber});
  AddWord(column, Layout::kDouble, std::bit_cast<uint64_t>(value));
}
void AddWhole(OneTable& rows, std::string_view digits) {
  AddText(rows.table().ColumnOf({"/c", Slot::kWhole}), digits);
}

TEST(Transcode, IntegersGoToDoublesWhereTheyFitAndApartWhereTheyDoNot) {
  OneTable rows;
  AddInt(rows, 3);
  rows.EndRow();
  AddInt(rows, kBeyondDouble);
  rows.EndRow();
  rows.EndRow();
  ASSERT_TRUE(rows.table().EndRowGroup().ok());
  AddInt(rows, -9);
  rows.EndRow();
  ASSERT_TRUE(rows.table().EndRowGroup().ok());
  AddDouble(rows, 0.5);
  rows.EndRow();
  AddWhole(rows, "9007199254740995");
  rows.EndRow();
  ReadTable read =
      rows.Finish({FinalColumnOf("c", FinalType::kDouble, {{Slot::kNumber, Take::kExactInDouble}}),
                   FinalColumnOf("c__int", FinalType::kInt64,
                                 {{Slot::kNumber, Take::kInexactInDouble}, {Slot::kWhole}})})
          .ValueOrDie();
  EXPECT_EQ(read.cells["c"], (Cells{"3", {}, {}, "-9", "0.5", {}}));
  EXPECT_EQ(read.cells["c__int"], (Cells{{}, "9007199254740993", {}, {}, {}, "9007199254740995"}));
  EXPECT_EQ(rows.published().columns.at(2).stored, 3u);
  EXPECT_EQ(rows.published().columns.at(3).stored, 2u);
}

TEST(Transcode, WholesAndIntegersMeetInDecimals) {
  OneTable rows;
  AddInt(rows, std::numeric_limits<int64_t>::min());
  rows.EndRow();
  AddWhole(rows, "-99999999999999999999999999999999999999");
  rows.EndRow();
  AddWhole(rows, "18446744073709551616");
  rows.EndRow();
  rows.EndRow();
  ReadTable read =
      rows.Finish({FinalColumnOf("c", FinalType::kDecimal38, {{Slot::kNumber}, {Slot::kWhole}})})
          .ValueOrDie();
  EXPECT_EQ(read.cells["c"], (Cells{"-9223372036854775808",
                                    "-99999999999999999999999999999999999999",
                                    "18446744073709551616",
                                    {}}));
  EXPECT_EQ(read.types["c"]->ToString(), "decimal128(38, 0)");
}

TEST(Transcode, DoublesThatAreWholeGoBackToIntegers) {
  OneTable rows;  // as when the fraction that made them doubles was rejected
  AddDouble(rows, 4.0);
  rows.EndRow();
  AddDouble(rows, -1e15);
  rows.EndRow();
  ReadTable read =
      rows.Finish({FinalColumnOf("c", FinalType::kInt64, {{Slot::kNumber}})}).ValueOrDie();
  EXPECT_EQ(read.cells["c"], (Cells{"4", "-1000000000000000"}));
}

TEST(Transcode, TimesGoBackToTheirText) {
  OneTable rows;
  shred::ColumnId id{"/c", Slot::kText};
  AddDate(rows.table().ColumnOf(id), 19782);
  rows.EndRow();
  ASSERT_TRUE(rows.table().EndRowGroup().ok());
  Column& column = rows.table().ColumnOf(id);
  column.time = {
      .separator = ' ', .suffix = 2, .fraction_digits = 3, .saw_bare = true, .saw_zero = false};
  AddWord(column, Layout::kTimestamp, 1709164800500000ull);
  rows.EndRow();
  AddWord(rows.table().ColumnOf(id), Layout::kTimestamp, 1709164800000000ull);
  rows.EndRow();
  ASSERT_TRUE(rows.table().EndRowGroup().ok());
  PutEntry(rows.table().ColumnOf(id), "soon");
  rows.EndRow();
  ReadTable read =
      rows.Finish({FinalColumnOf("c", FinalType::kText, {{Slot::kText}})}).ValueOrDie();
  EXPECT_EQ(read.cells["c"], (Cells{"\"2024-02-29\"", "\"2024-02-29 00:00:00.500+00:00\"",
                                    "\"2024-02-29 00:00:00+00:00\"", "\"soon\""}));
}

// Adds a list of numbers; nullopt is a null item. With a fraction anywhere, call it with doubles.
template <class Value>
void AddList(OneTable& rows, Slot slot, const std::vector<std::optional<Value>>& items) {
  Column& column = rows.table().ColumnOf({"/c", slot});
  column.layout = Layout::kList;
  if (!column.element) column.element = std::make_unique<Column>();
  Column& element = *column.element;
  for (const auto& item : items) {
    if (!item) {
      AddNull(element, element.values + element.nulls);
    } else if constexpr (std::is_same_v<Value, int64_t>) {
      AddWord(element, Layout::kInt64, static_cast<uint64_t>(*item));
    } else if constexpr (std::is_same_v<Value, double>) {
      AddWord(element, Layout::kDouble, std::bit_cast<uint64_t>(*item));
    } else if constexpr (std::is_same_v<Value, bool>) {
      AddBool(element, *item);
    } else {
      PutEntry(element, *item);
    }
  }
  column.list_lengths.Push(static_cast<uint32_t>(items.size()));
  ++column.values;
  rows.EndRow();
}

TEST(Transcode, ListsOfAllKindsMeetAndPart) {
  OneTable rows;
  AddList<int64_t>(rows, Slot::kListNumber, {1, {}, 2});
  AddList<int64_t>(rows, Slot::kListNumber, {kBeyondDouble});
  AddList<int64_t>(rows, Slot::kListNumber, {});
  AddList<int64_t>(rows, Slot::kListNull, {{}, {}});
  rows.EndRow();
  ASSERT_TRUE(rows.table().EndRowGroup().ok());
  AddList<double>(rows, Slot::kListNumber, {0.5, 2});
  AddList<std::string>(rows, Slot::kListText, {"a", {}, "q\"\n"});
  AddList<bool>(rows, Slot::kListBool, {true, false, {}});
  AddList<bool>(rows, Slot::kListBool, {});
  AddList<std::string>(rows, Slot::kListText, {{}});
  ReadTable read = rows.Finish({FinalColumnOf("c", FinalType::kListDouble,
                                              {{Slot::kListNumber, Take::kExactInDouble},
                                               {Slot::kListNull},
                                               {Slot::kListText, Take::kHollow},
                                               {Slot::kListBool, Take::kHollow, true}}),
                                FinalColumnOf("c__json", FinalType::kJson,
                                              {{Slot::kListNumber, Take::kInexactInDouble},
                                               {Slot::kListText, Take::kSolid},
                                               {Slot::kListBool, Take::kSolid}})})
                       .ValueOrDie();
  EXPECT_EQ(read.cells["c"],
            (Cells{"[1,null,2]", {}, "[]", "[null,null]", {}, "[0.5,2]", {}, {}, {}, "[null]"}));
  EXPECT_EQ(read.cells["c__json"], (Cells{{},
                                          "\"[9007199254740993]\"",
                                          {},
                                          {},
                                          {},
                                          {},
                                          "\"[\"a\",null,\"q\\\"\\n\"]\"",
                                          "\"[true,false,null]\"",
                                          {},
                                          {}}));
  EXPECT_EQ(rows.published().columns.at(2).stored, 4u);
}

TEST(Transcode, ListsKeepTheirBytesWhereTheirTypeWon) {
  OneTable rows(GroupsOf(3000));
  std::mt19937_64 random(5);
  Cells expected;
  for (int row = 0; row < 8000; ++row) {
    if (random() % 10 == 0) {
      rows.EndRow();
      expected.emplace_back();
      continue;
    }
    std::vector<std::optional<std::string>> items(random() % 6);
    std::string text = "[";
    for (auto& item : items) {
      if (random() % 4 != 0) item = "w" + std::to_string(random() % 50);
      text += (text.size() > 1 ? "," : "") + (item ? CellOfText(*item) : "null");
    }
    expected.push_back(text + "]");
    AddList(rows, Slot::kListText, items);
    if (row % 700 == 0) {
      ASSERT_TRUE(rows.table().Flush().ok());
    }
  }
  ReadTable read =
      rows.Finish({FinalColumnOf("c", FinalType::kListText, {{Slot::kListText}})}).ValueOrDie();
  EXPECT_EQ(read.cells["c"], expected);
}

TEST(Transcode, ColumnsOfManyPagesAndRowGroups) {
  OneTable rows(GroupsOf(50000));
  std::mt19937_64 random(6);
  Cells numbers, texts;
  for (int row = 0; row < 120000; ++row) {
    if (row == 60000) {
      ASSERT_TRUE(rows.table().EndRowGroup().ok());
    }
    auto value = static_cast<int64_t>(random() % 100000);
    if (random() % 5 == 0) {
      numbers.emplace_back();
    } else if (row < 60000) {
      AddInt(rows, value);
      numbers.push_back(CellOf(value));
    } else {
      AddDouble(rows, static_cast<double>(value) / 8);
      numbers.push_back(CellOf(static_cast<double>(value) / 8));
    }
    Column& text = rows.table().ColumnOf({"/d", Slot::kText});
    auto days = static_cast<int32_t>(row % 10);
    if (row < 60000) {
      AddDate(text, days);
      texts.push_back("\"1970-01-" + std::string(days == 9 ? "" : "0") + std::to_string(days + 1) +
                      "\"");
    } else {
      AddText(text, "x" + std::to_string(row));
      texts.push_back("\"x" + std::to_string(row) + "\"");
    }
    rows.EndRow();
    if (row % 16384 == 0) {
      ASSERT_TRUE(rows.table().Flush().ok());
    }
  }
  ReadTable read =
      rows.Finish({FinalColumnOf("c", FinalType::kDouble, {{Slot::kNumber, Take::kExactInDouble}}),
                   FinalColumnOf("d", FinalType::kText, {{Slot::kText}})})
          .ValueOrDie();
  EXPECT_EQ(read.cells["c"], numbers);
  EXPECT_EQ(read.cells["d"], texts);
  EXPECT_EQ(rows.published().parts.size(), 1u);
}

// Many columns, of which each row group has some, in any layout: numbers end as doubles, texts as
// text, whatever they were in the meantime.
class RandomColumns {
 public:
  RandomColumns(uint64_t seed, int columns, double presence, uint64_t part_bytes)
      : random_(seed), presence_(presence), rows_(PartsOf(part_bytes)) {
    for (int i = 0; i < columns; ++i) names_.push_back("c" + std::to_string(i));
    layouts_.resize(names_.size());
  }

  void Run(int row_groups, int rows) {
    for (int group = 0; group < row_groups; ++group) {
      for (size_t i = 0; i < names_.size(); ++i) layouts_[i] = RandomLayout(i % 2 == 0);
      for (int row = 0; row < rows; ++row) AddRow();
      ASSERT_TRUE(rows_.table().EndRowGroup().ok());
    }
    std::vector<shred::FinalColumn> columns;
    for (size_t i = 0; i < names_.size(); ++i)
      columns.push_back(i % 2 == 0 ? FinalColumnOf(names_[i], FinalType::kDouble,
                                                   {{Slot::kNumber, Take::kExactInDouble}})
                                   : FinalColumnOf(names_[i], FinalType::kText, {{Slot::kText}}));
    auto read = rows_.Finish(columns);
    ASSERT_TRUE(read.ok()) << read.status().ToString();
    for (const std::string& name : names_) ASSERT_EQ(read->cells[name], expected_[name]) << name;
  }

 private:
  static OutputOptions PartsOf(uint64_t bytes) {
    OutputOptions options;
    options.part_bytes = bytes;
    return options;
  }
  bool Chance(double share) { return std::uniform_real_distribution<double>()(random_) < share; }
  Layout RandomLayout(bool is_number) {
    if (Chance(0.3)) return Layout::kNone;
    if (is_number) return Chance(0.5) ? Layout::kInt64 : Layout::kDouble;
    return Chance(0.3) ? Layout::kDate : Chance(0.5) ? Layout::kText : Layout::kDictionary;
  }
  void AddRow() {
    for (size_t i = 0; i < names_.size(); ++i) {
      Cell& cell = expected_[names_[i]].emplace_back();
      if (layouts_[i] != Layout::kNone && Chance(presence_)) cell = AddCell(i);
    }
    rows_.EndRow();
    if (Chance(0.05)) {
      EXPECT_TRUE(rows_.table().Flush().ok());
    }
  }
  std::string AddCell(size_t i) {
    auto small = static_cast<int64_t>(random_() % 28);
    shred::ColumnId id{"/" + names_[i], i % 2 == 0 ? Slot::kNumber : Slot::kText};
    Column& column = rows_.table().ColumnOf(id);
    double half = static_cast<double>(small) / 2;
    switch (layouts_[i]) {
      case Layout::kInt64:
        AddWord(column, Layout::kInt64, static_cast<uint64_t>(small));
        return CellOf(static_cast<double>(small));
      case Layout::kDouble:
        AddWord(column, Layout::kDouble, std::bit_cast<uint64_t>(half));
        return CellOf(half);
      case Layout::kDate:
        AddDate(column, static_cast<int32_t>(small));
        return "\"1970-01-" + std::string(small < 9 ? "0" : "") + std::to_string(small + 1) + "\"";
      case Layout::kText:
        AddText(column, std::string(static_cast<size_t>(small), 'x'));
        return CellOfText(std::string(static_cast<size_t>(small), 'x'));
      default:
        PutEntry(column, "word" + std::to_string(small % 5));
        return CellOfText("word" + std::to_string(small % 5));
    }
  }

  std::mt19937_64 random_;
  double presence_;
  OneTable rows_;
  std::vector<std::string> names_;
  std::vector<Layout> layouts_;
  std::map<std::string, Cells> expected_;
};

TEST(Transcode, AnyMixtureOfLayoutsIsReadBack) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    RandomColumns(seed, 1 + static_cast<int>(seed), 0.7, seed % 2 ? 1 << 30 : 5000)
        .Run(1 + static_cast<int>(seed % 5), 1 + static_cast<int>(seed * 17 % 300));
  }
}

TEST(Transcode, ThousandsOfRareColumns) { RandomColumns(77, 1500, 0.02, 1 << 30).Run(3, 60); }

}  // namespace
}  // namespace roost::store
