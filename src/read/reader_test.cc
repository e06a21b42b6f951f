#include "read/reader.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/test_folder.h"
#include "read/content_hash.h"
#include "read/test_input.h"
#include "read/test_packing.h"

namespace roost::read {
namespace {

FileList Listed(const TestFolder& folder) {
  return Discover({folder.path()}, {}).ValueOrDie().files;
}

std::string Lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += R"({"number":)" + std::to_string(i) +
            R"(,"text":"a\"b"})"
            "\n";
  return text;
}

TEST(Reader, SmallFilesComeWholeWithTheirFacts) {
  const TestFolder folder;
  folder.Write("a.json", R"({"a":1})");
  folder.Write("b.json", "");
  folder.Write("c.json", "[1,2]\n");
  const SeenInput seen = ReadAll(Listed(folder), {});
  ASSERT_EQ(seen.units.size(), 3u);
  const SeenUnit unit = seen.OfFile(0)[0];
  EXPECT_EQ(unit.unit.kind, UnitKind::kWholeFile);
  EXPECT_EQ(unit.text, R"({"a":1})");
  EXPECT_TRUE(unit.unit.last);
  EXPECT_EQ(seen.OfFile(1)[0].text, "");
  EXPECT_EQ(seen.OfFile(2)[0].unit.number, 2u);
  const FileFacts& facts = seen.done.at(0);
  EXPECT_EQ(facts.bytes, 7u);
  EXPECT_EQ(facts.decoded_bytes, 7u);
  EXPECT_EQ((Hash128{facts.hash_low, facts.hash_high}), HashOf(R"({"a":1})", 7));
  EXPECT_GT(facts.modified_ns, 0);
  EXPECT_EQ(facts.numbers, 1u);
}

TEST(Reader, ManySmallFilesAreEachSeenOnceByAnyNumberOfThreads) {
  const TestFolder folder;
  for (int i = 0; i < 300; ++i)
    folder.Write("d" + std::to_string(i % 7) + "/f" + std::to_string(i) + ".json",
                 std::to_string(i));
  const auto files = Listed(folder);
  for (int threads : {1, 2, 8}) {
    const SeenInput seen = ReadAll(files, {.unit_bytes = 16}, threads);
    ASSERT_EQ(seen.units.size(), 300u);
    ASSERT_EQ(seen.done.size(), 300u);
    for (uint32_t i = 0; i < files.size(); ++i) {
      const std::string name = std::filesystem::path(files[i].path).stem();
      EXPECT_EQ("f" + seen.OfFile(i)[0].text, name);
    }
  }
}

TEST(Reader, ALongFileOfLinesIsCutBehindLineFeeds) {
  const TestFolder folder;
  const std::string text = Lines(1000);
  folder.Write("a.ndjson", text);
  for (int threads : {1, 3}) {
    const SeenInput seen = ReadAll(Listed(folder), {.unit_bytes = 1000}, threads);
    std::string joined;
    uint64_t line = 1;
    for (const SeenUnit& unit : seen.OfFile(0)) {
      EXPECT_EQ(unit.unit.kind, UnitKind::kLines);
      EXPECT_EQ(unit.unit.offset, joined.size());
      EXPECT_EQ(unit.unit.line, line);
      EXPECT_EQ(unit.unit.number, seen.done.at(0).first_number + joined.size() / 1000);
      joined += unit.text;
      line += std::count(unit.text.begin(), unit.text.end(), '\n');
      EXPECT_EQ(unit.text.back(), '\n');
      EXPECT_EQ(unit.unit.last, joined.size() == text.size());
    }
    EXPECT_EQ(joined, text);
    EXPECT_TRUE(seen.done.at(0).is_lines);
  }
}

TEST(Reader, AnyMixOfFilesIsTheSameForAnyNumberOfThreads) {
  const TestFolder folder;
  for (int i = 0; i < 40; ++i) {
    const std::string name = "f" + std::to_string(100 + i) + ".json";
    const std::string text = Lines(i % 5 == 0 ? 400 : 3);
    folder.Write(name, i % 3 == 0 ? Gzip(text) : text);
  }
  const FileList files = Listed(folder);
  const SeenInput wanted = ReadAll(files, {.unit_bytes = 500});
  std::set<uint64_t> numbers;
  uint64_t bytes = 0;
  for (const auto& [place, units] : wanted.units) {
    ASSERT_EQ(units.size(), 1u);
    EXPECT_TRUE(numbers.insert(units[0].unit.number).second);
    bytes += units[0].text.size();
  }
  EXPECT_EQ(bytes, 8 * Lines(400).size() + 32 * Lines(3).size());
  for (int threads : {2, 3, 8}) {
    const SeenInput seen = ReadAll(files, {.unit_bytes = 500}, threads);
    EXPECT_EQ(seen.done.size(), files.size());
    ASSERT_EQ(seen.units.size(), wanted.units.size());
    for (const auto& [place, units] : wanted.units) {
      ASSERT_EQ(seen.units.at(place).size(), 1u);
      EXPECT_EQ(seen.units.at(place)[0].text, units[0].text);
      EXPECT_EQ(seen.units.at(place)[0].unit.number, units[0].unit.number);
      EXPECT_EQ(seen.units.at(place)[0].unit.line, units[0].unit.line);
    }
  }
}

TEST(Reader, AMissingFileIsAFaultAndTheOthersAreRead) {
  const TestFolder folder;
  folder.Write("a.json", "1");
  auto files = Listed(folder);
  files.Add({folder.path("gone.json"), 0, true});
  files.Add({folder.path(), 0, true});
  const SeenInput seen = ReadAll(files, {});
  EXPECT_EQ(seen.done.size(), 1u);
  ASSERT_EQ(seen.faults.size(), 2u);
  EXPECT_EQ(
      seen.faults.at(1).message,
      "cannot open '" + folder.path("gone.json") +
          "': No such file or directory; check its name, or whether it was moved away meanwhile");
  EXPECT_NE(seen.faults.at(2).message.find("Is a directory"), std::string::npos);
}

}  // namespace
}  // namespace roost::read
