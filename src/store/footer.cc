#include "store/footer.h"

#include <arrow/io/interfaces.h>
#include <parquet/exception.h>
#include <parquet/metadata.h>
#include <parquet/page_index.h>
#include <parquet/size_statistics.h>
#include <parquet/statistics.h>

#include "store/file_metadata.h"
#include "store/part_schema.h"

namespace roost::store {
namespace {

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
  parquet::SchemaDescriptor schema;
  schema.Init(MakeSchema(format.columns));
  auto index = parquet::PageIndexBuilder::Make(&schema);
  for (const RowGroupFacts& group : row_groups) {
    index->AppendRowGroup();
    for (size_t i = 0; i < group.chunks.size(); ++i) {
      auto column = static_cast<int32_t>(i);
      AddPages(*index->GetColumnIndexBuilder(column), *index->GetOffsetIndexBuilder(column),
               group.chunks[i]);
    }
  }
  index->Finish();
  TailStream tail(offset);
  auto locations = index->WriteTo(&tail);
  size_t before = tail.bytes().size();
  MakeFileMetadata(format, row_groups, &locations)->WriteTo(&tail);
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

}  // namespace roost::store
