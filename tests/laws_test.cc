// Laws of ingest: what must not depend on threads, memory, row groups, or the order of files.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/compare_engine.h"
#include "tests/random_documents.h"

namespace roost::tests {
namespace {

namespace reference = shred::reference;

void ExpectEqual(const std::string& one, const std::string& other, const std::string& what) {
  EXPECT_TRUE(one == other) << what << "\n" << FirstDifference(one, other);
}

/// Many records of one kind, enough to be cut into units.
CaseInput LargeFile(uint64_t seed, size_t bytes) {
  CaseInput file{"a_" + std::to_string(seed) + ".json", ""};
  for (uint64_t i = 1; file.bytes.size() < bytes; ++i) {
    file.bytes += RandomDocuments(seed, i).SoundRecords(100);
  }
  return file;
}

class Laws : public testing::TestWithParam<uint64_t> {};

TEST_P(Laws, ThreadsMemoryAndRowGroupsChangeNothing) {
  const std::vector<CaseInput> files = {LargeFile(GetParam(), 5 << 20),
                                        LargeFile(GetParam() + 1, 100 << 10)};
  std::string first;
  for (unsigned threads : {1u, 2u, 8u}) {
    IngestOptions options;
    options.threads = threads;
    if (threads == 2) options.memory_bytes = 64 << 20;
    if (threads == 8) options.row_group_rows = 500;
    Result<reference::Result> result = RunEngine(files, options);
    ASSERT_TRUE(result.ok()) << result.status().ToString();
    const std::string dump = DumpWithoutReasons(*result);
    if (first.empty()) first = dump;
    ExpectEqual(first, dump, std::to_string(threads) + " threads");
  }
}

TEST_P(Laws, CuttingChangesIdsOnly) {
  Result<Comparison> both = RunBoth({LargeFile(GetParam(), 5 << 20)});
  ASSERT_TRUE(both.ok()) << both.status().ToString();
  ExpectEqual(DumpWithoutIds(both->reference), DumpWithoutIds(both->engine), "reference, engine");
}

TEST_P(Laws, OrderOfFilesChangesIdsOnly) {
  std::vector<CaseInput> files;
  for (uint64_t i = 0; i < 10; ++i) {
    for (CaseInput& file : RandomDocuments(GetParam(), i).Files()) {
      file.name = std::string(1, "ab"[i % 2]) + "_" + std::to_string(files.size() + 10) + ".json";
      files.push_back(std::move(file));
    }
  }
  Result<reference::Result> forward = RunEngine(files);
  // Files are read in the order of their names; the roots a and b stay.
  for (size_t i = 0; i < files.size(); ++i) {
    files[i].name = files[i].name.substr(0, 2) + std::to_string(99 - i) + ".json";
  }
  Result<reference::Result> backward = RunEngine(files);
  ASSERT_TRUE(forward.ok() && backward.ok()) << forward.status().ToString();
  ExpectEqual(DumpWithoutIds(*forward), DumpWithoutIds(*backward), "forward, backward");
}

TEST_P(Laws, HintsObeyThemToo) {
  const CaseInput config{kConfigName, RandomDocuments(GetParam()).Config()};
  const std::vector<CaseInput> files = {LargeFile(GetParam(), 3 << 20), config};
  std::string first;
  for (unsigned threads : {1u, 4u}) {
    IngestOptions options;
    options.threads = threads;
    if (threads == 4) options.row_group_rows = 500;
    Result<reference::Result> result = RunEngine(files, options);
    ASSERT_TRUE(result.ok()) << result.status().ToString();
    const std::string dump = DumpWithoutReasons(*result);
    if (first.empty()) first = dump;
    ExpectEqual(first, dump, std::to_string(threads) + " threads");
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Laws, testing::Values(1, 7, 42));

}  // namespace
}  // namespace roost::tests
