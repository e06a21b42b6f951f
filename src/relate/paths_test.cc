#include "relate/paths.h"

#include <gtest/gtest.h>

namespace roost::relate {
namespace {

TEST(Paths, EndInAKindAndAnId) {
  struct Case {
    const char *text, *kind, *id;
  };
  for (const Case& each :
       {Case{"/api/students/17", "students", "17"},
        Case{"https://h.org/v1/students/17/", "students", "17"},
        Case{"/students/17?full=1", "students", "17"}, Case{"urn:student:17", "student", "17"},
        Case{"students/a9-x", "students", "a9-x"},
        Case{"#/users/abcdefabcdefabcdef", "users", "abcdefabcdefabcdef"}}) {
    auto end = SplitPath(each.text);
    ASSERT_TRUE(end) << each.text;
    EXPECT_EQ(end->kind, each.kind);
    EXPECT_EQ(end->id, each.id);
  }
}

TEST(Paths, OtherTextsHaveNoId) {
  for (const char* text : {"", "17", "students", "12:30:45", "image/png", "a/b/c", "/17",
                           "http://h.org/17", "students/", "students/1 7", "2024/01/02"}) {
    EXPECT_FALSE(SplitPath(text)) << text;
  }
}

TEST(Paths, OnlyIdsOfTheKindCount) {
  EXPECT_EQ(IdOfPath("/Students/17", "students"), "17");
  EXPECT_FALSE(IdOfPath("/teachers/17", "students"));
}

}  // namespace
}  // namespace roost::relate
