#include "export/shape_program.h"

#include <gtest/gtest.h>

#include <vector>

namespace roost::exporting {
namespace {

/// The program as text: literals with <kind path> between.
std::string Show(const std::string& shape) {
  auto program = CompileShape(shape);
  if (!program.ok()) return program.status().message();
  std::string text;
  size_t at = 0;
  for (const ShapeStep& step : program->steps) {
    text.append(program->literals, at, step.literal_end - at);
    at = step.literal_end;
    text += std::string("<") + "sljtmdv"[static_cast<int>(step.kind)] + step.path + ">";
    if (step.is_only_item) text += '!';
  }
  return text + program->literals.substr(at);
}

TEST(ShapeProgram, ScalarsAndArraysCanBeWholeRecords) {
  EXPECT_EQ(Show("s"), "<s>");
  EXPECT_EQ(Show("t"), "<t>");
  EXPECT_EQ(Show("e"), "[]");
  EXPECT_EQ(Show("{}"), "{}");
}

TEST(ShapeProgram, ObjectsBecomeLiteralsAroundTheirValues) {
  EXPECT_EQ(Show(R"({"a":s,"b":{"c":t,"d":{}},"e":e,"f":l,"g":{"h":{"i":j}},"k":m})"),
            R"({"a":<s/a>,"b":{"c":<t/b/c>,"d":{}},"e":[],"f":<l/f>,"g":{"h":{"i":<j/g/h/i>}},)"
            R"("k":<m/k>})");
}

TEST(ShapeProgram, RepeatedKeysComeFromTheExtraColumn) {
  EXPECT_EQ(Show(R"({"a":d,"b":s,"a":s})"), R"({"a":<d>,"b":<s/b>,"a":<s/a>})");
}

TEST(ShapeProgram, CapitalsAreOnlyElementsOfArraysAndScalarsAsTheyWereWritten) {
  EXPECT_EQ(Show(R"({"a":S,"b":L,"c":J,"d":T})"),
            R"({"a":<v/a>,"b":<l/b>!,"c":<j/c>!,"d":<t/d>!})");
  EXPECT_EQ(Show("E"), "bad shape: a value expected at byte 0 of E");
}

TEST(ShapeProgram, KeysStayAsTheyAreWrittenAndArePointersInside) {
  EXPECT_EQ(Show(R"({"":s,"a\"\\\u0000/b~[{é":s,"{}":{"[":s}})"),
            std::string(R"({"":<s/>,"a\"\\\u0000/b~[{é":<s/a"\)") + '\0' +
                R"(~1b~0~2~3é>,"{}":{"[":<s/~3}/~2>}})");
}

TEST(ShapeProgram, DepthIsNoDanger) {
  std::string shape;
  for (int i = 0; i < 100000; ++i) shape += R"({"a":)";
  shape += "s" + std::string(100000, '}');
  EXPECT_TRUE(CompileShape(shape).ok());
}

TEST(ShapeProgram, WhatIsNoShapeIsRefused) {
  for (const char* bad :
       {"", "x", "ss", "s ", "{", "{\"a\"", "{\"a\":", "{\"a\":s", "{\"a\":s,", "{\"a\":s,}", "{s}",
        "{\"a\"s}", "{\"a\":s}}", "}", "[]", "{\"\\x\":s}", "{\"a\":s \"b\":s}"}) {
    EXPECT_FALSE(CompileShape(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace roost::exporting
