#include "base/shell_text.h"

#include <gtest/gtest.h>

namespace roost {
namespace {

TEST(ShellWord, NoCharacterIsAnOrder) {
  EXPECT_EQ(ShellWord("out/students.age.range"), "out/students.age.range");
  EXPECT_EQ(ShellWord("a $(reboot) `x`; <b>"), "'a $(reboot) `x`; <b>'");
  EXPECT_EQ(ShellWord("it's"), "'it'\\''s'");
  EXPECT_EQ(ShellWord(""), "''");
  EXPECT_EQ(ShellWord("a\n'\\b"), "$'a\\x0a\\'\\\\b'");
}

}  // namespace
}  // namespace roost
