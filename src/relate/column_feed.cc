#include "relate/column_feed.h"

#include <arrow/api.h>
#include <fmt/format.h>

#include <cmath>

#include "relate/paths.h"

namespace roost::relate {

namespace {

using sketch::Value;

constexpr size_t kLongestKeptText = 256;

/// Gathers equal neighbours, so that a run costs one look into the sketch.
class Feeder {
 public:
  explicit Feeder(ColumnFeed& feed) : feed_(feed) {}
  ~Feeder() { Flush(); }

  /// Where only integers are asked for, they need no hashes.
  bool OnlyCountsIntegers() const {
    return feed_.integers && !feed_.sketch && !feed_.row_hashes && !feed_.texts;
  }
  IntegerCounter& integers() { return *feed_.integers; }
  /// Where only hashes are asked for, and all of them, they go there one by one.
  std::vector<uint64_t>* OnlyHashes() const {
    bool only = feed_.row_hashes && !feed_.sketch && !feed_.texts && !feed_.integers &&
                feed_.first_hash == 0 && feed_.last_hash == UINT64_MAX;
    return only ? feed_.row_hashes : nullptr;
  }

  void Add(const Value& value, uint64_t times = 1) {
    if (feed_.integers) CountInteger(value, times);
    if (value.hash >= feed_.first_hash && value.hash <= feed_.last_hash) Collect(value, times);
    if (!feed_.sketch) return;
    if (times_ > 0 && value.hash == run_.hash) {
      times_ += times;
      return;
    }
    Flush();
    run_ = value;
    times_ = times;
  }

  Value ValueOfText(std::string_view text) const {
    if (feed_.path_kind.empty()) return sketch::ValueOfText(text);
    auto id = IdOfPath(text, feed_.path_kind);
    return id ? sketch::ValueOfText(*id) : Value{};
  }

 private:
  void CountInteger(const Value& value, uint64_t times) {
    for (; times > 0; --times) {
      if (value.kind == Value::Kind::kInteger) {
        feed_.integers->Add(value.integer);
      } else if (value.kind == Value::Kind::kNull) {
        feed_.integers->AddNull();
      } else {
        feed_.integers->AddStranger();
      }
    }
  }
  void Collect(const Value& value, uint64_t times) {
    if (feed_.row_hashes) feed_.row_hashes->insert(feed_.row_hashes->end(), times, value.hash);
    if (feed_.texts && value.kind == Value::Kind::kText) {
      feed_.texts->try_emplace(value.hash, value.text.substr(0, kLongestKeptText));
    }
    if (feed_.with_fractions && value.kind == Value::Kind::kFraction) {
      std::string& text = (*feed_.texts)[value.hash];
      if (text.empty()) text = fmt::format("{}", value.fraction);
    }
  }
  void Flush() {
    if (feed_.sketch && times_ > 0) feed_.sketch->Add(run_, times_);
    times_ = 0;
  }

  ColumnFeed& feed_;
  Value run_;
  uint64_t times_ = 0;
};

template <typename Array, typename MakeValue>
void FeedFlat(const arrow::Array& any, Feeder& feeder, MakeValue make) {
  const auto& array = static_cast<const Array&>(any);
  if (std::vector<uint64_t>* hashes = feeder.OnlyHashes()) {
    for (int64_t row = 0; row < array.length(); ++row) {
      hashes->push_back(array.IsNull(row) ? sketch::kNullHash : make(array, row).hash);
    }
    return;
  }
  for (int64_t row = 0; row < array.length(); ++row) {
    feeder.Add(array.IsNull(row) ? Value{} : make(array, row));
  }
}

/// Integers need no values around them.
template <typename Array>
void FeedHashes(const Array& array, std::vector<uint64_t>& hashes) {
  size_t at = hashes.size();
  hashes.resize(at + static_cast<size_t>(array.length()));
  const bool has_nulls = array.null_count() > 0;
  for (int64_t row = 0; row < array.length(); ++row, ++at) {
    hashes[at] = has_nulls && array.IsNull(row)
                     ? sketch::kNullHash
                     : sketch::HashOfInteger(static_cast<int64_t>(array.Value(row)));
  }
}

template <typename Array>
void CountIntegers(const Array& array, IntegerCounter& integers) {
  const bool has_nulls = array.null_count() > 0;
  for (int64_t row = 0; row < array.length(); ++row) {
    if (has_nulls && array.IsNull(row)) {
      integers.AddNull();
    } else {
      integers.Add(static_cast<int64_t>(array.Value(row)));
    }
  }
}

template <typename Array>
void FeedIntegers(const arrow::Array& any, Feeder& feeder) {
  const auto& array = static_cast<const Array&>(any);
  if (feeder.OnlyCountsIntegers()) return CountIntegers(array, feeder.integers());
  if (std::vector<uint64_t>* hashes = feeder.OnlyHashes()) return FeedHashes(array, *hashes);
  // A run of equal integers needs no hash of its own.
  Value last = sketch::ValueOfInteger(0);
  for (int64_t row = 0; row < array.length(); ++row) {
    if (array.IsNull(row)) {
      feeder.Add({});
      continue;
    }
    auto integer = static_cast<int64_t>(array.Value(row));
    if (integer != last.integer) last = sketch::ValueOfInteger(integer);
    feeder.Add(last);
  }
}

template <typename Array>
void FeedTexts(const arrow::Array& any, Feeder& feeder) {
  FeedFlat<Array>(any, feeder, [&](const Array& array, int64_t row) {
    return feeder.ValueOfText(array.GetView(row));
  });
}

template <typename Array>
void FeedDoubles(const arrow::Array& any, Feeder& feeder) {
  FeedFlat<Array>(any, feeder, [](const Array& array, int64_t row) {
    return sketch::ValueOfDouble(static_cast<double>(array.Value(row)));
  });
}

/// Timestamps of any unit as microseconds.
void FeedMoments(const arrow::Array& any, Feeder& feeder) {
  const auto& array = static_cast<const arrow::TimestampArray&>(any);
  auto unit = static_cast<const arrow::TimestampType&>(*array.type()).unit();
  int64_t times = unit == arrow::TimeUnit::SECOND  ? 1000000
                  : unit == arrow::TimeUnit::MILLI ? 1000
                                                   : 1;
  int64_t parts = unit == arrow::TimeUnit::NANO ? 1000 : 1;
  FeedFlat<arrow::TimestampArray>(any, feeder, [&](const arrow::TimestampArray& each, int64_t row) {
    return sketch::ValueOfInteger(each.Value(row) * times / parts);
  });
}

void FeedDecimals(const arrow::Array& any, Feeder& feeder) {
  const auto& array = static_cast<const arrow::Decimal128Array&>(any);
  int32_t scale = static_cast<const arrow::Decimal128Type&>(*array.type()).scale();
  double unit = std::pow(10.0, -scale);
  for (int64_t row = 0; row < array.length(); ++row) {
    if (array.IsNull(row)) {
      feeder.Add({});
      continue;
    }
    arrow::Decimal128 decimal(array.GetValue(row));
    bool narrow = decimal.high_bits() == static_cast<int64_t>(decimal.low_bits()) >> 63;
    auto low = static_cast<int64_t>(decimal.low_bits());
    if (narrow && scale == 0) {
      feeder.Add(sketch::ValueOfInteger(low));
    } else if (narrow) {
      feeder.Add(sketch::ValueOfDouble(static_cast<double>(low) * unit));
    } else {
      feeder.Add(sketch::ValueOfDouble(decimal.ToDouble(scale)));
    }
  }
}

Status FeedArray(const arrow::Array& array, Feeder& feeder);

template <typename Array>
Status FeedItems(const arrow::Array& any, Feeder& feeder) {
  return FeedArray(*static_cast<const Array&>(any).Flatten().ValueOr(nullptr), feeder);
}

Status FeedDictionary(const arrow::Array& any, Feeder& feeder) {
  const auto& array = static_cast<const arrow::DictionaryArray&>(any);
  std::vector<uint64_t> hashes;
  for (int64_t row = 0; row < array.length(); ++row) {
    if (array.IsNull(row)) {
      feeder.Add({});
      continue;
    }
    ROOST_ASSIGN(auto scalar, array.dictionary()->GetScalar(array.GetValueIndex(row)));
    feeder.Add(feeder.ValueOfText(scalar->ToString()));
  }
  return Status::OK();
}

void FeedNulls(const arrow::Array& array, Feeder& feeder) {
  for (int64_t row = 0; row < array.length(); ++row) feeder.Add({});
}

Status FeedArray(const arrow::Array& array, Feeder& feeder) {
  using Kind = arrow::Type;
  switch (array.type_id()) {
    case Kind::INT8:
      FeedIntegers<arrow::Int8Array>(array, feeder);
      break;
    case Kind::INT16:
      FeedIntegers<arrow::Int16Array>(array, feeder);
      break;
    case Kind::INT32:
      FeedIntegers<arrow::Int32Array>(array, feeder);
      break;
    case Kind::INT64:
      FeedIntegers<arrow::Int64Array>(array, feeder);
      break;
    case Kind::UINT8:
      FeedIntegers<arrow::UInt8Array>(array, feeder);
      break;
    case Kind::UINT16:
      FeedIntegers<arrow::UInt16Array>(array, feeder);
      break;
    case Kind::UINT32:
      FeedIntegers<arrow::UInt32Array>(array, feeder);
      break;
    case Kind::UINT64:
      FeedIntegers<arrow::UInt64Array>(array, feeder);
      break;
    case Kind::BOOL:
      FeedIntegers<arrow::BooleanArray>(array, feeder);
      break;
    case Kind::DATE32:
      FeedIntegers<arrow::Date32Array>(array, feeder);
      break;
    case Kind::DATE64:
      FeedIntegers<arrow::Date64Array>(array, feeder);
      break;
    case Kind::TIMESTAMP:
      FeedMoments(array, feeder);
      break;
    case Kind::TIME32:
      FeedIntegers<arrow::Time32Array>(array, feeder);
      break;
    case Kind::TIME64:
      FeedIntegers<arrow::Time64Array>(array, feeder);
      break;
    case Kind::FLOAT:
      FeedDoubles<arrow::FloatArray>(array, feeder);
      break;
    case Kind::DOUBLE:
      FeedDoubles<arrow::DoubleArray>(array, feeder);
      break;
    case Kind::DECIMAL128:
      FeedDecimals(array, feeder);
      break;
    case Kind::STRING:
      FeedTexts<arrow::StringArray>(array, feeder);
      break;
    case Kind::LARGE_STRING:
      FeedTexts<arrow::LargeStringArray>(array, feeder);
      break;
    case Kind::BINARY:
      FeedTexts<arrow::BinaryArray>(array, feeder);
      break;
    case Kind::FIXED_SIZE_BINARY:
      FeedTexts<arrow::FixedSizeBinaryArray>(array, feeder);
      break;
    case Kind::LIST:
      return FeedItems<arrow::ListArray>(array, feeder);
    case Kind::LARGE_LIST:
      return FeedItems<arrow::LargeListArray>(array, feeder);
    case Kind::DICTIONARY:
      return FeedDictionary(array, feeder);
    default:
      FeedNulls(array, feeder);
  }
  return Status::OK();
}

}  // namespace

Status ColumnFeed::Take(const arrow::Array& array) {
  Feeder feeder(*this);
  return FeedArray(array, feeder);
}

Storage StorageOf(const arrow::DataType& type) {
  using Kind = arrow::Type;
  switch (type.id()) {
    case Kind::DATE32:
    case Kind::DATE64:
      return Storage::kDate;
    case Kind::TIMESTAMP:
      return Storage::kTimestamp;
    case Kind::LIST:
    case Kind::LARGE_LIST:
      return arrow::is_nested(*static_cast<const arrow::BaseListType&>(type).value_type())
                 ? Storage::kOther
                 : Storage::kList;
    case Kind::EXTENSION:
      return Storage::kJson;
    default:
      return arrow::is_nested(type) ? Storage::kOther : Storage::kPlain;
  }
}

std::string TypeNameOf(const arrow::DataType& type) { return type.ToString(); }

}  // namespace roost::relate
