#include "store/file_metadata.h"

#include <arrow/util/key_value_metadata.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>

#include <map>

#include "store/part_schema.h"

namespace roost::store {
namespace {

constexpr const char* kCreatedBy = "roost version " ROOST_VERSION;

parquet::Compression::type CompressionOf(Codec codec) {
  switch (codec) {
    case Codec::kSnappy:
      return parquet::Compression::SNAPPY;
    case Codec::kZstd:
      return parquet::Compression::ZSTD;
    case Codec::kNone:
      break;
  }
  return parquet::Compression::UNCOMPRESSED;
}

void AddChunk(parquet::ColumnChunkMetaDataBuilder& builder, const ChunkFacts& facts) {
  std::map<parquet::Encoding::type, int32_t> dictionary_pages, data_pages;
  for (size_t encoding = 0; encoding < static_cast<size_t>(Encoding::kCount); ++encoding) {
    uint32_t pages = facts.pages_by_encoding[encoding];
    if (pages > 0)
      data_pages[static_cast<parquet::Encoding::type>(encoding)] = static_cast<int32_t>(pages);
  }
  bool has_dictionary = facts.dictionary_bytes > 0;
  if (has_dictionary) dictionary_pages[parquet::Encoding::PLAIN] = 1;
  bool fell_back = has_dictionary && data_pages.size() > 1;
  builder.SetStatistics(StatisticsOf(facts.range, facts.nulls));
  auto offset = static_cast<int64_t>(facts.offset);
  builder.Finish(static_cast<int64_t>(facts.levels), has_dictionary ? offset : -1, -1,
                 offset + facts.dictionary_bytes, static_cast<int64_t>(facts.bytes),
                 static_cast<int64_t>(facts.plain_bytes), has_dictionary, fell_back,
                 dictionary_pages, data_pages);
}

}  // namespace

parquet::EncodedStatistics StatisticsOf(const Range& range, uint64_t nulls) {
  parquet::EncodedStatistics statistics;
  statistics.set_null_count(static_cast<int64_t>(nulls));
  statistics.all_null_value = range.state == Range::State::kEmpty;
  if (range.state == Range::State::kKnown) {
    statistics.set_min(range.min);
    statistics.set_max(range.max);
    statistics.is_min_value_exact = range.min_exact;
    statistics.is_max_value_exact = range.max_exact;
  }
  return statistics;
}

std::shared_ptr<parquet::FileMetaData> MakeFileMetadata(
    const PartFormat& format, std::span<const RowGroupFacts> row_groups,
    const parquet::PageIndexBuilder::WriteResult* indexes) {
  auto properties = parquet::WriterProperties::Builder()
                        .created_by(kCreatedBy)
                        ->compression(CompressionOf(format.codec))
                        ->build();
  parquet::SchemaDescriptor schema;
  schema.Init(MakeSchema(format.columns));
  auto metadata = parquet::FileMetaDataBuilder::Make(&schema, properties);
  for (const RowGroupFacts& group : row_groups) {
    auto* builder = metadata->AppendRowGroup();
    builder->set_num_rows(static_cast<int64_t>(group.rows));
    uint64_t plain_bytes = 0;
    for (const ChunkFacts& facts : group.chunks) {
      AddChunk(*builder->NextColumnChunk(), facts);
      plain_bytes += facts.plain_bytes;
    }
    builder->Finish(static_cast<int64_t>(plain_bytes));
  }
  if (indexes != nullptr) {
    metadata->SetIndexLocations(parquet::IndexKind::kColumnIndex, indexes->column_index_locations);
    metadata->SetIndexLocations(parquet::IndexKind::kOffsetIndex, indexes->offset_index_locations);
  }
  auto pairs = std::make_shared<arrow::KeyValueMetadata>();
  for (const auto& [key, value] : format.metadata) pairs->Append(key, value);
  return metadata->Finish(pairs);
}

}  // namespace roost::store
