#include "generate/plan.h"

#include <gtest/gtest.h>

#include "generate/world_for_tests.h"

namespace roost::generate {
namespace {

struct Case {
  const char* name;
  const char* world;
  const char* message;  // that stands in the error; empty: the plan holds
};

constexpr Case kCases[] = {
    {"just enough seats",
     "world: w\ntables:\n"
     "  a: {rows: 2, key: id, fields: {id: {sequence: {}}, capacity: 10}}\n"
     "  b: {rows: 20, fields: {a: {ref: {table: a, capacity: capacity}}}}\n",
     ""},
    {"one seat too few",
     "world: w\ntables:\n"
     "  a: {rows: 2, key: id, fields: {id: {sequence: {}}, capacity: 10}}\n"
     "  b: {rows: 21, fields: {a: {ref: {table: a, capacity: capacity}}}}\n",
     "test.yaml:4:26: 'b.a': a document may ask for 21 seats, but its 2 rows of 'a' are sure to "
     "have only 20 "
     "(capacity x utilization 1.0): 1 too few"},
    {"utilization counts",
     "world: w\ntables:\n"
     "  a: {rows: 2, key: id, fields: {id: {sequence: {}}, capacity: 10}}\n"
     "  b: {rows: 20, fields: {a: {ref: {table: a, capacity: capacity, utilization: 0.79}}}}\n",
     "are sure to have only 14 (capacity x utilization 0.79): 6 too few"},
    {"seats that cannot be told apart",
     "world: w\ntables:\n"
     "  a: {rows: 2, key: id, fields: {id: {sequence: {}}, capacity: {int: {between: [1, 99], "
     "dealt: true}}}}\n"
     "  s: {rows: 20, key: id, fields: {id: {sequence: {}}}}\n"
     "  b: {per: s, count: 2, unique: [s, a], fields: {s: {from: s.id}, a: {ref: {table: a, "
     "capacity: capacity}}}}\n",
     "nobody could have 40 of them without one twice"},
    {"more wishes than the window has",
     "world: w\ntables:\n"
     "  a: {rows: 1, key: id, fields: {id: {sequence: {}}, capacity: 99}}\n"
     "  s: {rows: 2, key: id, fields: {id: {sequence: {}}}}\n"
     "  b: {per: s, count: 5, unique: [s, a], fields: {s: {from: s.id}, a: {ref: {table: a, "
     "capacity: capacity, "
     "window: 3}}}}\n",
     "wishes for up to 5 different rows of 'a', but at most 4 are open"},
    {"a text space too small",
     "world: w\ntables:\n  a: {rows: 2, key: id, fields: {id: {pattern: \"[0-9]{3}\"}}}\n",
     "there are 1000 different values for 2000 rows: 1000 too few"},
    {"a text space that does",
     "world: w\ntables:\n  a: {rows: 1, key: id, fields: {id: {pattern: \"[0-9]{3}\"}}}\n", ""},
    {"nothing to refer to",
     "world: w\ntables:\n  a: {rows: {between: [0, 3]}, key: id, fields: {id: {sequence: {}}}}\n"
     "  b: {rows: 1, fields: {a: {ref: a}}}\n",
     "'a' may have no row to refer to; give it at least 1"},
    {"a key that repeats",
     "world: w\ntables:\n  a: {rows: 3, key: id, fields: {id: {int: {between: [1, 5], dealt: "
     "true}}}}\n",
     "a unique number is drawn with between alone"},
    {"unique without a reason",
     "world: w\ntables:\n  a: {rows: 3, unique: [x, y], fields: {x: {bool: 0.5}, y: {bool: "
     "0.5}}}\n",
     "unique cannot be kept"},
    {"an index tells siblings apart",
     "world: w\ntables:\n  a: {rows: 3, key: id, fields: {id: {sequence: {}}}}\n"
     "  b: {per: a, count: {between: [0, 3]}, key: [a, n], fields: {a: {from: a.id}, n: {index: "
     "{}}}}\n",
     ""},
    {"distinct references that there are not enough of",
     "world: w\ntables:\n  a: {once: 3, key: id, fields: {id: {sequence: {}}}}\n"
     "  s: {rows: 2, key: id, fields: {id: {sequence: {}}}}\n"
     "  b: {per: s, count: 4, unique: [s, a], fields: {s: {from: s.id}, a: {ref: a}}}\n",
     "up to 4 different rows of 'a' are wanted, but it may have only 3"},
    {"a capacity that may be null",
     "world: w\ntables:\n"
     "  a: {rows: 2, key: id, fields: {id: {sequence: {}}, capacity: {int: {between: [5, 9]}, "
     "nullable: 0.1}}}\n"
     "  b: {rows: 1, fields: {a: {ref: {table: a, capacity: capacity}}}}\n",
     "must be an int up to a million, never null or absent"},
};

class PlanCases : public testing::TestWithParam<Case> {};

TEST_P(PlanCases, SayWhatFallsShort) {
  Result<TestWorld> made = MakeTestWorld(GetParam().world);
  std::string message = made.ok() ? "" : made.status().message();
  if (*GetParam().message == '\0') {
    EXPECT_EQ(message, "");
  } else {
    EXPECT_NE(message.find(GetParam().message), std::string::npos) << message;
  }
}

INSTANTIATE_TEST_SUITE_P(Plan, PlanCases, testing::ValuesIn(kCases));

}  // namespace
}  // namespace roost::generate
