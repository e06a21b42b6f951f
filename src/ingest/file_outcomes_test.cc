#include "ingest/file_outcomes.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace roost::ingest {
namespace {

FileOutcome Small(uint32_t file, uint64_t number) {
  FileOutcome outcome;
  outcome.facts.file = file;
  outcome.facts.bytes = 100 + file;
  outcome.facts.decoded_bytes = 200;
  outcome.facts.hash_low = UINT64_MAX;
  outcome.facts.hash_high = 7;
  outcome.facts.modified_ns = -5;
  outcome.facts.device = 3 + file % 300;
  outcome.facts.inode = UINT64_MAX - 1;
  outcome.facts.born_ns = INT64_MAX;
  outcome.facts.compression = read::FileFacts::Compression::kZstd;
  outcome.facts.first_number = number;
  outcome.facts.numbers = 1;
  outcome.facts.is_array = file % 2;
  outcome.facts.is_lines = !outcome.facts.is_array;
  outcome.records = 2;
  outcome.rejects = 1;
  outcome.values = 11;
  outcome.nulls = 4;
  outcome.framing = shred::Framing::kLines;
  return outcome;
}

void ExpectSame(const FileOutcome& one, const FileOutcome& other) {
  EXPECT_EQ(one.facts.file, other.facts.file);
  EXPECT_EQ(one.facts.bytes, other.facts.bytes);
  EXPECT_EQ(one.facts.decoded_bytes, other.facts.decoded_bytes);
  EXPECT_EQ(one.facts.hash_low, other.facts.hash_low);
  EXPECT_EQ(one.facts.hash_high, other.facts.hash_high);
  EXPECT_EQ(one.facts.modified_ns, other.facts.modified_ns);
  EXPECT_EQ(one.facts.device, other.facts.device);
  EXPECT_EQ(one.facts.inode, other.facts.inode);
  EXPECT_EQ(one.facts.born_ns, other.facts.born_ns);
  EXPECT_EQ(one.facts.compression, other.facts.compression);
  EXPECT_EQ(one.facts.first_number, other.facts.first_number);
  EXPECT_EQ(one.facts.numbers, other.facts.numbers);
  EXPECT_EQ(one.facts.is_lines, other.facts.is_lines);
  EXPECT_EQ(one.facts.is_array, other.facts.is_array);
  EXPECT_EQ(one.records, other.records);
  EXPECT_EQ(one.rejects, other.rejects);
  EXPECT_EQ(one.values, other.values);
  EXPECT_EQ(one.nulls, other.nulls);
  EXPECT_EQ(one.framing, other.framing);
  EXPECT_EQ(one.fault, other.fault);
  EXPECT_EQ(one.first_reject, other.first_reject);
}

TEST(FileOutcomes, GiveBackWhatWasSetWhateverItsSize) {
  FileOutcomes all(1000);
  std::vector<FileOutcome> wanted(1000);
  for (uint32_t i = 999; i > 0; --i) {
    FileOutcome& outcome = wanted[i] = Small(i, 5000 + i);
    if (i % 7 == 1) outcome.facts.first_number = 1'000'000 + 10 * i, outcome.facts.numbers = 10;
    if (i % 7 == 2) outcome.values = uint64_t{1} << 40;
    if (i % 7 == 3) outcome.fault = std::make_shared<const std::string>("gone");
    if (i % 7 == 4) outcome.rejects = 1 << 20;
    if (i % 7 == 5) outcome.facts.numbers = outcome.facts.first_number = 0;
    all.Set(i, outcome);
  }
  wanted[0].facts.born_ns = -1;  // never set
  for (size_t i = 0; i < wanted.size(); ++i) ExpectSame(all[i], wanted[i]);
  size_t count = 0;
  for (const FileOutcome& outcome : all) ExpectSame(outcome, wanted[count++]);
  EXPECT_EQ(count, wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i) {
    const read::FileFacts& facts = wanted[i].facts;
    if (facts.numbers > 0) {
      EXPECT_EQ(all.FileOfNumber(facts.first_number + facts.numbers - 1), i);
    }
  }
  EXPECT_EQ(all.FileOfNumber(5000), std::nullopt);
  EXPECT_EQ(all.FileOfNumber(6000), std::nullopt);
  EXPECT_EQ(all.FileOfNumber(0), std::nullopt);
}

TEST(FileOutcomes, WhatGrewAndShrankIsKeptOnce) {
  FileOutcomes all(3);
  FileOutcome outcome = Small(2, 9);
  for (uint64_t values : {uint64_t{1}, uint64_t{1} << 50, uint64_t{2}}) {
    outcome.values = values;
    all.Set(2, outcome);
    ExpectSame(all[2], outcome);
  }
}

}  // namespace
}  // namespace roost::ingest
