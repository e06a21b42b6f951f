#include "export/part.h"

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <arrow/io/memory.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/statistics.h>

#include <algorithm>

namespace roost::exporting {

namespace {

// A store may have a thousand small tables whose rows are read in turns; files up to this size are
// read whole and closed, so that only large ones take a descriptor.
constexpr uint64_t kReadWholeBytes = 1 << 20;
constexpr int64_t kStreamBufferBytes = 32 << 10;  // for each column that is being read
constexpr int64_t kBatchBytes = 1 << 20;          // of one batch, over all columns, in memory
constexpr int64_t kMinBatchRows = 64, kMaxBatchRows = 16 << 10;
constexpr int64_t kRowsPerDictionaryByte = 4;  // of a batch, for texts as codes
constexpr int32_t kMaxFooterBytes = 1 << 30;   // a thousand shapes make long metadata

using RandomAccessFile = arrow::io::RandomAccessFile;

/// Arrow's own pool takes huge pages, which cost more to clear than they save: buffers live for
/// one batch only. malloc has them at hand again.
arrow::MemoryPool* Pool() { return arrow::system_memory_pool(); }

Result<std::shared_ptr<RandomAccessFile>> OpenFile(const std::string& path) {
  ROOST_ASSIGN(auto file, arrow::io::ReadableFile::Open(path, Pool()));
  ROOST_ASSIGN(int64_t bytes, file->GetSize());
  if (static_cast<uint64_t>(bytes) > kReadWholeBytes) return file;
  ROOST_ASSIGN(auto buffer, file->ReadAt(0, bytes));
  return std::make_shared<arrow::io::BufferReader>(std::move(buffer));
}

parquet::ReaderProperties FileProperties() {
  parquet::ReaderProperties properties(Pool());
  properties.enable_buffered_stream();
  properties.set_buffer_size(kStreamBufferBytes);
  properties.set_thrift_string_size_limit(kMaxFooterBytes);
  return properties;
}

Result<std::shared_ptr<parquet::FileMetaData>> ReadFooter(std::shared_ptr<RandomAccessFile> file) {
  BEGIN_PARQUET_CATCH_EXCEPTIONS
  return parquet::ParquetFileReader::Open(std::move(file), FileProperties())->metadata();
  END_PARQUET_CATCH_EXCEPTIONS
}

Result<std::optional<Part::Range>> ReadRange(const parquet::FileMetaData& footer, int row_group,
                                             const std::string& column) {
  BEGIN_PARQUET_CATCH_EXCEPTIONS
  int leaf = footer.schema()->ColumnIndex(column);
  if (leaf < 0) return std::nullopt;
  auto chunk = footer.RowGroup(row_group)->ColumnChunk(leaf);
  auto statistics = chunk->statistics();
  if (!statistics || !statistics->HasMinMax()) return std::nullopt;
  if (auto wide = std::dynamic_pointer_cast<parquet::Int64Statistics>(statistics)) {
    return Part::Range{wide->min(), wide->max()};
  }
  if (auto narrow = std::dynamic_pointer_cast<parquet::Int32Statistics>(statistics)) {
    return Part::Range{narrow->min(), narrow->max()};
  }
  return std::nullopt;
  END_PARQUET_CATCH_EXCEPTIONS
}

Result<std::optional<int64_t>> ReadNulls(const parquet::FileMetaData& footer, int row_group,
                                         const std::string& column) {
  BEGIN_PARQUET_CATCH_EXCEPTIONS
  int leaf = footer.schema()->ColumnIndex(column);
  auto statistics = footer.RowGroup(row_group)->ColumnChunk(leaf)->statistics();
  if (!statistics || !statistics->HasNullCount()) return std::nullopt;
  return statistics->null_count();
  END_PARQUET_CATCH_EXCEPTIONS
}

std::vector<int> LeavesOf(const parquet::FileMetaData& footer,
                          const std::vector<std::string>& columns) {
  std::vector<int> leaves;
  const parquet::SchemaDescriptor& schema = *footer.schema();
  for (int leaf = 0; leaf < schema.num_columns(); ++leaf) {
    const std::string& root = schema.GetColumnRoot(leaf)->name();
    if (std::ranges::find(columns, root) != columns.end()) leaves.push_back(leaf);
  }
  return leaves;
}

/// Asks for codes of those texts whose dictionary is small beside a batch: it is built anew for
/// each.
void AskForCodes(const parquet::FileMetaData& footer, int row_group, int64_t batch_rows,
                 parquet::ArrowReaderProperties& properties) {
  const parquet::SchemaDescriptor& schema = *footer.schema();
  auto group = footer.RowGroup(row_group);
  for (int leaf = 0; leaf < schema.num_columns(); ++leaf) {
    const parquet::ColumnDescriptor& column = *schema.Column(leaf);
    if (column.physical_type() != parquet::Type::BYTE_ARRAY || column.max_repetition_level() > 0)
      continue;
    auto chunk = group->ColumnChunk(leaf);
    if (!chunk->has_dictionary_page()) continue;
    int64_t bytes = chunk->data_page_offset() - chunk->dictionary_page_offset();
    properties.set_read_dictionary(leaf, bytes * kRowsPerDictionaryByte <= batch_rows);
  }
}

/// A RecordBatchReader that keeps the FileReader it reads from, and blames the part for faults.
class RowReader : public arrow::RecordBatchReader {
 public:
  RowReader(std::shared_ptr<const Part> part, std::unique_ptr<parquet::arrow::FileReader> file,
            std::unique_ptr<arrow::RecordBatchReader> rows)
      : part_(std::move(part)), file_(std::move(file)), rows_(std::move(rows)) {}

  std::shared_ptr<arrow::Schema> schema() const override { return rows_->schema(); }
  Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    Status status = rows_->ReadNext(batch);
    return status.ok() ? status : part_->Blame(status);
  }

 private:
  std::shared_ptr<const Part> part_;
  std::unique_ptr<parquet::arrow::FileReader> file_;
  std::unique_ptr<arrow::RecordBatchReader> rows_;
};

}  // namespace

Result<std::shared_ptr<const Part>> Part::Open(const std::string& path) {
  std::shared_ptr<Part> part(new Part);
  part->path_ = path;
  auto read = [&]() -> Status {
    ROOST_ASSIGN(auto file, OpenFile(path));
    ROOST_ASSIGN(int64_t bytes, file->GetSize());
    part->bytes_ = static_cast<uint64_t>(bytes);
    ROOST_ASSIGN(part->footer_, ReadFooter(file));
    return Status::OK();
  };
  if (Status status = read(); !status.ok()) return part->Blame(status);
  return part;
}

Result<std::shared_ptr<arrow::RecordBatchReader>> Part::ReadRows(
    int row_group, const std::vector<std::string>& columns, Texts texts) const {
  auto open = [&]() -> Result<std::shared_ptr<arrow::RecordBatchReader>> {
    parquet::arrow::FileReaderBuilder builder;
    ROOST_ASSIGN(auto bytes, OpenFile(path_));
    ROOST_TRY(builder.Open(std::move(bytes), FileProperties(), footer_));
    parquet::ArrowReaderProperties properties;
    properties.set_batch_size(RowsPerBatch(row_group));
    properties.set_pre_buffer(false);
    if (texts == Texts::kCoded)
      AskForCodes(*footer_, row_group, properties.batch_size(), properties);
    builder.memory_pool(Pool())->properties(properties);
    ROOST_ASSIGN(auto file, builder.Build());
    std::vector<int> groups = {row_group};
    ROOST_ASSIGN(auto rows, columns.empty()
                                ? file->GetRecordBatchReader(groups)
                                : file->GetRecordBatchReader(groups, LeavesOf(*footer_, columns)));
    // A Part is always held by a shared_ptr: Open makes no others.
    return std::make_shared<RowReader>(shared_from_this(), std::move(file), std::move(rows));
  };
  auto reader = open();
  return reader.ok() ? reader : Blame(reader.status());
}

Result<std::shared_ptr<arrow::Schema>> Part::ReadSchema() const {
  std::shared_ptr<arrow::Schema> schema;
  Status status = parquet::arrow::FromParquetSchema(footer_->schema(),
                                                    parquet::default_arrow_reader_properties(),
                                                    footer_->key_value_metadata(), &schema);
  if (!status.ok()) return Blame(status);
  return schema;
}

int64_t Part::rows() const { return footer_->num_rows(); }

int Part::row_groups() const { return footer_->num_row_groups(); }

int64_t Part::RowGroupRows(int row_group) const { return footer_->RowGroup(row_group)->num_rows(); }

int64_t Part::RowsPerBatch(int row_group) const {
  auto group = footer_->RowGroup(row_group);
  int64_t row_bytes = group->total_byte_size() / std::max<int64_t>(group->num_rows(), 1) + 8;
  return std::clamp(kBatchBytes / row_bytes, kMinBatchRows, kMaxBatchRows);
}

std::optional<Part::Range> Part::RangeOf(int row_group, const std::string& column) const {
  return ReadRange(*footer_, row_group, column).ValueOr(std::nullopt);
}

int64_t Part::ItemsOf(int row_group, const std::string& column) const {
  auto group = footer_->RowGroup(row_group);
  int64_t items = 0;
  for (int i = 0; i < footer_->num_columns(); ++i) {
    if (footer_->schema()->Column(i)->path()->ToDotVector().front() == column)
      items = std::max(items, group->ColumnChunk(i)->num_values());
  }
  return items;
}

std::optional<int64_t> Part::NullsOf(int row_group, const std::string& column) const {
  if (footer_->schema()->ColumnIndex(column) < 0) {  // not there, or nested
    if (LeavesOf(*footer_, {column}).empty()) return RowGroupRows(row_group);
    return std::nullopt;
  }
  return ReadNulls(*footer_, row_group, column).ValueOr(std::nullopt);
}

std::optional<std::string> Part::Metadata(const std::string& key) const {
  const auto& metadata = footer_->key_value_metadata();
  if (!metadata) return std::nullopt;
  auto value = metadata->Get(key);
  return value.ok() ? std::optional(*value) : std::nullopt;
}

Status Part::Blame(const Status& status) const {
  return status.WithMessage(path_, ": ", status.message(),
                            "; the part is damaged or unreadable: bring it back from a copy, or "
                            "ingest the files again");
}

}  // namespace roost::exporting
