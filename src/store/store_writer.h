// One process's place in a store that it writes to: the ledger, and room for parts and other files
// of its own until they are committed.
//
// Nothing of it shows before a commit of the ledger names it. What is left by a process that ends
// without Close is swept by the next writer.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "base/status.h"
#include "ledger/ledger.h"
#include "store/output.h"

namespace roost::store {

class StoreWriter {
 public:
  /// Opens the store at `folder`, which exists, or makes one there.
  static Result<std::unique_ptr<StoreWriter>> Open(const std::string& folder);
  ~StoreWriter();

  ledger::Ledger& ledger() { return *ledger_; }
  const std::string& folder() const { return folder_; }
  /// New names in the tables' folders. Its functions may be called from several threads, while no
  /// other call to the ledger is under way.
  OutputPlaces places();
  /// Numbers that no file of this store had. From one thread at a time.
  Result<uint64_t> ReserveNumbers(uint64_t count) { return ledger_->ReserveNumbers(count); }

  Status Close();

 private:
  StoreWriter(std::string folder, std::unique_ptr<ledger::Ledger> ledger)
      : folder_(std::move(folder)), ledger_(std::move(ledger)) {}
  Result<std::string> NewPart(const std::string& table);
  Result<std::string> NewSketches(const std::string& table, const std::string& part);
  Result<std::string> NewRawFile();

  std::string folder_, scratch_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::mutex mutex_;  // for what follows, and the ledger's books
  uint64_t raw_files_ = 0;
};

}  // namespace roost::store
