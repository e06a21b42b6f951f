// The verb LookAtStore: what `roost status` prints.
#include <arrow/api.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "base/file_lock.h"
#include "export/catalog.h"
#include "export/column_values.h"
#include "export/part.h"
#include "ledger/delta_log.h"
#include "ledger/entry.h"
#include "roost/upkeep.h"

namespace roost {
namespace {

using exporting::Catalog;
using exporting::Part;

/// Calls `take` with each batch of some columns of the parts.
template <typename Take>
Status ForEachBatch(const std::vector<std::string>& parts, const std::vector<std::string>& columns,
                    Take take) {
  for (const std::string& path : parts) {
    ROOST_ASSIGN(auto part, Part::Open(path));
    for (int group = 0; group < part->row_groups(); ++group) {
      ROOST_ASSIGN(auto reader, part->ReadRows(group, columns));
      for (;;) {
        ROOST_ASSIGN(auto rows, reader->Next());
        if (!rows) break;
        ROOST_TRY(take(*rows));
      }
    }
  }
  return Status::OK();
}

/// The first 16 digits.
uint64_t HalfOf(std::string_view hash) {
  uint64_t half = 0;
  (void)std::from_chars(hash.data(), hash.data() + std::min<size_t>(hash.size(), 16), half, 16);
  return half;
}

/// A row that gave way to another counts no more: its loaded records were taken out.
Status CountFiles(const Catalog& catalog, StoreStatus& status) {
  std::set<int64_t> over;  // first numbers
  auto find_over = [&](const arrow::RecordBatch& rows) -> Status {
    ROOST_ASSIGN(auto replaces,
                 exporting::CastTo(rows.GetColumnByName("replaces"), arrow::int64()));
    for (int64_t row = 0; row < rows.num_rows(); ++row)
      if (replaces->IsValid(row))
        over.insert(static_cast<arrow::Int64Array&>(*replaces).Value(row));
    return Status::OK();
  };
  ROOST_TRY(ForEachBatch(catalog.ledger_parts, {"replaces"}, find_over));
  status.files_replaced = over.size();
  std::vector<uint64_t> contents;  // half of each hash: enough to count
  auto count = [&](const arrow::RecordBatch& rows) -> Status {
    ROOST_ASSIGN(auto loaded, exporting::CastTo(rows.GetColumnByName("loaded"), arrow::int64()));
    ROOST_ASSIGN(auto first,
                 exporting::CastTo(rows.GetColumnByName("first_number"), arrow::int64()));
    ROOST_ASSIGN(auto fault, exporting::CastTo(rows.GetColumnByName("fault"), arrow::utf8()));
    ROOST_ASSIGN(auto hash, exporting::CastTo(rows.GetColumnByName("hash"), arrow::utf8()));
    ROOST_ASSIGN(auto bytes, exporting::CastTo(rows.GetColumnByName("bytes"), arrow::int64()));
    for (int64_t row = 0; row < rows.num_rows(); ++row) {
      if (over.contains(static_cast<arrow::Int64Array&>(*first).Value(row))) continue;
      ++status.files;
      status.records += static_cast<uint64_t>(static_cast<arrow::Int64Array&>(*loaded).Value(row));
      if (static_cast<arrow::Int64Array&>(*bytes).Value(row) > 0)
        contents.push_back(HalfOf(static_cast<arrow::StringArray&>(*hash).GetView(row)));
      if (fault->IsNull(row)) continue;
      ++status.files_faulty;
      status.last_fault = static_cast<arrow::StringArray&>(*fault).GetString(row);
    }
    return Status::OK();
  };
  ROOST_TRY(ForEachBatch(catalog.ledger_parts, {"loaded", "first_number", "fault", "hash", "bytes"},
                         count));
  std::ranges::sort(contents);
  for (size_t i = 1; i < contents.size(); ++i) status.files_same += contents[i] == contents[i - 1];
  return Status::OK();
}

Status CountReasons(const Catalog& catalog, StoreStatus& status) {
  std::map<std::string, uint64_t> reasons;
  auto count = [&](const arrow::RecordBatch& rows) -> Status {
    ROOST_ASSIGN(auto column, exporting::CastTo(rows.GetColumnByName("reason"), arrow::utf8()));
    for (int64_t row = 0; row < rows.num_rows(); ++row) {
      const auto reason = static_cast<arrow::StringArray&>(*column).GetString(row);
      if (!reason.ends_with("(continued)")) ++reasons[reason];
    }
    return Status::OK();
  };
  ROOST_TRY(ForEachBatch(catalog.quarantine_parts, {"reason"}, count));
  for (const auto& [reason, rejects] : reasons) status.quarantine.push_back({reason, rejects});
  std::ranges::stable_sort(status.quarantine, std::ranges::greater(),
                           &StoreStatus::Reason::rejects);
  return Status::OK();
}

void AddLately(const ledger::Entry& entry, StoreStatus::Lately& lately) {
  ++lately.commits;
  lately.files += entry.takes_file ? entry.takes_file->files : entry.takes.size();
  const auto account = nlohmann::json::parse(entry.note, nullptr, false);
  if (!account.is_object()) return;
  auto number = [&](const char* of, const char* what) {
    const auto found = account.find(of);
    return found != account.end() && found->is_object() ? found->value(what, uint64_t{0}) : 0;
  };
  lately.records += number("records", "loaded");
  lately.bytes += number("bytes", "read");
}

/// From the last commit back, as long as they are of the last hour.
Status CountLately(const Catalog& catalog, StoreStatus& status) {
  constexpr double kHour = 3600, kMinute = 60;
  using namespace std::chrono;
  const double now = duration<double>(system_clock::now().time_since_epoch()).count();
  ledger::DeltaLog log(catalog.store_dir, "_roost/ledger");
  for (int64_t version = catalog.version; version > 0; --version) {
    ROOST_ASSIGN(auto commit, log.CommitAt(version));
    if (!commit) break;
    const auto info = nlohmann::json::parse(commit->info, nullptr, false);
    if (!info.is_object() || !info.contains("timestamp")) continue;
    const double age = now - static_cast<double>(info["timestamp"].get<int64_t>()) / 1000;
    if (version == catalog.version) status.seconds_since_commit = std::max(age, 0.0);
    if (age > kHour) break;
    ROOST_ASSIGN(auto entry, ledger::EntryOf(*commit, ledger::CommitName(version)));
    if (!entry) continue;
    AddLately(*entry, status.hour);
    if (age <= kMinute) AddLately(*entry, status.minute);
  }
  return Status::OK();
}

/// Files in the folder whose locks others hold.
Result<uint64_t> CountAlive(const std::string& folder) {
  uint64_t alive = 0;
  ROOST_ASSIGN(auto there, disk::Examine(folder));
  if (!there) return alive;
  ROOST_ASSIGN(auto names, disk::ListFolder(folder));
  for (const std::string& name : names) {
    ROOST_ASSIGN(auto lock,
                 disk::FileLock::TryLock(folder + "/" + name, disk::FileLock::Missing::kIsFine));
    alive += !lock;
  }
  return alive;
}

}  // namespace

Result<StoreStatus> LookAtStore(const std::string& store_dir) {
  ROOST_ASSIGN(const Catalog catalog, exporting::OpenCatalog(store_dir));
  StoreStatus status;
  status.version = catalog.version;
  for (const exporting::StoredTable& stored : catalog.tables) {
    StoreStatus::Table& table = status.tables.emplace_back();
    table.name = stored.name();
    ROOST_ASSIGN(auto parts, exporting::OpenParts(stored));
    table.parts = parts.size();
    for (const auto& part : parts) {
      table.rows += static_cast<uint64_t>(part->rows());
      table.bytes += part->bytes();
    }
  }
  ROOST_TRY(CountFiles(catalog, status));
  ROOST_TRY(CountReasons(catalog, status));
  ROOST_TRY(CountLately(catalog, status));
  ROOST_ASSIGN(status.writers, CountAlive(catalog.store_dir + "/_roost/writers"));
  ROOST_ASSIGN(status.listeners, CountAlive(catalog.store_dir + "/_roost/listeners"));
  return status;
}

}  // namespace roost
