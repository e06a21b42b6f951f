#include "store/store_writer.h"

#include "base/disk.h"
#include "base/disk_entry.h"
#include "sketch/part_sketches.h"
#include "store/table_change.h"

namespace roost::store {

Result<std::unique_ptr<StoreWriter>> StoreWriter::Open(const std::string& folder) {
  ledger::LedgerOptions options;
  options.output_dir = folder;
  options.columns = LedgerColumns();
  ROOST_ASSIGN(auto ledger, ledger::Ledger::Open(std::move(options)));
  std::unique_ptr<StoreWriter> writer(new StoreWriter(folder, std::move(ledger)));
  // By its name, a sweeper knows whose it is.
  writer->scratch_ = folder + "/.tmp-" + writer->ledger_->writer() + "-scratch";
  ROOST_TRY(disk::MakeFolder(writer->scratch_));
  return writer;
}

StoreWriter::~StoreWriter() {
  if (!scratch_.empty()) (void)disk::RemoveTree(scratch_);
}

Status StoreWriter::Close() {
  ROOST_TRY(disk::RemoveTree(scratch_));
  scratch_.clear();
  return ledger_->Close();
}

OutputPlaces StoreWriter::places() {
  OutputPlaces places;
  places.scratch = scratch_;
  places.new_part = [this](const std::string& table) { return NewPart(table); };
  places.new_sketches = [this](const std::string& table, const std::string& part) {
    return NewSketches(table, part);
  };
  places.new_raw_file = [this] { return NewRawFile(); };
  return places;
}

Result<std::string> StoreWriter::NewPart(const std::string& table) {
  std::lock_guard lock(mutex_);
  if (table != kLedgerTable) ROOST_TRY(ledger_->MakeTableFolder(table));
  const std::string folder =
      table == kLedgerTable ? folder_ + "/" + table : ledger_->TableFolder(table);
  return folder + "/" + ledger_->NextPartName();
}

Result<std::string> StoreWriter::NewSketches(const std::string& table, const std::string& part) {
  std::lock_guard lock(mutex_);
  std::string path = sketch::SketchFileOf(folder_, table, part);
  const std::string folder = path.substr(0, path.rfind('/'));
  ROOST_TRY(disk::MakeFolderIfMissing(folder.substr(0, folder.rfind('/'))).status());
  ROOST_TRY(disk::MakeFolderIfMissing(folder).status());
  return path;
}

Result<std::string> StoreWriter::NewRawFile() {
  std::lock_guard lock(mutex_);
  const std::string folder = folder_ + "/" + kQuarantineTable + "/raw";
  ROOST_TRY(disk::MakeFolders(folder_, folder));
  return folder + "/" + ledger_->writer() + "-" + std::to_string(raw_files_++) + ".bin";
}

}  // namespace roost::store
