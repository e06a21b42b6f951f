#include "store/ledger.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/test_folder.h"
#include "store/rows_for_tests.h"

namespace roost::store {
namespace {

using Cells = std::vector<Cell>;

class StoreLedgerTest : public testing::Test {
 protected:
  ReadTable Read(const std::string& name) {
    return ReadFolder(folder_.path() + "/_roost/" + name).ValueOrDie();
  }

  TestFolder folder_;
  OutputPlaces places_ = PlacesIn(folder_.path());
  std::unique_ptr<Ledger> ledger_ = std::make_unique<Ledger>(places_, Codec::kZstd, 1);
};

TEST_F(StoreLedgerTest, TellsEveryFile) {
  LedgerRow row;
  row.path = "in/a.json";
  row.bytes = 10;
  row.decoded_bytes = 20;
  row.modified_microseconds = 1700000000000000;
  row.hash_high = 0x0123456789abcdef;
  row.hash_low = 1;
  row.compression = "gzip";
  row.framing = "lines";
  row.root_table = "a";
  row.first_number = 3;
  row.numbers = 1;
  row.records = 5;
  row.loaded = 4;
  row.quarantined = 1;
  row.values = 30;
  row.nulls = 2;
  row.cluster = 17;
  row.process = 0;
  LedgerRow torn = row;
  torn.fault = "it ends early";
  LedgerRow rows[] = {row, torn};
  ASSERT_TRUE(ledger_->AddFiles(rows).ok());
  ASSERT_TRUE(ledger_->Finish().ok());
  ReadTable read = Read("ledger");
  EXPECT_EQ(read.names,
            (std::vector<std::string>{"path", "bytes", "decoded_bytes", "modified", "hash",
                                      "compression", "framing", "root_table", "first_number",
                                      "numbers", "records", "loaded", "quarantined", "values",
                                      "nulls", "fault", "cluster", "process", "replaces"}));
  EXPECT_EQ(read.cells["hash"][0], "\"0123456789abcdef0000000000000001\"");
  EXPECT_EQ(read.cells["modified"][0], "1700000000000000");
  EXPECT_EQ(read.types["modified"]->ToString(), "timestamp[us, tz=UTC]");
  EXPECT_EQ(read.cells["cluster"], (Cells{"17", "17"}));
  EXPECT_EQ(read.cells["replaces"], (Cells{{}, {}}));
  EXPECT_EQ(read.cells["fault"], (Cells{{}, "\"it ends early\""}));
  EXPECT_EQ(read.cells["values"], (Cells{"30", "30"}));
}

TEST_F(StoreLedgerTest, HoldsManyFiles) {
  std::vector<LedgerRow> rows(1000);
  for (int i = 0; i < 280; ++i) {
    for (size_t row = 0; row < rows.size(); ++row) rows[row].path = std::to_string(i * 1000 + row);
    ASSERT_TRUE(ledger_->AddFiles(rows).ok());
  }
  ASSERT_TRUE(ledger_->Finish().ok());
  ReadTable read = Read("ledger");
  ASSERT_EQ(read.rows, 280000u);
  for (size_t i = 0; i < read.rows; i += 7777)
    ASSERT_EQ(read.cells["path"][i], CellOfText(std::to_string(i)));
}

TEST_F(StoreLedgerTest, KeepsTheBytesOfRejects) {
  RejectRow row;
  row.file = "in/a.json";
  row.offset = 17;
  row.line = 3;
  row.reason = "no value";
  row.json_path = "$.a[1]";
  std::string raw("\xff\0{", 3);
  row.raw = raw;
  row.bytes = raw.size();
  ASSERT_TRUE(ledger_->AddReject(row).ok());
  std::string large(Output::kMaxInlineRaw + 1, 'x');
  row.raw = large;
  row.bytes = large.size();
  row.json_path.reset();
  ASSERT_TRUE(ledger_->AddReject(row).ok());
  auto piecewise = ledger_->NewRawFile().ValueOrDie();
  ASSERT_TRUE(piecewise->Append("ab").ok());
  ASSERT_TRUE(piecewise->Append("cd").ok());
  ASSERT_TRUE(piecewise->Close().ok());
  row.raw = {};
  row.raw_file = piecewise->name();
  row.bytes = 4;
  ASSERT_TRUE(ledger_->AddReject(row).ok());
  ASSERT_TRUE(ledger_->Finish().ok());

  ReadTable read = Read("quarantine");
  EXPECT_EQ(read.names, (std::vector<std::string>{"file", "offset", "line", "bytes", "reason",
                                                  "json_path", "raw", "raw_file", "file_number"}));
  EXPECT_EQ(read.cells["raw"], (Cells{CellOfText(raw), {}, {}}));
  EXPECT_EQ(read.cells["raw_file"], (Cells{{}, "\"0.bin\"", "\"1.bin\""}));
  EXPECT_EQ(read.cells["json_path"], (Cells{"\"$.a[1]\"", {}, {}}));
  EXPECT_EQ(read.types["raw"]->ToString(), "binary");
  EXPECT_EQ(std::filesystem::file_size(folder_.path() + "/raw/0.bin"), large.size());
  std::ifstream file(folder_.path() + "/raw/1.bin");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "abcd");
}

TEST_F(StoreLedgerTest, WithoutRejectsThereIsNoQuarantine) {
  LedgerParts parts = ledger_->Finish().ValueOrDie();
  EXPECT_FALSE(parts.ledger || parts.quarantine);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() + "/_roost"));
}

}  // namespace
}  // namespace roost::store
