#include "validate/part_state.h"

#include <gtest/gtest.h>

#include "sketch/distinct_values.h"
#include "validate/column_profiler.h"

namespace roost::validate {
namespace {

PartState SomeState() {
  PartState state;
  state.columns["age\nint64\n1"] = std::string("\0bytes", 6);
  state.rules[std::string(16, '\0')] = {7, 3, {}};
  return state;
}

TEST(PartState, ComesBackAsItWasSaved) {
  auto state = PartState::Load(SomeState().Save("a/part"), "a/part");
  ASSERT_TRUE(state.ok()) << state.status().message();
  EXPECT_EQ(state->columns, SomeState().columns);
  ASSERT_EQ(state->rules.size(), 1u);
  EXPECT_EQ(state->rules.begin()->second.tested, 7u);
  EXPECT_EQ(state->rules.begin()->second.failed, 3u);
}

TEST(PartState, OfAnotherPartIsRefused) {
  EXPECT_FALSE(PartState::Load(SomeState().Save("a/part"), "another").ok());
}

TEST(PartState, AnyHarmIsSeen) {
  const std::string good = SomeState().Save("a/part");
  for (size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    EXPECT_FALSE(PartState::Load(bad, "a/part").ok()) << at;
    EXPECT_FALSE(PartState::Load(good.substr(0, at), "a/part").ok()) << at;
  }
  EXPECT_FALSE(PartState::Load(good + "x", "a/part").ok());
}

/// Two rules of one column that differ in one thing.
void ExpectOtherMark(const Rule& one, const Rule& other) {
  EXPECT_NE(RuleMark(one), RuleMark(other));
}

TEST(PartState, AMarkNamesAllThatARuleDependsOn) {
  shred::FinalColumn column;
  column.name = "n";
  column.type = shred::FinalType::kInt64;
  Field field{"n", "n", "$.n", {&column}};
  Rule rule;
  rule.kind = Kind::kRange;
  rule.fields = {&field};
  rule.low = Literal{"1", true, false};
  rule.high = Literal{"5", true, false};
  Rule other = rule;
  other.name = "by another name";
  other.severity = Severity::kCritical;
  EXPECT_EQ(RuleMark(rule), RuleMark(other));
  other.high->text = "6";
  ExpectOtherMark(rule, other);
  other = rule;
  other.is_open = true;
  ExpectOtherMark(rule, other);
  other = rule;
  other.where = "n > 2";
  ExpectOtherMark(rule, other);
  std::string before = RuleMark(rule);
  column.type = shred::FinalType::kDouble;
  EXPECT_NE(RuleMark(rule), before);
}

TEST(PartState, AProfileThatWasKeptMergesAsTheOneThatWasSaved) {
  auto bytes_of = [](ColumnProfiler& profiler) {
    sketch::ByteWriter to;
    profiler.Save(to);
    return to.Take();
  };
  ColumnProfiler empty(4);
  std::string bytes = bytes_of(empty);
  sketch::ByteReader from(bytes);
  auto again = ColumnProfiler::Load(from);
  ASSERT_TRUE(again.ok()) << again.status().message();
  EXPECT_TRUE(from.AtEnd());
  EXPECT_EQ(bytes_of(*again), bytes);
}

}  // namespace
}  // namespace roost::validate
