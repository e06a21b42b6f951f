#include "store/part_reader.h"

#include <arrow/io/file.h>
#include <arrow/util/key_value_metadata.h>
#include <parquet/column_reader.h>
#include <parquet/metadata.h>
#include <parquet/schema.h>

#include <algorithm>
#include <utility>

#include "store/part_file.h"

namespace roost::store {
namespace {

using shred::FinalType;
using shred::Layout;

Layout LayoutOf(FinalType type) {
  switch (type) {
    case FinalType::kInt64:
    case FinalType::kListInt64:
      return Layout::kInt64;
    case FinalType::kDouble:
    case FinalType::kListDouble:
      return Layout::kDouble;
    case FinalType::kTimestampUtc:
    case FinalType::kTimestampLocal:
      return Layout::kTimestamp;
    default:
      return Layout::kText;
  }
}

}  // namespace

class PartReader::NumbersOfPart : public NumberReader {
 public:
  NumbersOfPart(std::shared_ptr<const PartReader> part,
                std::shared_ptr<parquet::Int64Reader> reader)
      : part_(std::move(part)), reader_(std::move(reader)) {}

  Status Skip(uint64_t rows) override {
    return Take(rows, [&](int64_t left) { return reader_->Skip(left); });
  }
  Status Read(uint64_t rows, int64_t* to) override {
    return Take(rows, [&](int64_t left) {
      int64_t read = 0;
      reader_->ReadBatch(left, nullptr, nullptr, to, &read);
      to += read;
      return read;
    });
  }

 private:
  template <class Some>
  Status Take(uint64_t rows, Some some) const {
    try {
      for (auto left = static_cast<int64_t>(rows); left > 0;) {
        const int64_t took = some(left);
        if (took <= 0) return part_->Fault("a column has too few rows");
        left -= took;
      }
    } catch (const std::exception& error) {
      return part_->Fault(error.what());
    }
    return Status::OK();
  }

  std::shared_ptr<const PartReader> part_;
  std::shared_ptr<parquet::Int64Reader> reader_;
};

Status PartReader::Fault(const char* what) const {
  return Status::IOError("cannot read ", path_, ": ", what,
                         "; restore the file, or take its input files again into a new store");
}

Result<std::shared_ptr<PartReader>> PartReader::Open(const std::string& path) {
  std::shared_ptr<PartReader> made(new PartReader(path, nullptr));
  ROOST_ASSIGN(auto file, arrow::io::ReadableFile::Open(path));
  try {
    auto properties = parquet::default_reader_properties();
    properties.enable_buffered_stream();
    made->file_ = parquet::ParquetFileReader::Open(file, properties);
    const parquet::SchemaDescriptor& schema = *made->file_->metadata()->schema();
    for (int leaf = 0; leaf < schema.num_columns(); ++leaf)
      made->leaves_.emplace(schema.GetColumnRoot(leaf)->name(), leaf);
  } catch (const std::exception& error) {
    return made->Fault(error.what());
  }
  return made;
}

int PartReader::LeafOf(const std::string& name) const {
  auto found = leaves_.find(name);
  return found == leaves_.end() ? -1 : found->second;
}

std::string PartReader::Metadata(const std::string& key) const {
  const auto& pairs = file_->metadata()->key_value_metadata();
  if (!pairs) return "";
  auto value = pairs->Get(key);
  return value.ok() ? *value : "";
}

int PartReader::row_groups() const { return file_->metadata()->num_row_groups(); }

uint64_t PartReader::RowGroupRows(int row_group) const {
  return static_cast<uint64_t>(file_->metadata()->RowGroup(row_group)->num_rows());
}

uint64_t PartReader::RowGroupBytes(int row_group) const {
  return static_cast<uint64_t>(file_->metadata()->RowGroup(row_group)->total_byte_size());
}

Result<std::unique_ptr<ChunkReader>> PartReader::Column(int row_group,
                                                        const shred::FinalColumn& column,
                                                        ChunkFacts& facts) {
  const int leaf = LeafOf(column.name);
  if (leaf < 0) return nullptr;
  facts.physical = PhysicalOf(column.type);
  facts.is_list = IsList(column.type);
  facts.layout = LayoutOf(column.type);
  facts.time = column.time;
  if (facts.time.fraction_digits == 0) facts.time.saw_bare = true;
  try {
    return ChunkReader::OfPart(file_, row_group, leaf, facts);
  } catch (const std::exception& error) {
    return Fault(error.what());
  }
}

Result<std::unique_ptr<NumberReader>> PartReader::Numbers(int row_group, const std::string& name) {
  const int leaf = LeafOf(name);
  if (leaf < 0) return Fault(("it lacks the column " + name).c_str());
  try {
    auto reader =
        std::static_pointer_cast<parquet::Int64Reader>(file_->RowGroup(row_group)->Column(leaf));
    const bool is_required = reader->descr()->max_definition_level() == 0;
    if (reader->type() != parquet::Type::INT64 || !is_required)
      return Fault(("its column " + name + " is not what roost writes").c_str());
    return std::make_unique<NumbersOfPart>(shared_from_this(), std::move(reader));
  } catch (const std::exception& error) {
    return Fault(error.what());
  }
}

Result<std::vector<int64_t>> PartReader::Required(int row_group, const std::string& name) {
  ROOST_ASSIGN(auto reader, Numbers(row_group, name));
  std::vector<int64_t> numbers(RowGroupRows(row_group));
  ROOST_TRY(reader->Read(numbers.size(), numbers.data()));
  return numbers;
}

}  // namespace roost::store
