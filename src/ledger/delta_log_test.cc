#include "ledger/delta_log.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "base/test_folder.h"
#include "ledger/checkpoint.h"
#include "ledger/delta_json.h"
#include "ledger/delta_schema.h"
#include "ledger/entry.h"

namespace roost::ledger {
namespace {

class DeltaLogTest : public testing::Test {
 protected:
  std::string LogPath(const std::string& name) const {
    return top_ + "/delta/t/_delta_log/" + name;
  }
  void WriteFile(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(LogPath(""));
    std::ofstream(LogPath(name)) << text;
  }

  TestFolder made_;
  const std::string top_ = made_.path();
};

std::vector<Column> SomeColumns() {
  return {{"id", "long", false, {}},
          {"said \"so\"", "string", false, {{"roost.path", "/a\n\"b\""}}},
          {"tags", "string", true, {}},
          {"exact", "decimal(38,0)", false, {}}};
}

Commit First() {
  Commit commit;
  commit.info = "{\"operation\":\"CREATE TABLE\"}";
  commit.protocol = Protocol{};
  commit.metadata =
      Metadata{"0b0c", "t", "words", WriteSchema(SomeColumns()), {}, {{"roost.x", "1"}}, 5};
  return commit;
}

Part PartNamed(const std::string& path) {
  return {path, 100, 7, "{\"numRecords\":3}", {{"roost.columns", "4"}}, {}};
}

Commit Adding(int number) {
  Commit commit;
  commit.transactions = {{"roost", number, 9}, {"other", 100 + number, 9}};
  commit.added.push_back(PartNamed("part-" + std::to_string(number)));
  if (number > 1) commit.removed.push_back({"part-" + std::to_string(number - 1), 100, 11});
  return commit;
}

void ExpectSame(const Snapshot& a, const Snapshot& b) {
  EXPECT_EQ(a.version, b.version);
  EXPECT_EQ(a.protocol, b.protocol);
  EXPECT_EQ(a.metadata, b.metadata);
  EXPECT_EQ(a.live, b.live);
  EXPECT_EQ(a.removed, b.removed);
  EXPECT_EQ(a.transactions, b.transactions);
}

TEST_F(DeltaLogTest, ACommitReadsAsItWasWritten) {
  Commit commit = Adding(2);
  commit.protocol = ProtocolFor({{"at", "timestamp_ntz", false, {}}});
  commit.metadata = First().metadata;
  commit.info = "{\"a\":[1,2.5,null]}";
  const std::string text = WriteCommit(commit);
  const Commit read = ReadCommit(text, "here").ValueOrDie();
  EXPECT_EQ(WriteCommit(read), text);
  EXPECT_EQ(read.protocol->reader_features, std::vector<std::string>{"timestampNtz"});
}

TEST_F(DeltaLogTest, AForeignCommitIsReadAndWhatIsUnknownSkipped) {
  const Commit read = ReadCommit(R"({"commitInfo":{"operation":"WRITE"}}

{"add":{"path":"a%20b.parquet","partitionValues":{},"size":5,"modificationTime":1,"dataChange":true,"stats":null,"clusteringProvider":"x"}}
{"domainMetadata":{"domain":"d"}}
{"remove":{"path":"c","deletionTimestamp":3,"dataChange":true}})",
                                 "here")
                          .ValueOrDie();
  EXPECT_EQ(DecodePath(read.added[0].path), "a b.parquet");
  EXPECT_EQ(read.removed[0].deleted_ms, 3);
}

TEST_F(DeltaLogTest, WhatCannotBeReadIsAnErrorThatNamesTheFile) {
  for (const char* text : {"{\"add\":{\"size\":1}}", "{\"add\":", "[]",
                           "{\"add\":{\"path\":\"a\",\"deletionVector\":{}}}"}) {
    Status status = ReadCommit(text, "the/file").status();
    EXPECT_NE(status.message().find("the/file"), std::string::npos) << text;
  }
}

// What a log says is removed is removed from disk later.
TEST_F(DeltaLogTest, APathThatLeadsOutOfItsTableIsAnError) {
  for (const char* path : {"..", "../t/part", "a/%2E%2e/b", "a/..", "part%00"}) {
    for (const char* action : {"add", "remove"}) {
      const std::string text =
          std::string("{\"") + action + "\":{\"path\":\"" + path + "\",\"size\":1}}";
      Status status = ReadCommit(text, "the/file").status();
      EXPECT_NE(status.message().find("outside"), std::string::npos) << text;
    }
    Entry entry;
    entry.tables.push_back({"t", {}, {{path, 1, 0}}, {}});
    EXPECT_FALSE(EntryOf(CommitOf(entry, 5), "here").ok()) << path;
  }
  for (const char* path : {"..a", "a..", "a/...", "%2e/a"}) EXPECT_TRUE(CheckPath(path, "").ok());
}

TEST_F(DeltaLogTest, ASchemaReadsAsItWasWritten) {
  EXPECT_EQ(ReadSchema(WriteSchema(SomeColumns()), "here").ValueOrDie(), SomeColumns());
}

TEST_F(DeltaLogTest, ATypeWhoseNameLooksNestedIsAnError) {
  EXPECT_FALSE(ReadSchema(R"({"fields":[{"name":"a","type":"{x"}]})", "here").ok());
}

TEST_F(DeltaLogTest, TwoWritersDoNotGetOneVersion) {
  DeltaLog one(top_, "delta/t"), two(top_, "delta/t");
  ASSERT_TRUE(one.Put(First(), "w1").ValueOrDie());
  ASSERT_TRUE(two.Refresh().ok());
  ASSERT_TRUE(one.Put(Adding(1), "w1").ValueOrDie());
  EXPECT_FALSE(two.Put(Adding(2), "w2").ValueOrDie());
  EXPECT_EQ(two.snapshot().version, 0);
  ASSERT_TRUE(two.Refresh().ok());
  EXPECT_TRUE(two.Put(Adding(2), "w2").ValueOrDie());
  EXPECT_EQ(two.snapshot().TransactionOf("roost"), 2);
  EXPECT_EQ(two.snapshot().live.size(), 1u);
}

TEST_F(DeltaLogTest, ALogThatBeginsWhileItIsReadIsNoLogThatLostItsBeginning) {
  std::filesystem::create_directories(LogPath(""));
  disk::SetFaultHook([this](disk::Call call, const std::string&) {
    if (call == disk::Call::kList) WriteFile(CommitName(0), WriteCommit(First()));
    return disk::Fault{};
  });
  DeltaLog log(top_, "delta/t");
  Status status = log.Refresh();
  disk::SetFaultHook({});
  ASSERT_TRUE(status.ok()) << status.ToString();
  EXPECT_EQ(log.snapshot().version, 0);
}

TEST_F(DeltaLogTest, ACheckpointSaysWhatItsCommitsSaid) {
  DeltaLog log(top_, "delta/t");
  ASSERT_TRUE(log.Put(First(), "w").ValueOrDie());
  for (int i = 1; i <= 5; ++i) ASSERT_TRUE(log.Put(Adding(i), "w").ValueOrDie());
  ASSERT_TRUE(log.WriteCheckpoint("w", 0).ok());
  ExpectSame(*ReadCheckpoint(top_ + "/delta/t/_delta_log", 5).ValueOrDie(), log.snapshot());
  for (int i = 6; i <= 8; ++i) ASSERT_TRUE(log.Put(Adding(i), "w").ValueOrDie());
  for (int i = 0; i <= 4; ++i) std::filesystem::remove(LogPath(CommitName(i)));
  DeltaLog again(top_, "delta/t");
  ASSERT_TRUE(again.Refresh().ok());
  ExpectSame(again.snapshot(), log.snapshot());
  EXPECT_EQ(again.At(6).ValueOrDie().live.begin()->first, "part-6");
  EXPECT_NE(again.At(3).status().message().find("cleaned up"), std::string::npos);
}

TEST_F(DeltaLogTest, ADamagedCheckpointOrHintIsReadAround) {
  DeltaLog log(top_, "delta/t");
  ASSERT_TRUE(log.Put(First(), "w").ValueOrDie());
  ASSERT_TRUE(log.Put(Adding(1), "w").ValueOrDie());
  ASSERT_TRUE(log.WriteCheckpoint("w", 0).ok());
  for (const char* name : {"_last_checkpoint", "00000000000000000001.checkpoint.parquet"}) {
    WriteFile(name, "rubbish");
    DeltaLog again(top_, "delta/t");
    ASSERT_TRUE(again.Refresh().ok());
    ExpectSame(again.snapshot(), log.snapshot());
  }
  std::filesystem::remove(LogPath(CommitName(0)));
  DeltaLog lost(top_, "delta/t");
  EXPECT_NE(lost.Refresh().message().find("no checkpoint that roost can read"), std::string::npos);
}

TEST_F(DeltaLogTest, CommitsBeforeACheckpointGoAfterTheirTime) {
  DeltaLog log(top_, "delta/t");
  ASSERT_TRUE(log.Put(First(), "w").ValueOrDie());
  for (int i = 1; i <= 5; ++i) ASSERT_TRUE(log.Put(Adding(i), "w").ValueOrDie());
  ASSERT_TRUE(log.WriteCheckpoint("w", 0).ok());
  ASSERT_TRUE(log.Put(Adding(6), "w").ValueOrDie());
  EXPECT_EQ(log.CleanUp(INT64_MAX, 0).ValueOrDie(), 0);  // none is so old
  EXPECT_EQ(log.CleanUp(2, INT64_MAX).ValueOrDie(), 3);
  EXPECT_EQ(log.CleanUp(INT64_MAX, INT64_MAX).ValueOrDie(), 2);
  EXPECT_TRUE(std::filesystem::exists(LogPath(CommitName(5))));
  DeltaLog again(top_, "delta/t");
  ASSERT_TRUE(again.Refresh().ok());
  ExpectSame(again.snapshot(), log.snapshot());
}

// Its next version is missing because it was cleaned up, not because it was never put.
TEST_F(DeltaLogTest, AWriterThatSleptLongStartsAnew) {
  DeltaLog log(top_, "delta/t"), sleeper(top_, "delta/t");
  ASSERT_TRUE(log.Put(First(), "w").ValueOrDie());
  ASSERT_TRUE(log.Put(Adding(1), "w").ValueOrDie());
  ASSERT_TRUE(sleeper.Refresh().ok());
  for (int i = 2; i <= 5; ++i) ASSERT_TRUE(log.Put(Adding(i), "w").ValueOrDie());
  ASSERT_TRUE(log.WriteCheckpoint("w", 0).ok());
  ASSERT_TRUE(log.CleanUp(INT64_MAX, INT64_MAX).ok());
  ASSERT_TRUE(sleeper.Refresh().ok());
  EXPECT_EQ(sleeper.snapshot().version, 5);
}

TEST_F(DeltaLogTest, TablesThatAskForMoreAreRefusedByName) {
  struct Case {
    std::string line, word;
  };
  const std::vector<Case> cases = {
      {R"({"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["deletionVectors"],"writerFeatures":["deletionVectors"]}})",
       "deletionVectors"},
      {R"({"protocol":{"minReaderVersion":2,"minWriterVersion":5}})", "2/5"},
      {R"({"protocol":{"minReaderVersion":4,"minWriterVersion":8}})", "4/8"},
      {R"({"protocol":{"minReaderVersion":4294967297,"minWriterVersion":2}})", "/2"},
      {R"({"metaData":{"id":"x","schemaString":"{\"fields\":[]}","partitionColumns":[],"configuration":{"delta.setTransactionRetentionDuration":"interval 1 days"}}})",
       "setTransactionRetentionDuration"},
      {R"({"metaData":{"id":"x","schemaString":"{\"fields\":[]}","partitionColumns":["a"],"configuration":{}}})",
       "partitioned"}};
  for (const Case& refused : cases) {
    WriteFile(CommitName(0), refused.line);
    DeltaLog log(top_, "delta/t");
    Status status = log.Refresh();
    EXPECT_TRUE(status.IsNotImplemented()) << status.ToString();
    EXPECT_NE(status.message().find(refused.word), std::string::npos) << status.ToString();
  }
}

TEST_F(DeltaLogTest, ACheckpointThatAsksForMoreIsRefusedByName) {
  DeltaLog log(top_, "delta/t");
  ASSERT_TRUE(log.Put(First(), "w").ValueOrDie());
  Snapshot snapshot = log.snapshot();
  snapshot.version = 1;
  snapshot.protocol = {3, 7, {"columnMapping"}, {"columnMapping"}};
  ASSERT_TRUE(WriteCheckpoint(top_ + "/delta/t/_delta_log", snapshot, "w").ok());
  DeltaLog again(top_, "delta/t");
  Status status = again.Refresh();
  EXPECT_TRUE(status.IsNotImplemented()) << status.ToString();
  EXPECT_NE(status.message().find("columnMapping"), std::string::npos) << status.ToString();
}

Entry SomeEntry() {
  Entry entry;
  entry.writer = "w";
  entry.operation = "INGEST";
  Take take;
  take.file = {"in/\xff%.json", 1, UINT64_MAX, 3, -1, -5};
  take.hash_high = 0xfedcba9876543210;
  take.hash_low = 1;
  take.first_number = 77;
  take.numbers = 2;
  take.by = KnownBy::kInstance;
  entry.takes.push_back(take);
  TableChange change{"t", {PartNamed("p")}, {{"q", 5, 0}}, {}, true};
  change.schema = TableSchema{"id", SomeColumns(), {{"roost.identity", "t"}}};
  entry.tables.push_back(change);
  entry.versions["t"] = 4;
  entry.note = "{\"records\":1}";
  return entry;
}

TEST_F(DeltaLogTest, AnEntryReadsAsItWasWritten) {
  const std::string text = WriteCommit(CommitOf(SomeEntry(), 5));
  const Commit commit = ReadCommit(text, "here").ValueOrDie();
  const Entry read = EntryOf(commit, "here").ValueOrDie().value();
  EXPECT_EQ(WriteCommit(CommitOf(read, 5)), text);
  EXPECT_EQ(read.takes[0].file.path, "in/\xff%.json");
  EXPECT_EQ(read.takes[0].file.inode, UINT64_MAX);
  EXPECT_EQ(read.takes[0].by, KnownBy::kInstance);
  EXPECT_TRUE(read.tables[0].rewrites);
  EXPECT_EQ(read.tables[0].schema->columns, SomeColumns());
}

TEST_F(DeltaLogTest, ATakeOfMoreNumbersThanThereCanBeIsRefused) {
  Commit commit = CommitOf(SomeEntry(), 5);
  const std::string numbers = ",77,2,";
  commit.info.replace(commit.info.find(numbers), numbers.size(), ",77,4294967298,");
  EXPECT_FALSE(EntryOf(commit, "here").ok());
}

TEST_F(DeltaLogTest, AnEntryOfANewerFormatIsRefused) {
  Commit commit = CommitOf(SomeEntry(), 5);
  commit.info.replace(commit.info.find("\"format\":1"), 10, "\"format\":2");
  EXPECT_TRUE(EntryOf(commit, "here").status().IsNotImplemented());
  EXPECT_FALSE(EntryOf(First(), "here").ValueOrDie().has_value());
}

}  // namespace
}  // namespace roost::ledger
