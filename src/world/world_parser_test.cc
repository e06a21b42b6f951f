#include "world/world_parser.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "world/builtin_worlds.h"

namespace roost::world {
namespace {

struct Case {
  const char* text;
  const char* message;
};

#define HEAD "world: w\ntables:\n  a:\n    rows: 2\n    fields:\n"

constexpr Case kFaulty[] = {
    {"world: [w\n", "test.yaml:2:1: this is no YAML"},
    {"world: w\n", "test.yaml:1:1: tables: {name: {...}} is missing"},
    {"wordl: w\n", "test.yaml:1:1: unknown key 'wordl' in a world file; did you mean 'world'?"},
    {"world: w\ntables: 3\n", "test.yaml:2:9: expected tables: {name: {...}}, found '3'"},
    {"world: w\ntables:\n  a: {fields: {}}\n", "test.yaml:3:6: table 'a' needs one of rows"},
    {HEAD "      x: {int: {betwen: [1, 2]}}\n",
     "test.yaml:6:17: unknown key 'betwen' in a number field; did you mean 'between'?"},
    {HEAD "      x: {int: {between: [2, 1]}}\n",
     "test.yaml:6:26: expected [least, greatest], in this order"},
    {HEAD "      x: {int: {between: [1, ten]}}\n",
     "expected the greatest value (a number), found 'ten'"},
    {HEAD "      x: {hidden: true}\n",
     "test.yaml:6:10: field 'x' has no kind; expected one of sequence, index"},
    {HEAD "      x: {bool: 0.5, int: {between: [1, 2]}}\n", "field 'x' has two kinds; keep one"},
    {HEAD "      x: {bool: 1.5}\n",
     "test.yaml:6:17: expected bool (a share from 0 to 1), found '1.5'"},
    {HEAD "      x: {choice: {}}\n", "expected at least one value to choose"},
    {HEAD "      x: {choice: {a: -1}}\n", "expected a weight of zero or more, found '-1'"},
    {HEAD "      x: {pattern: \"[a-\"}\n",
     "in pattern \"[a-\" at character 1: expected a ']' for this '['"},
    {HEAD "      x: {pattern: \"a+\"}\n",
     "at character 2: expected a character, a class like [a-z] or \\d"},
    {HEAD "      x: {text: \"{y}\"}\n", "field 'x' uses 'y', which is no field above it"},
    {HEAD "      age: {int: {between: [1, 2]}}\n      x: {formula: \"agee + 1\"}\n",
     "field 'x' uses 'agee', which is no field above it; did you mean 'age'?"},
    {HEAD "      x: {formula: \"1 +\"}\n",
     "in \"1 +\" at character 4: expected a number, a name or '(', found the end"},
    {HEAD "      x: {formula: \"avg(1)\"}\n",
     "at character 1: expected one of the functions min, max"},
    {HEAD "      x: {int: {between: [1, $most]}}\n", "there is no parameter 'most'"},
    {HEAD "      x: {ref: b}\n", "there is no table 'b'"},
    {HEAD "      x: {ref: b}\n  b: {rows: 1, fields: {}}\n",
     "table 'b' must stand above the tables that refer to it"},
    {HEAD "      x: 1\n      x: 2\n", "'x' stands here twice; keep one"},
    {HEAD "      x: {time: {start: 2026-02-29T00:00:00Z}}\n",
     "expected start (a time like 2026-01-05T08:00:00Z"},
    {HEAD "      x: {time: {start: 2026-01-05, every: 3 weeks}}\n",
     "a time span like 500ms, 45s, 10min, 2h or 3d"},
    {HEAD "      x: {list: {of: {object: {}}, count: 1}}\n", "the elements of a list are values"},
    {HEAD "      x: 1\nchanges:\n  - {at: 5, table: a, drop: y}\n",
     "table 'a' has no field 'y' then"},
    {HEAD "      x: 1\nchanges:\n  - {at: 5, table: aa, drop: x}\n",
     "there is no table 'aa'; did you mean 'a'?"},
    {HEAD "      x: 1\nchanges:\n  - {at: 5, table: a}\n",
     "expected one of add, widen, rename, drop"},
    {HEAD "      x: 1\nrules:\n  - {name: r, table: a, holds: x = 1, break: {y: \"2\"}}\n",
     "there is no field 'y'"},
};

TEST(WorldParser, SaysWhereAndWhatWasExpected) {
  for (const Case& faulty : kFaulty) {
    Result<World> world = ParseWorld(faulty.text, "test.yaml", {});
    ASSERT_FALSE(world.ok()) << faulty.text;
    EXPECT_NE(world.status().message().find(faulty.message), std::string::npos)
        << faulty.text << "\nexpected: " << faulty.message
        << "\nfound:    " << world.status().message();
  }
}

TEST(WorldParser, TakesTheBuiltInWorlds) {
  for (const std::string& name : BuiltinWorldNames()) {
    Result<World> world = ParseWorld(std::string(*BuiltinWorld(name)), name, {});
    ASSERT_TRUE(world.ok()) << world.status().message();
    EXPECT_EQ(world->name, name);
  }
}

TEST(WorldParser, ReplacesParameters) {
  std::string school(*BuiltinWorld("school"));
  Result<World> world = ParseWorld(school, "school", {{"max_enrollments", 3}});
  ASSERT_TRUE(world.ok());
  EXPECT_EQ(world->tables[static_cast<size_t>(world->Find("enrollments"))].count.high, 3);
  Result<World> unknown = ParseWorld(school, "school", {{"max_enrolments", 3}});
  ASSERT_FALSE(unknown.ok());
  EXPECT_NE(unknown.status().message().find("did you mean 'max_enrollments'?"), std::string::npos);
}

TEST(Expression, ComputesByTheUsualRanks) {
  struct Sum {
    const char* text;
    double value;
  };
  for (const Sum& sum : {Sum{"1 + 2 * 3", 7},
                         {"(1 + 2) * 3", 9},
                         {"-2 - -3", 1},
                         {"7 % 4 + 1", 4},
                         {"2 < 3", 1},
                         {"2 >= 3", 0},
                         {"not 2 > 3 and 1 = 1", 1},
                         {"if(x > 4, x, 0 - x)", 5},
                         {"min(x, 3) + $p", 3.5},
                         {"round(2.5)", 3},
                         {"floor(-0.5)", -1},
                         {"1 / 0", 0},
                         {"10 - 3 - 2", 5}}) {
    Result<Expression> parsed = Expression::Parse(sum.text, {{"p", 0.5}});
    ASSERT_TRUE(parsed.ok()) << parsed.status().message();
    double x = 5, result = 0;
    std::vector<std::span<const double>> columns(parsed->names().size(),
                                                 std::span<const double>(&x, 1));
    parsed->Evaluate(columns, {&result, 1});
    EXPECT_EQ(result, sum.value) << sum.text;
  }
}

TEST(Pattern, CountsEachTextOnce) {
  Result<Pattern> pattern = Pattern::Parse("[ab][0-2]{2}-");
  ASSERT_TRUE(pattern.ok());
  ASSERT_EQ(pattern->space(), 18u);
  std::vector<std::string> texts;
  for (uint64_t code = 0; code < 18; ++code) {
    char text[64];
    texts.emplace_back(text, pattern->Count(code, text));
    EXPECT_EQ(texts.back().size(), 4u);
  }
  std::sort(texts.begin(), texts.end());
  EXPECT_EQ(std::unique(texts.begin(), texts.end()), texts.end());
  EXPECT_EQ(texts.front(), "a00-");
  EXPECT_EQ(texts.back(), "b22-");
}

}  // namespace
}  // namespace roost::world
