#include "listen/completeness.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/test_folder.h"
#include "read/test_packing.h"

namespace roost::listen {
namespace {

class InspectedFile : public testing::Test {
 protected:
  Completeness Of(const std::string& text) {
    return Inspect(folder_.Write("f.json", text)).completeness;
  }
  TestFolder folder_;
};

TEST_F(InspectedFile, EveryCutOfADocumentIsTorn) {
  const std::string text =
      "{\"a\": [1, 2, {\"b\": \"}]\\\"\\\\\"}], \"c\": null, \"d\": \"\\u00e9\", \"e\": -1.5e3}";
  EXPECT_EQ(Of(text), Completeness::kComplete);
  EXPECT_EQ(Of(text + "\n \n"), Completeness::kComplete);
  for (size_t size = 0; size < text.size(); ++size) {
    EXPECT_EQ(Of(text.substr(0, size)), Completeness::kTorn) << text.substr(0, size);
  }
}

TEST_F(InspectedFile, ACutOfLinesIsTornUnlessItIsBehindOne) {
  const std::string text = "{\"a\": 1}\n{\"a\": [2]}\n{\"a\": \"x\"}\n";
  for (size_t size = 1; size < text.size(); ++size) {
    const char last = text[size - 1];
    const bool is_behind_one = last == '\n' || (last == '}' && text[size] == '\n');
    EXPECT_EQ(Of(text.substr(0, size)) == Completeness::kComplete, is_behind_one) << size;
  }
}

TEST_F(InspectedFile, ScalarsMayStandAlone) {
  for (const char* whole : {"1", "12.5\n", "true", "null ", "\"a b\"", "1\n2\n3", "\"\\\"\""}) {
    EXPECT_EQ(Of(whole), Completeness::kComplete) << whole;
  }
  for (const char* torn : {"", " \n", "tru", "nul", "1.", "-", "1e", "\"a", "\"\\\"", "1,"}) {
    EXPECT_EQ(Of(torn), Completeness::kTorn) << torn;
  }
}

TEST_F(InspectedFile, NonsenseIsComplete) {
  for (const char* text : {"{\"a\": nope}", "{]", "]]}}{}", "{} x {}", "\xff\xfe{}"}) {
    EXPECT_EQ(Of(text), Completeness::kComplete) << text;
  }
}

TEST_F(InspectedFile, BlocksThatHaveNotComeAreTorn) {
  EXPECT_EQ(Of("{\"a\": " + std::string(4096, '\0') + "}"), Completeness::kTorn);
  EXPECT_EQ(Of("{\"a\": 1}" + std::string(10, '\0')), Completeness::kTorn);
}

TEST_F(InspectedFile, LongFilesAreFollowedFromPieceToPiece) {
  std::string text = "[";
  while (text.size() < 1'000'000)
    text += "{\"name\": \"a \\\"quoted\\\" [text]\", \"n\": 12345},\n";
  EXPECT_EQ(Of(text), Completeness::kTorn);
  EXPECT_EQ(Of(text + "1]"), Completeness::kComplete);
  EXPECT_EQ(Of(text + "1]" + std::string(600'000, ' ')), Completeness::kComplete);
  EXPECT_EQ(Of(text + "\"" + std::string(600'000, ' ')), Completeness::kTorn);
}

TEST_F(InspectedFile, PackedFilesAreTornUntilTheyUnpack) {
  const std::string packed = read::Gzip("{\"a\": [1, 2, 3]}");
  EXPECT_EQ(Of(packed), Completeness::kComplete);
  for (size_t size = 4; size < packed.size(); ++size) {
    EXPECT_EQ(Of(packed.substr(0, size)), Completeness::kTorn) << size;
  }
  EXPECT_EQ(Of(read::Gzip("{\"a\": [1, 2")), Completeness::kTorn);
}

TEST_F(InspectedFile, AMissingFileIsUnreadableAndSaysSo) {
  const Inspection inspection = Inspect(folder_ / "none.json");
  EXPECT_EQ(inspection.completeness, Completeness::kUnreadable);
  EXPECT_NE(inspection.fault.find("none.json"), std::string::npos);
}

TEST_F(InspectedFile, ManyFilesKeepTheirOrderAndHaveTheHashOfTheirBytes) {
  std::vector<std::string> paths;
  for (int i = 0; i < 200; ++i) {
    const std::string text = i % 3 ? "{\"a\": " + std::to_string(i) + "}" : "{";
    paths.push_back(folder_.Write("f" + std::to_string(i) + ".json", text));
  }
  const auto inspections = InspectAll(paths, 4);
  ASSERT_EQ(inspections.size(), 200u);
  for (int i = 0; i < 200; ++i) {
    const auto& each = inspections[static_cast<size_t>(i)];
    EXPECT_EQ(each.completeness, i % 3 ? Completeness::kComplete : Completeness::kTorn) << i;
    EXPECT_EQ(each.hash, Inspect(paths[static_cast<size_t>(i)]).hash);
  }
  EXPECT_EQ(inspections[0].hash, read::HashOf("{", 1));
}

}  // namespace
}  // namespace roost::listen
