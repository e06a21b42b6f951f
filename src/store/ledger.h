// Writes what became of the input files (_roost/ledger) and of the records that could not be taken
// (_roost/quarantine), as docs/formats/tables.md describes them. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "store/output.h"
#include "store/row_table.h"

namespace roost::store {

class Ledger {
 public:
  /// `folder` is the _roost folder and exists.
  static Result<std::unique_ptr<Ledger>> Create(const std::string& folder, Codec codec, int level);

  Status AddFiles(std::span<const LedgerRow> rows);
  Status AddReject(const RejectRow& row);
  Result<std::unique_ptr<RawFile>> NewRawFile();
  Status Finish();

 private:
  Ledger(std::string folder, Codec codec, int level)
      : folder_(std::move(folder)), codec_(codec), level_(level) {}
  Status OpenQuarantine();

  std::string folder_;
  Codec codec_;
  int level_;
  std::mutex mutex_;
  std::unique_ptr<RowTable> files_;
  std::unique_ptr<RowTable> rejects_;  // made for the first reject
  bool has_quarantine_folder_ = false, has_raw_folder_ = false;
  uint64_t raw_files_ = 0;
};

}  // namespace roost::store
