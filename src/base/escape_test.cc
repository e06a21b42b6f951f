#include "base/escape.h"

#include <gtest/gtest.h>

namespace roost {
namespace {

TEST(Escape, NothingInMarkdownIsMarkup) {
  EXPECT_EQ(InMarkdown("a|b<script>`x`\n"), "a\\|b\\<script\\>\\`x\\`\\\\n");
  EXPECT_EQ(InMarkdown("\xff\x1b"), "\\\\xff\\\\x1b");
  EXPECT_EQ(InMarkdown("a_b _c_ __d__ e_"), "a_b \\_c\\_ \\_\\_d\\_\\_ e\\_");
  EXPECT_EQ(AsMarkdownCode("a`b|c"), "``a`b\\|c``");
  EXPECT_EQ(AsMarkdownCode("`"), "`` ` ``");
  EXPECT_EQ(AsMarkdownCode("a\nb\xff"), "`a b\\xff`");
}

TEST(Escape, NothingInHtmlIsMarkup) {
  EXPECT_EQ(InHtml("<b a='\"'>&é"), "&lt;b a=&#39;&quot;&#39;&gt;&amp;é");
  EXPECT_EQ(InHtml("a\nb\xff"), "a\\nb\\xff");
}

TEST(Escape, TextThatTurnsDirectionIsShownByNumber) {
  EXPECT_EQ(Printable("a\u202eb\u2069\u2014"), "a\\u202eb\\u2069\u2014");
  EXPECT_EQ(InHtml("\u2066"), "\\u2066");
}

}  // namespace
}  // namespace roost
