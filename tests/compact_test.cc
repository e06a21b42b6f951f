// Compact's promises: few parts in the order of ids, the same documents, nothing to do the second
// time, whoever else writes; and its plans.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/test_folder.h"
#include "ledger/pin.h"
#include "roost/roost.h"
#include "roost/upkeep.h"
#include "store/compaction.h"
#include "tests/crash_points.h"
#include "tests/ledger_store.h"
#include "tests/random_documents.h"
#include "tests/store_crash.h"
#include "tests/store_looks.h"

namespace roost::testing {
namespace {

namespace fs = std::filesystem;

/// Files of a view, in the order of their first ids.
std::vector<std::vector<int64_t>> IdsOfParts(const std::string& out, const std::string& table) {
  std::vector<std::vector<int64_t>> parts;
  for (const auto& part : fs::directory_iterator(out + "/" + table + ".parquet")) {
    EXPECT_EQ(part.path().filename().string().find("-schema-"), std::string::npos)
        << "no part lacks columns";
    parts.push_back(ledger::testing::ReadIds(part.path()).ValueOrDie());
  }
  std::ranges::sort(parts);
  return parts;
}

/// One ascending sequence.
void ExpectSorted(const std::vector<std::vector<int64_t>>& parts) {
  std::vector<int64_t> ids;
  for (const auto& part : parts) ids.insert(ids.end(), part.begin(), part.end());
  EXPECT_TRUE(std::ranges::is_sorted(ids));
}

Status IngestInto(const TestFolder& folder, const Files& files, const std::string& out,
                  uint64_t rewrite_bytes = 0) {
  IngestOptions options;
  for (const auto& [name, text] : files) options.inputs.push_back(folder.Write("in/" + name, text));
  options.output_dir = out;
  options.threads = 2;
  options.rewrite_bytes = rewrite_bytes;
  return roost::Ingest(options).status();
}
Status Ingest(const TestFolder& folder, const Files& files, uint64_t rewrite_bytes = 256 << 20) {
  return IngestInto(folder, files, folder / "out", rewrite_bytes);
}

CompactResult CompactNow(const std::string& out, uint64_t target = 256 << 20) {
  CompactOptions options;
  options.store_dir = out;
  options.target_bytes = target;
  options.threads = 2;
  auto result = Compact(options);
  EXPECT_TRUE(result.ok()) << result.status().ToString();
  return result.ok() ? *result : CompactResult();
}

/// Batches of a few files each, with a child table and a column that comes late.
class CompactTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (int batch = 0; batch < 6; ++batch) {
      Files files;
      for (int file = 0; file < 3; ++file) {
        const std::string number = std::to_string(batch * 3 + file);
        files["t_" + number + ".json"] =
            "{\"n\":" + number + ",\"w\":\"word " + std::to_string(batch % 2) +
            "\",\"tags\":[\"a\",\"b" + number + "\"],\"s\":[{\"x\":1},{\"x\":" + number + "}]" +
            (batch > 3 ? ",\"late\":\"2020-01-0" + std::to_string(batch) + "\"}" : "}");
      }
      Status status = Ingest(folder_, files, 0);
      ASSERT_TRUE(status.ok()) << status.ToString();
    }
    out_ = folder_ / "out";
  }

  TestFolder folder_;
  std::string out_;
};

TEST_F(CompactTest, ManyPartsBecomeOneInTheOrderOfIdsAndTheDocumentsAreTheSame) {
  const Files before = Exported(out_);
  const CompactResult result = CompactNow(out_);
  ASSERT_EQ(result.tables.size(), 2u);
  EXPECT_EQ(result.tables[0].name, "s");
  EXPECT_GE(result.tables[1].parts, 6u);
  EXPECT_EQ(result.tables[1].new_parts, 1u);
  for (const char* table : {"t", "s"}) {
    const auto parts = IdsOfParts(out_, table);
    EXPECT_EQ(parts.size(), 1u);
    ExpectSorted(parts);
  }
  EXPECT_EQ(Exported(out_), before);
  ExpectWell(out_);
}

TEST_F(CompactTest, PartsOfTheLedgerAndTheQuarantineBecomeOneEach) {
  for (const char* number : {"90", "91", "92"})
    ASSERT_TRUE(
        Ingest(folder_, {{std::string("t_") + number + ".jsonl", "{\"n\":1}\n{\"n\":"}}).ok());
  const Files before = Exported(out_);
  const StoreStatus was = LookAtStore(out_).ValueOrDie();
  const CompactResult result = CompactNow(out_);
  EXPECT_EQ(result.records.parts, 9u + 3u);
  EXPECT_EQ(result.records.new_parts, 2u);
  const ledger::Pin pin = ledger::PinLatest(out_).ValueOrDie();
  EXPECT_EQ(pin.ledger.live.size(), 1u);
  EXPECT_EQ(pin.tables.at("_roost/quarantine").live.size(), 1u);
  const StoreStatus now = LookAtStore(out_).ValueOrDie();
  EXPECT_EQ(now.files, was.files);
  EXPECT_EQ(now.records, was.records);
  ASSERT_EQ(now.quarantine.size(), 1u);
  EXPECT_EQ(now.quarantine[0].rejects, 3u);
  EXPECT_EQ(Exported(out_), before);
  EXPECT_EQ(CompactNow(out_).records.parts, 0u);
  ExpectWell(out_);
  // Known files stay so, and one that has changed is replaced, its reject too.
  ASSERT_TRUE(Ingest(folder_, {{"t_91.jsonl", "{\"n\":1}\n{\"n\":2}\n"}}).ok());
  EXPECT_EQ(LookAtStore(out_).ValueOrDie().quarantine[0].rejects, 2u);
  ExpectWell(out_);
}

TEST_F(CompactTest, TheSecondTimeThereIsNothingToDo) {
  CompactNow(out_);
  const CompactResult again = CompactNow(out_);
  EXPECT_TRUE(again.tables.empty());
  EXPECT_EQ(again.commits, 0u);
}

TEST_F(CompactTest, ADryRunSaysWhatWouldBeDoneAndWritesNothing) {
  const auto parts = IdsOfParts(out_, "s");
  CompactOptions options;
  options.store_dir = out_;
  options.dry_run = true;
  auto result = Compact(options);
  ASSERT_TRUE(result.ok()) << result.status().ToString();
  ASSERT_EQ(result->tables.size(), 2u);
  EXPECT_EQ(result->commits, 0u);
  EXPECT_EQ(IdsOfParts(out_, "s"), parts);
}

TEST_F(CompactTest, WhereTheDiskHasNoRoomNothingIsWritten) {
  auto writer = store::StoreWriter::Open(out_).ValueOrDie();
  store::CompactionOptions options;
  options.free_bytes = [](const std::string&) { return Result<uint64_t>(1000); };
  int changes = 0;
  Status status;
  {
    AtCalls count([&](int, disk::Call, const std::string&) {
      ++changes;
      return disk::Fault{};
    });
    status = store::Compact(*writer, options).status();
  }
  EXPECT_TRUE(status.IsIOError()) << status.ToString();
  EXPECT_NE(status.message().find("make room"), std::string::npos) << status.ToString();
  EXPECT_LE(changes, 20) << "syncs of what was read";
  ASSERT_TRUE(writer->Close().ok());
  EXPECT_TRUE(ledger::testing::CheckNoGarbage(out_).ok());
}

TEST_F(CompactTest, ARowThatWasReplacedIsNotThereAgain) {
  Status status = Ingest(folder_, {{"t_4.json", R"({"n":400,"s":[]})"}}, 0);
  ASSERT_TRUE(status.ok()) << status.ToString();
  const Files before = Exported(out_);
  CompactNow(out_);
  EXPECT_EQ(Exported(out_), before);
  ExpectWell(out_);
}

TEST_F(CompactTest, RowsOfOtherToolsStayWhereTheyAre) {
  ASSERT_TRUE(Ingest(folder_, {{"p_1.json", R"({"content":"a"})"}}).ok());
  ASSERT_TRUE(Ingest(folder_, {{"p_2.json", R"({"content":"b"})"}}).ok());
  Status appended = ledger::testing::AppendForeign(out_, "p", 3);
  ASSERT_TRUE(appended.ok()) << appended.ToString();
  const CompactResult result = CompactNow(out_);
  const auto p = std::ranges::find(result.tables, "p", &CompactResult::Table::name);
  ASSERT_NE(p, result.tables.end());
  EXPECT_EQ(p->parts, 2u);
  EXPECT_EQ(p->new_parts, 1u);
  EXPECT_TRUE(CompactNow(out_).tables.empty());
}

TEST_F(CompactTest, SmallPartsGoTogetherUntilThereAreFewEnough) {
  auto writer = store::StoreWriter::Open(out_).ValueOrDie();
  store::SmallMergeOptions options;
  options.seconds = 60;
  options.limits.parts = 4;
  auto merged = store::MergeSmallParts(*writer, options);
  ASSERT_TRUE(merged.ok()) << merged.status().ToString();
  EXPECT_GE(*merged, 12u);
  EXPECT_EQ(store::MergeSmallParts(*writer, options).ValueOrDie(), 0u) << "few enough";
  ASSERT_TRUE(writer->Close().ok());
  ExpectWell(out_);
}

/// Columns and types of the only table, after batches of one document each were compacted: they are
/// given back as they were, and there is nothing to do a second time.
std::map<std::string, std::string> TypesAfterCompaction(const std::vector<std::string>& documents,
                                                        std::set<std::string> gone) {
  TestFolder folder;
  const std::string out = folder / "out";
  Files expected;
  for (size_t i = 0; i < documents.size(); ++i) {
    const std::string name = "t_" + std::to_string(i) + ".json";
    Status status = Ingest(folder, {{name, documents[i]}}, 0);
    EXPECT_TRUE(status.ok()) << status.ToString();
    expected[name] = documents[i] + "\n";
  }
  EXPECT_EQ(Exported(out), expected);
  const CompactResult result = CompactNow(out);
  EXPECT_EQ(result.tables.size(), 1u);
  if (result.tables.empty()) return {};
  const auto& folded = result.tables[0].folded;
  EXPECT_EQ(std::set<std::string>(folded.begin(), folded.end()), gone);
  EXPECT_EQ(Exported(out), expected);
  EXPECT_TRUE(CompactNow(out).tables.empty());
  ExpectWell(out);
  std::map<std::string, std::string> types;
  const auto tables = DescribeSchema(out).ValueOrDie();
  for (const auto& column : tables[0].columns)
    if (column.name[0] != '_') types[column.name] = column.type;
  return types;
}

using Types = std::map<std::string, std::string>;

TEST(CompactFolding, SiblingsGoBackWhereTheColumnCanBeWidened) {
  EXPECT_EQ(TypesAfterCompaction({R"({"d":"2020-01-01","b":true,"w":1})",
                                  R"({"d":"later","b":"no","w":12345678901234567890123})",
                                  R"({"d":"2020-01-02","w":2})"},
                                 {"d__text", "w__int"}),
            (Types{{"d", "text"}, {"b", "bool"}, {"b__text", "text"}, {"w", "decimal38"}}));
}

TEST(CompactFolding, NoNumberIsSpelledOtherwise) {
  EXPECT_EQ(
      TypesAfterCompaction({R"({"a":1,"k":1})", R"({"a":2.5,"k":9007199254740993})",
                            R"({"a":3,"k":0.5})", R"({"a":4.25,"k":2})"},
                           {}),
      (Types{{"a", "int64"}, {"a__double", "double"}, {"k", "int64"}, {"k__double", "double"}}));
}

TEST(CompactFolding, NumbersOfAColumnWithoutIntegersComeTogether) {
  TestFolder folder;
  const std::string out = folder / "out";
  for (const char* text : {R"({"a":1})", R"({"a":2.5})"}) {
    Status status = Ingest(folder, {{std::string("t_") + text[5] + ".json", text}}, 0);
    ASSERT_TRUE(status.ok()) << status.ToString();
  }
  ASSERT_TRUE(Ingest(folder, {{"t_1.json", R"({"a":null})"}}, 0).ok());
  const Files before = Exported(out);
  EXPECT_EQ(CompactNow(out).tables.at(0).folded, std::vector<std::string>{"a__double"});
  EXPECT_EQ(Exported(out), before);
  ExpectWell(out);
}

TEST(CompactFolding, ThePlainNameOfNullsGoesToTheKindWithMostValues) {
  const std::string nulls = R"({"i":null,"m":null,"l":null,"s":null})";
  EXPECT_EQ(
      TypesAfterCompaction({nulls, R"({"i":1,"m":true,"l":[1,2],"s":1})",
                            R"({"i":2,"m":3,"l":[3],"s":0.5})", R"({"i":3,"m":4,"s":"text"})"},
                           {"i__int", "m__int", "l__list"}),
      (Types{{"i", "int64"},
             {"m", "int64"},
             {"m__bool", "bool"},
             {"l", "list_int64"},
             {"s", "text"},
             {"s__int", "int64"},
             {"s__double", "double"}}));
}

TEST(CompactLimits, PartsEndAtTheTargetAndLargeOnesAreLeftAlone) {
  TestFolder folder;
  const std::string out = folder / "out";
  std::string text;
  for (int batch = 0; batch < 4; ++batch) {
    text.clear();
    for (int row = 0; row < 20'000; ++row)
      text +=
          "{\"v\":\"" + std::to_string((row * 7919 + batch) % 1'000'003 * 1'000'003LL) + "\"}\n";
    ASSERT_TRUE(Ingest(folder, {{"t_" + std::to_string(batch) + ".jsonl", text}}).ok());
  }
  constexpr uint64_t kTarget = 100'000;
  const Files before = Exported(out);
  const CompactResult result = CompactNow(out, kTarget);
  (void)result;
  const auto parts = IdsOfParts(out, "t");
  ExpectSorted(parts);
  EXPECT_EQ(Exported(out), before);
  EXPECT_TRUE(CompactNow(out, kTarget).tables.empty());
  ExpectWell(out);
}

TEST(CompactLimits, RowsThatSpellTheirShapesOutKeepThem) {
  TestFolder folder;
  const std::string out = folder / "out";
  std::string text;
  for (int row = 0; row < 5000; ++row) {
    text += "{\"n\":1";
    for (int key = 0; key < 13; ++key)
      if (row >> key & 1) text += ",\"k" + std::to_string(key) + "\":" + std::to_string(row);
    text += "}\n";
  }
  ASSERT_TRUE(Ingest(folder, {{"t_1.jsonl", "{\"n\":1}\n"}}, 0).ok());
  ASSERT_TRUE(Ingest(folder, {{"t_2.jsonl", text}}, 0).ok());
  ASSERT_TRUE(Ingest(folder, {{"t_3.jsonl", "{\"k1\":1}\n"}}, 0).ok());
  const Files before = Exported(out);
  EXPECT_EQ(CompactNow(out).tables.size(), 1u);
  EXPECT_EQ(Exported(out), before);
  EXPECT_TRUE(CompactNow(out).tables.empty());
  ExpectWell(out);
}

/// Documents of every kind, in batches whose columns differ.
void CompactRandom(uint64_t seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  TestFolder folder;
  const std::string out = folder / "out";
  for (uint64_t batch = 0; batch < 4; ++batch) {
    const std::string records = tests::RandomDocuments(seed, batch).SoundRecords(40);
    Status status = Ingest(folder, {{"t_" + std::to_string(batch) + ".json", records}}, 0);
    ASSERT_TRUE(status.ok()) << "batch " << batch << ": " << status.ToString();
  }
  ASSERT_NO_FATAL_FAILURE(ExpectWell(out));
  const Files before = Exported(out);
  CompactNow(out);
  ASSERT_NO_FATAL_FAILURE(ExpectWell(out));
  EXPECT_EQ(Exported(out), before);
  const CompactResult again = CompactNow(out);
  for (const auto& table : again.tables)
    ADD_FAILURE() << table.name << ": " << table.parts << " parts became " << table.new_parts
                  << "; " << ::testing::PrintToString(table.folded);
}

TEST(CompactRandom, DocumentsOfEveryKindStayWhatTheyAre) {
  for (uint64_t seed : {2, 13, 53}) ASSERT_NO_FATAL_FAILURE(CompactRandom(seed));
}
TEST(CompactRandomSlow, DocumentsOfEveryKindStayWhatTheyAre) {
  for (uint64_t seed = 0; seed < 200; ++seed) ASSERT_NO_FATAL_FAILURE(CompactRandom(seed));
}

// A store of several batches, one of which replaced rows, with siblings to fold and parts that lack
// columns; then compacted.
void Prepare(const TestFolder& folder) {
  const std::vector<Files> batches = {
      {{"t_1.json", R"({"a":1,"d":"2020-01-01","s":[{"x":1}]})"},
       {"t_2.json", R"({"a":2,"d":"2020-01-02"})"}},
      {{"t_3.json", R"({"a":3,"s":[{"x":5},{"x":6}]})"}, {"t_6.jsonl", "{\"a\":3}\n{\"a\":"}},
      {{"t_4.json", R"({"a":2.5,"d":"later","s":[{"x":"text"}]})"}},
      {{"t_1.json", R"({"a":7,"s":[{"x":9},{"x":8}]})"}},
      {{"t_5.json", R"({"a":6,"n":"new"})"}, {"t_7.jsonl", "{\"a\":6}\n{\"a\":"}}};
  for (const Files& files : batches) {
    Status status = Ingest(folder, files, 0);
    ASSERT_TRUE(status.ok()) << status.ToString();
  }
}

Status CompactOnce(const std::string& out) {
  CompactOptions options;
  options.store_dir = out;
  options.threads = 1;
  return Compact(options).status();
}

class CompactCrash : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(Prepare(made_));
    before_ = Exported(made_ / "out");
  }
  void Recover(const std::string& out) const {
    ASSERT_EQ(Exported(out), before_);
    Status status = CompactOnce(out);
    ASSERT_TRUE(status.ok()) << status.ToString();
    ExpectWhole(out, before_);
  }
  static void ExpectWhole(const std::string& out, const Files& files) {
    EXPECT_EQ(Exported(out), files);
    ExpectWell(out);
    Status clean = ledger::testing::CheckNoGarbage(out);
    EXPECT_TRUE(clean.ok()) << clean.ToString();
  }
  /// Two compact, or one compacts while another adds and replaces.
  void StopEverywhere(int stride) const {
    const Files more = {{"t_9.json", R"({"a":9.5,"z":[1,2],"s":[{"x":7}]})"}};
    crash_.StopEverywhere(
        stride,
        [&](const std::string& out, int at) {
          return at % 2 == 0 ? CompactOnce(out) : IngestInto(made_, more, out);
        },
        [&](const std::string& out, int at) {
          Files expected = before_;
          if (at % 2 != 0) expected["t_9.json"] = more.begin()->second + "\n";
          ASSERT_TRUE(CompactOnce(out).ok());
          ExpectWhole(out, expected);
        });
  }

  TestFolder made_;
  Files before_;
  const StoreCrash crash_{made_ / "out", CompactOnce,
                          [this](const std::string& out) { Recover(out); }};
};
using CompactCrashSlow = CompactCrash;

TEST_F(CompactCrash, WhereverItIsKilledTheStoreIsWhole) { crash_.KillEverywhere(25); }
TEST_F(CompactCrashSlow, WhereverItIsKilledTheStoreIsWhole) {
  crash_.KillEverywhere(crash_.Calls());
}
TEST_F(CompactCrash, AFailedCallLeavesTheStoreWhole) {
  crash_.FailEverywhere(ENOSPC, false, 12);
  crash_.FailEverywhere(EIO, true, 8);
}
TEST_F(CompactCrashSlow, AFailedCallLeavesTheStoreWhole) {
  crash_.FailEverywhere(ENOSPC, false, crash_.Calls());
  crash_.FailEverywhere(EIO, true, crash_.Calls());
}
TEST_F(CompactCrash, APowerCutLosesNoRow) { crash_.CutThePower(12, 1); }
TEST_F(CompactCrashSlow, APowerCutLosesNoRow) { crash_.CutThePower(500, 2); }
TEST_F(CompactCrash, AStoppedOneHoldsNobodyUpAndLosesNothing) { StopEverywhere(7); }
TEST_F(CompactCrashSlow, AStoppedOneHoldsNobodyUpAndLosesNothing) { StopEverywhere(1); }

}  // namespace
}  // namespace roost::testing
