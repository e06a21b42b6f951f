// Writes what became of the input files (_roost/ledger) and of the records that could not be taken
// (_roost/quarantine), as docs/formats/tables.md describes them. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "store/output.h"
#include "store/row_table.h"

namespace roost::store {

PartFormat LedgerFormat(Codec codec);
PartFormat QuarantineFormat(Codec codec);

class Ledger {
 public:
  /// `places` must outlive the ledger.
  Ledger(const OutputPlaces& places, Codec codec, int level)
      : places_(places), codec_(codec), level_(level) {}
  /// Removes what was written, unless it was told to keep it.
  ~Ledger();

  Status AddFiles(std::span<const LedgerRow> rows);
  Status AddReject(const RejectRow& row);
  Result<std::unique_ptr<RawFile>> NewRawFile();
  Result<LedgerParts> Finish();
  void Keep() { paths_.clear(); }

 private:
  Status Open(const char* table, PartFormat format, std::unique_ptr<RowTable>& rows);

  const OutputPlaces& places_;
  Codec codec_;
  int level_;
  std::mutex mutex_;
  std::unique_ptr<RowTable> files_, rejects_;  // made for their first row
  std::string files_path_, rejects_path_;
  std::vector<std::string> paths_;  // of all that was made
};

}  // namespace roost::store
