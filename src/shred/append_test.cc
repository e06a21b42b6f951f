#include "shred/append.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace roost::shred {
namespace {

/// Appends a copy that can be read 32 bytes beyond its end, as texts of a document can.
void Append(Column& column, const std::string& text) {
  std::string padded = text + std::string(32, '#');
  AppendText(column, column.values, padded.data(), static_cast<uint32_t>(text.size()));
}

std::string TextAt(const Column& column, uint32_t value) {
  if (column.layout == Layout::kDictionary)
    return std::string(column.dictionary.TextOf(column.dictionary.entries[column.codes[value]]));
  const char* at = column.text.data() + column.codes[value];
  uint32_t length;
  std::memcpy(&length, at, 4);
  return {at + 4, length};
}

Column NewColumn() {
  Column column;
  column.layout = Layout::kDictionary;
  column.slot = Slot::kText;
  return column;
}

TEST(Append, TextsOfEveryLengthComeBackFromADictionary) {
  Column column = NewColumn();
  std::vector<std::string> texts;
  for (int round = 0; round < 8; ++round) {
    for (size_t length = 0; length <= 100; ++length) {
      texts.push_back(std::string(length, 'a'));
      texts.push_back(std::string(length, 'a') + "b");
    }
  }
  for (const std::string& text : texts) Append(column, text);
  ASSERT_EQ(column.layout, Layout::kDictionary);
  EXPECT_EQ(column.dictionary.entries.size(), 202u);  // no text has two codes
  for (uint32_t i = 0; i < texts.size(); ++i) ASSERT_EQ(TextAt(column, i), texts[i]);
}

TEST(Append, LongTextsThatComeOnceLoseTheirDictionaryAndNothingElse) {
  Column column = NewColumn();
  std::vector<std::string> texts;
  for (int i = 0; i < 3000; ++i) {
    texts.push_back(std::string(50 + static_cast<size_t>(i % 30), 'x') + std::to_string(i));
    texts.push_back("often");
  }
  for (const std::string& text : texts) Append(column, text);
  EXPECT_EQ(column.layout, Layout::kText);
  for (uint32_t i = 0; i < texts.size(); ++i) ASSERT_EQ(TextAt(column, i), texts[i]);
}

TEST(Append, ATextLongerThanAllADictionaryHoldsIsKept) {
  Column column = NewColumn();
  std::vector<std::string> texts = {"short", std::string(Dictionary::kMaxLongBytes + 1, 'y'),
                                    std::string(33, 'z')};
  for (const std::string& text : texts) Append(column, text);
  for (uint32_t i = 0; i < texts.size(); ++i) ASSERT_EQ(TextAt(column, i), texts[i]);
}

}  // namespace
}  // namespace roost::shred
