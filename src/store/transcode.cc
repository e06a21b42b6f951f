#include "store/transcode.h"

#include <algorithm>

#include "store/chunk_reader.h"
#include "store/part_file.h"

namespace roost::store {
namespace {

// As many rows at a time as pages have, fewer where values are long.
uint32_t RowsPerBatch(const std::vector<CastSource>& sources, uint64_t rows) {
  constexpr uint64_t kBytes = 4 * PageEncoder::kPageBytes;
  uint64_t bytes = 1;
  for (const CastSource& source : sources) bytes += source.facts->plain_bytes;
  return static_cast<uint32_t>(
      std::clamp<uint64_t>(rows * kBytes / bytes, 1, PageEncoder::kPageRows));
}

}  // namespace

Status Transcode(const std::string& path, Codec codec, std::vector<CastSource> sources,
                 shred::FinalType type, uint64_t rows, PageEncoder& encoder, OpenChunk& chunk) {
  std::vector<std::unique_ptr<ChunkReader>> readers;
  std::vector<shred::Column> columns(sources.size());
  for (CastSource& source : sources) {
    ROOST_ASSIGN(auto reader, ChunkReader::Open(path, *source.facts, codec));
    source.column = &columns[readers.size()];
    readers.push_back(std::move(reader));
  }
  chunk.facts.physical = PhysicalOf(type);
  chunk.facts.is_list = IsList(type);
  shred::Column cast;
  uint32_t batch = RowsPerBatch(sources, rows);
  for (uint64_t row = 0; row < rows; row += batch) {
    auto count = static_cast<uint32_t>(std::min<uint64_t>(batch, rows - row));
    for (size_t i = 0; i < readers.size(); ++i) ROOST_TRY(readers[i]->Read(count, columns[i]));
    CastRows(sources, count, type, cast);
    // Rows that are left out are null.
    if (cast.values > 0) ROOST_TRY(encoder.Add(chunk, cast, row, count));
  }
  return encoder.Finish(chunk, rows, nullptr);
}

}  // namespace roost::store
