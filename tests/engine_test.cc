// Compares the engine with the reference: on every text case, and on random documents of every
// kind.
#include <gtest/gtest.h>

#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "tests/case_file.h"
#include "tests/compare_engine.h"
#include "tests/random_documents.h"

namespace roost::tests {
namespace {

void ExpectSame(const std::vector<CaseInput>& files, const IngestOptions& options,
                const std::string& what) {
  Result<Comparison> both = RunBoth(files, options);
  ASSERT_TRUE(both.ok()) << what << ": " << both.status().ToString();
  const std::string engine = DumpWithoutReasons(both->engine);
  const std::string reference = DumpWithoutReasons(both->reference);
  if (engine == reference) return;
  ADD_FAILURE() << what << ": the reference (-) and the engine (+) differ\n"
                << FirstDifference(reference, engine);
}

class EngineCase : public testing::TestWithParam<std::string> {};

TEST_P(EngineCase, EngineAgreesWithReference) {
  ExpectSame(ReadCase(GetParam()).files, {}, GetParam());
}

std::string NameOf(const testing::TestParamInfo<std::string>& info) {
  std::string name = std::filesystem::path(info.param).stem().string();
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Text, EngineCase, testing::ValuesIn(ListCases("tests/cases/shred")),
                         NameOf);

/// Long files are cut into pieces, and a fault costs the rest of its piece; the reference sees the
/// whole file and says only what becomes of one without faults.
bool IsLongAndFaulty(const CaseInput& file) {
  constexpr size_t kLongestWhole = 2 << 20;
  return file.bytes.size() > kLongestWhole &&
         !shred::reference::Shred({{file.name, file.bytes, "t", 0}}).rejects.empty();
}

uint64_t NumberFrom(const char* variable, uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

enum class With : uint8_t { kNoHints, kHints };

/// ROOST_SEED=n runs that seed and leaves its files in the working folder; ROOST_SEEDS=n runs n.
void CompareSeeds(uint64_t first, uint64_t count, With with = With::kNoHints) {
  if (std::getenv("ROOST_SEED")) first = NumberFrom("ROOST_SEED", 0), count = 1;
  for (uint64_t seed = first; seed < first + count && !testing::Test::HasFailure(); ++seed) {
    std::vector<CaseInput> files = RandomDocuments(seed).Files();
    std::erase_if(files, IsLongAndFaulty);
    if (files.empty()) continue;
    if (with == With::kHints) files.push_back({kConfigName, RandomDocuments(seed).Config()});
    if (std::getenv("ROOST_SEED")) {
      for (const CaseInput& file : files) std::ofstream("seed_" + file.name) << file.bytes;
    }
    IngestOptions options;
    options.threads = 1 + seed % 3;
    ExpectSame(files, options, "seed " + std::to_string(seed));
  }
}

/// `count` items, with another in the place of one of them.
std::string ArrayOf(size_t count, const std::string& item, size_t place = 0,
                    const std::string& other = "") {
  std::string array = "[";
  for (size_t i = 0; i < count; ++i) {
    array += i ? ", " : "";
    array += i == place && !other.empty() ? other : item;
  }
  return array + "]";
}

TEST(EngineLongArrays, AgreeWithReferenceWhateverStandsWhere) {
  constexpr size_t kCount = 9000;  // folded after 4,096, and looked at again
  std::vector<std::string> lines;
  for (const char* item : {"1", "null", "\"a\\n\"", "2.5", "true", "9007199254740993"}) {
    lines.push_back("{\"a\": " + ArrayOf(kCount, item) + "}\n");
    for (size_t place : {0, 4000, 5000, 8999}) {
      for (const char* other :
           {"1", "null", "\"b\"", "1e400", "0.5", "{\"x\": [1]}", "[]", "[[2, {}]]"}) {
        lines.push_back("{\"b\": {\"c\": " + ArrayOf(kCount, item, place, other) +
                        "}, \"d\": 1}\n");
      }
    }
  }
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string& next = lines[(i + 5) % lines.size()];
    ExpectSame({{"t.ndjson", lines[i] + next}}, {}, "line " + std::to_string(i));
  }
}

TEST(EngineLongArrays, FaultsBehindManyItemsHaveTheirPlace) {
  std::string lines = "{\"a\": [2]}\n{\"a\": " + ArrayOf(9000, "1", 8500, "01") + "}\n";
  Result<Comparison> both = RunBoth({{"t.ndjson", lines}});
  ASSERT_TRUE(both.ok()) << both.status().ToString();
  ASSERT_EQ(both->engine.rejects.size(), 1u);
  EXPECT_EQ(both->engine.rejects[0].reason,
            "the number is malformed (byte " + std::to_string(lines.find("01") + 2) + ")");
}

TEST(EngineRandom, AgreesWithReference) { CompareSeeds(1, NumberFrom("ROOST_SEEDS", 300)); }

TEST(EngineRandom, AgreesWithReferenceUnderHints) {
  CompareSeeds(1, NumberFrom("ROOST_SEEDS", 300), With::kHints);
}

/// Records of `keys` keys, each there with a probability of `share` percent, with values that ask
/// for a column, for none, or for one only beside others.
std::vector<CaseInput> ManyKeys(unsigned seed, int records, int keys, unsigned share) {
  const char* values[] = {"1",       "2.5",    "\"text\"",    "null",  "[1,2]",     "[]",  "[null]",
                          "[1,[2]]", "[\"\"]", "[{\"a\":1}]", "1e309", "{\"b\":7}", "true"};
  std::mt19937 pick(seed);
  std::vector<CaseInput> files(3);
  for (size_t i = 0; i < files.size(); ++i) files[i].name = "f" + std::to_string(i) + ".json";
  for (int record = 0; record < records; ++record) {
    std::string& text = files[pick() % files.size()].bytes;
    text += "{\"id\":1";
    for (int key = 0; key < keys; ++key) {
      if (pick() % 100 >= share) continue;
      // Every fifth key has values of any kind, the others mostly of one.
      unsigned kind = key % 5 == 0 || pick() % 20 == 0 ? pick() : static_cast<unsigned>(key);
      text += ",\"k" + std::to_string(key) + "\":" + values[kind % std::size(values)];
    }
    text += "}\n";
  }
  return files;
}

TEST(EngineManyKeys, ThePathsThatKeepColumnsAreTheReferences) {
  IngestOptions options;
  for (unsigned threads : {1u, 3u}) {
    options.threads = threads;
    ExpectSame(ManyKeys(threads, 20, 4000, 60), options, std::to_string(threads) + " threads");
  }
}

TEST(EngineManyKeys, TheMapsAreTheReferences) {
  IngestOptions options;
  for (unsigned threads : {1u, 3u}) {
    options.threads = threads;
    ExpectSame(ManyKeys(threads, 60, 6000, 3), options, std::to_string(threads) + " threads");
  }
}

TEST(EngineRandomSlow, AgreesWithReference) { CompareSeeds(1'000'000, 20'000); }

}  // namespace
}  // namespace roost::tests
