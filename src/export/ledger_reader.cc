#include "export/ledger_reader.h"

#include <arrow/api.h>

#include <algorithm>
#include <unordered_set>

#include "export/column_values.h"

namespace roost::exporting {

namespace {

/// The columns that are read here, as arrays of one batch.
struct LedgerColumns {
  std::shared_ptr<arrow::Array> texts[5];    // path, root_table, framing, compression, fault
  std::shared_ptr<arrow::Array> numbers[5];  // decoded_bytes, first_number, numbers, loaded,
                                             // replaces

  std::string Text(int which, int64_t row) const {
    return static_cast<const arrow::StringArray&>(*texts[which]).GetString(row);
  }
  int64_t Number(int which, int64_t row) const {
    return static_cast<const arrow::Int64Array&>(*numbers[which]).Value(row);
  }
};

constexpr size_t kTexts = 5, kFault = 4;
const std::vector<std::string> kNames = {"path",   "root_table",    "framing",      "compression",
                                         "fault",  "decoded_bytes", "first_number", "numbers",
                                         "loaded", "replaces"};

Result<LedgerColumns> TakeColumns(const arrow::RecordBatch& rows) {
  LedgerColumns columns;
  for (size_t i = 0; i < kNames.size(); ++i) {
    auto array = rows.GetColumnByName(kNames[i]);
    if (!array) return Status::Invalid("it lacks column ", kNames[i]);
    auto& slot = i < kTexts ? columns.texts[i] : columns.numbers[i - kTexts];
    ROOST_ASSIGN(slot, CastTo(array, i < kTexts ? arrow::utf8() : arrow::int64()));
  }
  return columns;
}

Status ReadBatch(const arrow::RecordBatch& rows, std::vector<LedgerFile>& files) {
  ROOST_ASSIGN(LedgerColumns columns, TakeColumns(rows));
  for (int64_t row = 0; row < rows.num_rows(); ++row) {
    LedgerFile& file = files.emplace_back();
    file.path = columns.Text(0, row);
    file.root_table = columns.Text(1, row);
    file.is_array = columns.Text(2, row) == "array";
    file.was_compressed = columns.Text(3, row) != "none";
    file.decoded_bytes = static_cast<uint64_t>(columns.Number(0, row));
    file.first_number = columns.Number(1, row);
    file.numbers = columns.Number(2, row);
    file.loaded = columns.Number(3, row);
    if (columns.numbers[4]->IsValid(row)) file.replaces = columns.Number(4, row);
    file.is_unread = columns.texts[kFault]->IsValid(row) && file.loaded == 0;
    if (file.is_unread) file.numbers = 0;  // it may name those of another, and has no use for any
  }
  return Status::OK();
}

Status ReadPart(const std::string& path, std::vector<LedgerFile>& files) {
  ROOST_ASSIGN(auto part, Part::Open(path));
  for (int group = 0; group < part->row_groups(); ++group) {
    ROOST_ASSIGN(auto reader, part->ReadRows(group, kNames));
    while (true) {
      ROOST_ASSIGN(auto rows, reader->Next());
      if (!rows) break;
      if (Status status = ReadBatch(*rows, files); !status.ok()) return part->Blame(status);
    }
  }
  return Status::OK();
}

}  // namespace

Result<std::vector<LedgerFile>> ReadLedger(const Catalog& catalog) {
  std::vector<LedgerFile> files;
  for (const std::string& path : catalog.ledger_parts) ROOST_TRY(ReadPart(path, files));
  std::unordered_set<int64_t> over;
  for (const LedgerFile& file : files)
    if (file.replaces >= 0) over.insert(file.replaces);
  std::erase_if(files, [&](const LedgerFile& file) { return over.contains(file.first_number); });
  std::ranges::sort(
      files, {}, [](const LedgerFile& file) { return std::pair(file.first_number, file.numbers); });
  for (size_t i = 1; i < files.size(); ++i) {
    if (files[i - 1].first_number + files[i - 1].numbers > files[i].first_number) {
      return Status::Invalid(catalog.store_dir, "/_roost/ledger: ", files[i - 1].path, " and ",
                             files[i].path, " claim the same file numbers. The store is damaged");
    }
  }
  return files;
}

}  // namespace roost::exporting
