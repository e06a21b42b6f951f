#include "store/footer.h"

#include <arrow/io/file.h>
#include <arrow/io/interfaces.h>
#include <arrow/util/key_value_metadata.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/page_index.h>
#include <parquet/properties.h>
#include <parquet/size_statistics.h>
#include <parquet/statistics.h>

#include <map>

#include "store/part_schema.h"

namespace roost::store {
namespace {

constexpr const char* kCreatedBy = "roost version 0.1.0";

// Collects bytes that will stand at `offset` of a file: page indexes ask where they are.
class TailStream : public arrow::io::OutputStream {
 public:
  explicit TailStream(uint64_t offset) : offset_(offset) {}

  Status Close() override {
    closed_ = true;
    return Status::OK();
  }
  bool closed() const override { return closed_; }
  Result<int64_t> Tell() const override { return static_cast<int64_t>(offset_ + bytes_.size()); }
  Status Write(const void* data, int64_t size) override {
    bytes_.append(static_cast<const char*>(data), static_cast<size_t>(size));
    return Status::OK();
  }
  std::string& bytes() { return bytes_; }

 private:
  uint64_t offset_;
  bool closed_ = false;
  std::string bytes_;
};

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

void AddPages(parquet::ColumnIndexBuilder& columns, parquet::OffsetIndexBuilder& offsets,
              const ChunkFacts& facts) {
  uint64_t first_page = facts.offset + facts.dictionary_bytes;
  for (const PageFacts& page : facts.pages) {
    columns.AddPage(StatisticsOf(page.range, page.nulls), {});
    offsets.AddPage(static_cast<int64_t>(first_page + page.offset),
                    static_cast<int32_t>(page.bytes), static_cast<int64_t>(page.first_row));
  }
  columns.Finish();
  offsets.Finish(0);
}

std::string MakeFooterOrThrow(const PartFormat& format, std::span<const RowGroupFacts> row_groups,
                              uint64_t offset) {
  auto properties = parquet::WriterProperties::Builder()
                        .created_by(kCreatedBy)
                        ->compression(CompressionOf(format.codec))
                        ->build();
  parquet::SchemaDescriptor schema;
  schema.Init(MakeSchema(format.columns));
  auto metadata = parquet::FileMetaDataBuilder::Make(&schema, properties);
  auto index = parquet::PageIndexBuilder::Make(&schema);
  for (const RowGroupFacts& group : row_groups) {
    auto* builder = metadata->AppendRowGroup();
    builder->set_num_rows(static_cast<int64_t>(group.rows));
    index->AppendRowGroup();
    uint64_t plain_bytes = 0;
    for (size_t i = 0; i < group.chunks.size(); ++i) {
      const ChunkFacts& facts = group.chunks[i];
      AddChunk(*builder->NextColumnChunk(), facts);
      auto column = static_cast<int32_t>(i);
      AddPages(*index->GetColumnIndexBuilder(column), *index->GetOffsetIndexBuilder(column), facts);
      plain_bytes += facts.plain_bytes;
    }
    builder->Finish(static_cast<int64_t>(plain_bytes));
  }
  index->Finish();
  TailStream tail(offset);
  auto locations = index->WriteTo(&tail);
  metadata->SetIndexLocations(parquet::IndexKind::kColumnIndex, locations.column_index_locations);
  metadata->SetIndexLocations(parquet::IndexKind::kOffsetIndex, locations.offset_index_locations);
  auto pairs = std::make_shared<arrow::KeyValueMetadata>();
  for (const auto& [key, value] : format.metadata) pairs->Append(key, value);
  size_t before = tail.bytes().size();
  metadata->Finish(pairs)->WriteTo(&tail);
  auto size = static_cast<uint32_t>(tail.bytes().size() - before);
  tail.bytes().append(reinterpret_cast<const char*>(&size), sizeof(size));
  tail.bytes() += "PAR1";
  return std::move(tail.bytes());
}

}  // namespace

Result<std::string> MakeFooter(const PartFormat& format, std::span<const RowGroupFacts> row_groups,
                               uint64_t offset) {
  try {
    return MakeFooterOrThrow(format, row_groups, offset);
  } catch (const std::exception& error) {
    return Status::UnknownError("cannot make a Parquet footer: ", error.what());
  }
}

Result<FileCounts> ReadCounts(const std::string& path) {
  ROOST_ASSIGN(auto file, arrow::io::ReadableFile::Open(path));
  try {
    auto metadata = parquet::ReadMetaData(file);
    FileCounts counts;
    counts.rows = static_cast<uint64_t>(metadata->num_rows());
    counts.columns.resize(static_cast<size_t>(metadata->num_columns()));
    for (int i = 0; i < metadata->num_columns(); ++i)
      counts.columns[static_cast<size_t>(i)].name = metadata->schema()->GetColumnRoot(i)->name();
    for (int group = 0; group < metadata->num_row_groups(); ++group) {
      auto row_group = metadata->RowGroup(group);
      for (int i = 0; i < metadata->num_columns(); ++i) {
        auto chunk = row_group->ColumnChunk(i);
        auto statistics = chunk->encoded_statistics();
        if (!statistics || !statistics->has_null_count)
          return Status::IOError("no count of nulls in the footer of ", path);
        counts.columns[static_cast<size_t>(i)].stored +=
            static_cast<uint64_t>(chunk->num_values() - statistics->null_count);
      }
    }
    return counts;
  } catch (const std::exception& error) {
    return Status::IOError("cannot read the Parquet footer of ", path, " back: ", error.what());
  }
}

}  // namespace roost::store
