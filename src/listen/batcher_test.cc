#include "listen/batcher.h"

#include <gtest/gtest.h>

#include <string>

namespace roost::listen {
namespace {

ReadyFile File(uint64_t bytes, const std::string& path = "f") {
  ReadyFile file;
  file.path = path;
  file.look.facts.bytes = bytes;
  return file;
}

void Add(Batcher& batcher, int count, uint64_t bytes, double now) {
  for (int i = 0; i < count; ++i) batcher.Add(File(bytes), now);
}

TEST(Batcher, ABatchIsDueByItsCount) {
  Batcher batcher({.files = 3, .bytes = 1000, .seconds = 5});
  Add(batcher, 2, 1, 0);
  EXPECT_FALSE(batcher.IsDue(1, false));
  Add(batcher, 2, 1, 0);
  EXPECT_TRUE(batcher.IsDue(1, false));
  EXPECT_EQ(batcher.Take().size(), 3u);
  EXPECT_EQ(batcher.files(), 1u);
  EXPECT_FALSE(batcher.IsDue(1, false));
}

TEST(Batcher, ABatchIsDueByItsBytes) {
  Batcher batcher({.files = 100, .bytes = 1000, .seconds = 5});
  Add(batcher, 2, 400, 0);
  EXPECT_FALSE(batcher.IsDue(1, false));
  Add(batcher, 1, 400, 0);
  EXPECT_TRUE(batcher.IsDue(1, false));
  EXPECT_EQ(batcher.Take().size(), 2u);
  EXPECT_EQ(batcher.bytes(), 400u);
}

TEST(Batcher, ALongFileIsABatchOfItsOwn) {
  Batcher batcher({.files = 100, .bytes = 1000, .seconds = 5});
  Add(batcher, 1, 5000, 0);
  Add(batcher, 1, 1, 0);
  EXPECT_TRUE(batcher.IsDue(0, false));
  EXPECT_EQ(batcher.Take().size(), 1u);
}

TEST(Batcher, ABatchIsDueByTheAgeOfItsFirst) {
  Batcher batcher({.files = 100, .bytes = 1000, .seconds = 5});
  EXPECT_FALSE(batcher.IsDue(1e9, true));
  Add(batcher, 1, 1, 10);
  Add(batcher, 1, 1, 14);
  EXPECT_DOUBLE_EQ(batcher.due_at(), 15);
  EXPECT_FALSE(batcher.IsDue(14.9, false));
  EXPECT_TRUE(batcher.IsDue(15, false));
  EXPECT_EQ(batcher.Take().size(), 2u);
}

TEST(Batcher, WhenNoMoreComeThereIsNothingToWaitFor) {
  Batcher batcher({.files = 100, .bytes = 1000, .seconds = 5, .first_files = 50});
  Add(batcher, 1, 1, 0);
  EXPECT_TRUE(batcher.IsDue(0, true));
}

TEST(Batcher, TheFirstWaitsForItsSamplesOrItsAge) {
  Batcher batcher({.files = 2, .bytes = 1000, .seconds = 5, .first_files = 4});
  Add(batcher, 3, 1, 0);
  EXPECT_FALSE(batcher.IsDue(1, false));
  EXPECT_TRUE(batcher.IsDue(5, false));
  Add(batcher, 1, 1, 0);
  EXPECT_TRUE(batcher.IsDue(1, false));
  EXPECT_EQ(batcher.Take().size(), 4u);
  Add(batcher, 2, 1, 6);
  EXPECT_TRUE(batcher.IsDue(6, false));
}

TEST(Batcher, HasRoomForItsSamples) {
  EXPECT_EQ(Batcher({.files = 2, .first_files = 50}).room(), 100u);
}

TEST(Batcher, HoldsTwoBatchesAtMost) {
  Batcher batcher({.files = 10, .bytes = 1000, .seconds = 5});
  EXPECT_EQ(batcher.room(), 20u);
  Add(batcher, 15, 1, 0);
  EXPECT_EQ(batcher.room(), 5u);
  Add(batcher, 1, 3000, 0);
  EXPECT_EQ(batcher.room(), 0u);
  batcher.Take();
  EXPECT_EQ(batcher.room(), 0u);
  batcher.Take();
  batcher.Take();
  EXPECT_EQ(batcher.room(), 20u);
}

}  // namespace
}  // namespace roost::listen
