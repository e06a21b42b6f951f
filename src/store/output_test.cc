#include "store/output.h"

#include <arrow/io/file.h>
#include <gtest/gtest.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cerrno>
#include <filesystem>
#include <random>
#include <thread>

#include "base/disk.h"
#include "base/test_folder.h"
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

OutputOptions OptionsFor(const TestFolder& folder) {
  OutputOptions options;
  options.places = PlacesIn(folder.path());
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
  TestFolder folder;
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
  (*output)->Keep();
  auto read = ReadFolder(folder.path() + "/things");
  ASSERT_OK(read.status());
  ASSERT_EQ(read->rows, trip.rows);
  for (auto& [name, cells] : made.expected) ASSERT_EQ(read->cells[name], cells) << name;
  ASSERT_EQ(published->size(), 1u);
  EXPECT_EQ((*published)[0].rows, trip.rows);
  for (const ColumnCount& column : (*published)[0].columns) {
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

// Rows of one thread: ids from `first`, a number that is the id and a text now and then.
Status AddRows(shred::TableSink& sink, int64_t first, int rows) {
  MadeTable table(sink, 0, "t", true);
  for (int row = 0; row < rows; ++row) {
    int64_t id = first + row;
    AddWord(table.ColumnOf({"/n", Slot::kNumber}), Layout::kInt64, static_cast<uint64_t>(id));
    if (row % 7 == 0) AddText(table.ColumnOf({"/text", Slot::kText}), "row " + std::to_string(id));
    table.EndRow(id, 0, 0, 1);
    if (row % 100 == 99) ROOST_TRY(table.Flush());
  }
  return table.EndRowGroup();
}

FinalSchema NumbersAndTexts() {
  return {{FinalRoot("t", {FinalColumnOf("n", FinalType::kInt64, {{Slot::kNumber}}),
                           FinalColumnOf("text", FinalType::kText, {{Slot::kText}})})}};
}

// The rows of several calls of AddRows are there, each once.
void ExpectRows(const std::string& folder, const std::vector<std::pair<int64_t, int>>& runs) {
  ReadTable read = SortedById(ReadFolder(folder).ValueOrDie());
  std::vector<Cell> numbers, texts;
  for (auto [first, rows] : runs) {
    for (int row = 0; row < rows; ++row) {
      numbers.emplace_back(CellOf(first + row));
      texts.emplace_back();
      if (row % 7 == 0) texts.back() = CellOfText("row " + std::to_string(first + row));
    }
  }
  EXPECT_EQ(read.cells["n"], numbers);
  EXPECT_EQ(read.cells["text"], texts);
}

TEST(Output, SinksOfSeveralThreadsShareTheParts) {
  TestFolder folder;
  OutputOptions options = OptionsFor(folder);
  options.row_group_rows = 700;
  auto output = Output::Create(options).ValueOrDie();
  std::vector<std::thread> threads;
  std::vector<Status> states(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      auto sink = output->NewSink();
      states[static_cast<size_t>(i)] = AddRows(*sink, i * 10000, 3000);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Status& state : states) ASSERT_OK(state);
  auto published = output->Publish(NumbersAndTexts(), 1).ValueOrDie();
  EXPECT_EQ(published[0].parts.size(), 1u);
  EXPECT_EQ(published[0].rows, 12000u);
  output->Keep();
  ExpectRows(folder.path() + "/t", {{0, 3000}, {10000, 3000}, {20000, 3000}, {30000, 3000}});
}

TEST(Output, StagedRowsCountOnlyWhenKept) {
  TestFolder folder;
  OutputOptions options = OptionsFor(folder);
  auto output = Output::Create(options).ValueOrDie();
  {
    auto sink = output->NewSink();
    ASSERT_OK(AddRows(*sink, 0, 500));
    auto kept = output->NewStagedSink();
    ASSERT_OK(AddRows(*kept, 1000, 500));
    auto dropped = output->NewStagedSink();
    ASSERT_OK(AddRows(*dropped, 2000, 500));
    ASSERT_OK(dropped->Drop());
    ASSERT_OK(kept->Keep());
    auto forgotten = output->NewStagedSink();
    ASSERT_OK(AddRows(*forgotten, 3000, 500));
  }
  auto published = output->Publish(NumbersAndTexts(), 1).ValueOrDie();
  EXPECT_EQ(published[0].parts.size(), 1u);
  output->Keep();
  ExpectRows(folder.path() + "/t", {{0, 500}, {1000, 500}});
}

TEST(Output, OpenRowGroupsEndWhereTheyHoldTooMuch) {
  TestFolder folder;
  OutputOptions options = OptionsFor(folder);
  options.open_bytes = 20000;
  auto output = Output::Create(options).ValueOrDie();
  {
    auto sink = output->NewSink();
    ASSERT_OK(AddRows(*sink, 0, 100000));
  }
  ASSERT_OK(output->Publish(NumbersAndTexts(), 1).status());
  output->Keep();
  auto file = arrow::io::ReadableFile::Open(folder.path() + "/t/part-00000.parquet");
  EXPECT_GT(parquet::ReadMetaData(*file)->num_row_groups(), 2);
  ExpectRows(folder.path() + "/t", {{0, 100000}});
}

TEST(Output, ATableWithoutRowsHasItsSchemaAndOneThatIsNotAskedForIsDropped) {
  TestFolder folder;
  OutputOptions options = OptionsFor(folder);
  auto output = Output::Create(options).ValueOrDie();
  {
    auto sink = output->NewSink();
    ASSERT_OK(AddRows(*sink, 0, 10));
  }
  FinalSchema schema{{FinalRoot("empty", {FinalColumnOf("n", FinalType::kDouble, {})})}};
  auto published = output->Publish(schema, 3).ValueOrDie();
  output->Keep();
  EXPECT_EQ(published[0].parts.size(), 1u);
  EXPECT_EQ(published[0].rows, 0u);
  ReadTable read = ReadFolder(folder.path() + "/empty").ValueOrDie();
  EXPECT_EQ(read.names, (std::vector<std::string>{"_roost_id", "_roost_shape", "n"}));
  EXPECT_EQ(disk::Look(folder.path() + "/t").ValueOrDie(), disk::EntryKind::kMissing);
}

TEST(Output, TellsOfAPartWhatALogSays) {
  TestFolder folder;
  auto output = Output::Create(OptionsFor(folder)).ValueOrDie();
  {
    auto sink = output->NewSink();
    ASSERT_OK(AddRows(*sink, 5, 10));
  }
  auto published = output->Publish(NumbersAndTexts(), 1).ValueOrDie();
  const WrittenPart& part = published[0].parts.at(0);
  EXPECT_EQ(part.stats, R"({"numRecords":10,"minValues":{"_roost_id":5,"_roost_shape":1,"n":5},)"
                        R"("maxValues":{"_roost_id":14,"_roost_shape":1,"n":14},)"
                        R"("nullCount":{"_roost_id":0,"_roost_shape":0,"n":0,"text":8}})");
  EXPECT_EQ(part.bytes, std::filesystem::file_size(part.path));
  EXPECT_EQ(part.checksum, ChecksumOf(part.path).ValueOrDie());
}

TEST(Output, WrongOptionsAreRefusedBeforeAnythingIsMade) {
  TestFolder folder;
  OutputOptions options = OptionsFor(folder);
  options.compression = "lzma";
  EXPECT_TRUE(Output::Create(options).status().IsInvalid());
  options.compression = "zstd";
  options.compression_level = 99;
  EXPECT_TRUE(Output::Create(options).status().IsInvalid());
  EXPECT_TRUE(disk::ListFolder(options.places.scratch).ValueOrDie().empty());
}

// A whole run, with each call of one kind failing from the nth on.
Status RunOnce(const OutputOptions& options) {
  ROOST_ASSIGN(auto output, Output::Create(options));
  {
    auto sink = output->NewSink();
    ROOST_TRY(AddRows(*sink, 0, 300));
    auto staged = output->NewStagedSink();
    ROOST_TRY(AddRows(*staged, 1000, 300));
    ROOST_TRY(staged->Keep());
  }
  LedgerRow file;
  file.path = "a.json";
  ROOST_TRY(output->AddLedger({&file, 1}));
  RejectRow reject;
  reject.file = "a.json";
  ROOST_TRY(output->AddReject(reject));
  ROOST_TRY(output->Publish(NumbersAndTexts(), 2).status());
  ROOST_TRY(output->FinishLedger().status());
  return Status::OK();
}

std::vector<std::string> FilesIn(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (!entry.is_directory()) files.push_back(entry.path());
  return files;
}

TEST(Output, AFailingDiskLeavesNothingAndIsSaid) {
  TestFolder folder;
  OutputOptions options = OptionsFor(folder);
  using disk::Call;
  for (Call failing : {Call::kOpen, Call::kCreate, Call::kRead, Call::kWrite, Call::kSync,
                       Call::kClose, Call::kRename, Call::kMakeFolder}) {
    for (int good = 0;; ++good) {
      std::atomic<int> left{good};
      std::atomic<bool> failed{false};
      disk::SetFaultHook([&](Call call, const std::string&) {
        bool fails = call == failing && left.fetch_sub(1) <= 0;
        if (fails) failed = true;
        return disk::Fault{fails ? ENOSPC : 0, SIZE_MAX};
      });
      Status done = RunOnce(options);
      disk::SetFaultHook({});
      SCOPED_TRACE(testing::Message() << "call " << static_cast<int>(failing) << " fails after "
                                      << good << ": " << done.ToString());
      EXPECT_EQ(FilesIn(folder.path()), std::vector<std::string>());
      if (!failed) {
        ASSERT_OK(done);
        break;
      }
      ASSERT_FALSE(done.ok()) << "a failure was not said";
      EXPECT_NE(done.message().find("No space left on device (errno 28)"), std::string::npos);
      EXPECT_NE(done.message().find(folder.path()), std::string::npos);
      ASSERT_LT(good, 1000);
    }
  }
}

}  // namespace
}  // namespace roost::store
