#include "store/row_removal.h"

#include <arrow/api.h>
#include <arrow/compute/api.h>
#include <arrow/io/file.h>
#include <arrow/io/interfaces.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/writer.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/disk.h"
#include "ledger/delta_json.h"

namespace roost::store {
namespace {

/// Lets Arrow write through the disk seam.
class SeamStream : public arrow::io::OutputStream {
 public:
  explicit SeamStream(disk::File file) : file_(std::move(file)) {}
  Status Write(const void* data, int64_t size) override {
    written_ += size;
    return file_.Write({static_cast<const char*>(data), static_cast<size_t>(size)});
  }
  Result<int64_t> Tell() const override { return written_; }
  Status Close() override {
    closed_ = true;
    return file_.Close();
  }
  bool closed() const override { return closed_; }

 private:
  disk::File file_;
  int64_t written_ = 0;
  bool closed_ = false;
};

bool Holds(const std::vector<NumberRange>& files, uint64_t number) {
  return std::any_of(files.begin(), files.end(), [&](const NumberRange& range) {
    return number >= range.first && number - range.first < range.count;
  });
}

/// False where the log's statistics say that no such row is in the part.
bool MayHold(const RowRemoval& removal, const ledger::Part& part) {
  auto stats = nlohmann::json::parse(part.stats, nullptr, false);
  if (!stats.is_object() || !stats.contains("minValues") || !stats.contains("maxValues"))
    return true;
  const auto& least = stats["minValues"];
  const auto& greatest = stats["maxValues"];
  if (!least.contains(removal.number_column) || !greatest.contains(removal.number_column))
    return true;
  const auto first = least[removal.number_column].get<uint64_t>() >> removal.shift;
  const auto last = greatest[removal.number_column].get<uint64_t>() >> removal.shift;
  return std::any_of(removal.files.begin(), removal.files.end(), [&](const NumberRange& range) {
    return range.first <= last && first < range.first + range.count;
  });
}

/// One part, read once to see what stays and written if it is not all.
class PartCopy {
 public:
  PartCopy(const RowRemoval& removal, const OutputPlaces& places)
      : removal_(removal), places_(places) {}

  Status Open(const std::string& path) {
    ROOST_ASSIGN(auto file, arrow::io::ReadableFile::Open(path));
    ROOST_ASSIGN(reader_, parquet::arrow::OpenFile(file, arrow::default_memory_pool()));
    return reader_->GetSchema(&schema_);
  }

  /// How many rows go.
  Result<int64_t> Count() {
    int64_t gone = 0;
    const int column = schema_->GetFieldIndex(removal_.number_column);
    if (column < 0) return gone;  // rows of another tool
    for (int group = 0; group < reader_->num_row_groups(); ++group) {
      std::shared_ptr<arrow::Table> rows;
      ROOST_TRY(reader_->RowGroup(group)->ReadTable({column}, &rows));
      ROOST_ASSIGN(auto kept, Kept(*rows));
      gone += rows->num_rows() - kept->length();
    }
    return gone;
  }

  Result<WrittenPart> Write() {
    const std::string path = places_.scratch + "/rows.new";
    ROOST_ASSIGN(disk::File file, disk::File::Create(path));
    auto stream = std::make_shared<SeamStream>(std::move(file));
    auto properties = parquet::WriterProperties::Builder()
                          .compression(parquet::Compression::ZSTD)
                          ->compression_level(1)
                          ->enable_write_page_index()
                          ->build();
    ROOST_ASSIGN(auto writer, parquet::arrow::FileWriter::Open(
                                  *schema_, arrow::default_memory_pool(), stream, properties));
    for (int group = 0; group < reader_->num_row_groups(); ++group) {
      std::shared_ptr<arrow::Table> rows;
      ROOST_TRY(reader_->RowGroup(group)->ReadTable(&rows));
      ROOST_ASSIGN(auto kept, Kept(*rows));
      if (kept->length() == 0) continue;
      ROOST_ASSIGN(auto taken, arrow::compute::Take(rows, kept));
      ROOST_TRY(writer->WriteTable(*taken.table(), taken.table()->num_rows()));
    }
    if (schema_->metadata()) ROOST_TRY(writer->AddKeyValueMetadata(schema_->metadata()));
    ROOST_TRY(writer->Close());
    ROOST_TRY(stream->Close());
    ROOST_ASSIGN(std::string name, places_.new_part(removal_.table));
    ROOST_TRY(disk::Rename(path, name));
    return ReadWrittenPart(name);
  }

 private:
  /// The places of rows that stay.
  Result<std::shared_ptr<arrow::Array>> Kept(const arrow::Table& rows) const {
    arrow::Int64Builder kept;
    auto column = rows.GetColumnByName(removal_.number_column);
    int64_t row = 0;
    for (const auto& chunk : column->chunks()) {
      const auto& numbers = static_cast<const arrow::Int64Array&>(*chunk);
      for (int64_t i = 0; i < numbers.length(); ++i, ++row) {
        const bool goes =
            numbers.IsValid(i) &&
            Holds(removal_.files, static_cast<uint64_t>(numbers.Value(i)) >> removal_.shift);
        if (!goes) ROOST_TRY(kept.Append(row));
      }
    }
    return kept.Finish();
  }

  const RowRemoval& removal_;
  const OutputPlaces& places_;
  std::unique_ptr<parquet::arrow::FileReader> reader_;
  std::shared_ptr<arrow::Schema> schema_;
};

}  // namespace

Result<RemovedRows> RemoveRows(const RowRemoval& removal, const ledger::Snapshot& table,
                               const OutputPlaces& places) {
  RemovedRows result;
  if (removal.files.empty()) return result;
  for (const auto& [path, part] : table.live) {
    if (!MayHold(removal, part)) continue;
    PartCopy copy(removal, places);
    ROOST_TRY(copy.Open(removal.folder + "/" + ledger::DecodePath(path)));
    ROOST_ASSIGN(int64_t gone, copy.Count());
    if (gone == 0) continue;
    result.rows += static_cast<uint64_t>(gone);
    result.removed.push_back({path, part.bytes, 0});
    ROOST_ASSIGN(WrittenPart rest, copy.Write());
    if (rest.rows > 0) {
      result.added.push_back(std::move(rest));
    } else {
      ROOST_TRY(disk::RemoveFile(rest.path));
    }
  }
  return result;
}

}  // namespace roost::store
