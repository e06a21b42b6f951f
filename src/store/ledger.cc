#include "store/ledger.h"

#include "base/disk.h"
#include "base/disk_entry.h"

namespace roost::store {

using shred::FinalType;

namespace {

std::string HashText(uint64_t high, uint64_t low) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text(32, '0');
  for (int i = 0; i < 16; ++i) {
    text[static_cast<size_t>(i)] = kDigits[high >> (60 - 4 * i) & 15];
    text[static_cast<size_t>(16 + i)] = kDigits[low >> (60 - 4 * i) & 15];
  }
  return text;
}

class RawFileOnDisk : public RawFile {
 public:
  RawFileOnDisk(disk::File file, std::string name)
      : file_(std::move(file)), name_(std::move(name)) {}
  Status Append(std::string_view bytes) override { return file_.Write(bytes); }
  Status Close() override {
    ROOST_TRY(file_.Sync());
    ROOST_TRY(file_.Close());
    return disk::SyncFolder(file_.path().substr(0, file_.path().rfind('/')));
  }
  const std::string& name() const override { return name_; }

 private:
  disk::File file_;
  std::string name_;
};

}  // namespace

PartFormat LedgerFormat(Codec codec) {
  auto text = [](const char* name) { return PartColumn{name, FinalType::kText, false, false}; };
  auto number = [](const char* name) { return PartColumn{name, FinalType::kInt64, false, false}; };
  return {{text("path"), number("bytes"), number("decoded_bytes"),
           PartColumn{"modified", FinalType::kTimestampUtc, false, false}, text("hash"),
           text("compression"), text("framing"), text("root_table"), number("first_number"),
           number("numbers"), number("records"), number("loaded"), number("quarantined"),
           number("values"), number("nulls"), text("fault"), number("cluster"), number("process"),
           number("replaces")},
          {},
          codec};
}

PartFormat QuarantineFormat(Codec codec) {
  auto text = [](const char* name) { return PartColumn{name, FinalType::kText, false, false}; };
  auto number = [](const char* name) { return PartColumn{name, FinalType::kInt64, false, false}; };
  return {{text("file"), number("offset"), number("line"), number("bytes"), text("reason"),
           text("json_path"), PartColumn{"raw", FinalType::kText, false, true}, text("raw_file"),
           number("file_number")},
          {},
          codec};
}

Ledger::~Ledger() {
  for (const std::string& path : paths_) (void)disk::RemoveIfThere(path);
}

Status Ledger::Open(const char* table, PartFormat format, std::unique_ptr<RowTable>& rows) {
  if (rows) return Status::OK();
  ROOST_ASSIGN(std::string path, places_.new_part(table));
  paths_.push_back(path);
  (table == std::string_view(kLedgerTable) ? files_path_ : rejects_path_) = path;
  return RowTable::Create(path, std::move(format), level_).Value(&rows);
}

Status Ledger::AddFiles(std::span<const LedgerRow> rows) {
  std::lock_guard lock(mutex_);
  ROOST_TRY(Open(kLedgerTable, LedgerFormat(codec_), files_));
  for (const LedgerRow& row : rows) {
    files_->Text(row.path).Number(row.bytes).Number(row.decoded_bytes);
    files_->Time(row.modified_microseconds).Text(HashText(row.hash_high, row.hash_low));
    files_->Text(row.compression).Text(row.framing).Text(row.root_table);
    files_->Number(row.first_number).Number(row.numbers);
    files_->Number(row.records).Number(row.loaded).Number(row.quarantined);
    files_->Number(row.values).Number(row.nulls).TextOrNull(row.fault);
    files_->NumberOrNull(row.cluster).NumberOrNull(row.process).NumberOrNull(row.replaces);
    ROOST_TRY(files_->EndRow());
  }
  return Status::OK();
}

Status Ledger::AddReject(const RejectRow& row) {
  std::optional<std::string> raw_file;
  if (!row.raw_file.empty()) raw_file = row.raw_file;
  if (row.raw.size() > Output::kMaxInlineRaw) {
    ROOST_ASSIGN(auto raw, NewRawFile());
    ROOST_TRY(raw->Append(row.raw));
    ROOST_TRY(raw->Close());
    raw_file = raw->name();
  }
  std::lock_guard lock(mutex_);
  ROOST_TRY(Open(kQuarantineTable, QuarantineFormat(codec_), rejects_));
  rejects_->Text(row.file).Number(row.offset).Number(row.line).Number(row.bytes);
  rejects_->Text(row.reason).TextOrNull(row.json_path);
  if (raw_file) {
    rejects_->TextOrNull(std::nullopt);
  } else {
    rejects_->Text(row.raw);
  }
  rejects_->TextOrNull(raw_file).Number(row.number);
  return rejects_->EndRow();
}

Result<std::unique_ptr<RawFile>> Ledger::NewRawFile() {
  std::lock_guard lock(mutex_);
  ROOST_ASSIGN(std::string path, places_.new_raw_file());
  ROOST_ASSIGN(disk::File file, disk::File::Create(path));
  paths_.push_back(path);
  return std::make_unique<RawFileOnDisk>(std::move(file), path.substr(path.rfind('/') + 1));
}

Result<LedgerParts> Ledger::Finish() {
  std::lock_guard lock(mutex_);
  LedgerParts parts;
  if (files_) {
    ROOST_TRY(files_->Finish());
    ROOST_ASSIGN(parts.ledger, ReadWrittenPart(files_path_));
  }
  if (rejects_) {
    ROOST_TRY(rejects_->Finish());
    ROOST_ASSIGN(parts.quarantine, ReadWrittenPart(rejects_path_));
  }
  return parts;
}

}  // namespace roost::store
