#include "sketch/part_sketches.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/disk.h"
#include "base/test_folder.h"

namespace roost::sketch {
namespace {

constexpr uint64_t kPartBytes = 1234;

ColumnSketch OfIntegers(int64_t first, int64_t count, int64_t step) {
  ColumnSketch sketch;
  for (int64_t i = 0; i < count; ++i) sketch.Add(ValueOfInteger(first + i * step));
  return sketch;
}

ColumnSketch OfTexts(int count) {
  ColumnSketch sketch;
  for (int i = 0; i < count; ++i) sketch.Add(ValueOfText("item " + std::to_string(i % 300)));
  sketch.Add(Value{}, 3);
  return sketch;
}

std::string Example() {
  PartSketchWriter writer;
  writer.Add("id", OfIntegers(-5, 70000, 3).Save());
  writer.Add("few", OfIntegers(INT64_MIN, 4, 1).Save());
  writer.Add("name", OfTexts(1000).Save());
  return writer.Finish(kPartBytes);
}

class PartSketchesTest : public ::testing::Test {
 protected:
  void Write(const std::string& bytes) {
    auto folder = disk::Folder::Open(folder_.path());
    ASSERT_TRUE(folder.ok());
    ASSERT_TRUE(folder->Put("a.sketches", bytes).ok());
  }
  std::string path() const { return folder_.path() + "/a.sketches"; }

  TestFolder folder_;
};

TEST_F(PartSketchesTest, WhatIsWrittenIsReadAgain) {
  Write(Example());
  PartSketches sketches = PartSketches::Open(path(), kPartBytes);
  EXPECT_FALSE(sketches.Has("nothing"));
  EXPECT_FALSE(sketches.Read("nothing"));
  for (auto [column, expected] :
       {std::pair("id", OfIntegers(-5, 70000, 3)), std::pair("few", OfIntegers(INT64_MIN, 4, 1)),
        std::pair("name", OfTexts(1000))}) {
    ASSERT_TRUE(sketches.Has(column));
    auto read = sketches.Read(column);
    ASSERT_TRUE(read) << column;
    EXPECT_EQ(read->Save(), expected.Save()) << column;
    EXPECT_EQ(read->distinct().Hashes(), expected.distinct().Hashes()) << column;
  }
}

TEST_F(PartSketchesTest, SetsOfIntegersAreSmall) {
  EXPECT_LT(OfIntegers(1000000, 60000, 1).Save().size(), 80000u);
}

TEST_F(PartSketchesTest, AFileOfAnotherPartOrVersionIsNone) {
  Write(Example());
  EXPECT_FALSE(PartSketches::Open(path(), kPartBytes + 1).Has("id"));
  EXPECT_FALSE(PartSketches::Open(path() + ".none", kPartBytes).Has("id"));
  std::string later = Example();
  later[7] = '2';
  Write(later);
  EXPECT_FALSE(PartSketches::Open(path(), kPartBytes).Has("id"));
}

TEST_F(PartSketchesTest, NoCutAndNoDamageGivesAWrongSketch) {
  const std::string whole = Example();
  const std::string name = OfTexts(1000).Save();
  for (size_t at = 0; at < whole.size(); at += 1 + at / 16) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    for (const std::string& bytes : {damaged, whole.substr(0, at)}) {
      Write(bytes);
      auto read = PartSketches::Open(path(), kPartBytes).Read("name");
      if (read) {
        EXPECT_EQ(read->Save(), name) << at;
      }
    }
  }
}

TEST_F(PartSketchesTest, AFileIsCompleted) {
  Write(Example());
  PartSketchWriter writer;
  writer.Add("name", OfTexts(2000).Save());
  writer.AddOthers(PartSketches::Open(path(), kPartBytes));
  Write(writer.Finish(kPartBytes));
  PartSketches sketches = PartSketches::Open(path(), kPartBytes);
  EXPECT_EQ(sketches.Read("name")->rows(), 2003u);
  EXPECT_EQ(sketches.Read("id")->rows(), 70000u);
}

}  // namespace
}  // namespace roost::sketch
