#include "store/written_part.h"

#include <arrow/io/file.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/statistics.h>
#include <xxhash.h>

#include <cmath>
#include <memory>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "base/json_text.h"

namespace roost::store {
namespace {

/// Least and greatest of a column in all row groups.
struct Extremes {
  bool is_known = true;
  std::shared_ptr<parquet::Statistics> all;

  void Add(const std::shared_ptr<parquet::Statistics>& group, int64_t values) {
    if (values == 0) return;
    is_known = is_known && group && group->HasMinMax();
    if (!is_known) return;
    if (!all) {
      all = group;
    } else if (group->physical_type() == parquet::Type::INT64) {
      static_cast<parquet::Int64Statistics&>(*all).Merge(
          static_cast<const parquet::Int64Statistics&>(*group));
    } else {
      static_cast<parquet::DoubleStatistics&>(*all).Merge(
          static_cast<const parquet::DoubleStatistics&>(*group));
    }
  }
};

bool HasRange(const parquet::ColumnDescriptor& column) {
  const auto& logical = column.logical_type();
  const bool is_plain = !logical || logical->is_none() || logical->is_int();
  return column.max_repetition_level() == 0 &&
         ((column.physical_type() == parquet::Type::INT64 && is_plain) ||
          column.physical_type() == parquet::Type::DOUBLE);
}

void AppendField(std::string& to, const std::string& name) {
  if (to.back() != '{') to += ',';
  AppendJsonString(to, name);
  to += ':';
}

void AppendRange(std::string& least, std::string& greatest, const std::string& name,
                 const Extremes& extremes) {
  if (!extremes.is_known || !extremes.all) return;
  if (extremes.all->physical_type() == parquet::Type::INT64) {
    const auto& range = static_cast<const parquet::Int64Statistics&>(*extremes.all);
    AppendField(least, name);
    AppendJsonInt(least, range.min());
    AppendField(greatest, name);
    AppendJsonInt(greatest, range.max());
    return;
  }
  const auto& range = static_cast<const parquet::DoubleStatistics&>(*extremes.all);
  if (!std::isfinite(range.min()) || !std::isfinite(range.max())) return;
  AppendField(least, name);
  AppendJsonDouble(least, range.min());
  AppendField(greatest, name);
  AppendJsonDouble(greatest, range.max());
}

Status Describe(const parquet::FileMetaData& footer, WrittenPart& part) {
  part.rows = static_cast<uint64_t>(footer.num_rows());
  std::string least = "{", greatest = "{", nulls = "{";
  for (int i = 0; i < footer.num_columns(); ++i) {
    const parquet::ColumnDescriptor& column = *footer.schema()->Column(i);
    ColumnCount count{footer.schema()->GetColumnRoot(i)->name(), 0};
    Extremes extremes;
    for (int group = 0; group < footer.num_row_groups(); ++group) {
      auto chunk = footer.RowGroup(group)->ColumnChunk(i);
      auto encoded = chunk->encoded_statistics();
      if (!encoded || !encoded->has_null_count)
        return Status::IOError("no count of nulls in the footer of ", part.path);
      const int64_t values = chunk->num_values() - encoded->null_count;
      count.stored += static_cast<uint64_t>(values);
      if (HasRange(column)) extremes.Add(chunk->statistics(), values);
    }
    if (column.max_repetition_level() == 0) {
      AppendField(nulls, count.name);
      nulls += std::to_string(part.rows - count.stored);
      AppendRange(least, greatest, count.name, extremes);
    }
    part.columns.push_back(std::move(count));
  }
  part.stats = "{\"numRecords\":" + std::to_string(part.rows) + ",\"minValues\":" + least +
               "},\"maxValues\":" + greatest + "},\"nullCount\":" + nulls + "}}";
  return Status::OK();
}

}  // namespace

Result<uint64_t> ChecksumOf(const std::string& path) {
  constexpr uint64_t kPiece = 1 << 20;
  ROOST_ASSIGN(auto facts, disk::Examine(path));
  if (!facts) return Status::IOError("there is no file ", path);
  ROOST_ASSIGN(disk::File file, disk::File::OpenForReading(path));
  std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(),
                                                                 &XXH3_freeState);
  XXH3_64bits_reset(state.get());
  std::string piece;
  for (uint64_t done = 0; done < facts->bytes; done += piece.size()) {
    piece.resize(std::min(kPiece, facts->bytes - done));
    ROOST_TRY(file.ReadAt(done, piece.data(), piece.size()));
    XXH3_64bits_update(state.get(), piece.data(), piece.size());
  }
  ROOST_TRY(file.Close());
  return XXH3_64bits_digest(state.get());
}

Result<WrittenPart> ReadWrittenPart(const std::string& path) {
  WrittenPart part;
  part.path = path;
  ROOST_ASSIGN(auto facts, disk::Examine(path));
  if (!facts) return Status::IOError("there is no file ", path);
  part.bytes = facts->bytes;
  part.modified_ms = facts->modified_ns / 1'000'000;
  ROOST_ASSIGN(part.checksum, ChecksumOf(path));
  ROOST_ASSIGN(auto file, arrow::io::ReadableFile::Open(path));
  try {
    ROOST_TRY(Describe(*parquet::ReadMetaData(file), part));
  } catch (const std::exception& error) {
    return Status::IOError("cannot read the Parquet footer of ", path, " back: ", error.what());
  }
  return part;
}

}  // namespace roost::store
