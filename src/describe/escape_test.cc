#include "describe/escape.h"

#include <gtest/gtest.h>

namespace roost::describe {
namespace {

TEST(DescribeEscape, NamesStayNamesInOtherLanguages) {
  EXPECT_EQ(AsPythonText("a\"b\\\n"), "\"a\\\"b\\\\\\x0a\"");
  EXPECT_EQ(AsMermaidWord("first name"), "first_name");
  EXPECT_EQ(AsMermaidWord("1st"), "_1st");
  EXPECT_EQ(AsMermaidEntity("a\"b"), "\"a_b\"");
  EXPECT_EQ(AsDbmlName("a\"b\\\n"), "\"a\\\"b\\\\ \"");
}

}  // namespace
}  // namespace roost::describe
