#include "base/sql_text.h"

#include <gtest/gtest.h>

namespace roost {
namespace {

TEST(SqlText, QuotesInItAreDoubled) {
  EXPECT_EQ(SqlText("it's \"so\""), "'it''s \"so\"'");
  EXPECT_EQ(SqlName("a\"b'c"), "\"a\"\"b'c\"");
}

}  // namespace
}  // namespace roost
