#include "store/page_encoder.h"

#include <algorithm>
#include <limits>

#include "store/facts_packing.h"
#include "store/page_header.h"
#include "store/value_range.h"

namespace roost::store {

using shred::Column;
using shred::Layout;

namespace {

constexpr uint8_t kGroupsUntilTrial = 8;
constexpr uint32_t kTrialValues = 2048;
constexpr uint32_t kLeastTrial = 64;
constexpr uint32_t kMostCodes = 1 << 20;
constexpr uint8_t kPagesUntilRetry = 15;
constexpr size_t kDensePage = 4096;  // bytes; smaller ones say little about the next
constexpr size_t kLongText = 64;     // mean bytes; from here on lengths do not matter

const Column& ValuesOf(const Column& column) {
  return column.layout == Layout::kList && column.element ? *column.element : column;
}

size_t BytesOf(const Column& column) {
  size_t bytes = column.text.size() + column.words.size() * 8 + column.codes.size() * 4;
  if (column.layout != Layout::kList) return bytes;
  size_t items = 0;
  for (uint32_t length : column.list_lengths) items += length;
  return bytes + items + (column.element ? BytesOf(*column.element) : 0);
}

// Rows of a page: as many as are wanted, or fewer where their values are long.
uint32_t RowsPerPage(const Column& column, uint32_t rows) {
  size_t bytes = BytesOf(column);
  if (bytes <= PageEncoder::kPageBytes || rows == 0) return PageEncoder::kPageRows;
  uint64_t fit = static_cast<uint64_t>(rows) * PageEncoder::kPageBytes / bytes;
  return static_cast<uint32_t>(std::clamp<uint64_t>(fit, 1, PageEncoder::kPageRows));
}

// True where neighbours share enough of their beginnings, by a look at some of them.
bool SharesPrefixes(const ValueSpan& span) {
  constexpr uint32_t kLooks = 64;
  uint32_t looks = std::min(span.count, kLooks);
  size_t shared = 0, all = 0;
  const char* text = span.text;
  std::string_view last;
  for (uint32_t i = 0; i < looks; ++i) {
    uint32_t length;
    std::memcpy(&length, text, 4);
    std::string_view value(text + 4, length);
    size_t most = std::min(value.size(), last.size());
    shared += static_cast<size_t>(
        std::mismatch(value.begin(), value.begin() + static_cast<ptrdiff_t>(most), last.begin())
            .first -
        value.begin());
    all += length;
    last = value;
    text += 4 + length;
  }
  return shared >= 2 * looks && shared * 4 >= all;
}

}  // namespace

Physical PhysicalOf(Layout layout) {
  switch (layout) {
    case Layout::kInt64:
    case Layout::kTimestamp:
      return Physical::kInt64;
    case Layout::kDouble:
      return Physical::kDouble;
    case Layout::kBool:
      return Physical::kBool;
    case Layout::kText:
    case Layout::kDictionary:
      return Physical::kBytes;
    case Layout::kDate:
      return Physical::kInt32;
    case Layout::kNone:
    case Layout::kList:
      break;
  }
  return Physical::kUnknown;
}

void OpenChunk::Reset() {
  const shred::ColumnId* id = facts.id;
  Physical physical = facts.physical == Physical::kDecimal ? facts.physical : Physical::kUnknown;
  if (groups_until_trial > 0) --groups_until_trial;
  if (groups_until_trial == 0 || words == Words::kDictionary) words = Words::kUndecided;
  facts = {};
  facts.id = id;
  facts.physical = physical;
  constexpr size_t kKept = 1 << 12;  // larger buffers would pile up over thousands of columns
  if (data_pages.capacity() > kKept) data_pages.Release();
  data_pages.Clear();
  dictionary_page.Release();
  dictionary.Release();
  sketch.Reset();
  saved_sketch.clear();
}

Result<std::unique_ptr<PageEncoder>> PageEncoder::Make(Codec codec, int level, Sketches sketches) {
  std::unique_ptr<PageEncoder> made(new PageEncoder);
  made->sketches_ = sketches;
  ROOST_ASSIGN(made->compressor_, Compressor::Make(codec, level));
  return made;
}

Status PageEncoder::Add(OpenChunk& chunk, const Column& column, uint64_t first_row, uint32_t rows) {
  bool is_list = column.layout == Layout::kList;
  const Column& values = ValuesOf(column);
  chunk.facts.is_list = is_list;
  if (is_list || sketches_ == Sketches::kNone) chunk.sketch.GiveUp();
  if (!is_list || column.element) {
    if (chunk.facts.physical == Physical::kUnknown)
      chunk.facts.physical = PhysicalOf(values.layout);
    if (values.layout != Layout::kNone) chunk.facts.layout = values.layout;
    chunk.facts.time = values.time;
  }
  RowCursor cursor(column, chunk.facts.physical), items(values, chunk.facts.physical);
  uint32_t page_rows = RowsPerPage(column, rows);
  for (uint32_t row = 0; row < rows; row += page_rows) {
    uint32_t count = std::min(page_rows, rows - row);
    uint64_t missing = first_row + row - chunk.facts.rows;
    ValueSpan span;
    body_.Clear();
    PageShape shape =
        is_list ? AppendListLevels(chunk.facts, missing, count, column, cursor, items, span)
                : AppendFlatLevels(missing, count, cursor, span);
    Range range;
    Encoding encoding = AppendValues(chunk, values, span, range);
    ROOST_TRY(EndDataPage(chunk, shape, encoding, std::move(range)));
  }
  return Status::OK();
}

// Levels stand before the values, with their size in four bytes.
PageEncoder::PageShape PageEncoder::AppendFlatLevels(uint64_t missing, uint32_t rows,
                                                     RowCursor& cursor, ValueSpan& span) {
  span = cursor.Take(rows, bits_);
  body_.Append("\0\0\0\0", 4);
  AppendRun(body_, 0, missing, 1);
  if (span.count == 0 || span.count == rows) {
    AppendRun(body_, span.count != 0, rows, 1);
  } else {
    AppendHybridBits(body_, bits_.data(), rows);
  }
  auto size = static_cast<uint32_t>(body_.size() - 4);
  std::memcpy(body_.data(), &size, 4);
  auto all = static_cast<uint32_t>(missing + rows);
  return {all, all, span.count};
}

// Definition levels of a list: 0 no list, 1 an empty one, 2 a null item, 3 an item.
PageEncoder::PageShape PageEncoder::AppendListLevels(ChunkFacts& facts, uint64_t missing,
                                                     uint32_t rows, const Column& column,
                                                     RowCursor& lists, RowCursor& items,
                                                     ValueSpan& span) {
  ValueSpan taken = lists.Take(rows, bits_);
  const uint32_t* lengths = column.list_lengths.data() + taken.first;
  uint32_t item_count = 0;
  for (uint32_t i = 0; i < taken.count; ++i) item_count += lengths[i];
  repetition_.Clear();
  definition_.Clear();
  uint64_t levels = 0;
  auto push = [this](uint32_t definition, uint32_t repetition) {
    definition_.Push(definition);
    repetition_.Push(repetition);
  };
  auto has = [](const Buffer<uint64_t>& bits, uint32_t at) {
    return bits[at / 64] >> (at % 64) & 1;
  };
  Buffer<uint64_t> items_present;
  span = items.Take(item_count, items_present);
  uint32_t item = 0;
  for (uint32_t row = 0; row < rows; ++row) {
    bool is_list = has(bits_, row);
    uint32_t length = is_list ? *lengths++ : 0;
    if (length == 0) {
      push(is_list, 0);
      ++levels;
    }
    bool is_hollow = true;
    for (uint32_t i = 0; i < length; ++i, ++item) {
      bool present = has(items_present, item);
      is_hollow &= !present;
      push(2 + static_cast<uint32_t>(present), i != 0);
    }
    levels += length;
    facts.lists += is_list;
    facts.empty_lists += is_list && length == 0;
    facts.hollow_lists += is_list && is_hollow;
  }
  AppendLevels(repetition_.Finish(), missing, 1);
  AppendLevels(definition_.Finish(), missing, 2);
  return {static_cast<uint32_t>(missing + rows), static_cast<uint32_t>(missing + levels),
          span.count};
}

void PageEncoder::AppendLevels(const Bytes& packed, uint64_t missing, int width) {
  size_t begin = body_.size();
  body_.Append("\0\0\0\0", 4);
  AppendRun(body_, 0, missing, width);
  body_.Append(packed.data(), packed.size());
  auto size = static_cast<uint32_t>(body_.size() - begin - 4);
  std::memcpy(body_.data() + begin, &size, 4);
}

Encoding PageEncoder::AppendValues(OpenChunk& chunk, const Column& column, const ValueSpan& span,
                                   Range& range) {
  if (span.count == 0) return Encoding::kPlain;
  const uint32_t count = span.count;
  if (chunk.facts.physical == Physical::kDecimal) {
    chunk.sketch.GiveUp();
    range = RangeOfDecimals(span.text, count);
    body_.Append(span.text, span.text_bytes);
    return Encoding::kPlain;
  }
  switch (column.layout) {
    case Layout::kInt64:
    case Layout::kTimestamp: {
      const uint64_t* words = column.words.data() + span.first;
      range = RangeOf(reinterpret_cast<const int64_t*>(words), count);
      return AppendWords(chunk, words, count, false);
    }
    case Layout::kDouble: {
      const uint64_t* words = column.words.data() + span.first;
      range = RangeOf(reinterpret_cast<const double*>(words), count);
      return AppendWords(chunk, words, count, true);
    }
    case Layout::kBool:
      chunk.sketch.AddBools(column.bytes.data() + span.first, count);
      range = RangeOfBools(column.bytes.data() + span.first, count);
      AppendBools(body_, column.bytes.data() + span.first, count);
      return Encoding::kPlain;
    case Layout::kDate: {
      const auto* days = reinterpret_cast<const int32_t*>(column.codes.data() + span.first);
      chunk.sketch.AddNear(days, count);
      range = RangeOf(days, count);
      AppendDelta(body_, days, count);
      return Encoding::kDeltaBinaryPacked;
    }
    case Layout::kDictionary: {
      const uint32_t* codes = column.codes.data() + span.first;
      chunk.sketch.AddCodes(codes, count, column.dictionary.entries.size());
      range = RangeOfEntries(column.dictionary, codes, count, used_);
      int width = BitWidth(column.dictionary.entries.size() - 1);
      body_.Push(static_cast<char>(width));
      AppendHybrid(body_, codes, count, width);
      return Encoding::kRleDictionary;
    }
    case Layout::kText:
      chunk.sketch.GiveUp();
      range = RangeOfText(span.text, count);
      return AppendText(span);
    case Layout::kNone:
    case Layout::kList:
      break;
  }
  ROOST_CHECK(false && "values without a layout");
  return Encoding::kPlain;
}

Encoding PageEncoder::AppendWords(OpenChunk& chunk, const uint64_t* words, uint32_t count,
                                  bool is_double) {
  using Words = OpenChunk::Words;
  WordDictionary& dictionary = chunk.dictionary;
  // A choice outlives its row group; the column may have become double since.
  if (is_double && chunk.words == Words::kDelta) chunk.words = Words::kUndecided;
  if (chunk.words == Words::kUndecided) {
    chunk.words =
        is_double ? TryDoubles(dictionary, words, count) : TryIntegers(dictionary, words, count);
    if (chunk.words != Words::kDictionary) {
      dictionary.Release();
      chunk.groups_until_trial = kGroupsUntilTrial;
    }
  } else if (chunk.words == Words::kDictionary &&
             !Encode(dictionary, words, count, WordDictionary::kMaxEntries)) {
    chunk.words = is_double ? Words::kPlain : Words::kDelta;  // it is full
  }
  if (chunk.words != Words::kDictionary && is_double) chunk.sketch.GiveUp();
  if (chunk.words != Words::kDictionary && !is_double)
    chunk.sketch.AddNear(reinterpret_cast<const int64_t*>(words), count);
  switch (chunk.words) {
    case Words::kDictionary: {
      chunk.sketch.AddCodes(codes_.data(), count, dictionary.entries().size());
      chunk.sketch.AddOrder(words, count, is_double);
      int width = BitWidth(dictionary.entries().size() - 1);
      body_.Push(static_cast<char>(width));
      AppendHybrid(body_, codes_.data(), count, width);
      return Encoding::kRleDictionary;
    }
    case Words::kDelta:
      AppendDelta(body_, reinterpret_cast<const int64_t*>(words), count);
      return Encoding::kDeltaBinaryPacked;
    default:
      body_.Append(reinterpret_cast<const char*>(words), count * sizeof(uint64_t));
      return Encoding::kPlain;
  }
}

// Values of one record may be very many, and codes for all of them take memory.
bool PageEncoder::Encode(WordDictionary& dictionary, const uint64_t* words, uint32_t count,
                         uint32_t at_most) {
  if (count > kMostCodes) return false;
  codes_.Reserve(count);
  return dictionary.Encode(words, count, std::min(at_most, WordDictionary::kMaxEntries),
                           codes_.data());
}

// A dictionary of doubles pays if each stands four times in the first page.
OpenChunk::Words PageEncoder::TryDoubles(WordDictionary& dictionary, const uint64_t* words,
                                         uint32_t count) {
  bool pays = count >= 4 && Encode(dictionary, words, count, count / 4);
  return pays ? OpenChunk::Words::kDictionary : OpenChunk::Words::kPlain;
}

// Compressed sizes decide, as no rule on the values did: packed differences hide from the
// compressor what comes again, and codes of few values become smaller than their bits. Small
// differences are good enough without a trial, and others must be clearly better.
OpenChunk::Words PageEncoder::TryIntegers(WordDictionary& dictionary, const uint64_t* words,
                                          uint32_t count) {
  using Words = OpenChunk::Words;
  const uint32_t sample = std::min(count, kTrialValues);
  trial_.Clear();
  AppendDelta(trial_, reinterpret_cast<const int64_t*>(words), sample);
  if (sample < kLeastTrial || trial_.size() * 8 <= sample * size_t{3}) return Words::kDelta;
  Words best = Words::kDelta;
  size_t least = CompressedBytes(trial_) * 7 / 8;
  trial_.Clear();
  trial_.Append(reinterpret_cast<const char*>(words), sample * sizeof(uint64_t));
  if (size_t bytes = CompressedBytes(trial_); bytes < least) {
    best = Words::kPlain;
    least = bytes;
  }
  if (!Encode(dictionary, words, count, count / 4)) return best;
  size_t entries = dictionary.entries().size();
  trial_.Clear();
  AppendHybrid(trial_, codes_.data(), sample, BitWidth(entries - 1));
  size_t bytes = CompressedBytes(trial_) + entries * sizeof(uint64_t) * sample / count;
  return bytes < least ? Words::kDictionary : best;
}

size_t PageEncoder::CompressedBytes(const Bytes& bytes) {
  return compressor_->Compress(bytes, compressed_).ok() ? compressed_.size() : bytes.size();
}

Encoding PageEncoder::AppendText(const ValueSpan& span) {
  if (SharesPrefixes(span)) {
    AppendDeltaByteArray(body_, span.text, span.text_bytes, span.count, text_);
    return Encoding::kDeltaByteArray;
  }
  if (span.text_bytes > span.count * kLongText) {
    body_.Append(span.text, span.text_bytes);  // the shredder's layout is Parquet's PLAIN
    return Encoding::kPlain;
  }
  AppendDeltaLength(body_, span.text, span.text_bytes, span.count, text_);
  return Encoding::kDeltaLengthByteArray;
}

Status PageEncoder::AddRequired(OpenChunk& chunk, const int64_t* values, uint32_t rows) {
  chunk.facts.physical = Physical::kInt64;
  chunk.facts.layout = Layout::kInt64;
  for (uint32_t row = 0; row < rows; row += kPageRows) {
    uint32_t count = std::min(kPageRows, rows - row);
    body_.Clear();
    AppendDelta(body_, values + row, count);
    ROOST_TRY(EndDataPage(chunk, {count, count, count}, Encoding::kDeltaBinaryPacked,
                          RangeOf(values + row, count)));
  }
  return Status::OK();
}

Status PageEncoder::AddRequiredCodes(OpenChunk& chunk, const uint32_t* codes, uint32_t rows,
                                     size_t entries, const Range& range) {
  chunk.facts.physical = Physical::kInt64;
  chunk.facts.layout = Layout::kInt64;
  int width = BitWidth(entries - 1);
  body_.Clear();
  body_.Push(static_cast<char>(width));
  AppendHybrid(body_, codes, rows, width);
  return EndDataPage(chunk, {rows, rows, rows}, Encoding::kRleDictionary, range);
}

Status PageEncoder::AddRequiredPlain(OpenChunk& chunk, const int64_t* values, uint32_t rows) {
  chunk.facts.physical = Physical::kInt64;
  chunk.facts.layout = Layout::kInt64;
  body_.Clear();
  body_.Append(reinterpret_cast<const char*>(values), rows * sizeof(int64_t));
  return EndDataPage(chunk, {rows, rows, rows}, Encoding::kPlain, RangeOf(values, rows));
}

Status PageEncoder::EndDataPage(OpenChunk& chunk, const PageShape& shape, Encoding encoding,
                                Range range) {
  constexpr size_t kMost = std::numeric_limits<int32_t>::max();
  if (body_.size() > kMost)
    return Status::CapacityError("one row of column '", chunk.facts.id ? chunk.facts.id->path : "",
                                 "' needs a Parquet page of ", body_.size(), " bytes; ", kMost,
                                 " are possible: lower --max-record to keep such records out");
  ROOST_TRY(CompressDataPage(chunk));
  size_t begin = chunk.data_pages.size();
  AppendPageHeader(chunk.data_pages, {body_.size(), compressed_.size(), shape.levels}, false,
                   encoding);
  size_t header = chunk.data_pages.size() - begin;
  chunk.data_pages.Append(compressed_.data(), compressed_.size());

  ChunkFacts& facts = chunk.facts;
  PageFacts& page = facts.pages.emplace_back();
  page.offset = begin;
  page.bytes = static_cast<uint32_t>(header + compressed_.size());
  page.first_row = facts.rows;
  page.levels = shape.levels;
  page.nulls = shape.levels - shape.values;
  page.range = std::move(range);
  facts.rows += shape.rows;
  facts.plain_bytes += header + body_.size();
  ++facts.pages_by_encoding[static_cast<size_t>(encoding)];
  return Status::OK();
}

// Bit-packed random numbers do not become smaller, but zstd spends most of the encoding's time to
// find out. A page that has shrunk by less than a twentieth spares the next ones the try.
Status PageEncoder::CompressDataPage(OpenChunk& chunk) {
  if (chunk.dense_pages > 0) {
    --chunk.dense_pages;
    return compressor_->Compress(body_, compressed_, Compressor::Effort::kLeast);
  }
  ROOST_TRY(compressor_->Compress(body_, compressed_));
  if (body_.size() > kDensePage && compressed_.size() * 20 > body_.size() * 19)
    chunk.dense_pages = kPagesUntilRetry;
  return Status::OK();
}

Status PageEncoder::EndDictionaryPage(OpenChunk& chunk, size_t entries) {
  ROOST_TRY(compressor_->Compress(body_, compressed_));
  AppendPageHeader(chunk.dictionary_page,
                   {body_.size(), compressed_.size(), static_cast<uint32_t>(entries)}, true,
                   Encoding::kPlain);
  chunk.facts.plain_bytes += chunk.dictionary_page.size() + body_.size();
  chunk.dictionary_page.Append(compressed_.data(), compressed_.size());
  chunk.facts.dictionary_bytes = static_cast<uint32_t>(chunk.dictionary_page.size());
  return Status::OK();
}

Status PageEncoder::Finish(OpenChunk& chunk, uint64_t rows, const Column* column) {
  ChunkFacts& facts = chunk.facts;
  if (facts.rows < rows) {
    body_.Clear();
    uint64_t missing = rows - facts.rows;
    if (facts.is_list) AppendLevels({}, missing, 1);
    AppendLevels({}, missing, facts.is_list ? 2 : 1);
    auto all = static_cast<uint32_t>(missing);
    ROOST_TRY(EndDataPage(chunk, {all, all, 0}, Encoding::kPlain, {}));
  }
  if (facts.pages_by_encoding[static_cast<size_t>(Encoding::kRleDictionary)] > 0) {
    body_.Clear();
    size_t entries = chunk.dictionary.entries().size();
    if (facts.physical != Physical::kBytes) {
      body_.Append(reinterpret_cast<const char*>(chunk.dictionary.entries().data()), entries * 8);
    } else {
      ROOST_CHECK(column != nullptr);
      const shred::Dictionary& texts = ValuesOf(*column).dictionary;
      entries = texts.entries.size();
      for (const auto& entry : texts.entries) {
        body_.Append(reinterpret_cast<const char*>(&entry.length), 4);
        body_.Append(texts.TextOf(entry).data(), entry.length);
      }
    }
    ROOST_TRY(EndDictionaryPage(chunk, entries));
  }
  if (column != nullptr) facts.time = ValuesOf(*column).time;
  SumUp(chunk);
  const shred::Dictionary* texts = column != nullptr ? &ValuesOf(*column).dictionary : nullptr;
  if (sketches_ != Sketches::kNone)
    chunk.saved_sketch = chunk.sketch.Finish(facts, chunk.dictionary.entries(), texts);
  return Status::OK();
}

Status PageEncoder::FinishRequired(OpenChunk& chunk, const int64_t* entries, size_t count) {
  if (count > 0) {
    body_.Clear();
    body_.Append(reinterpret_cast<const char*>(entries), count * sizeof(int64_t));
    ROOST_TRY(EndDictionaryPage(chunk, count));
  }
  SumUp(chunk);
  return Status::OK();
}

void PageEncoder::SumUp(OpenChunk& chunk) {
  SumUpPages(chunk.facts);
  chunk.facts.bytes = chunk.dictionary_page.size() + chunk.data_pages.size();
}

}  // namespace roost::store
