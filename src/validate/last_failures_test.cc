#include "validate/last_failures.h"

#include <gtest/gtest.h>
#include <xxhash.h>

#include <string>

#include "base/status.h"
#include "base/test_folder.h"
#include "roost/intake.h"
#include "sketch/byte_order.h"

namespace roost::validate {
namespace {

class IndexOfFailures : public ::testing::Test {
 protected:
  IndexOfFailures() {
    IngestOptions options;
    options.inputs = {folder_.Write("in/a.json", R"({"n": 1})")};
    options.output_dir = folder_ / "out";
    options.threads = 1;
    ROOST_CHECK(Ingest(options).ok());
  }
  Tables Open() const { return Tables::Open(folder_ / "out").ValueOrDie(); }

  TestFolder folder_;
};

FailuresIndex SomeIndex() {
  FailuresIndex index;
  index.tables["a"].columns = "n int64";
  index.tables["a"].parts = {"one", "two"};
  index.tables["a"].oddities["far above"] = 1.5;
  index.rules["a.n.range"] = {"a.n.range.parquet", 3, 40};
  return index;
}

/// Bytes with the checksum that a whole file would have.
std::string Sealed(std::string bytes) {
  sketch::ByteWriter sum;
  sum.U64(XXH3_64bits(bytes.data(), bytes.size()));
  return bytes + sum.Take();
}

TEST_F(IndexOfFailures, ComesBackAsItWasSaved) {
  const Tables tables = Open();
  const std::string saved = SomeIndex().Save(tables);
  auto index = FailuresIndex::Load(saved, tables);
  ASSERT_TRUE(index.ok()) << index.status().message();
  EXPECT_EQ(index->Save(tables), saved);
  EXPECT_EQ(index->tables.at("a").parts.size(), 2u);
  EXPECT_EQ(index->rules.at("a.n.range").tested, 40u);
}

TEST_F(IndexOfFailures, IsRefusedWhereItIsHarmedOrHasMoreThanItSays) {
  const Tables tables = Open();
  const std::string saved = SomeIndex().Save(tables);
  const std::string body = saved.substr(0, saved.size() - 8);
  ASSERT_TRUE(FailuresIndex::Load(Sealed(body), tables).ok());
  EXPECT_FALSE(FailuresIndex::Load(Sealed(body + "x"), tables).ok());
  for (size_t end = 0; end < body.size(); ++end) {
    EXPECT_FALSE(FailuresIndex::Load(saved.substr(0, end), tables).ok()) << end;
    EXPECT_FALSE(FailuresIndex::Load(Sealed(body.substr(0, end)), tables).ok()) << end;
  }
}

TEST_F(IndexOfFailures, OfAnotherFolderIsRefused) {
  const std::string saved = SomeIndex().Save(Open());
  IngestOptions options;
  options.inputs = {folder_ / "in/a.json"};
  options.output_dir = folder_ / "other";
  options.threads = 1;
  ASSERT_TRUE(Ingest(options).ok());
  EXPECT_FALSE(FailuresIndex::Load(saved, Tables::Open(folder_ / "other").ValueOrDie()).ok());
}

}  // namespace
}  // namespace roost::validate
