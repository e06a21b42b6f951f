#include "demo/documents.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>

#include "base/test_folder.h"
#include "demo/stage_meter.h"

namespace roost::demo {
namespace {

using nlohmann::json;

TEST(Documents, LostAndBentValuesAreToldApart) {
  ValueCounts documents;
  documents.Add(json::parse(R"({"job": 7, "students": [
      {"id": 1, "score": 76.5, "name": "Ann", "inner": {"x": true}},
      {"id": "2", "score": 80.0, "name": null}]})"));
  ValueCounts tables;
  tables.AddNumber({"students", "id"}, "1", 1);
  tables.AddNumber({"students", "id"}, "2", 1);      // was text
  tables.AddNumber({"students", "score"}, "76", 1);  // was 76.5
  tables.AddNumber({"students", "score"}, "80", 1);  // 80.0 is 80
  Losses losses = Compare(documents, tables);
  EXPECT_EQ(losses.values, 7u);
  EXPECT_EQ(losses.values_bent, 2u);
  EXPECT_EQ(losses.values_lost, 3u);  // job, name, inner.x
  EXPECT_EQ(losses.fields, 5u);
  EXPECT_EQ(losses.fields_lost, 3u);
  EXPECT_EQ(losses.fields_bent, 2u);
}

TEST(Documents, TheSameValuesAreNoLoss) {
  ValueCounts documents;
  documents.Add(json::parse(R"({"a": [1, [2, null]], "b": [{"c": [{"d": "x"}]}], "e": []})"));
  Losses losses = Compare(documents, documents);
  EXPECT_EQ(losses.values, 3u);
  EXPECT_EQ(losses.values_lost + losses.values_bent + losses.fields_lost, 0u);
}

TEST(Documents, ReferencesAreFollowedInTheOrderOfFiles) {
  TestFolder folder;
  folder.Write("1.json", R"({"classes": [{"class_id": 1}], "students": [{"student_id": 1}],
      "enrollments": [{"student_id": 1, "class_id": 2}, {"student_id": 1, "class_id": 9}]})");
  folder.Write("2.json", R"({"classes": [{"class_id": 2}]})");
  folder.Write("3.json", "{");
  folder.Write("_truth.json", R"({"classes": [{"class_id": 9}]})");
  auto references = FollowReferences(folder.path());
  ASSERT_TRUE(references.ok()) << references.status();
  EXPECT_EQ(references->rows, 4u);
  EXPECT_EQ(references->ahead, 2u);
  EXPECT_EQ(references->nowhere, 1u);
}

TEST(StageMeter, ForgetsWhatWasHeldBeforeTheStage) {
  constexpr size_t kBytes = 200 << 20;
  uint64_t before = 0;
  {
    // Not from the heap, which may keep what is freed.
    void* much =
        ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(much, MAP_FAILED);
    std::memset(much, 1, kBytes);
    const StageMeter meter;
    before = meter.PeakMemoryBytes();
    ASSERT_EQ(::munmap(much, kBytes), 0);
  }
  const StageMeter meter;
  if (!meter.IsExact()) GTEST_SKIP() << "this system does not let the peak be set back";
  EXPECT_GT(before, kBytes);
  EXPECT_LT(meter.PeakMemoryBytes(), before - kBytes / 2);
}

}  // namespace
}  // namespace roost::demo
