// The verb Verify: logs first, then files, then rows.
#include <chrono>

#include "base/disk_entry.h"
#include "export/catalog.h"
#include "ledger/pin.h"
#include "roost/upkeep.h"
#include "upkeep/file_check.h"
#include "upkeep/log_check.h"
#include "upkeep/row_check.h"
#include "upkeep/sidecar_check.h"

namespace roost {
namespace {

using upkeep::Findings;

/// Cancelled goes on; what else a check cannot do is a finding.
Status Found(Status status, const char* check, const char* where, Findings& findings) {
  if (status.ok() || status.IsCancelled()) return status;
  findings.Unreadable(check, where, status);
  return Status::OK();
}

Status CheckRows(const std::string& top, Findings& findings) {
  if (findings.options().quick) return Status::OK();
  // Where parts are damaged, what rows say is known already, or cannot be.
  if (findings.result().problem_count > 0) {
    findings.Note("rows were not looked at, as long as the problems above are there");
    return Status::OK();
  }
  auto check = [&]() -> Status {
    ROOST_ASSIGN(const exporting::Catalog catalog, exporting::OpenCatalog(top));
    ROOST_TRY(upkeep::CheckIds(catalog, findings));
    return upkeep::CheckFiles(catalog, findings);
  };
  return Found(check(), "rows", "delta", findings);
}

Result<std::map<std::string, std::string>> TablesOf(const ledger::Pin& pin) {
  std::map<std::string, std::string> tables;
  for (const auto& [name, table] : pin.tables)
    tables[name] = name.starts_with("_roost/") ? name : "delta/" + name;
  return tables;
}

Status CheckAll(const std::string& top, Findings& findings) {
  auto pinned = ledger::PinLatest(top);
  if (!pinned.ok()) return Found(pinned.status(), "log", "_roost/ledger", findings);
  const ledger::Pin& pin = *pinned;
  VerifyResult& result = findings.result();
  result.version = pin.version;
  for (const auto& [name, table] : pin.tables) result.tables += !name.starts_with("_roost/");
  ledger::DeltaLog log(top, "_roost/ledger");
  ROOST_TRY(Found(log.Refresh(), "log", "_roost/ledger", findings));
  if (log.snapshot().version > pin.version)
    findings.Note("commit " + std::to_string(pin.version + 1) +
                  " is not finished: its writer is at it, or the next one finishes it");
  ROOST_ASSIGN(auto tables, TablesOf(pin));
  ROOST_ASSIGN(auto takes, upkeep::CheckLogs(top, tables, pin.version, findings));
  ROOST_TRY(upkeep::CheckParts(top, pin, findings));
  ROOST_TRY(upkeep::CheckViews(top, pin, findings));
  ROOST_TRY(Found(upkeep::CheckLeftovers(top, pin, takes, findings), "log", "_roost", findings));
  ROOST_TRY(Found(upkeep::CheckSidecars(top, pin, findings), "sketch", "_roost", findings));
  return CheckRows(top, findings);
}

}  // namespace

Result<VerifyResult> Verify(const VerifyOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  if (!exporting::IsStore(options.store_dir))
    return Status::IOError(options.store_dir,
                           " is no store: it has no _roost/ledger. Name the --output-dir of an "
                           "ingest or listen");
  VerifyResult result;
  Findings findings(options, result);
  ROOST_TRY(CheckAll(options.store_dir, findings));
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace roost
