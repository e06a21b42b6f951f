#include "tests/store_looks.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/test_folder.h"
#include "roost/roost.h"
#include "roost/upkeep.h"

namespace roost::testing {

namespace fs = std::filesystem;

std::string BytesOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

Files Exported(const std::string& out) {
  TestFolder back;
  auto exported = Export({out, back / "back", false});
  EXPECT_TRUE(exported.ok()) << exported.status().ToString();
  Files files;
  for (const auto& entry : fs::recursive_directory_iterator(back / "back"))
    if (entry.is_regular_file()) files[entry.path().filename()] = BytesOf(entry.path());
  return files;
}

void ExpectWell(const std::string& out) {
  VerifyOptions options;
  options.store_dir = out;
  auto verified = Verify(options);
  ASSERT_TRUE(verified.ok()) << verified.status().ToString();
  for (const StoreProblem& problem : verified->problems)
    ADD_FAILURE() << problem.where << ": " << problem.what;
}

}  // namespace roost::testing
