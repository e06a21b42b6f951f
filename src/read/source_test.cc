// Files as they lie on disk: packed, cut short, changing, or no files at all.
#include "read/source.h"
#include "base/test_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "read/content_hash.h"
#include "read/test_input.h"
#include "read/test_packing.h"

namespace roost::read {
namespace {

constexpr ReaderOptions kSmall = {.unit_bytes = 1000, .max_record_bytes = 20000};

std::string Lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "{\"n\":" + std::to_string(i * 7919) + "}\n";
  return text;
}

SeenInput ReadBytes(const std::string& bytes, int threads = 1) {
  const TestFolder folder;
  folder.Write("a.json", bytes);
  return ReadAll({{folder.path("a.json"), 0, true}}, kSmall, threads);
}

struct PackedCase {
  const char* what;
  std::string bytes;
  std::string text;
  Compression compression;
};

std::vector<PackedCase> PackedCases(const std::string& text) {
  const std::string half = text.substr(0, text.size() / 2), rest = text.substr(half.size());
  const std::string skipped("\x51\x2a\x4d\x18\x03\x00\x00\x00xyz", 11);
  std::string many;
  for (char byte : text) many += Gzip(std::string(1, byte));
  return {{"gzip", Gzip(text), text, Compression::kGzip},
          {"two members", Gzip(half) + Gzip(rest), text, Compression::kGzip},
          {"an empty member", Gzip("") + Gzip(text) + Gzip(""), text, Compression::kGzip},
          {"a member for each byte", many, text, Compression::kGzip},
          {"zeros behind", Gzip(text) + std::string(2000, '\0'), text, Compression::kGzip},
          {"zstd", Zstd(text), text, Compression::kZstd},
          {"two frames", Zstd(half) + skipped + Zstd(rest), text, Compression::kZstd},
          {"a skipped frame first", skipped + Zstd(text), text, Compression::kZstd}};
}

TEST(Source, PackedFilesAreCutAsIfTheyWerePlain) {
  for (int lines : {1, 50, 700}) {
    const std::string text = Lines(lines);
    const SeenInput plain = ReadBytes(text);
    for (const PackedCase& packed : PackedCases(text)) {
      const SeenInput seen = ReadBytes(packed.bytes, 1 + lines % 3);
      ASSERT_EQ(seen.faults.size(), 0u) << packed.what << seen.faults.at(0).message;
      const auto units = seen.OfFile(0), wanted = plain.OfFile(0);
      ASSERT_EQ(units.size(), wanted.size()) << packed.what;
      for (size_t i = 0; i < units.size(); ++i) {
        EXPECT_EQ(units[i].text, wanted[i].text);
        EXPECT_EQ(units[i].unit.line, wanted[i].unit.line);
        EXPECT_EQ(units[i].unit.number, wanted[i].unit.number);
      }
      const FileFacts& facts = seen.done.at(0);
      EXPECT_EQ(facts.compression, packed.compression) << packed.what;
      EXPECT_EQ(facts.bytes, packed.bytes.size());
      EXPECT_EQ(facts.decoded_bytes, text.size());
      EXPECT_EQ((Hash128{facts.hash_low, facts.hash_high}),
                HashOf(packed.bytes.data(), packed.bytes.size()))
          << packed.what;
    }
  }
}

TEST(Source, ATruncatedFileGivesWhatItHasAndAFault) {
  for (int lines : {20, 700}) {
    const std::string text = Lines(lines);
    for (const std::string& whole : {Gzip(text), Zstd(text), Gzip(text) + Gzip(text)}) {
      for (size_t cut : {size_t{5}, whole.size() / 2 + 1, whole.size() - 1}) {
        const SeenInput seen = ReadBytes(whole.substr(0, cut));
        ASSERT_EQ(seen.faults.size(), 1u) << lines << " " << cut;
        const FileFault& fault = seen.faults.at(0);
        EXPECT_NE(fault.message.find("it is truncated: its "), std::string::npos) << fault.message;
        EXPECT_EQ(seen.done.size(), 0u);
        const std::string joined = Join(seen.OfFile(0));
        EXPECT_EQ(joined, (text + text).substr(0, joined.size()));
        EXPECT_EQ(fault.facts.decoded_bytes, joined.size());
        EXPECT_EQ(fault.facts.bytes, cut);
      }
    }
  }
}

TEST(Source, ACorruptFileIsAFaultThatTellsWhere) {
  const std::string text = Lines(700);
  std::string wrong_sum = Gzip(text), corrupt = Gzip(text), zstd = Zstd(text);
  wrong_sum[wrong_sum.size() - 6] ^= 1;
  corrupt.replace(10, 20, 20, '\xff');
  zstd.replace(10, 20, 20, '\xff');
  const std::vector<std::pair<std::string, std::string>> cases = {
      {wrong_sum, "its gzip checksum is wrong"},
      {corrupt, "its gzip data is corrupt"},
      {zstd, "its zstd data is corrupt ("},
      {Gzip(text) + "junk, and enough of it to be no header",
       "what follows a gzip member is no gzip header"},
      {"BZh91AY&SY",
       "it is packed as bzip2, which roost cannot unpack; unpack it, or use gzip or zstd"},
  };
  for (const auto& [bytes, reason] : cases) {
    const SeenInput seen = ReadBytes(bytes);
    ASSERT_EQ(seen.faults.size(), 1u) << reason;
    const std::string& message = seen.faults.at(0).message;
    EXPECT_NE(message.find(reason), std::string::npos) << message;
    EXPECT_NE(message.find("/a.json' on behind byte "), std::string::npos) << message;
  }
  EXPECT_EQ(Join(ReadBytes(wrong_sum).OfFile(0)), text);
}

TEST(Source, SmallPackedFilesThatUnpackToMuchAreCut) {
  const std::string text = "[" + std::string(100000, ' ') + "1]\n";
  const SeenInput seen = ReadBytes(Gzip(text));
  const auto units = seen.OfFile(0);
  EXPECT_EQ(units.back().unit.kind, UnitKind::kElements);
  EXPECT_EQ(seen.done.at(0).decoded_bytes, text.size());
  EXPECT_GE(seen.done.at(0).numbers, text.size() / 1000);
}

TEST(Source, PipesAreReadToTheirEnd) {
  for (const std::string& bytes : {Lines(3), Lines(700), Gzip(Lines(700)), std::string()}) {
    const TestFolder folder;
    const std::string path = folder.path("pipe");
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    std::thread writer([&] { std::ofstream(path, std::ios::binary) << bytes; });
    const SeenInput seen = ReadAll({{path, 0, false}}, kSmall, 2);
    writer.join();
    ASSERT_EQ(seen.done.size(), 1u);
    EXPECT_EQ(seen.done.at(0).bytes, bytes.size());
    EXPECT_EQ(Join(seen.OfFile(0)).size(), seen.done.at(0).decoded_bytes);
  }
}

TEST(Source, AFileThatGrewOrShrankSinceItWasListedIsReadAsItIs) {
  const TestFolder folder;
  for (int lines : {1, 100, 3000}) {
    const std::string path = folder.Write("a.json", Lines(lines));
    for (uint64_t listed : {uint64_t{1}, uint64_t{5000}, uint64_t{1} << 40}) {
      const SeenInput seen = ReadAll({{path, listed, true}}, kSmall);
      ASSERT_EQ(seen.done.size(), 1u) << lines << " " << listed;
      EXPECT_EQ(Join(seen.OfFile(0)), Lines(lines));
    }
  }
}

TEST(Source, AnUnreadableFileIsAFaultWithAdvice) {
  if (::geteuid() == 0) GTEST_SKIP() << "root can read everything";
  const TestFolder folder;
  const std::string path = folder.Write("a.json", "1");
  ::chmod(path.c_str(), 0);
  const SeenInput seen = ReadAll({{path, 0, true}}, kSmall);
  EXPECT_EQ(seen.faults.at(0).message, "cannot open '" + path +
                                           "': Permission denied; make it readable for this user, "
                                           "or leave it out");
}

TEST(Source, WhatCannotBeOpenedAsAFileIsAFault) {
  const TestFolder folder;
  std::filesystem::create_symlink("loop", folder.path("loop"));
  const SeenInput seen =
      ReadAll({{folder.path("loop"), 0, true}, {folder.path(), 5000, true}}, kSmall);
  EXPECT_NE(seen.faults.at(0).message.find("it is a link that leads to itself"), std::string::npos);
  EXPECT_NE(seen.faults.at(1).message.find("name a file, or its folder"), std::string::npos);
}

}  // namespace
}  // namespace roost::read
