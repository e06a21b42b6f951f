#include "relate/unique_sets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "relate/test_tables.h"

namespace roost::relate {
namespace {

using Sets = std::vector<std::vector<int>>;

/// Few values in many columns, so that only sets of several are unique; some are functions of
/// others.
Tables Random(uint32_t seed, size_t columns, size_t rows) {
  std::mt19937 random(seed);
  std::vector<std::pair<std::string, std::vector<std::string>>> named;
  for (size_t c = 0; c < columns; ++c) {
    size_t different = 2 + random() % 6;
    bool follows = c > 0 && random() % 4 == 0;
    std::vector<std::string> texts;
    for (size_t row = 0; row < rows; ++row) {
      texts.push_back(follows ? "f" + named[c - 1].second[row].substr(1, 1)
                              : "v" + std::to_string(random() % different));
    }
    named.emplace_back("c" + std::to_string(c), texts);
  }
  Tables tables;
  tables.Add("t", named);
  return tables;
}

bool IsUniqueByHand(Tables& tables, const std::vector<int>& columns) {
  std::set<std::vector<uint64_t>> seen;
  const Table& table = tables.database.tables[0];
  for (size_t row = 0; row < table.rows; ++row) {
    std::vector<uint64_t> tuple;
    for (int id : columns) {
      const Column& column = tables.database.ColumnAt(id);
      tuple.push_back((*tables.values.Rows(tables.database, column).ValueOrDie())[row]);
    }
    if (!seen.insert(tuple).second) return false;
  }
  return true;
}

std::vector<int> NotUnique(const Tables& tables) {
  std::vector<int> columns;
  for (const Column& column : tables.database.columns) {
    if (!column.unique) columns.push_back(column.id);
  }
  return columns;
}

/// All minimal unique sets of up to five columns, by trying every set.
Sets ByBruteForce(Tables& tables, const std::vector<int>& columns) {
  Sets unique;
  for (size_t width = 2; width <= 5; ++width) {
    for (uint32_t mask = 0; mask < 1u << columns.size(); ++mask) {
      std::vector<int> set;
      for (size_t i = 0; i < columns.size(); ++i) {
        if (mask >> i & 1) set.push_back(columns[i]);
      }
      if (set.size() != width) continue;
      bool wider = std::any_of(unique.begin(), unique.end(), [&](const std::vector<int>& part) {
        return std::includes(set.begin(), set.end(), part.begin(), part.end());
      });
      if (!wider && IsUniqueByHand(tables, set)) unique.push_back(set);
    }
  }
  return unique;
}

Sets ByAgreeSets(Tables& tables, std::vector<int> columns) {
  UniqueCache cache;
  UniqueSets::Limits none{.sets = SIZE_MAX, .checks = SIZE_MAX, .steps = SIZE_MAX};
  UniqueSets sets =
      UniqueSets::Make(tables.database, std::move(columns), tables.values, cache, none)
          .ValueOrDie();
  Sets all;
  for (size_t width = 2; width <= 5; ++width) {
    for (auto& set : sets.OfWidth(width).ValueOrDie()) all.push_back(set);
  }
  return all;
}

TEST(UniqueSets, AreThoseThatBruteForceFinds) {
  size_t found = 0, wide = 0;
  for (uint32_t seed = 0; seed < 150; ++seed) {
    Tables tables = Random(seed, 4 + seed % 5, 2 + seed % 60);
    std::vector<int> columns = NotUnique(tables);
    Sets slow = ByBruteForce(tables, columns), fast = ByAgreeSets(tables, columns);
    std::sort(slow.begin(), slow.end());
    std::sort(fast.begin(), fast.end());
    ASSERT_EQ(fast, slow) << "seed " << seed;
    found += fast.size();
    for (const auto& set : fast) wide += set.size() > 3;
  }
  EXPECT_GT(found, 200u);
  EXPECT_GT(wide, 20u);
}

TEST(UniqueSets, OfManyColumnsTheKeyIsAmongThem) {
  // 40 columns of two values, and three that make a key together.
  std::vector<std::pair<std::string, std::vector<std::string>>> columns;
  std::mt19937 random(1);
  for (int c = 0; c < 40; ++c) {
    std::vector<std::string> texts;
    for (int row = 0; row < 1000; ++row) texts.push_back("v" + std::to_string(random() % 2));
    columns.emplace_back("c" + std::to_string(c), texts);
  }
  std::vector<std::string> parts[3];
  for (int row = 0; row < 1000; ++row) {
    for (int part = 0, rest = row; part < 3; ++part, rest /= 10) {
      parts[part].push_back("k" + std::to_string(rest % 10));
    }
  }
  for (int part = 0; part < 3; ++part)
    columns.emplace_back("k" + std::to_string(part), parts[part]);
  Tables tables;
  tables.Add("t", columns);
  UniqueCache cache;
  UniqueSets sets =
      UniqueSets::Make(tables.database, NotUnique(tables), tables.values, cache, {}).ValueOrDie();
  EXPECT_EQ(sets.OfWidth(2).ValueOrDie(), Sets{});
  EXPECT_EQ(sets.OfWidth(3).ValueOrDie(), (Sets{{40, 41, 42}}));
}

}  // namespace
}  // namespace roost::relate
