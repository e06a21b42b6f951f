#include <arrow/api.h>
#include <arrow/io/file.h>
#include <gtest/gtest.h>
#include <parquet/arrow/reader.h>

#include <algorithm>
#include <filesystem>

#include "base/test_folder.h"
#include "roost/original.h"

namespace roost {
namespace {

class OriginalListener : public testing::Test {
 protected:
  Result<OriginalListenResult> Listen(uint64_t num_results = 0) {
    OriginalListenOptions options;
    options.input_dir = folder_ / "in";
    options.output_dir = folder_ / "out";
    options.num_results = num_results;
    options.check_interval_seconds = 0.001;
    return ListenOriginal(options);
  }

  // Names, then rows, as comma-separated text.
  std::string Rows(const std::string& table) {
    auto file = arrow::io::ReadableFile::Open(folder_ / "out/" + table + ".parquet").ValueOrDie();
    auto reader = parquet::arrow::OpenFile(file, arrow::default_memory_pool()).ValueOrDie();
    auto rows = reader->ReadTable().ValueOrDie();
    std::string text;
    for (const std::string& name : rows->ColumnNames()) text += name + ",";
    text.back() = '\n';
    for (int64_t row = 0; row < rows->num_rows(); ++row) {
      for (const auto& column : rows->columns()) {
        auto value = column->GetScalar(row).ValueOrDie();
        text += (value->is_valid ? value->ToString() : "") + ",";
      }
      text.back() = '\n';
    }
    return text;
  }

  TestFolder folder_;
};

TEST_F(OriginalListener, DropsWhatIsNotInItsFourTables) {
  folder_.Write("in/a.json",
                R"({"job_id": 7, "teachers": [{"teacher_id": 1, "name": "Ann", "email": "a@b"}],
                    "buildings": [{"building_id": 1}]})");
  auto result = Listen();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->files, 1u);
  EXPECT_EQ(Rows("teachers"), "teacher_id,name\n1,Ann\n");
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "out"))
    names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"classes.parquet", "enrollments.parquet",
                                             "students.parquet", "teachers.parquet"}));
}

TEST_F(OriginalListener, BendsValuesToTheTypesItKnows) {
  folder_.Write("in/a.json", R"({"enrollments": [
      {"student_id": "12", "class_id": 3.0, "score": 76.9},
      {"student_id": "twelve", "class_id": true, "score": -1.5},
      {"student_id": 18446744073709551615, "class_id": 1e300, "score": null},
      {"class_id": [1]}], "teachers": [{"teacher_id": 1, "name": 5}]})");
  ASSERT_TRUE(Listen().ok());
  EXPECT_EQ(Rows("enrollments"), "student_id,class_id,score\n12,3,76\n,1,-1\n,,\n,,\n");
  EXPECT_EQ(Rows("teachers"), "teacher_id,name\n1,5\n");
}

TEST_F(OriginalListener, SkipsFilesThatAreNoJsonAndTakesTheRest) {
  folder_.Write("in/a.json", R"({"teachers": [{"teacher_id": 1}]})");
  folder_.Write("in/b.json", R"({"teachers": [{"teacher_id": 2}])");
  folder_.Write("in/c.json", R"([1, {"teachers": 3}])");
  folder_.Write("in/d.json", R"({"teachers": [{"teacher_id": 4}, 5], "classes": {}})");
  folder_.Write("in/_truth.json", R"({"teachers": [{"teacher_id": 6}]})");
  auto result = Listen();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->files, 4u);
  EXPECT_EQ(result->files_skipped, 1u);
  EXPECT_EQ(Rows("teachers"), "teacher_id,name\n1,\n4,\n");
}

TEST_F(OriginalListener, ReadsAsManyFilesAsItWasToldInTheOrderOfNames) {
  for (int i = 1; i <= 3; ++i) {
    folder_.Write("in/" + std::to_string(i) + ".json",
                  R"({"teachers": [{"teacher_id": )" + std::to_string(i) + "}]}");
  }
  ASSERT_TRUE(Listen(2).ok());
  EXPECT_EQ(Rows("teachers"), "teacher_id,name\n1,\n2,\n");
}

TEST_F(OriginalListener, StopsWithoutWriting) {
  OriginalListenOptions options;
  folder_.Write("in/a.json", "{}");
  options.input_dir = folder_ / "in";
  options.output_dir = folder_ / "out";
  options.num_results = 5;
  options.check_interval_seconds = 0.001;
  int looks = 0;
  options.should_stop = [&] { return ++looks > 3; };
  auto result = ListenOriginal(options);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_TRUE(result->stopped);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
}

TEST_F(OriginalListener, SaysWhichFolderIsMissing) {
  auto result = Listen();
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.status().message().find(folder_ / "in"), std::string::npos);
}

TEST_F(OriginalListener, RunLeavesNothingButTablesInTheOutputFolder) {
  OriginalRunOptions options;
  options.num_results = 5;
  options.output_dir = folder_ / "run/";
  auto result = RunOriginal(options);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->input_dir, folder_ / "run_json");
  EXPECT_EQ(result->listened.files, 5u);
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "run"))
    EXPECT_EQ(entry.path().extension(), ".parquet");
  options.num_results = 3;  // files of the first run lie there still
  result = RunOriginal(options);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->listened.files, 3u);
}

}  // namespace
}  // namespace roost
