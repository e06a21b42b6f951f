#include "upkeep/file_check.h"

#include <arrow/api.h>

#include <cinttypes>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "base/file_lock.h"
#include "export/part.h"
#include "ledger/delta_json.h"
#include "ledger/delta_log.h"
#include "ledger/delta_schema.h"
#include "ledger/schema_part.h"
#include "ledger/takes.h"
#include "ledger/views.h"
#include "ledger/writer.h"
#include "store/table_change.h"
#include "store/written_part.h"

namespace roost::upkeep {
namespace {

using exporting::Part;
using nlohmann::json;

constexpr const char* kRestorePart =
    "restore the file from a copy; without one, take the files that `roost query OUT` finds in it "
    "again";

std::string FolderOf(const std::string& table) {
  return table.starts_with("_roost/") ? table : "delta/" + table;
}

/// Whether two texts of statistics agree where both say something.
bool Agree(const std::string& log, const std::string& file) {
  const json one = json::parse(log, nullptr, false), other = json::parse(file, nullptr, false);
  if (!one.is_object() || !other.is_object()) return false;
  for (const char* kind : {"minValues", "maxValues", "nullCount"}) {
    if (!one.contains(kind) || !other.contains(kind)) continue;
    for (const auto& [column, value] : one[kind].items())
      if (other[kind].contains(column) && other[kind][column] != value) return false;
  }
  return true;
}

int64_t RowsIn(const std::string& stats) {
  const json parsed = json::parse(stats, nullptr, false);
  const bool has_rows = parsed.is_object() && parsed.contains("numRecords") &&
                        parsed["numRecords"].is_number_integer();
  return has_rows ? parsed["numRecords"].get<int64_t>() : -1;
}

class PartCheck {
 public:
  PartCheck(const std::string& top, std::string folder, const ledger::Snapshot& table,
            Findings& findings)
      : top_(top), folder_(std::move(folder)), table_(table), findings_(findings) {}

  Status Run() {
    ROOST_ASSIGN(auto columns, ledger::ReadSchema(table_.metadata.schema, folder_));
    ROOST_ASSIGN(schema_, ledger::ArrowSchema(columns));
    for (const auto& [path, part] : table_.live) {
      ROOST_TRY(findings_.CheckStop());
      ++findings_.result().parts;
      if (auto what = WhatIsWrong(part); what && IsStillLive(path))
        findings_.Problem("part", folder_ + "/" + ledger::DecodePath(path), *what, kRestorePart);
    }
    return Status::OK();
  }

 private:
  using Wrong = std::optional<std::string>;

  /// Another may have replaced it since the table was read.
  bool IsStillLive(const std::string& path) const {
    ledger::DeltaLog log(top_, folder_);
    return !log.Refresh().ok() || log.snapshot().live.contains(path);
  }

  Wrong WhatIsWrong(const ledger::Part& part) {
    const std::string path = top_ + "/" + folder_ + "/" + ledger::DecodePath(part.path);
    auto facts = disk::Examine(path);
    if (!facts.ok()) return facts.status().message();
    if (!*facts) return "the log names it, and there is no such file";
    if ((*facts)->bytes != part.bytes)
      return "it has " + std::to_string((*facts)->bytes) + " bytes, and the log says " +
             std::to_string(part.bytes);
    auto footer = Part::Open(path);
    if (!footer.ok()) return footer.status().message();
    const int64_t rows = RowsIn(part.stats);
    if (rows >= 0 && rows != (*footer)->rows())
      return "it has " + std::to_string((*footer)->rows()) + " rows, and the log says " +
             std::to_string(rows);
    findings_.result().rows += static_cast<uint64_t>((*footer)->rows());
    findings_.result().bytes += part.bytes;
    if (Wrong wrong = WrongColumns(part, **footer)) return wrong;
    return findings_.options().quick ? std::nullopt : WrongContent(part, path, **footer);
  }

  Wrong WrongColumns(const ledger::Part& part, const Part& footer) const {
    auto schema = footer.ReadSchema();
    if (!schema.ok()) return schema.status().message();
    for (const auto& field : (*schema)->fields()) {
      const auto wanted = schema_->GetFieldByName(field->name());
      if (!wanted) return "its column " + field->name() + " is none of the table";
      if (!IsType(*field->type(), *wanted->type()))
        return "its column " + field->name() + " is of type " + field->type()->ToString() +
               ", and that of the table of type " + wanted->type()->ToString();
    }
    auto tag = part.tags.find(ledger::kColumnsTag);
    if (tag != part.tags.end() && tag->second != std::to_string((*schema)->num_fields()))
      return "it has " + std::to_string((*schema)->num_fields()) + " columns, and the log says " +
             tag->second;
    return std::nullopt;
  }

  static bool IsType(const arrow::DataType& one, const arrow::DataType& wanted) {
    if (one.id() == arrow::Type::LIST && wanted.id() == arrow::Type::LIST)
      return IsType(*one.field(0)->type(), *wanted.field(0)->type());
    return one.Equals(wanted);
  }

  static Wrong WrongContent(const ledger::Part& part, const std::string& path, const Part& footer) {
    auto tag = part.tags.find(store::kChecksumTag);
    if (tag == part.tags.end()) return Decode(footer);
    auto read = store::ReadWrittenPart(path);
    if (!read.ok()) return read.status().message();
    char checksum[17];
    std::snprintf(checksum, sizeof checksum, "%016" PRIx64, read->checksum);
    if (tag->second != checksum) return "its bytes are not those that were written";
    if (!Agree(part.stats, read->stats))
      return "the log's counts of nulls, or ranges of values, are not those of its footer";
    return std::nullopt;
  }

  static Wrong Decode(const Part& footer) {
    for (int group = 0; group < footer.row_groups(); ++group) {
      auto reader = footer.ReadRows(group);
      if (!reader.ok()) return reader.status().message();
      for (;;) {
        auto rows = (*reader)->Next();
        if (!rows.ok()) return rows.status().message();
        if (!*rows) break;
      }
    }
    return std::nullopt;
  }

  const std::string& top_;
  std::string folder_;
  const ledger::Snapshot& table_;
  Findings& findings_;
  std::shared_ptr<arrow::Schema> schema_;
};

/// Names in a view of a table's version, and the files they must be.
Result<std::map<std::string, std::optional<disk::Facts>>> WantedFiles(
    const std::string& folder, const ledger::Snapshot& table) {
  std::map<std::string, std::optional<disk::Facts>> files;
  for (const auto& [path, part] : table.live) {
    std::string name = ledger::DecodePath(path);
    ROOST_ASSIGN(auto facts, disk::Examine(folder + "/" + name));
    for (char& c : name)
      if (c == '/') c = '_';
    files[name] = facts;
  }
  return files;
}

/// What is wrong with the files of a view; the empty text if nothing is.
Result<std::string> WrongFiles(const std::string& view, const std::string& folder,
                               const ledger::Snapshot& table) {
  ROOST_ASSIGN(auto wanted, WantedFiles(folder, table));
  ROOST_ASSIGN(auto names, disk::ListFolder(view));
  ROOST_ASSIGN(bool is_uneven, ledger::LacksColumns(table));
  bool has_schema = false;
  for (const std::string& name : names) {
    if (name.find("-schema-") != std::string::npos && !wanted.contains(name)) {
      has_schema = true;
      continue;
    }
    auto found = wanted.find(name);
    if (found == wanted.end()) return name + " in it is no live part of the table";
    ROOST_ASSIGN(auto facts, disk::Examine(view + "/" + name));
    if (facts && found->second && !facts->IsSameFileAs(*found->second))
      return name + " in it is not the file of that name in the table";
    wanted.erase(found);
  }
  if (!wanted.empty()) return wanted.begin()->first + ", a live part, is not in it";
  if (is_uneven && !has_schema) return std::string("the part that shows all columns is not in it");
  return std::string();
}

Status CheckView(const std::string& top, const std::string& table, Findings& findings) {
  const std::string link = table + ".parquet";
  constexpr const char* kHeal = "remove the link: the next ingest or listen makes it anew";
  for (int attempt = 0;; ++attempt) {
    ledger::DeltaLog log(top, FolderOf(table));
    ROOST_ASSIGN(int64_t version, ledger::ViewVersion(top, table));
    ROOST_TRY(log.Refresh());
    if (version < 0) {
      findings.Problem("view", link, "there is no view of the table, or its link leads nowhere",
                       "run any ingest or listen on the store: it is made anew");
      return Status::OK();
    }
    if (version > log.snapshot().version) {
      findings.Problem("view", link,
                       "it shows version " + std::to_string(version) +
                           ", and the log of the table ends at " +
                           std::to_string(log.snapshot().version),
                       "restore the log of the table");
      return Status::OK();
    }
    auto shown = log.At(version);
    auto wrong = shown.ok() ? WrongFiles(top + "/" + link, log.folder(), *shown)
                            : Result<std::string>(shown.status().message());
    ROOST_ASSIGN(int64_t now, ledger::ViewVersion(top, table));
    if (now != version && attempt < 10) continue;  // somebody goes on
    if (!wrong.ok() || !wrong->empty()) {
      findings.Problem("view", link, wrong.ok() ? *wrong : wrong.status().message(), kHeal);
    } else if (version < log.snapshot().version) {
      findings.Note(link + " shows version " + std::to_string(version) +
                    " of the table, which is at " + std::to_string(log.snapshot().version) +
                    ": the next writer brings it there");
    }
    return Status::OK();
  }
}

bool IsAlive(const std::string& top, const std::string& writer) {
  const std::string path = top + "/_roost/writers/" + writer;
  auto there = disk::Examine(path);
  if (!there.ok() || !*there) return false;
  auto lock = disk::FileLock::TryLock(path, disk::FileLock::Missing::kIsFine);
  return !lock.ok() || !*lock;
}

Status CheckUnnamed(const std::string& top, const std::string& folder,
                    const ledger::Snapshot& table, Findings& findings) {
  ROOST_ASSIGN(auto names, disk::ListFolder(top + "/" + folder));
  uint64_t unnamed = 0;
  for (const std::string& name : names) {
    const auto writer = ledger::WriterOf(name);
    const std::string path = ledger::EncodePath(name);
    if (!writer || table.live.contains(path) || table.removed.contains(path)) continue;
    unnamed += !IsAlive(top, *writer);
  }
  if (unnamed > 0)
    findings.Note(folder + " has " + std::to_string(unnamed) +
                  " files of writers that ended without a word: the next writer removes them");
  return Status::OK();
}

}  // namespace

Status CheckParts(const std::string& top, const ledger::Pin& pin, Findings& findings) {
  auto check = [&](const std::string& folder, const ledger::Snapshot& table) {
    Status status = PartCheck(top, folder, table, findings).Run();
    if (status.ok() || status.IsCancelled()) return status;
    findings.Unreadable("log", folder, status);
    return Status::OK();
  };
  for (const auto& [name, table] : pin.tables) ROOST_TRY(check(FolderOf(name), table));
  return check("_roost/ledger", pin.ledger);
}

Status CheckViews(const std::string& top, const ledger::Pin& pin, Findings& findings) {
  for (const auto& [name, table] : pin.tables) {
    if (name.starts_with("_roost/")) continue;
    ROOST_TRY(findings.CheckStop());
    Status status = CheckView(top, name, findings);
    if (!status.ok()) findings.Unreadable("view", name + ".parquet", status);
  }
  return Status::OK();
}

Status CheckLeftovers(const std::string& top, const ledger::Pin& pin, const LedgerTakes& takes,
                      Findings& findings) {
  for (const auto& [name, table] : pin.tables)
    ROOST_TRY(CheckUnnamed(top, FolderOf(name), table, findings));
  ROOST_TRY(CheckUnnamed(top, "_roost/ledger", pin.ledger, findings));
  auto check = [&]() -> Status {
    ROOST_ASSIGN(ledger::Takes taken, ledger::Takes::OpenToRead(top));
    if (takes.first > taken.covered() + 1)
      return Status::IOError("no run in ", top, "/_roost/takes says what the commits before ",
                             takes.first, " took");
    for (const auto& [version, file] : takes.files) taken.Add(version, file);
    return taken.Verify();
  };
  if (Status status = check(); !status.ok())
    findings.Problem("takes", "_roost/takes", status.message(),
                     "restore the file from a copy: without it files may be taken twice");
  return Status::OK();
}

}  // namespace roost::upkeep
