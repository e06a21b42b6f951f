#include "relate/distinct_column.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "relate/test_tables.h"
#include "relate/tuples.h"

namespace roost::relate {
namespace {

TEST(IntegerCounter, CountsAsSortingDoes) {
  std::mt19937 random(3);
  for (uint32_t size : {1u, 50u, 5000u}) {
    auto least = -static_cast<int64_t>(size / 3);
    IntegerCounter counter(least, least + size - 1);
    std::vector<uint64_t> rows;
    for (uint32_t i = 0; i < 2 * size; ++i) {
      auto integer = static_cast<int64_t>(random() % size) + least;
      counter.Add(integer);
      rows.push_back(sketch::HashOfInteger(integer));
    }
    DistinctColumn slow = CountValues(rows);
    EXPECT_TRUE(counter.is_complete());
    EXPECT_EQ(counter.Finish({}).hashes, slow.hashes);
    EXPECT_EQ(counter.Finish({}).counts, slow.counts);
    HashRange half = RangeOf(1, 1);
    EXPECT_EQ(counter.Finish(half).hashes, Cut(slow, half).hashes);
    EXPECT_EQ(counter.Finish(half).counts, Cut(slow, half).counts);
  }
}

/// The integers from `first`, so many, each in `rows` rows.
DistinctColumn AsHashes(int64_t first, uint64_t values, uint32_t rows) {
  IntegerCounter counter(first, first + static_cast<int64_t>(values) - 1);
  for (uint64_t i = 0; i < values * rows; ++i) {
    counter.Add(first + static_cast<int64_t>(i % values));
  }
  return counter.Finish({});
}
DistinctColumn AsRun(int64_t first, uint64_t values, bool is_unique) {
  return {{}, {}, IntegerRun{first, values, is_unique}};
}

TEST(DistinctColumn, ARunSaysWhatItsHashesSay) {
  const DistinctColumn texts = CountValues({sketch::HashOfText("a"), sketch::HashOfText("b")});
  const DistinctColumn others[] = {AsHashes(-50, 100, 3), AsHashes(40, 20, 1),
                                   AsHashes(990, 5000, 2), AsHashes(5000, 9, 1), texts};
  const DistinctColumn run = AsRun(-7, 1000, true), hashes = AsHashes(-7, 1000, 1);
  EXPECT_EQ(run.size(), hashes.size());
  for (const DistinctColumn& other : others) {
    for (const auto& [a, b] : {std::pair(&run, &hashes), {&hashes, &run}}) {
      EXPECT_EQ(ContainedIn(other, *a).values, ContainedIn(other, *b).values);
      EXPECT_EQ(ContainedIn(other, *a).rows, ContainedIn(other, *b).rows);
      EXPECT_EQ(ContainedIn(*a, other).values, ContainedIn(*b, other).values);
      EXPECT_EQ(ContainedIn(*a, other).rows, ContainedIn(*b, other).rows);
    }
    for (size_t most : {0u, 3u, 5000u}) {
      EXPECT_EQ(LowestMissing(run, other, most), LowestMissing(hashes, other, most));
      EXPECT_EQ(LowestMissing(other, run, most), LowestMissing(other, hashes, most));
    }
  }
  EXPECT_EQ(ContainedIn(run, AsRun(990, 50, false)).values, 3u);
  EXPECT_EQ(ContainedIn(run, AsRun(993, 50, false)).values, 0u);
  EXPECT_EQ(ContainedIn(run, run).rows, 1000u);
}

TEST(DistinctColumn, ARunIsCutAsItsHashesAre) {
  for (bool is_unique : {true, false}) {
    const DistinctColumn run = AsRun(3, 5000, is_unique), hashes = AsHashes(3, 5000, 1);
    EXPECT_EQ(run.HasCounts(), is_unique);
    for (HashRange range : {HashRange{}, RangeOf(2, 2)}) {
      EXPECT_EQ(Cut(run, range).hashes, Cut(hashes, range).hashes);
      EXPECT_EQ(Cut(run, range).HasCounts(), is_unique);
    }
    for (uint64_t values : {1u, 100u, 4000u, 9000u}) {
      std::vector<uint64_t> lowest = LowestOf(run, values).hashes;
      ASSERT_GE(lowest.size(), std::min<uint64_t>(values, 5000));
      EXPECT_TRUE(std::equal(lowest.begin(), lowest.end(), hashes.hashes.begin()));
    }
    EXPECT_LT(LowestOf(run, 10).size(), 200u);
  }
}

TEST(IntegerCounter, CountsThoseFarOffBySorting) {
  IntegerCounter counter(0, 99, true);
  std::vector<uint64_t> rows;
  for (int64_t i = 0; i < 3'000'000; ++i) {
    int64_t integer = i % 50 == 7 ? 1'000'000'007 + i % 30'000 : i * 31 % 100;
    counter.Add(integer);
    rows.push_back(sketch::HashOfInteger(integer));
  }
  ASSERT_TRUE(counter.is_complete());
  DistinctColumn slow = CountValues(rows), fast = counter.Finish({});
  EXPECT_EQ(fast.hashes, slow.hashes);
  EXPECT_EQ(fast.counts, slow.counts);
}

TEST(IntegerCounter, SaysWhenThereAreOthers) {
  for (int64_t stranger : {INT64_MIN, int64_t{-1}, int64_t{10}, INT64_MAX}) {
    IntegerCounter counter(0, 9);
    counter.Add(9);
    EXPECT_TRUE(counter.is_complete());
    counter.Add(stranger);
    EXPECT_FALSE(counter.is_complete());
  }
  EXPECT_EQ(IntegerCounter::BytesFor(INT64_MIN, INT64_MAX), UINT64_MAX);
}

TEST(IntegerCounter, IsSketchedAsItsRowsAre) {
  std::mt19937 random(5);
  for (bool in_order : {true, false}) {
    std::vector<int64_t> integers;
    for (int i = 0; i < 3000; ++i) integers.push_back(static_cast<int64_t>(random() % 900));
    if (in_order) std::sort(integers.begin(), integers.end());
    IntegerCounter counter(0, 899);
    sketch::ColumnSketch slow, fast;
    for (int64_t integer : integers) {
      counter.Add(integer);
      slow.Add(sketch::ValueOfInteger(integer));
    }
    counter.AddNull();
    slow.Add({});
    counter.AddTo(fast);
    EXPECT_EQ(fast.rows(), slow.rows());
    EXPECT_EQ(fast.nulls(), 1u);
    EXPECT_EQ(fast.smallest_integer(), slow.smallest_integer());
    EXPECT_EQ(fast.largest_integer(), slow.largest_integer());
    EXPECT_EQ(fast.mean_length(), slow.mean_length());
    EXPECT_EQ(fast.sorted(), in_order);
    EXPECT_EQ(fast.sorted_distinct(), slow.sorted_distinct());
    EXPECT_EQ(fast.distinct().Hashes(), slow.distinct().Hashes());
  }
}

TEST(Tuples, AreCountedAmongOthersAsByHand) {
  std::mt19937_64 random(7);
  for (size_t rows : {0u, 10u, 5000u, 600000u}) {
    std::vector<uint64_t> tuples, others;
    size_t different = 1 + rows / 3;
    auto tuple = [&] { return 1 + random() % different * 0x9e3779b97f4a7c15ull; };
    for (size_t i = 0; i < rows; ++i) tuples.push_back(random() % 50 ? tuple() : sketch::kNullHash);
    for (size_t i = 0; i < rows / 2; ++i) others.push_back(tuple());
    DistinctColumn mine = CountValues(tuples), theirs = CountValues(others);
    TuplesAmong among = CountAmong(tuples, theirs, {}).ValueOrDie();
    Containment slow = ContainedIn(mine, theirs);
    EXPECT_EQ(among.values, mine.hashes.size());
    EXPECT_EQ(among.contained_values, slow.values);
    EXPECT_EQ(among.contained_rows, slow.rows);
    EXPECT_EQ(among.rows, rows - static_cast<size_t>(
                                     std::count(tuples.begin(), tuples.end(), sketch::kNullHash)));
  }
}

TEST(Tuples, AreLookedForWithinRunsOfASortedColumn) {
  std::mt19937 random(11);
  size_t unique = 0;
  // More rows than one thread takes at once, too; the twins lie at random places.
  for (size_t rows : {40u, 300u, 300u, 70000u, 600000u, 600000u}) {
    bool has_twins = random() % 2 == 0;
    std::vector<std::string> order, line;
    for (size_t row = 0, number = 0; row < rows; ++row, ++number) {
      if (row == 0 || random() % 4 == 0) number = 0;
      order.push_back(std::to_string(row == 0      ? 0
                                     : number == 0 ? std::stoul(order.back()) + 1
                                                   : std::stoul(order.back())));
      line.push_back(std::to_string(number));
    }
    size_t twin = 1 + random() % (rows - 1);
    while (order[twin] != order[twin - 1]) twin = 1 + random() % (rows - 1);
    if (has_twins) line[twin] = line[twin - 1];
    Tables tables;
    tables.Add("lines", {{"line", line}, {"order", order}});
    ASSERT_TRUE(tables.database.columns[1].sketch.sorted());
    std::vector<int> columns = {0, 1};
    EXPECT_EQ(IsUniqueTuple(tables.database, columns, tables.values).ValueOrDie(), !has_twins);
    unique += !has_twins;
  }
  EXPECT_GT(unique, 0u);
  EXPECT_LT(unique, 6u);
}

TEST(Tuples, OfIntegersAreToldByTheirPlaces) {
  std::mt19937 random(13);
  for (int round = 0; round < 40; ++round) {
    // A grid in any order; a twin in every second one.
    std::vector<std::pair<int, int>> cells;
    int width = 2 + static_cast<int>(random() % 9), height = 2 + static_cast<int>(random() % 90);
    for (int x = 0; x < width; ++x) {
      for (int y = 0; y < height; ++y) cells.emplace_back(x - 3, 7 * y - 100);
    }
    std::shuffle(cells.begin(), cells.end(), random);
    if (round % 2) cells.push_back(cells[random() % cells.size()]);
    std::vector<std::string> xs, ys;
    for (auto [x, y] : cells) {
      xs.push_back(std::to_string(x));
      ys.push_back(std::to_string(y));
    }
    Tables tables;
    tables.Add("cells", {{"x", xs}, {"y", ys}});
    std::vector<int> columns = {0, 1};
    EXPECT_EQ(IsUniqueTuple(tables.database, columns, tables.values).ValueOrDie(), round % 2 == 0);
  }
}

}  // namespace
}  // namespace roost::relate
