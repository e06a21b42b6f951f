#include "store/text_coder.h"

#include <cstring>

#include "shred/append.h"

namespace roost::store {

using shred::Column;
using shred::Layout;

void TextCoder::Append(const Column& texts, Column& coded) {
  if (coded.layout == Layout::kNone) coded.layout = Layout::kDictionary;
  coded.null_runs = texts.null_runs;
  coded.nulls = texts.nulls;
  const char* at = texts.text.data();
  for (uint32_t i = 0; i < texts.values; ++i) {
    uint32_t length;
    std::memcpy(&length, at, sizeof(length));
    // All nulls are known already: the row is the next that has no value.
    shred::AppendText(coded, coded.values + coded.nulls, at + sizeof(length), length);
    at += sizeof(length) + length;
  }
}

const Column& TextCoder::Code(const Column& texts) {
  shred::ClearValues(coded_);
  if (texts.layout != Layout::kList) {
    Append(texts, coded_);
    return coded_;
  }
  coded_.layout = Layout::kList;
  if (!coded_.element) coded_.element = std::make_unique<Column>();
  for (uint32_t length : texts.list_lengths) coded_.list_lengths.Push(length);
  coded_.values = texts.values;
  coded_.nulls = texts.nulls;
  coded_.null_runs = texts.null_runs;
  if (texts.element) Append(*texts.element, *coded_.element);
  return coded_;
}

}  // namespace roost::store
