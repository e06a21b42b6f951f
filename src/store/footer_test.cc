#include "store/footer.h"

#include <arrow/util/key_value_metadata.h>
#include <gtest/gtest.h>
#include <parquet/column_reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/page_index.h>
#include <parquet/statistics.h>

#include <bit>
#include <random>

#include "store/column_values.h"
#include "store/rows_for_tests.h"

namespace roost::store {
namespace {

using shred::Column;
using shred::FinalType;
using shred::Layout;
using shred::Slot;

std::string Plain(const parquet::ByteArray& value) { return std::string(std::string_view(value)); }
template <class Value>
Value Plain(Value value) {
  return value;
}

template <class Type>
struct Checked {
  using Value = decltype(Plain(std::declval<typename Type::c_type>()));
};

// The leaf values of a chunk: for each level its row, and its value where it is not null.
template <class Type>
struct Leaves {
  std::vector<int64_t> rows;
  std::vector<std::optional<typename Checked<Type>::Value>> values;
};

template <class Type>
Leaves<Type> ReadLeaves(parquet::RowGroupReader& group, int column, int64_t levels) {
  auto reader = std::static_pointer_cast<parquet::TypedColumnReader<Type>>(group.Column(column));
  int16_t max_definition = reader->descr()->max_definition_level();
  Leaves<Type> leaves;
  int64_t row = -1;
  while (reader->HasNext()) {
    int16_t definition = max_definition, repetition = 0;
    typename Type::c_type value;
    int64_t read = 0;
    EXPECT_EQ(reader->ReadBatch(1, &definition, &repetition, &value, &read), 1);
    if (repetition == 0) ++row;
    leaves.rows.push_back(row);
    leaves.values.emplace_back();
    if (read == 1) leaves.values.back() = Plain(value);
  }
  EXPECT_EQ(static_cast<int64_t>(leaves.rows.size()), levels);
  return leaves;
}

// What statistics must say of some leaves.
template <class Type>
struct Truth {
  explicit Truth(const Leaves<Type>& leaves, int64_t first_row, int64_t end_row) {
    for (size_t i = 0; i < leaves.rows.size(); ++i) {
      if (leaves.rows[i] < first_row || leaves.rows[i] >= end_row) continue;
      const auto& value = leaves.values[i];
      if (!value) {
        ++nulls;
      } else {
        min = min ? std::min(*min, *value) : *value;
        max = max ? std::max(*max, *value) : *value;
      }
    }
  }
  int64_t nulls = 0;
  std::optional<typename Checked<Type>::Value> min, max;
};

constexpr size_t kLongestBound = 64;

template <class Value>
void ExpectBound(const Value& bound, const Value& truth, bool) {
  EXPECT_EQ(bound, truth);
}
void ExpectBound(const std::string& bound, const std::string& truth, bool is_max) {
  if (truth.size() <= kLongestBound) {
    EXPECT_EQ(bound, truth);
  } else {
    EXPECT_LE(bound.size(), kLongestBound);
    EXPECT_TRUE(is_max ? bound > truth : bound < truth);
  }
}

template <class Type>
void CheckChunk(parquet::ParquetFileReader& file, int group, int column) {
  auto row_group = file.RowGroup(group);
  auto chunk = file.metadata()->RowGroup(group)->ColumnChunk(column);
  int64_t rows = row_group->metadata()->num_rows();
  auto leaves = ReadLeaves<Type>(*row_group, column, chunk->num_values());

  Truth<Type> all(leaves, 0, rows);
  auto statistics = std::static_pointer_cast<parquet::TypedStatistics<Type>>(chunk->statistics());
  ASSERT_TRUE(statistics != nullptr);
  EXPECT_EQ(statistics->null_count(), all.nulls);
  EXPECT_EQ(statistics->HasMinMax(), all.min.has_value());
  if (all.min) {
    ExpectBound(Plain(statistics->min()), *all.min, false);
    ExpectBound(Plain(statistics->max()), *all.max, true);
  }

  auto index = file.GetPageIndexReader()->RowGroup(group);
  auto offsets = index->GetOffsetIndex(column);
  auto columns = index->GetColumnIndex(column);
  ASSERT_TRUE(offsets != nullptr && columns != nullptr);
  const auto& typed = dynamic_cast<const parquet::TypedColumnIndex<Type>&>(*columns);
  const auto& pages = offsets->page_locations();
  int64_t at = chunk->data_page_offset();
  for (size_t page = 0; page < pages.size(); ++page) {
    EXPECT_EQ(pages[page].offset, at);
    at += pages[page].compressed_page_size;
    int64_t end = page + 1 < pages.size() ? pages[page + 1].first_row_index : rows;
    Truth<Type> truth(leaves, pages[page].first_row_index, end);
    EXPECT_EQ(columns->null_counts()[page], truth.nulls);
    EXPECT_EQ(columns->null_pages()[page], !truth.min.has_value());
    if (!truth.min) continue;
    ExpectBound(Plain(typed.min_values()[page]), *truth.min, false);
    ExpectBound(Plain(typed.max_values()[page]), *truth.max, true);
  }
  int64_t begin =
      chunk->has_dictionary_page() ? chunk->dictionary_page_offset() : chunk->data_page_offset();
  EXPECT_EQ(at, begin + chunk->total_compressed_size());
}

void CheckFile(const std::string& path) {
  auto file = parquet::ParquetFileReader::OpenFile(path);
  for (int group = 0; group < file->metadata()->num_row_groups(); ++group) {
    for (int column = 0; column < file->metadata()->num_columns(); ++column) {
      SCOPED_TRACE(file->metadata()->schema()->Column(column)->path()->ToDotString() +
                   " in group " + std::to_string(group));
      switch (file->metadata()->schema()->Column(column)->physical_type()) {
        case parquet::Type::BOOLEAN:
          CheckChunk<parquet::BooleanType>(*file, group, column);
          break;
        case parquet::Type::INT32:
          CheckChunk<parquet::Int32Type>(*file, group, column);
          break;
        case parquet::Type::INT64:
          CheckChunk<parquet::Int64Type>(*file, group, column);
          break;
        case parquet::Type::DOUBLE:
          CheckChunk<parquet::DoubleType>(*file, group, column);
          break;
        default:
          CheckChunk<parquet::ByteArrayType>(*file, group, column);
      }
    }
  }
}

void FillRow(MadeTable& table, std::mt19937_64& random, int row) {
  auto sometimes = [&] { return random() % 4 != 0; };
  if (sometimes())
    AddWord(table.ColumnOf({"/int", Slot::kNumber}), Layout::kInt64, random() % 1000 - 500);
  if (sometimes())
    AddWord(table.ColumnOf({"/real", Slot::kNumber}), Layout::kDouble,
            std::bit_cast<uint64_t>(static_cast<double>(random() % 50) / 4 - 3));
  if (sometimes()) AddBool(table.ColumnOf({"/bool", Slot::kBool}), row % 9000 == 0);
  if (sometimes()) AddDate(table.ColumnOf({"/date", Slot::kText}), row % 300 - 100);
  if (sometimes()) PutEntry(table.ColumnOf({"/word", Slot::kText}), "w" + std::to_string(row % 77));
  if (sometimes())
    AddText(table.ColumnOf({"/text", Slot::kText}),
            std::string(random() % 150, static_cast<char>('a' + random() % 26)));
  if (row > 30000 && row % 100 == 0)
    AddText(table.ColumnOf({"/rare", Slot::kText}), std::to_string(row));
  if (sometimes()) {
    Column& list = table.ColumnOf({"/list", Slot::kListNumber});
    list.layout = Layout::kList;
    if (!list.element) list.element = std::make_unique<Column>();
    auto items = static_cast<uint32_t>(random() % 4);
    list.list_lengths.Push(items);
    ++list.values;
    for (uint32_t item = 0; item < items; ++item) {
      Column& element = *list.element;
      if (random() % 3) {
        AddWord(element, Layout::kInt64, random() % 1000);
      } else {
        AddNull(element, element.values + element.nulls);
      }
    }
  }
}

std::vector<shred::FinalColumn> FinalColumns() {
  return {FinalColumnOf("int", FinalType::kInt64, {{Slot::kNumber}}),
          FinalColumnOf("real", FinalType::kDouble, {{Slot::kNumber}}),
          FinalColumnOf("bool", FinalType::kBool, {{Slot::kBool}}),
          FinalColumnOf("date", FinalType::kDate, {{Slot::kText}}),
          FinalColumnOf("word", FinalType::kText, {{Slot::kText}}),
          FinalColumnOf("text", FinalType::kText, {{Slot::kText}}),
          FinalColumnOf("rare", FinalType::kText, {{Slot::kText}}),
          FinalColumnOf("list", FinalType::kListInt64, {{Slot::kListNumber}})};
}

TEST(Footer, StatisticsAndPageIndexesAreWhatTheValuesSay) {
  OutputOptions options;
  options.row_group_rows = 40000;
  OneTable rows(options);
  std::mt19937_64 random(11);
  for (int row = 0; row < 60000; ++row) {
    FillRow(rows.table(), random, row);
    rows.EndRow();
    if (row % 20000 == 0) {
      ASSERT_TRUE(rows.table().Flush().ok());
    }
  }
  ASSERT_TRUE(rows.Finish(FinalColumns()).ok());
  CheckFile(rows.folder() + "/part-00000.parquet");
}

TEST(Footer, SaysWhoWroteItAndWhatTheColumnsAre) {
  OneTable rows;
  std::mt19937_64 random(12);
  FillRow(rows.table(), random, 1);
  rows.EndRow();
  ASSERT_TRUE(rows.Finish(FinalColumns()).ok());
  auto file = parquet::ParquetFileReader::OpenFile(rows.folder() + "/part-00000.parquet");
  EXPECT_EQ(file->metadata()->created_by(), "roost version " ROOST_VERSION);
  const auto& root = *file->metadata()->schema()->group_node();
  for (int i = 0; i < root.field_count(); ++i) EXPECT_EQ(root.field(i)->field_id(), i + 1);
  EXPECT_TRUE(root.field(0)->is_required());
  EXPECT_EQ(root.field(9)->logical_type()->ToString(), "List");
  EXPECT_TRUE(file->metadata()->key_value_metadata()->Contains("roost"));
}

TEST(Footer, AFileOfUnevenPagesKeepsItsEncodingCounts) {
  OneTable rows;
  for (int row = 0; row < 5000; ++row) {
    Column& column = rows.table().ColumnOf({"/c", Slot::kText});
    row < 3000 ? PutEntry(column, "a" + std::to_string(row % 3)) : AddText(column, "b");
    rows.EndRow();
    if (row == 2999) {
      ASSERT_TRUE(rows.table().Flush().ok());
    }
  }
  ASSERT_TRUE(rows.Finish({FinalColumnOf("c", FinalType::kText, {{Slot::kText}})}).ok());
  auto file = parquet::ParquetFileReader::OpenFile(rows.folder() + "/part-00000.parquet");
  auto chunk = file->metadata()->RowGroup(0)->ColumnChunk(2);
  std::map<std::pair<int, int>, int> pages;
  for (const auto& each : chunk->encoding_stats())
    pages[{each.page_type, each.encoding}] += each.count;
  EXPECT_EQ(pages,
            (std::map<std::pair<int, int>, int>{
                {{parquet::PageType::DICTIONARY_PAGE, parquet::Encoding::PLAIN}, 1},
                {{parquet::PageType::DATA_PAGE, parquet::Encoding::RLE_DICTIONARY}, 1},
                {{parquet::PageType::DATA_PAGE, parquet::Encoding::DELTA_LENGTH_BYTE_ARRAY}, 1}}));
}

}  // namespace
}  // namespace roost::store
