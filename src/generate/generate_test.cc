#include "roost/generate.h"

#include <gtest/gtest.h>
#include <xxhash.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "base/disk.h"
#include "base/test_folder.h"

namespace roost {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::map<std::string, std::string> ReadFolder(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(folder))
    files[entry.path().filename()] = ReadFile(entry.path());
  return files;
}

constexpr const char* kFaults =
    "orphan=0.02,late_parent=0.05,over_capacity=0.05,duplicate=0.02,clash=0.02,age_grade=0.02,null_"
    "burst=0.1,"
    "outlier=0.02,unit_swap=0.1,type_flip=0.02,truncated=0.05,malformed=0.05,duplicate_file=0.05";

GenerateOptions SmallSchool(const std::string& folder) {
  GenerateOptions options;
  options.output_dir = folder;
  options.num_iterations = 150;
  options.threads = 1;
  return options;
}

std::string Stream(GenerateOptions options) {
  std::string text;
  options.output_dir = "-";
  options.format = GenerateFormat::kNdjson;
  options.write = [&](std::string_view bytes) {
    text += bytes;
    return Status::OK();
  };
  Result<GenerateResult> result = Generate(options);
  EXPECT_TRUE(result.ok()) << result.status().message();
  return text;
}

TEST(Generate, ThreadsChangeNoByte) {
  for (const char* inject : {"", kFaults}) {
    TestFolder folder;
    for (unsigned threads : {1u, 2u, 5u}) {
      GenerateOptions options = SmallSchool(folder / std::to_string(threads));
      options.inject = inject;
      options.threads = threads;
      Result<GenerateResult> result = Generate(options);
      ASSERT_TRUE(result.ok()) << result.status().message();
    }
    EXPECT_EQ(ReadFolder(folder / "1"), ReadFolder(folder / "2"));
    EXPECT_EQ(ReadFolder(folder / "1"), ReadFolder(folder / "5"));
  }
}

TEST(Generate, SeveralRunsAreOneLongRun) {
  for (const char* inject : {"", kFaults}) {
    TestFolder folder;
    GenerateOptions options = SmallSchool(folder / "long");
    options.inject = inject;
    ASSERT_TRUE(Generate(options).ok());
    options.output_dir = folder / "short";
    for (auto [start, count] : {std::pair{0, 1}, {1, 70}, {71, 79}}) {
      options.start = static_cast<uint64_t>(start);
      options.num_iterations = static_cast<uint64_t>(count);
      Result<GenerateResult> result = Generate(options);
      ASSERT_TRUE(result.ok()) << result.status().message();
    }
    EXPECT_EQ(ReadFolder(folder / "long"), ReadFolder(folder / "short"));
  }
}

TEST(Generate, StreamsAreTheFilesInOrder) {
  for (const char* world : {"school", "pool", "shop"}) {
    TestFolder folder;
    GenerateOptions options = SmallSchool(folder / "files");
    options.world = world;
    ASSERT_TRUE(Generate(options).ok());
    std::string joined;
    for (const auto& [name, text] : ReadFolder(folder / "files")) {
      if (name[0] != '_') joined += text;
    }
    EXPECT_EQ(Stream(options), joined);
    options.output_dir = folder / "stream";
    options.format = GenerateFormat::kNdjson;
    options.threads = 3;
    ASSERT_TRUE(Generate(options).ok());
    for (const auto& [name, text] : ReadFolder(folder / "stream")) {
      if (name.ends_with(".ndjson")) {
        EXPECT_EQ(text, joined);
      }
    }
  }
}

TEST(Generate, SeedsMakeOtherDocuments) {
  GenerateOptions options = SmallSchool("");
  std::string one = Stream(options);
  options.seed = 2;
  EXPECT_NE(Stream(options), one);
}

// Documents must not change with compilers, machines or releases; a change of the worlds or of the
// generator that means to change them changes these numbers too.
TEST(Generate, BytesAreTheSameEverywhere) {
  std::map<std::string, uint64_t> hashes;
  for (const char* world : {"school", "pool", "shop"}) {
    GenerateOptions options = SmallSchool("");
    options.world = world;
    std::string text = Stream(options);
    hashes[world] = XXH3_64bits(text.data(), text.size());
  }
  EXPECT_EQ(hashes["school"], 4451782080627931558u);
  EXPECT_EQ(hashes["pool"], 11305178236414143248u);
  EXPECT_EQ(hashes["shop"], 13489186715243112455u);
}

TEST(Generate, StopsBehindWholeDocuments) {
  TestFolder folder;
  GenerateOptions options = SmallSchool(folder / "out");
  options.config.generation_rate = 1e6;
  int polls = 0;
  options.should_stop = [&] { return ++polls > 40; };
  Result<GenerateResult> result = Generate(options);
  ASSERT_TRUE(result.ok()) << result.status().message();
  EXPECT_TRUE(result->stopped);
  EXPECT_GT(result->documents, 0u);
  EXPECT_LT(result->documents, 150u);
  uint64_t files = 0;
  for (const auto& [name, text] : ReadFolder(folder / "out")) {
    if (name[0] == '_') continue;
    ++files;
    EXPECT_TRUE(text.ends_with("}\n"));
  }
  EXPECT_EQ(files, result->documents);
}

TEST(Generate, KeepsToItsRate) {
  TestFolder folder;
  GenerateOptions options = SmallSchool(folder / "out");
  options.num_iterations = 6;
  options.config.generation_rate = 50;
  Result<GenerateResult> result = Generate(options);
  ASSERT_TRUE(result.ok());
  EXPECT_GE(result->seconds, 0.1);  // five pauses of 20 ms
}

// A full disk at any of the first system calls is one error that names a path, and no half file.
TEST(Generate, LeavesNoHalfFileOnAFullDisk) {
  for (GenerateFormat format : {GenerateFormat::kJson, GenerateFormat::kNdjson}) {
    for (int call = 1; call < 40; ++call) {
      TestFolder folder;
      GenerateOptions options = SmallSchool(folder / "out");
      options.num_iterations = 8;
      options.format = format;
      int writes = 0;
      disk::SetFaultHook([&](disk::Call kind, const std::string&) {
        bool fails = kind == disk::Call::kWrite && ++writes >= call;
        return fails ? disk::Fault{ENOSPC} : disk::Fault{};
      });
      Result<GenerateResult> result = Generate(options);
      disk::SetFaultHook({});
      if (result.ok()) break;
      EXPECT_TRUE(result.status().IsIOError());
      EXPECT_NE(result.status().message().find("No space left"), std::string::npos);
      for (const auto& [name, text] : ReadFolder(folder / "out")) {
        EXPECT_NE(name[0], '.') << name;
        EXPECT_TRUE(text.ends_with("\n")) << name;
      }
    }
  }
}

TEST(Generate, GrowsInPlaceToTheSameBytes) {
  TestFolder folder;
  GenerateOptions options = SmallSchool(folder / "whole");
  options.num_iterations = 5;
  ASSERT_TRUE(Generate(options).ok());
  options.output_dir = folder / "grown";
  options.in_place = true;
  ASSERT_TRUE(Generate(options).ok());
  EXPECT_EQ(ReadFolder(folder / "whole"), ReadFolder(folder / "grown"));
  EXPECT_EQ(fs::status(folder / "grown/result_000003.json").permissions(), fs::perms{0644});
}

TEST(Generate, RefusesWhatCannotBe) {
  struct Refused {
    const char* message;
    void (*change)(GenerateOptions&);
  };
  const Refused cases[] = {
      {"too few", [](GenerateOptions& o) { o.config.class_capacity_utilization = 0.3; }},
      {"has no parameter 'max_enrollments'",
       [](GenerateOptions& o) {
         o.world = "pool";
         o.config.max_enrollments_per_student = 4;
       }},
      {"there is no built-in world 'scool'; did you mean 'school'?",
       [](GenerateOptions& o) { o.world = "scool"; }},
      {"there is no fault 'orphans'", [](GenerateOptions& o) { o.inject = "orphans=0.1"; }},
      {"a share from 0 to 1", [](GenerateOptions& o) { o.inject = "orphan=2"; }},
      {"stands there twice", [](GenerateOptions& o) { o.inject = "orphan=0.1,orphan=0.2"; }},
      {"no place for the fault 'over_capacity'",
       [](GenerateOptions& o) {
         o.world = "shop";
         o.inject = "over_capacity=0.1";
       }},
      {"only --format ndjson", [](GenerateOptions& o) { o.output_dir = "-"; }},
      {"tables cannot hold the fault 'truncated'",
       [](GenerateOptions& o) {
         o.format = GenerateFormat::kParquet;
         o.inject = "truncated=0.1";
       }},
      {"--in-place is for separate files",
       [](GenerateOptions& o) {
         o.in_place = true;
         o.format = GenerateFormat::kNdjson;
       }},
  };
  for (const Refused& refused : cases) {
    TestFolder folder;
    GenerateOptions options = SmallSchool(folder / "out");
    refused.change(options);
    Result<GenerateResult> result = Generate(options);
    ASSERT_FALSE(result.ok()) << refused.message;
    EXPECT_NE(result.status().message().find(refused.message), std::string::npos)
        << result.status().message();
    EXPECT_FALSE(fs::exists(folder / "out/result_000000.json"));
  }
}

TEST(Generate, GoesOnOnlyWithTheSameFaults) {
  TestFolder folder;
  GenerateOptions options = SmallSchool(folder / "out");
  options.inject = "orphan=0.1";
  ASSERT_TRUE(Generate(options).ok());
  options.start = 150;
  options.inject = "orphan=0.2";
  Result<GenerateResult> result = Generate(options);
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.status().message().find("another world, seed or --inject"), std::string::npos);
}

TEST(Generate, ATruthOfEarlierDocumentsIsNotLeftThere) {
  TestFolder folder;
  GenerateOptions options = SmallSchool(folder / "out");
  options.inject = "orphan=0.1";
  ASSERT_TRUE(Generate(options).ok());
  ASSERT_TRUE(fs::exists(folder / "out/_truth.json"));
  options.inject = "";
  options.start = 150;
  EXPECT_FALSE(Generate(options).ok());
  options.start = 0;
  ASSERT_TRUE(Generate(options).ok());
  EXPECT_FALSE(fs::exists(folder / "out/_truth.json"));
}

}  // namespace
}  // namespace roost
