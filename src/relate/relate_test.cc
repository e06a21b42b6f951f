#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "relate/candidates.h"
#include "relate/naming.h"
#include "relate/overrides.h"
#include "relate/test_tables.h"
#include "relate/tuples.h"

namespace roost::relate {
namespace {

/// Columns that often hold parts of each other, with nulls and strangers among them.
Tables RandomTables(uint32_t seed) {
  std::mt19937 random(seed);
  auto below = [&](size_t end) { return random() % end; };
  Tables tables;
  std::vector<std::vector<std::string>> pools;
  for (int pool = 0; pool < 4; ++pool) {
    std::vector<std::string>& values = pools.emplace_back();
    size_t size = 1 + below(120);
    for (size_t i = 0; i < size; ++i) {
      values.push_back((pool % 2 ? "k" : "") +
                       std::to_string(i * (1 + below(2)) + below(3) * 1000));
    }
  }
  for (int table = 0; table < 3; ++table) {
    size_t rows = 1 + below(150);
    std::vector<std::pair<std::string, std::vector<std::string>>> columns;
    for (int column = 0; column < 4; ++column) {
      const std::vector<std::string>& pool = pools[below(pools.size())];
      bool in_order = below(2) == 0;
      std::vector<std::string> texts;
      for (size_t row = 0; row < rows; ++row) {
        std::string text = pool[in_order ? row % pool.size() : below(pool.size())];
        if (below(20) == 0) text = below(2) == 0 ? "" : "stranger" + std::to_string(below(3));
        texts.push_back(text);
      }
      columns.emplace_back("c" + std::to_string(column), texts);
    }
    tables.Add("t" + std::to_string(table), columns);
  }
  NameColumns(tables.database);
  return tables;
}

using Found = std::map<std::pair<int, int>, std::pair<uint64_t, uint64_t>>;
Found FoundIn(const std::vector<Pair>& pairs) {
  Found found;
  for (const Pair& pair : pairs) {
    found[{pair.child, pair.parent}] = {pair.contained_values, pair.contained_rows};
  }
  return found;
}

TEST(Relate, TheFastWayFindsThePairsOfTheSlowWay) {
  size_t pairs = 0;
  for (uint32_t seed = 0; seed < 300; ++seed) {
    Tables tables = RandomTables(seed);
    CandidateOptions all{.least_log_odds = -INFINITY, .most_of_child = SIZE_MAX};
    FoundPairs found = FindPairs(tables.database, all, tables.values).ValueOrDie();
    Found fast = FoundIn(found.pairs);
    EXPECT_EQ(found.rivals.size(), found.pairs.size());
    Found slow = FoundIn(FindPairsByBruteForce(tables.database, {}, tables.values).ValueOrDie());
    ASSERT_EQ(fast, slow) << "seed " << seed;
    pairs += fast.size();
  }
  EXPECT_GT(pairs, 100u);
}

TEST(Relate, TuplesAreUniqueIfNoTwoRowsAgree) {
  size_t unique = 0, tuples = 0;
  for (uint32_t seed = 0; seed < 200; ++seed) {
    Tables tables = RandomTables(seed);
    for (const Table& table : tables.database.tables) {
      std::vector<int> columns = {table.columns[0], table.columns[1], table.columns[2]};
      std::set<std::vector<uint64_t>> seen;
      bool full = true;
      for (size_t row = 0; row < table.rows; ++row) {
        std::vector<uint64_t> tuple;
        for (int id : columns) {
          const Column& column = tables.database.ColumnAt(id);
          tuple.push_back((*tables.values.Rows(tables.database, column).ValueOrDie())[row]);
          full = full && tuple.back() != sketch::kNullHash;
        }
        seen.insert(tuple);
      }
      bool expected = full && seen.size() == table.rows;
      EXPECT_EQ(IsUniqueTuple(tables.database, columns, tables.values).ValueOrDie(), expected);
      unique += expected;
      ++tuples;
    }
  }
  EXPECT_GT(unique, 20u);
  EXPECT_LT(unique, tuples);
}

TEST(Words, NamesComeApart) {
  Vocabulary known = {"customer", "order"};
  EXPECT_EQ(WordsOf("BillToAddressID", {}), (Words{"bill", "to", "address", "id"}));
  EXPECT_EQ(WordsOf("bill_to_address_ids", {}), (Words{"bill", "to", "address", "id"}));
  EXPECT_EQ(WordsOf("customerid", known), (Words{"customer", "id"}));
  EXPECT_EQ(WordsOf("customerorders", known), (Words{"customer", "order"}));
  EXPECT_EQ(WordsOf("HTTPServer2", {}), (Words{"http", "server"}));
  EXPECT_EQ(WordsOf("categories", {}), (Words{"category"}));
  EXPECT_EQ(WordsOf("paid", {}), (Words{"paid"}));
}

TEST(Words, ShortFormsStandForLongOnes) {
  EXPECT_EQ(Abbreviates("customer", "customer"), 1);
  EXPECT_EQ(Abbreviates("cust", "customer"), 0.85);
  EXPECT_EQ(Abbreviates("addr", "address"), 0.85);
  EXPECT_EQ(Abbreviates("dpt", "department"), 0.7);
  EXPECT_EQ(Abbreviates("order", "customer"), 0);
  EXPECT_EQ(SharedTail(Words{"bill", "to", "address"}, Words{"address"}), 1);
}

TEST(Overrides, ReferencesAreReadAsPeopleWriteThem) {
  SaidReference one = ParseReference("a.b.x = c.y").ValueOrDie();
  EXPECT_EQ(one.table, "a.b");
  EXPECT_EQ(one.columns, std::vector<std::string>{"x"});
  EXPECT_EQ(one.ref_table, "c");
  SaidReference two = ParseReference("a.(x, y)=b.(u,v)").ValueOrDie();
  EXPECT_EQ(two.columns, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(two.ref_columns, (std::vector<std::string>{"u", "v"}));
  for (const char* wrong : {"", "a", "a.x", "a.x=b", "a.(x,y)=b.u", "a.(x,)=b.(u,v)", ".x=b.y"}) {
    EXPECT_FALSE(ParseReference(wrong).ok()) << wrong;
  }
}

}  // namespace
}  // namespace roost::relate
