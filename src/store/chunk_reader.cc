#include "store/chunk_reader.h"

#include <arrow/io/file.h>
#include <parquet/column_reader.h>
#include <parquet/file_reader.h>
#include <parquet/types.h>

#include <bit>

#include "store/column_values.h"
#include "store/file_metadata.h"

namespace roost::store {
namespace {

using shred::Column;
using shred::FinalType;
using shred::Layout;

constexpr int64_t kBatch = 4096;  // levels

// The type that reads the bytes of a chunk as they are.
FinalType TypeOf(const ChunkFacts& facts) {
  switch (facts.physical) {
    case Physical::kBool:
      return facts.is_list ? FinalType::kListBool : FinalType::kBool;
    case Physical::kInt64:
      return facts.is_list ? FinalType::kListInt64 : FinalType::kInt64;
    case Physical::kDouble:
      return facts.is_list ? FinalType::kListDouble : FinalType::kDouble;
    case Physical::kInt32:
      ROOST_CHECK(!facts.is_list);
      return FinalType::kDate;
    case Physical::kDecimal:
      ROOST_CHECK(false && "decimals are not read back");
      return FinalType::kDecimal38;
    case Physical::kUnknown:
    case Physical::kBytes:
      break;
  }
  return facts.is_list ? FinalType::kListText : FinalType::kText;
}

std::string DigitsOf(const uint8_t* bytes) {
  unsigned __int128 whole = 0;
  for (int i = 0; i < 16; ++i) whole = whole << 8 | bytes[i];
  const bool is_negative = bytes[0] >> 7;
  if (is_negative) whole = -whole;
  std::string digits;
  do digits += static_cast<char>('0' + static_cast<int>(whole % 10));
  while (whole /= 10);
  if (is_negative) digits += '-';
  return {digits.rbegin(), digits.rend()};
}

template <class Type>
class TypedChunkReader : public ChunkReader {
 public:
  TypedChunkReader(std::shared_ptr<parquet::ParquetFileReader> file,
                   std::shared_ptr<parquet::ColumnReader> reader, const ChunkFacts& facts)
      : file_(std::move(file)),
        reader_(std::static_pointer_cast<parquet::TypedColumnReader<Type>>(std::move(reader))),
        facts_(facts),
        values_(new typename Type::c_type[kBatch]) {}

  Status Read(uint32_t rows, Column& column) override {
    ClearValues(column);
    column.time = facts_.time;
    try {
      facts_.is_list ? ReadLists(rows, column) : ReadFlat(rows, column);
    } catch (const std::exception& error) {
      return Status::IOError("cannot read back what was written to disk: ", error.what(),
                             "; check the disk and try again");
    }
    return Status::OK();
  }

 private:
  // Makes levels_[level_] valid; false at the end of the chunk.
  bool Fill() {
    if (level_ < level_count_) return true;
    if (!reader_->HasNext()) return false;
    int64_t values = 0;
    level_count_ = reader_->ReadBatch(kBatch, definition_, facts_.is_list ? repetition_ : nullptr,
                                      values_.get(), &values);
    level_ = value_ = 0;
    return level_count_ > 0;
  }

  void Put(Column& column) {
    const auto& value = values_[value_++];
    if constexpr (std::is_same_v<Type, parquet::ByteArrayType>) {
      AddText(column, {reinterpret_cast<const char*>(value.ptr), value.len});
    } else if constexpr (std::is_same_v<Type, parquet::BooleanType>) {
      AddBool(column, value);
    } else if constexpr (std::is_same_v<Type, parquet::Int32Type>) {
      AddDate(column, value);
    } else if constexpr (std::is_same_v<Type, parquet::FLBAType>) {
      AddText(column, DigitsOf(value.ptr));
    } else {
      AddWord(column, facts_.layout, std::bit_cast<uint64_t>(value));
    }
  }

  void ReadFlat(uint32_t rows, Column& column) {
    for (uint32_t row = 0; row < rows; ++row) {
      ROOST_CHECK(Fill());
      definition_[level_++] == 0 ? AddNull(column, row) : Put(column);
    }
  }

  // Levels as PageEncoder writes them. A list ends where the next begins, or the chunk ends.
  void ReadLists(uint32_t rows, Column& column) {
    column.layout = Layout::kList;
    if (!column.element) column.element = std::make_unique<Column>();
    Column& element = *column.element;
    element.time = facts_.time;
    uint32_t row = 0;
    for (; Fill(); ++level_) {
      if (repetition_[level_] == 0) {
        if (row == rows) return;
        if (definition_[level_] == 0) {
          AddNull(column, row);
        } else {
          column.list_lengths.Push(0);
          ++column.values;
        }
        ++row;
      }
      if (definition_[level_] < 2) continue;
      ++column.list_lengths[column.list_lengths.size() - 1];
      definition_[level_] == 2 ? AddNull(element, element.values + element.nulls) : Put(element);
    }
    ROOST_CHECK(row == rows);
  }

  std::shared_ptr<parquet::ParquetFileReader> file_;
  std::shared_ptr<parquet::TypedColumnReader<Type>> reader_;
  const ChunkFacts& facts_;
  int16_t definition_[kBatch];
  int16_t repetition_[kBatch];
  std::unique_ptr<typename Type::c_type[]> values_;
  int64_t level_ = 0, level_count_ = 0, value_ = 0;
};

std::unique_ptr<ChunkReader> Make(std::shared_ptr<parquet::ParquetFileReader> file, int row_group,
                                  int leaf, const ChunkFacts& facts) {
  auto reader = file->RowGroup(row_group)->Column(leaf);
  auto make = [&]<class Type>(Type) -> std::unique_ptr<ChunkReader> {
    return std::make_unique<TypedChunkReader<Type>>(std::move(file), std::move(reader), facts);
  };
  switch (facts.physical) {
    case Physical::kBool:
      return make(parquet::BooleanType());
    case Physical::kInt32:
      return make(parquet::Int32Type());
    case Physical::kInt64:
      return make(parquet::Int64Type());
    case Physical::kDouble:
      return make(parquet::DoubleType());
    case Physical::kDecimal:
      return make(parquet::FLBAType());
    default:
      return make(parquet::ByteArrayType());
  }
}

}  // namespace

Result<std::unique_ptr<ChunkReader>> ChunkReader::Open(const std::string& path,
                                                       const ChunkFacts& facts, Codec codec) {
  ROOST_ASSIGN(auto file, arrow::io::ReadableFile::Open(path));
  PartFormat format;
  format.columns = {PartColumn{"chunk", TypeOf(facts), false, false}};
  format.codec = codec;
  RowGroupFacts group;
  group.rows = facts.rows;
  group.chunks = {facts};
  try {
    auto properties = parquet::default_reader_properties();
    properties.enable_buffered_stream();
    auto metadata = MakeFileMetadata(format, {&group, 1}, nullptr);
    return Make(parquet::ParquetFileReader::Open(file, properties, metadata), 0, 0, facts);
  } catch (const std::exception& error) {
    return Status::IOError("cannot read back ", path, ": ", error.what(),
                           "; check the disk and try again");
  }
}

std::unique_ptr<ChunkReader> ChunkReader::OfPart(std::shared_ptr<parquet::ParquetFileReader> part,
                                                 int row_group, int leaf, const ChunkFacts& facts) {
  return Make(std::move(part), row_group, leaf, facts);
}

}  // namespace roost::store
