#include "relate/copies.h"

#include <gtest/gtest.h>

#include "relate/candidates.h"
#include "relate/naming.h"
#include "relate/test_tables.h"

namespace roost::relate {
namespace {

using Texts = std::vector<std::string>;

/// 100 customers, and 300 orders that repeat their names, but for the first `wrong` ones.
std::vector<Copy> CopiesOf(const std::string& copy_name, const std::string& name, int wrong) {
  Tables tables;
  Texts ids, names, of, copies;
  for (int i = 0; i < 100; ++i) {
    ids.push_back(std::to_string(500 + 3 * i));
    names.push_back("n" + std::to_string(i));
  }
  for (int i = 0; i < 300; ++i) {
    int customer = i * 7 % 100;
    of.push_back(ids[static_cast<size_t>(customer)]);
    copies.push_back(i < wrong ? "other" : names[static_cast<size_t>(customer)]);
  }
  tables.Add("customers", {{"customer_id", ids}, {name, names}});
  tables.Add("orders", {{"customer_id", of}, {copy_name, copies}});
  NameColumns(tables.database);
  Pair pair = MakePair(tables.database, tables.database.columns[2], tables.database.columns[0],
                       tables.values)
                  .ValueOrDie();
  return FindCopies(tables.database, pair, tables.values).ValueOrDie();
}

TEST(Copies, AreFoundByNameAndCounted) {
  auto copies = CopiesOf("customer_name", "name", 0);
  ASSERT_EQ(copies.size(), 1u);
  EXPECT_EQ(copies[0].rows, 300u);
  EXPECT_EQ(copies[0].agreeing, 300u);
  EXPECT_EQ(copies[0].Agreement(), 1);
  EXPECT_EQ(CopiesOf("CustomerName", "customer_name", 0).size(), 1u);
  EXPECT_EQ(CopiesOf("name", "name", 0).size(), 0u);
}

TEST(Copies, DifferencesAreShown) {
  auto copies = CopiesOf("customer_name", "name", 4);
  ASSERT_EQ(copies.size(), 1u);
  EXPECT_EQ(copies[0].agreeing, 296u);
  ASSERT_EQ(copies[0].differences.size(), 3u);
  EXPECT_EQ(copies[0].differences[0].value, sketch::HashOfText("other"));
  EXPECT_EQ(copies[0].differences[1].ref_value, sketch::HashOfText("n7"));
}

TEST(Copies, WhatMostlyDiffersIsNoCopy) {
  EXPECT_EQ(CopiesOf("customer_name", "name", 200).size(), 0u);
}

}  // namespace
}  // namespace roost::relate
