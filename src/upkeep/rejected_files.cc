#include "upkeep/rejected_files.h"

#include <arrow/api.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <unordered_set>

#include "base/byte_text.h"
#include "base/disk.h"
#include "base/disk_entry.h"
#include "export/column_values.h"
#include "export/part.h"

namespace roost::upkeep {
namespace {

using exporting::Catalog;
using exporting::Part;

/// Some columns of one batch of rows.
class Columns {
 public:
  explicit Columns(const arrow::RecordBatch& rows) : rows_(rows) {}

  Result<const arrow::Int64Array*> Numbers(const char* name) {
    ROOST_ASSIGN(auto array, Get(name, arrow::int64()));
    return static_cast<const arrow::Int64Array*>(array);
  }
  Result<const arrow::StringArray*> Texts(const char* name) {
    ROOST_ASSIGN(auto array, Get(name, arrow::utf8()));
    return static_cast<const arrow::StringArray*>(array);
  }
  Result<const arrow::BinaryArray*> Bytes(const char* name) {
    ROOST_ASSIGN(auto array, Get(name, arrow::binary()));
    return static_cast<const arrow::BinaryArray*>(array);
  }

 private:
  Result<const arrow::Array*> Get(const char* name, const std::shared_ptr<arrow::DataType>& type) {
    auto column = rows_.GetColumnByName(name);
    if (!column) return Status::IOError("a part lacks the column ", name);
    ROOST_ASSIGN(kept_.emplace_back(), exporting::CastTo(std::move(column), type));
    return kept_.back().get();
  }

  const arrow::RecordBatch& rows_;
  std::vector<std::shared_ptr<arrow::Array>> kept_;
};

template <class Take>
Status ForEachBatch(const std::vector<std::string>& parts, Take take) {
  for (const std::string& path : parts) {
    ROOST_ASSIGN(auto part, Part::Open(path));
    for (int group = 0; group < part->row_groups(); ++group) {
      ROOST_ASSIGN(auto reader, part->ReadRows(group));
      for (;;) {
        ROOST_ASSIGN(auto rows, reader->Next());
        if (!rows) break;
        if (Status status = take(*rows); !status.ok()) return part->Blame(status);
      }
    }
  }
  return Status::OK();
}

class Finder {
 public:
  Finder(const Catalog& catalog, const std::string& scratch)
      : catalog_(catalog), scratch_(scratch) {}

  Result<std::vector<RejectedFile>> Run() {
    ROOST_TRY(ForEachBatch(catalog_.ledger_parts,
                           [this](const arrow::RecordBatch& rows) { return TakeFiles(rows); }));
    for (uint64_t over : over_) files_.erase(over);
    ROOST_TRY(ForEachBatch(catalog_.quarantine_parts,
                           [this](const arrow::RecordBatch& rows) { return TakeRejects(rows); }));
    std::vector<RejectedFile> found;
    for (auto& [first, file] : files_) {
      ROOST_TRY(JoinRows(file));
      if (!file.records.empty()) found.push_back(std::move(file));
    }
    return found;
  }

 private:
  Status TakeFiles(const arrow::RecordBatch& rows) {
    Columns columns(rows);
    ROOST_ASSIGN(auto paths, columns.Texts("path"));
    ROOST_ASSIGN(auto bytes, columns.Numbers("bytes"));
    ROOST_ASSIGN(auto decoded, columns.Numbers("decoded_bytes"));
    ROOST_ASSIGN(auto modified, columns.Numbers("modified"));
    ROOST_ASSIGN(auto hashes, columns.Texts("hash"));
    ROOST_ASSIGN(auto compressions, columns.Texts("compression"));
    ROOST_ASSIGN(auto framings, columns.Texts("framing"));
    ROOST_ASSIGN(auto roots, columns.Texts("root_table"));
    ROOST_ASSIGN(auto firsts, columns.Numbers("first_number"));
    ROOST_ASSIGN(auto numbers, columns.Numbers("numbers"));
    ROOST_ASSIGN(auto loaded, columns.Numbers("loaded"));
    ROOST_ASSIGN(auto quarantined, columns.Numbers("quarantined"));
    ROOST_ASSIGN(auto faults, columns.Texts("fault"));
    ROOST_ASSIGN(auto clusters, columns.Numbers("cluster"));
    ROOST_ASSIGN(auto processes, columns.Numbers("process"));
    ROOST_ASSIGN(auto replaces, columns.Numbers("replaces"));
    auto number = [](const arrow::Int64Array* column, int64_t row) {
      return static_cast<uint64_t>(column->Value(row));
    };
    for (int64_t row = 0; row < rows.num_rows(); ++row) {
      if (replaces->IsValid(row)) over_.insert(number(replaces, row));
      if (quarantined->Value(row) == 0) continue;
      RejectedFile file;
      file.retake.name = DecodeBytes(paths->GetView(row));
      file.retake.root = roots->GetString(row);
      file.retake.replaced = {number(firsts, row), number(numbers, row)};
      if (clusters->IsValid(row))
        file.retake.job = JobId{number(clusters, row), number(processes, row)};
      file.loaded = number(loaded, row);
      if (faults->IsValid(row)) file.fault = faults->GetString(row);
      ingest::GoneFile& gone = file.as_gone;
      gone.bytes = number(bytes, row);
      gone.decoded_bytes = number(decoded, row);
      gone.modified_microseconds = modified->Value(row);
      gone.compression = compressions->GetString(row);
      gone.framing = framings->GetString(row);
      const std::string hash = hashes->GetString(row);
      if (hash.size() == 32) {
        std::from_chars(hash.data(), hash.data() + 16, gone.hash_high, 16);
        std::from_chars(hash.data() + 16, hash.data() + 32, gone.hash_low, 16);
      }
      files_[file.retake.replaced.first] = std::move(file);
    }
    return Status::OK();
  }

  RejectedFile* FileOf(uint64_t number) {
    auto after = files_.upper_bound(number);
    if (after == files_.begin()) return nullptr;
    RejectedFile& file = std::prev(after)->second;
    return number - file.retake.replaced.first < file.retake.replaced.count ? &file : nullptr;
  }

  Status TakeRejects(const arrow::RecordBatch& rows) {
    Columns columns(rows);
    ROOST_ASSIGN(auto files, columns.Texts("file"));
    ROOST_ASSIGN(auto offsets, columns.Numbers("offset"));
    ROOST_ASSIGN(auto lines, columns.Numbers("line"));
    ROOST_ASSIGN(auto bytes, columns.Numbers("bytes"));
    ROOST_ASSIGN(auto reasons, columns.Texts("reason"));
    ROOST_ASSIGN(auto json_paths, columns.Texts("json_path"));
    ROOST_ASSIGN(auto raws, columns.Bytes("raw"));
    ROOST_ASSIGN(auto raw_files, columns.Texts("raw_file"));
    ROOST_ASSIGN(auto numbers, columns.Numbers("file_number"));
    for (int64_t row = 0; row < rows.num_rows(); ++row) {
      RejectedFile* file = FileOf(static_cast<uint64_t>(numbers->Value(row)));
      if (!file) continue;
      ++file->rows;
      RejectedRecord& record = file->records.emplace_back();
      ingest::CarriedReject& carried = record.rows.emplace_back();
      carried.row.file = files->GetString(row);
      carried.row.offset = static_cast<uint64_t>(offsets->Value(row));
      carried.row.line = static_cast<uint64_t>(lines->Value(row));
      carried.row.bytes = static_cast<uint64_t>(bytes->Value(row));
      carried.row.reason = reasons->GetString(row);
      if (json_paths->IsValid(row)) carried.row.json_path = json_paths->GetString(row);
      carried.is_continued = carried.row.reason.ends_with("(continued)");
      record.bytes = carried.row.bytes;
      if (raw_files->IsValid(row)) {
        carried.row.raw_file = raw_files->GetString(row);
        record.raw_path = catalog_.store_dir + "/_roost/quarantine/raw/" + carried.row.raw_file;
        continue;
      }
      record.raw_path = carried.raw_path = NewPath();
      ROOST_ASSIGN(auto out, disk::File::Create(carried.raw_path));
      ROOST_TRY(out.Write(raws->GetView(row)));
      ROOST_TRY(out.Close());
    }
    return Status::OK();
  }

  std::string NewPath() { return scratch_ + "/" + std::to_string(files_made_++) + ".json"; }

  // Rows that go on with what the one before began.
  Status JoinRows(RejectedFile& file) {
    std::ranges::stable_sort(file.records, {}, [](const RejectedRecord& record) {
      return record.rows.front().row.offset;
    });
    std::vector<RejectedRecord> joined;
    for (RejectedRecord& record : file.records) {
      if (!record.rows.front().is_continued || joined.empty()) {
        joined.push_back(std::move(record));
        continue;
      }
      RejectedRecord& whole = joined.back();
      if (whole.rows.size() == 1) {
        const std::string path = NewPath();
        ROOST_TRY(disk::CopyFile(whole.raw_path, path));
        whole.raw_path = path;
      }
      ROOST_TRY(Append(record.raw_path, whole.bytes, whole.raw_path));
      whole.bytes += record.bytes;
      whole.rows.push_back(std::move(record.rows.front()));
    }
    file.records = std::move(joined);
    return Status::OK();
  }

  static Status Append(const std::string& from, uint64_t at, const std::string& to) {
    ROOST_ASSIGN(auto bytes, disk::ReadIfThere(from));
    if (!bytes) return Status::IOError("there is no file ", from, "; restore it from a copy");
    ROOST_ASSIGN(auto file, disk::File::OpenForUpdate(to));
    ROOST_TRY(file.WriteAt(at, *bytes));
    return file.Close();
  }

  const Catalog& catalog_;
  const std::string& scratch_;
  std::map<uint64_t, RejectedFile> files_;  // by first number
  std::unordered_set<uint64_t> over_;       // first numbers of rows that others stand for
  uint64_t files_made_ = 0;
};

}  // namespace

Result<std::vector<RejectedFile>> FindRejectedFiles(const Catalog& catalog,
                                                    const std::string& scratch) {
  return Finder(catalog, scratch).Run();
}

}  // namespace roost::upkeep
