#include "listen/settled_files.h"

#include <gtest/gtest.h>

namespace roost::listen {
namespace {

std::string Path(size_t i) { return "in/result_" + std::to_string(i) + ".json"; }

FileLook Look(size_t i, int64_t modified_ns = 0) {
  FileLook look;
  look.facts.inode = i;
  look.facts.modified_ns = modified_ns;
  return look;
}

TEST(SettledFiles, AFileIsKnownWhileItLooksTheSame) {
  SettledFiles files;
  EXPECT_FALSE(files.Has("a", Look(1)));
  files.Add("a", Look(1));
  EXPECT_TRUE(files.Has("a", Look(1)));
  EXPECT_FALSE(files.Has("a", Look(1, 5)));
  EXPECT_FALSE(files.Has("b", Look(1)));
  FileLook other_mode = Look(1);
  other_mode.facts.mode = 0644;
  EXPECT_TRUE(files.Has("a", other_mode));
  files.Add("a", Look(1, 5));
  EXPECT_TRUE(files.Has("a", Look(1, 5)));
  EXPECT_EQ(files.size(), 1u);
}

TEST(SettledFiles, ManyFilesAreKeptApart) {
  SettledFiles files;
  constexpr size_t kFiles = 100'000;
  for (size_t i = 0; i < kFiles; ++i) files.Add(Path(i), Look(i));
  EXPECT_EQ(files.size(), kFiles);
  for (size_t i = 0; i < kFiles; ++i) ASSERT_TRUE(files.Has(Path(i), Look(i)));
  for (size_t i = kFiles; i < 2 * kFiles; ++i) ASSERT_FALSE(files.Has(Path(i), Look(i)));
}

TEST(SettledFiles, WhatAWalkDoesNotSeeIsForgotten) {
  SettledFiles files;
  for (size_t i = 0; i < 10; ++i) files.Add(Path(i), Look(i));
  files.BeginWalk();
  for (size_t i = 0; i < 10; i += 2) EXPECT_TRUE(files.Has(Path(i), Look(i)));
  files.Add(Path(11), Look(11));
  EXPECT_TRUE(files.Has(Path(1), Look(1)));  // still known until the walk ends
  files.EndWalk();
  EXPECT_EQ(files.size(), 7u);
  EXPECT_TRUE(files.Has(Path(11), Look(11)));
  EXPECT_FALSE(files.Has(Path(3), Look(3)));
}

}  // namespace
}  // namespace roost::listen
