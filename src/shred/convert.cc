#include "shred/convert.h"

#include <utility>

#include "base/status.h"
#include "shred/append.h"
#include "shred/number.h"
#include "shred/time_text.h"

namespace roost::shred {

void ChooseTextLayout(NodeColumn& column, std::string_view first) {
  column.layout = column.never_dictionary ? Layout::kText : Layout::kDictionary;
  if (!column.never_time) {
    if (ParseDate(first.data(), first.size())) {
      column.layout = Layout::kDate;
    } else if (auto timestamp = ParseTimestamp(first.data(), first.size())) {
      column.layout = Layout::kTimestamp;
      column.time = timestamp->format;
    } else {
      column.never_time = true;
    }
  }
}

void IntegersToDoubles(Column& column) {
  for (uint32_t i = 0; i < column.values; ++i) {
    auto value = static_cast<int64_t>(column.words[i]);
    ROOST_CHECK(IsExactInDouble(value));
    column.words[i] = __builtin_bit_cast(uint64_t, static_cast<double>(value));
  }
  column.layout = Layout::kDouble;
}

void TimesToText(NodeColumn& column) {
  Layout from = column.layout;
  Buffer<uint64_t> words = std::move(column.words);
  Buffer<uint32_t> days = std::move(column.codes);
  column.words = Buffer<uint64_t>();
  column.codes = Buffer<uint32_t>();
  uint32_t count = std::exchange(column.values, 0);
  column.layout = Layout::kText;
  column.never_time = true;
  column.text.Clear();
  char text[kMaxTimestampLength + 32];
  for (uint32_t i = 0; i < count; ++i) {
    size_t length = kDateLength;
    if (from == Layout::kDate) {
      FormatDate(static_cast<int32_t>(days[i]), text);
    } else {
      length = FormatTimestamp(static_cast<int64_t>(words[i]), column.time, text);
    }
    PutText(column, text, static_cast<uint32_t>(length));
  }
}

}  // namespace roost::shred
