// An Intake's promises about single files: what is torn stays out, what moves away frees its path.
#include "roost/intake.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/test_folder.h"

namespace roost {
namespace {

class IntakeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    IngestOptions options;
    options.output_dir = folder_ / "out";
    options.threads = 1;
    intake_ = Intake::Open(options).ValueOrDie();
  }

  IntakeFile Write(const std::string& name, const std::string& text) {
    // Under another name first: a new file, also where one of that name was.
    std::filesystem::rename(folder_.Write("new-" + name, text), folder_ / name);
    IntakeFile file;
    file.path = folder_ / name;
    return file;
  }

  IntakeBatch Take(const std::vector<IntakeFile>& files) {
    auto batch = intake_->Take(files);
    EXPECT_TRUE(batch.ok()) << batch.status().ToString();
    return batch.ok() ? std::move(*batch) : IntakeBatch();
  }

  uint64_t Rows() {
    QueryOptions query;
    query.store_dir = folder_ / "out";
    query.sql = "SELECT * FROM t";
    query.write = [](std::string_view) { return Status::OK(); };
    return Query(query).ValueOrDie();
  }

  TestFolder folder_;
  std::unique_ptr<Intake> intake_;
};

TEST_F(IntakeTest, ATornFileIsLeftUntilItIsWholeAndOthersAreTaken) {
  IntakeFile torn = Write("t_1.json", R"({"a":1)"), whole = Write("t_2.json", R"({"a":2})");
  torn.must_be_whole = whole.must_be_whole = true;
  IntakeBatch batch = Take({torn, whole});
  EXPECT_EQ(batch.files[0].fate, FileFate::kTorn);
  EXPECT_FALSE(batch.files[0].reason.empty());
  EXPECT_EQ(batch.files[1].fate, FileFate::kLoaded);
  EXPECT_EQ(batch.result.reject_count, 0u);
  EXPECT_EQ(Rows(), 1u);
  folder_.Write("t_1.json", R"({"a":1})");
  batch = Take({torn, whole});
  EXPECT_EQ(batch.files[0].fate, FileFate::kLoaded);
  EXPECT_EQ(batch.files[1].fate, FileFate::kKnown);
  EXPECT_EQ(Rows(), 2u);
}

TEST_F(IntakeTest, WhereNothingButTornFilesAreNothingIsCommitted) {
  IntakeFile torn = Write("t_1.json", R"([{"a":1},)");
  torn.must_be_whole = true;
  EXPECT_EQ(Take({torn}).version, -1);
  torn.must_be_whole = false;
  IntakeBatch batch = Take({torn});
  EXPECT_GE(batch.version, 0);
  EXPECT_EQ(batch.files[0].fate, FileFate::kLoaded);
  EXPECT_EQ(batch.files[0].rejects, 1u);
}

TEST_F(IntakeTest, AnotherFileAtThePathOfOneThatMovesAwayIsNew) {
  IntakeFile file = Write("t_1.json", R"({"a":1})");
  file.moves_away = true;
  EXPECT_EQ(Take({file}).files[0].fate, FileFate::kLoaded);
  EXPECT_EQ(Take({file}).files[0].fate, FileFate::kKnown) << "it has not moved yet";
  std::filesystem::rename(file.path, folder_ / "moved.json");
  IntakeFile moved = file;
  moved.path = folder_ / "moved.json";
  EXPECT_EQ(intake_->Look(std::vector{moved}).ValueOrDie()[0], FileFate::kKnown)
      << "it is what it is, wherever it lies";
  Write("t_1.json", R"({"a":1})");
  EXPECT_EQ(Take({file}).files[0].fate, FileFate::kLoaded);
  EXPECT_EQ(Rows(), 2u);
}

TEST_F(IntakeTest, AnotherFileAtThePathOfOneThatStaysReplacesIt) {
  IntakeFile file = Write("t_1.json", R"({"a":1})");
  EXPECT_EQ(Take({file}).files[0].fate, FileFate::kLoaded);
  Write("t_1.json", R"({"a":1})");
  EXPECT_EQ(Take({file}).files[0].fate, FileFate::kKnown);
  Write("t_1.json", R"([{"a":1},{"a":2}])");
  EXPECT_EQ(Take({file}).files[0].fate, FileFate::kReplaced);
  EXPECT_EQ(Rows(), 2u);
}

}  // namespace
}  // namespace roost
