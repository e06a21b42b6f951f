#include "validate/cell_counts.h"

#include <arrow/api.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace roost::validate {
namespace {

BatchColumn Texts(const std::vector<std::string>& texts) {
  arrow::StringBuilder builder;
  for (const std::string& text : texts) EXPECT_TRUE(builder.Append(text).ok());
  auto rows = static_cast<int64_t>(texts.size());
  auto column = BatchColumn::Make(builder.Finish().ValueOrDie(), shred::FinalType::kText, rows);
  EXPECT_TRUE(column.ok());
  return std::move(column).ValueUnsafe();
}

std::map<std::string, uint64_t> ByText(const FewValues& counts) {
  std::map<std::string, uint64_t> map;
  for (const auto& entry : counts.entries()) map[entry.text] = entry.count;
  return map;
}

std::vector<std::string> Codes(size_t count, const std::string& before) {
  std::vector<std::string> codes;
  for (size_t i = 0; i < count; ++i) codes.push_back(before + std::to_string(1000 + i));
  return codes;
}

CellCounts Of(const std::vector<std::string>& texts) {
  CellCounts counts;
  BatchColumn column = Texts(texts);
  counts.Take(column);
  return counts;
}

TEST(CellCounts, KeepsValuesWhileThereAreFewAndTheirFormsAfterwards) {
  CellCounts few = Of(Codes(64, "A-"));
  EXPECT_EQ(few.values().entries().size(), 64u);
  EXPECT_TRUE(few.forms().entries().empty());
  CellCounts many = Of(Codes(65, "A-"));
  EXPECT_TRUE(many.values().has_given_up());
  EXPECT_EQ(ByText(many.forms()), (std::map<std::string, uint64_t>{{"a-9", 65}}));
  EXPECT_EQ(many.lengths()[6], 65u);
}

TEST(CellCounts, FormsAreThoseOfEachTextByItself) {
  std::mt19937 random(3);
  std::vector<std::string> pool = {"",
                                   "a",
                                   "9",
                                   " ",
                                   "a9",
                                   "9a",
                                   "a 9",
                                   "\x80",
                                   "0123456789abcde-",
                                   "0123456789abcde-f",
                                   "0123456789abcdef-9",
                                   "0123456789abcdef-a"};
  while (pool.size() < 60) {
    std::string& text = pool.emplace_back();
    for (size_t size = random() % 20; text.size() < size;) text += "aZ09-"[random() % 5];
  }
  std::vector<std::string> texts = Codes(65, "long enough to be no short text ");
  std::map<std::string, uint64_t> expected;
  while (texts.size() < 20000) {
    texts.push_back(pool[random() % pool.size()]);
    if (random() % 2 == 0) texts.push_back(texts.back());
  }
  for (const std::string& text : texts) ++expected[FormOf(text)];
  CellCounts counts = Of(texts);
  ASSERT_LE(expected.size(), FewValues::kMost) << "the texts test nothing";
  EXPECT_EQ(ByText(counts.forms()), expected);
}

TEST(CellCounts, EveryByteHasTheSameFormAmongOthers) {
  for (int byte = 0; byte < 256; ++byte) {
    std::vector<std::string> texts = Codes(65, "x");
    std::map<std::string, uint64_t> expected = {{"a9", 65}};
    for (const char* around : {"", "7", "b!", "123456789", "abcdefghijkl+"}) {
      texts.push_back(around + std::string(1, static_cast<char>(byte)));
      texts.push_back(texts.back());
      expected[FormOf(texts.back())] += 2;
    }
    EXPECT_EQ(ByText(Of(texts).forms()), expected) << byte;
  }
}

TEST(CellCounts, MergesTheSameInAnyOrder) {
  std::vector<CellCounts> parts = {Of(Codes(50, "A-")), Of(Codes(50, "b ")), Of(Codes(200, "")),
                                   Of({"A-1000", "A-1000"})};
  std::vector<size_t> order = {0, 1, 2, 3};
  CellCounts first;
  for (size_t i : order) first.Merge(parts[i]);
  EXPECT_EQ(ByText(first.forms()),
            (std::map<std::string, uint64_t>{{"a-9", 52}, {"a 9", 50}, {"9", 200}}));
  while (std::next_permutation(order.begin(), order.end())) {
    CellCounts other;
    for (size_t i : order) other.Merge(parts[i]);
    EXPECT_EQ(ByText(other.forms()), ByText(first.forms()));
    EXPECT_EQ(other.lengths(), first.lengths());
    EXPECT_EQ(other.values().has_given_up(), first.values().has_given_up());
  }
}

TEST(CellCounts, ThePatternOfAFormMatchesItsTextsAlone) {
  const std::vector<std::string> texts = {"A-17", "Mia Chen", "\xC3\x89va 3",
                                          "",     "a.b*c[9]", "x\ty"};
  for (const std::string& text : texts) {
    std::string pattern = PatternOfForm(FormOf(text));
    for (const std::string& other : texts) {
      EXPECT_EQ(RE2::FullMatch(other, pattern), FormOf(other) == FormOf(text)) << text << other;
    }
  }
  EXPECT_EQ(FormOf("1.2.3.4.5.6.7.8.9.10.11.12.13"), "");
}

}  // namespace
}  // namespace roost::validate
