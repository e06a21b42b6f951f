#include "store/facts_packing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "store/value_range.h"

namespace roost::store {
namespace {

const shred::ColumnId kNames{"/name", shred::Slot::kText};

ChunkFacts SomeChunk(shred::Layout layout, bool is_list) {
  ChunkFacts facts;
  facts.id = &kNames;
  facts.physical = Physical::kBytes;
  facts.layout = layout;
  facts.is_list = is_list;
  facts.time = {.separator = ' ', .suffix = 2, .fraction_digits = 6, .saw_bare = true};
  facts.dictionary_bytes = 20;
  facts.plain_bytes = 1ull << 40;
  facts.lists = 9;
  facts.empty_lists = 2;
  facts.hollow_lists = 3;
  facts.pages_by_encoding[0] = 1;
  facts.pages_by_encoding[8] = 1;
  facts.pages = {{0, 70, 0, 100, 4, TextRange("a", std::string(80, 'x'))},
                 {70, 30, 90, 50, 50, {}}};
  facts.bytes = 120;
  SumUpPages(facts);
  return facts;
}

void ExpectSame(const ChunkFacts& a, const ChunkFacts& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.physical, b.physical);
  EXPECT_EQ(a.layout, b.layout);
  EXPECT_EQ(a.is_list, b.is_list);
  EXPECT_EQ(a.bytes, b.bytes);
  EXPECT_EQ(a.plain_bytes, b.plain_bytes);
  EXPECT_EQ(a.dictionary_bytes, b.dictionary_bytes);
  EXPECT_EQ(a.levels, b.levels);
  EXPECT_EQ(a.nulls, b.nulls);
  EXPECT_EQ(a.range.max, b.range.max);
  EXPECT_EQ(a.range.max_exact, b.range.max_exact);
  EXPECT_TRUE(std::ranges::equal(a.pages_by_encoding, b.pages_by_encoding));
  ASSERT_EQ(a.pages.size(), b.pages.size());
  for (size_t i = 0; i < a.pages.size(); ++i) {
    EXPECT_EQ(a.pages[i].offset, b.pages[i].offset);
    EXPECT_EQ(a.pages[i].bytes, b.pages[i].bytes);
    EXPECT_EQ(a.pages[i].first_row, b.pages[i].first_row);
    EXPECT_EQ(a.pages[i].levels, b.pages[i].levels);
    EXPECT_EQ(a.pages[i].nulls, b.pages[i].nulls);
    EXPECT_EQ(a.pages[i].range.state, b.pages[i].range.state);
    EXPECT_EQ(a.pages[i].range.min, b.pages[i].range.min);
  }
}

TEST(FactsPacking, GivesBackWhatItTook) {
  ChunkFacts time = SomeChunk(shred::Layout::kTimestamp, false);
  ChunkFacts list = SomeChunk(shred::Layout::kDictionary, true);
  const ChunkFacts* chunks[] = {&time, &list};
  RowGroupFacts group = UnpackFacts(PackFacts(140, -5, chunks), 1000);
  EXPECT_EQ(group.rows, 140u);
  EXPECT_EQ(group.first_id, -5);
  ASSERT_EQ(group.chunks.size(), 2u);
  EXPECT_EQ(group.chunks[0].offset, 1000u);
  EXPECT_EQ(group.chunks[1].offset, 1120u);
  ExpectSame(group.chunks[0], time);
  ExpectSame(group.chunks[1], list);
  EXPECT_EQ(group.chunks[0].time, time.time);
  EXPECT_EQ(group.chunks[1].lists, 9u);
  EXPECT_EQ(group.chunks[1].empty_lists, 2u);
  EXPECT_EQ(group.chunks[1].hollow_lists, 3u);
}

TEST(FactsPacking, ASmallChunkTakesFewBytes) {
  ChunkFacts facts;
  facts.id = &kNames;
  facts.pages = {{0, 60, 0, 16384, 16383, TextRange("value", "value")}};
  facts.pages_by_encoding[0] = 1;
  facts.plain_bytes = 60;
  std::vector<const ChunkFacts*> chunks(1000, &facts);
  EXPECT_LT(PackFacts(16384, 1, chunks).size(), 60 * 1000u);
}

}  // namespace
}  // namespace roost::store
