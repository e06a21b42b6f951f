#include "store/ledger.h"

namespace roost::store {
namespace {

using shred::FinalType;

PartFormat LedgerFormat(Codec codec) {
  auto text = [](const char* name) { return PartColumn{name, FinalType::kText, false, false}; };
  auto number = [](const char* name) { return PartColumn{name, FinalType::kInt64, false, false}; };
  return {{text("path"), number("bytes"), number("decoded_bytes"),
           PartColumn{"modified", FinalType::kTimestampUtc, false, false}, text("hash"),
           text("compression"), text("framing"), text("root_table"), number("first_number"),
           number("numbers"), number("records"), number("loaded"), number("quarantined"),
           number("values"), number("nulls"), text("fault")},
          {},
          codec};
}

PartFormat QuarantineFormat(Codec codec) {
  auto text = [](const char* name) { return PartColumn{name, FinalType::kText, false, false}; };
  auto number = [](const char* name) { return PartColumn{name, FinalType::kInt64, false, false}; };
  return {{text("file"), number("offset"), number("line"), number("bytes"), text("reason"),
           text("json_path"), PartColumn{"raw", FinalType::kText, false, true}, text("raw_file")},
          {},
          codec};
}

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
  Status Close() override { return file_.Close(); }
  const std::string& name() const override { return name_; }

 private:
  disk::File file_;
  std::string name_;
};

}  // namespace

Result<std::unique_ptr<Ledger>> Ledger::Create(const std::string& folder, Codec codec, int level) {
  std::unique_ptr<Ledger> made(new Ledger(folder, codec, level));
  ROOST_TRY(disk::MakeFolder(folder + "/ledger"));
  ROOST_ASSIGN(made->files_,
               RowTable::Create(folder + "/ledger/part-00000.parquet", LedgerFormat(codec), level));
  return made;
}

Status Ledger::AddFiles(std::span<const LedgerRow> rows) {
  std::lock_guard lock(mutex_);
  for (const LedgerRow& row : rows) {
    files_->Text(row.path).Number(row.bytes).Number(row.decoded_bytes);
    files_->Time(row.modified_microseconds).Text(HashText(row.hash_high, row.hash_low));
    files_->Text(row.compression).Text(row.framing).Text(row.root_table);
    files_->Number(row.first_number).Number(row.numbers);
    files_->Number(row.records).Number(row.loaded).Number(row.quarantined);
    files_->Number(row.values).Number(row.nulls).TextOrNull(row.fault);
    ROOST_TRY(files_->EndRow());
  }
  return Status::OK();
}

Status Ledger::OpenQuarantine() {
  if (!has_quarantine_folder_) ROOST_TRY(disk::MakeFolder(folder_ + "/quarantine"));
  has_quarantine_folder_ = true;
  if (rejects_) return Status::OK();
  return RowTable::Create(folder_ + "/quarantine/part-00000.parquet", QuarantineFormat(codec_),
                          level_)
      .Value(&rejects_);
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
  ROOST_TRY(OpenQuarantine());
  rejects_->Text(row.file).Number(row.offset).Number(row.line).Number(row.bytes);
  rejects_->Text(row.reason).TextOrNull(row.json_path);
  if (raw_file) {
    rejects_->TextOrNull(std::nullopt);
  } else {
    rejects_->Text(row.raw);
  }
  rejects_->TextOrNull(raw_file);
  return rejects_->EndRow();
}

Result<std::unique_ptr<RawFile>> Ledger::NewRawFile() {
  std::lock_guard lock(mutex_);
  ROOST_TRY(OpenQuarantine());
  std::string folder = folder_ + "/quarantine/raw";
  if (!has_raw_folder_) ROOST_TRY(disk::MakeFolder(folder));
  has_raw_folder_ = true;
  std::string name = std::to_string(raw_files_++) + ".bin";
  ROOST_ASSIGN(disk::File file, disk::File::Create(folder + "/" + name));
  return std::make_unique<RawFileOnDisk>(std::move(file), name);
}

Status Ledger::Finish() {
  std::lock_guard lock(mutex_);
  ROOST_TRY(files_->Finish());
  return rejects_ ? rejects_->Finish() : Status::OK();
}

}  // namespace roost::store
