#include "sketch/column_sketch.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace roost::sketch {

namespace {

constexpr uint8_t kVersion = 3;
constexpr size_t kLongestTopText = 80;
constexpr uint64_t kFractionLength = 8;
constexpr uint64_t kMostRows = uint64_t{1} << 60;  // sums of a few do not overflow

/// `text` as far as `bytes`, not cut inside a character.
std::string_view Shortened(std::string_view text, size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<uint8_t>(text[bytes]) & 0xc0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

std::string TextOf(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kInteger:
      return std::to_string(value.integer);
    case Value::Kind::kFraction:
      return fmt::format("{}", value.fraction);
    default:
      return std::string(Shortened(value.text, kLongestTopText));
  }
}

/// Decimal digits and sign, from the number of bits; 1 too many at times.
uint64_t LengthOf(int64_t integer) {
  uint64_t size = integer < 0 ? 0 - static_cast<uint64_t>(integer) : static_cast<uint64_t>(integer);
  return static_cast<uint64_t>(std::bit_width(size) * 1233 >> 12) + 1 + (integer < 0);
}

}  // namespace

void ColumnSketch::Add(const Value& value, uint64_t times) {
  if (value.kind == Value::Kind::kNull) {
    nulls_ += times;
    return;
  }
  if (collects_distinct_) distinct_.Add(value.hash);
  top_.Add(value.hash, times, [&] { return TextOf(value); });
  if (value.kind == Value::Kind::kInteger) {
    AddInteger(value.integer, times);
  } else if (value.kind == Value::Kind::kFraction) {
    fractions_ += times;
    length_sum_ += kFractionLength * times;
    longest_ = std::max(longest_, kFractionLength);
    numbers_.Add(value.fraction, times);
  } else {
    AddText(value.text, times);
  }
}

void ColumnSketch::AddInteger(int64_t integer, uint64_t times) {
  if (integers_ == 0) {
    smallest_integer_ = largest_integer_ = first_integer_ = last_integer_ = integer;
  }
  integers_ += times;
  smallest_integer_ = std::min(smallest_integer_, integer);
  largest_integer_ = std::max(largest_integer_, integer);
  sorted_ = sorted_ && integer >= last_integer_;
  rises_ += integer > last_integer_;
  last_integer_ = integer;
  uint64_t length = LengthOf(integer);
  length_sum_ += length * times;
  longest_ = std::max(longest_, length);
  numbers_.Add(static_cast<double>(integer), times);
}

void ColumnSketch::AddText(std::string_view text, uint64_t times) {
  TakeTexts(text, text);
  texts_ += times;
  length_sum_ += text.size() * times;
  longest_ = std::max<uint64_t>(longest_, text.size());
  text_classes_[static_cast<size_t>(ClassOf(text))] += times;
}

void ColumnSketch::TakeTexts(std::string_view smallest, std::string_view largest) {
  smallest = Shortened(smallest, kLongestText);
  largest = Shortened(largest, kLongestText);
  if (texts_ == 0 || smallest < smallest_text_) smallest_text_ = smallest;
  if (texts_ == 0 || largest > largest_text_) largest_text_ = largest;
}

void ColumnSketch::Merge(const ColumnSketch& other) {
  if (rows() == 0) {
    *this = other;
    return;
  }
  if (other.integers_ > 0) {
    bool first = integers_ == 0;
    sorted_ = other.sorted_ && (first || (sorted_ && last_integer_ <= other.first_integer_));
    smallest_integer_ =
        first ? other.smallest_integer_ : std::min(smallest_integer_, other.smallest_integer_);
    largest_integer_ =
        first ? other.largest_integer_ : std::max(largest_integer_, other.largest_integer_);
    rises_ += other.rises_ + (!first && other.first_integer_ > last_integer_);
    if (first) first_integer_ = other.first_integer_;
    last_integer_ = other.last_integer_;
  }
  if (other.texts_ > 0) TakeTexts(other.smallest_text_, other.largest_text_);
  nulls_ += other.nulls_;
  integers_ += other.integers_;
  fractions_ += other.fractions_;
  texts_ += other.texts_;
  length_sum_ += other.length_sum_;
  longest_ = std::max(longest_, other.longest_);
  for (size_t i = 0; i < kTextClasses; ++i) text_classes_[i] += other.text_classes_[i];
  numbers_.Merge(other.numbers_);
  top_.Merge(other.top_);
  distinct_.Merge(other.distinct_);
}

double ColumnSketch::mean_length() const {
  return values() == 0 ? 0 : static_cast<double>(length_sum_) / static_cast<double>(values());
}

std::string ColumnSketch::Save() const {
  ByteWriter to;
  to.U8(kVersion);
  for (uint64_t count : {nulls_, integers_, fractions_, texts_, length_sum_, longest_}) {
    to.U64(count);
  }
  for (int64_t integer : {smallest_integer_, largest_integer_, first_integer_, last_integer_}) {
    to.U64(static_cast<uint64_t>(integer));
  }
  to.U8(sorted_);
  to.U64(sorted_ ? rises_ : 0);
  to.Text(smallest_text_);
  to.Text(largest_text_);
  for (uint64_t count : text_classes_) to.U64(count);
  numbers_.Save(to);
  top_.Save(to);
  distinct_.Save(to, only_integers() ? DistinctValues::Of::kIntegers : DistinctValues::Of::kAny);
  return to.Take();
}

Result<ColumnSketch> ColumnSketch::Load(std::string_view bytes) {
  ByteReader from(bytes);
  ROOST_ASSIGN(uint8_t version, from.U8());
  if (version != kVersion) {
    return Status::Invalid("a sketch has version ", int{version}, ", this program knows version ",
                           int{kVersion}, "; make it again from its data");
  }
  ColumnSketch sketch;
  for (uint64_t* count : {&sketch.nulls_, &sketch.integers_, &sketch.fractions_, &sketch.texts_,
                          &sketch.length_sum_, &sketch.longest_}) {
    ROOST_ASSIGN(*count, from.U64());
  }
  for (uint64_t rows : {sketch.nulls_, sketch.integers_, sketch.fractions_, sketch.texts_}) {
    if (rows > kMostRows) return Status::Invalid("a sketch counts more rows than there can be");
  }
  for (int64_t* integer : {&sketch.smallest_integer_, &sketch.largest_integer_,
                           &sketch.first_integer_, &sketch.last_integer_}) {
    ROOST_ASSIGN(uint64_t bits, from.U64());
    *integer = static_cast<int64_t>(bits);
  }
  ROOST_ASSIGN(uint8_t sorted, from.U8());
  sketch.sorted_ = sorted != 0;
  ROOST_ASSIGN(sketch.rises_, from.U64());
  ROOST_ASSIGN(sketch.smallest_text_, from.Text());
  ROOST_ASSIGN(sketch.largest_text_, from.Text());
  for (uint64_t& count : sketch.text_classes_) {
    ROOST_ASSIGN(count, from.U64());
  }
  ROOST_ASSIGN(sketch.numbers_, Kll::Load(from));
  ROOST_ASSIGN(sketch.top_, TopValues::Load(from, sketch.values()));
  ROOST_ASSIGN(sketch.distinct_, DistinctValues::Load(from));
  if (!from.AtEnd()) return Status::Invalid("a sketch is longer than it says");
  bool agrees = sketch.numbers_.count() == sketch.integers_ + sketch.fractions_ &&
                sketch.smallest_integer_ <= sketch.largest_integer_ &&
                (sketch.rises_ == 0 || sketch.rises_ < sketch.integers_);
  if (!agrees) return Status::Invalid("the parts of a sketch do not agree with each other");
  return sketch;
}

}  // namespace roost::sketch
