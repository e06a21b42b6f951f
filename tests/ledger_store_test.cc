// The store that tests/ledger/readers_test.py reads with other tools.
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/test_folder.h"
#include "tests/ledger_store.h"

namespace roost::ledger::testing {
namespace {

TEST(LedgerStore, IsWrittenForOtherReaders) {
  TestFolder scratch;
  const char* wanted = std::getenv("ROOST_STORE");
  const std::string store = wanted != nullptr ? wanted : scratch.path();
  auto inbox = RunScript(store);
  ASSERT_TRUE(inbox.ok()) << inbox.status().ToString();
  Status links = CheckLinks(store);
  EXPECT_TRUE(links.ok()) << links.ToString();
}

}  // namespace
}  // namespace roost::ledger::testing
