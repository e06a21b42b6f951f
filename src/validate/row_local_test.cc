#include "validate/row_local.h"

#include <gtest/gtest.h>

namespace roost::validate {
namespace {

struct Sees {
  const char* sql;
  bool only_row;
};

class RowLocal : public testing::TestWithParam<Sees> {};

TEST_P(RowLocal, IsSaidOfWhatLooksAtNothingElse) {
  shred::FinalColumn age, day, random;
  age.name = "age";
  day.name = "Enrolled at";
  random.name = "random";
  TableInfo table;
  for (const shred::FinalColumn* column : {&age, &day, &random}) {
    table.fields.push_back({column->name, column->name, "", {column}});
  }
  Rule rule;
  rule.kind = Kind::kExpression;
  rule.table = &table;
  rule.text = GetParam().sql;
  EXPECT_EQ(SeesOnlyRow(rule), GetParam().only_row);
  rule.kind = Kind::kNotNull;
  rule.text = "";
  rule.where = GetParam().sql;
  EXPECT_EQ(SeesOnlyRow(rule), GetParam().only_row);
}

INSTANTIATE_TEST_SUITE_P(
    Sql, RowLocal,
    testing::Values(
        Sees{"age * 2 >= 0", true}, Sees{"AGE BETWEEN 6 AND 12 OR \"age\" IS NULL", true},
        Sees{"abs(age - least(12, age)) <= 0.005", true}, Sees{"random > 3", true},
        Sees{"\"Enrolled at\" < DATE '2025-01-01'", true},
        Sees{"CASE WHEN age IN (1, 2) THEN 'it''s' ELSE '(SELECT' END = 'x'", true},
        Sees{"age::DOUBLE / 3 < 1", true}, Sees{"random() < 0.5", false},
        Sees{"random () < 0.5", false}, Sees{"age < (SELECT max(age) FROM t)", false},
        Sees{"\"Enrolled at\" < current_date", false}, Sees{"\"Enrolled at\" < now()", false},
        Sees{"other > 3", false}, Sees{"t.age > 3", false}, Sees{"age.x > 3", false},
        Sees{"\"t\".\"age\" > 3", false}, Sees{"row_number() OVER () > 3", false},
        Sees{"age > 3 -- AND", false}, Sees{"age > 3 /* */", false}, Sees{"age > $1", false},
        Sees{"age > 'x", false}, Sees{"getenv('HOME') = 'x'", false}, Sees{"age > 3; DROP", false},
        Sees{"_roost_id > 3", false}, Sees{"file_row_number > 3", false}));

}  // namespace
}  // namespace roost::validate
