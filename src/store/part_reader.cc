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

Result<std::vector<RowSegment>> PartReader::Segments(const std::string& id_name) {
  std::vector<RowSegment> segments;
  for (int group = 0; group < file_->metadata()->num_row_groups(); ++group) {
    const auto facts = file_->metadata()->RowGroup(group);
    if (facts->num_rows() == 0) continue;
    ROOST_ASSIGN(auto first, Numbers(group, id_name, 1));
    segments.push_back({shared_from_this(), group, static_cast<uint64_t>(facts->num_rows()),
                        static_cast<uint64_t>(facts->total_byte_size()), first.front()});
  }
  return segments;
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

Result<std::vector<int64_t>> PartReader::Numbers(int row_group, const std::string& name,
                                                 int64_t at_most) {
  const int leaf = LeafOf(name);
  if (leaf < 0) return Fault(("it lacks the column " + name).c_str());
  std::vector<int64_t> numbers;
  try {
    auto reader =
        std::static_pointer_cast<parquet::Int64Reader>(file_->RowGroup(row_group)->Column(leaf));
    const bool is_required = reader->descr()->max_definition_level() == 0;
    if (reader->type() != parquet::Type::INT64 || !is_required)
      return Fault(("its column " + name + " is not what roost writes").c_str());
    const int64_t rows = std::min(at_most, file_->metadata()->RowGroup(row_group)->num_rows());
    numbers.resize(static_cast<size_t>(rows));
    for (int64_t done = 0; done < rows;) {
      int64_t read = 0;
      reader->ReadBatch(rows - done, nullptr, nullptr, numbers.data() + done, &read);
      if (read == 0) return Fault("a column has too few rows");
      done += read;
    }
  } catch (const std::exception& error) {
    return Fault(error.what());
  }
  return numbers;
}

}  // namespace roost::store
