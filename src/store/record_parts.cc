#include "store/record_parts.h"

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <parquet/arrow/reader.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "ledger/delta_json.h"
#include "ledger/schema_part.h"
#include "store/ledger.h"
#include "store/row_table.h"
#include "store/table_change.h"

namespace roost::store {
namespace {

using shred::FinalType;

constexpr int64_t kBatchRows = 64;  // raw bytes of a reject may be a megabyte
constexpr int kLevel = 1;

/// One of the two tables.
struct RecordTable {
  const char* name;
  const char* order;  // a column of integers: rows of neighbours lie together
  PartFormat format;
};

RecordTable LedgerTable() { return {kLedgerTable, "first_number", LedgerFormat(Codec::kZstd)}; }
RecordTable QuarantineTable() {
  return {kQuarantineTable, "file_number", QuarantineFormat(Codec::kZstd)};
}

/// Appends the rows of parts to a table.
class Joiner {
 public:
  Joiner(const PartFormat& format, RowTable& rows) : format_(format), rows_(rows) {}

  Status Add(const std::string& path) {
    ROOST_ASSIGN(auto file, arrow::io::ReadableFile::Open(path));
    std::unique_ptr<parquet::arrow::FileReader> reader;
    ROOST_ASSIGN(reader, parquet::arrow::OpenFile(file, arrow::default_memory_pool()));
    reader->set_batch_size(kBatchRows);
    ROOST_ASSIGN(auto batches, reader->GetRecordBatchReader());
    for (;;) {
      std::shared_ptr<arrow::RecordBatch> batch;
      ROOST_TRY(batches->ReadNext(&batch));
      if (!batch) return Status::OK();
      if (Status status = AddRows(*batch); !status.ok())
        return status.WithMessage(path, ": ", status.message());
    }
  }

 private:
  Status AddRows(const arrow::RecordBatch& batch) {
    std::vector<std::shared_ptr<arrow::Array>> columns;
    for (const PartColumn& column : format_.columns) {
      columns.push_back(batch.GetColumnByName(column.name));
      if (!columns.back()) return Status::IOError("it lacks the column ", column.name);
    }
    for (int64_t row = 0; row < batch.num_rows(); ++row) {
      for (const auto& column : columns) ROOST_TRY(AddCell(*column, row));
      ROOST_TRY(rows_.EndRow());
    }
    return Status::OK();
  }

  Status AddCell(const arrow::Array& column, int64_t row) {
    if (column.IsNull(row)) {
      rows_.NumberOrNull(std::nullopt);
      return Status::OK();
    }
    switch (column.type_id()) {
      case arrow::Type::INT64:
        rows_.Number(
            static_cast<uint64_t>(static_cast<const arrow::Int64Array&>(column).Value(row)));
        return Status::OK();
      case arrow::Type::TIMESTAMP:
        rows_.Time(static_cast<const arrow::TimestampArray&>(column).Value(row));
        return Status::OK();
      case arrow::Type::STRING:
      case arrow::Type::BINARY:
        rows_.Text(static_cast<const arrow::BinaryArray&>(column).GetView(row));
        return Status::OK();
      default:
        return Status::IOError("it has a column of type ", column.type()->ToString());
    }
  }

  const PartFormat& format_;
  RowTable& rows_;
};

/// Only parts with all the columns that this roost knows, and no others.
MergeJob PlanOf(const RecordTable& table, const ledger::Snapshot& snapshot,
                const SmallPartLimits& limits) {
  const std::string columns = std::to_string(table.format.columns.size());
  ledger::Snapshot known;
  for (const auto& [path, part] : snapshot.live) {
    auto tag = part.tags.find(ledger::kColumnsTag);
    if (tag != part.tags.end() && tag->second == columns) known.live.emplace(path, part);
  }
  return PlanSmallMerge(known, table.name, table.order, limits);
}

class Merger {
 public:
  Merger(StoreWriter& writer, const RecordMergeOptions& options)
      : writer_(writer), ledger_(writer.ledger()), options_(options) {}

  Result<RecordMerge> Run() {
    for (RecordTable table : {LedgerTable(), QuarantineTable()}) {
      while (!options_.should_stop || !options_.should_stop()) {
        const MergeJob job = PlanOf(table, TableOf(table), options_.limits);
        if (job.parts.empty()) break;
        ROOST_ASSIGN(const bool won, MergeOnce(table, job));
        if (!won) return done_;
      }
    }
    return done_;
  }

 private:
  const ledger::Snapshot& TableOf(const RecordTable& table) {
    return table.name == std::string_view(kLedgerTable) ? ledger_.LedgerTable()
                                                        : ledger_.Table(table.name);
  }

  Result<bool> MergeOnce(const RecordTable& table, const MergeJob& job) {
    ROOST_ASSIGN(const std::string path, writer_.places().new_part(table.name));
    auto part = Join(table, job, path);
    auto won = part.ok() ? Commit(table, job, *part) : Result<bool>(part.status());
    // An error out of the commit leaves open whether the entry stands, which names the part.
    if (!part.ok() || (won.ok() && !*won)) (void)disk::RemoveIfThere(path);
    if (!won.ok() || !*won) return won;
    ++done_.commits;
    ++done_.new_parts;
    done_.parts += job.parts.size();
    done_.bytes += job.bytes;
    return true;
  }

  Result<WrittenPart> Join(const RecordTable& table, const MergeJob& job, const std::string& path) {
    const std::string folder = path.substr(0, path.rfind('/') + 1);
    ROOST_ASSIGN(auto rows, RowTable::Create(path, table.format, kLevel));
    Joiner joiner(table.format, *rows);
    for (const std::string& part : job.parts)
      ROOST_TRY(joiner.Add(folder + ledger::DecodePath(part)));
    ROOST_TRY(rows->Finish());
    return ReadWrittenPart(path);
  }

  /// False if others have changed what was merged. A race that is lost otherwise changes nothing.
  Result<bool> Commit(const RecordTable& table, const MergeJob& job, const WrittenPart& part) {
    for (;;) {
      const ledger::Snapshot& now = TableOf(table);
      const bool are_live = std::ranges::all_of(
          job.parts, [&](const std::string& path) { return now.live.contains(path); });
      if (!are_live) return false;
      ledger::Entry entry = EntryOf(table, job, part);
      ROOST_ASSIGN(const bool won, ledger_.Commit(entry));
      if (won) return true;
      if (options_.should_stop && options_.should_stop()) return false;
      ROOST_TRY(ledger_.Refresh().status());
    }
  }

  ledger::Entry EntryOf(const RecordTable& table, const MergeJob& job, const WrittenPart& part) {
    ledger::Entry entry;
    entry.operation = "COMPACT";
    std::vector<ledger::Part> added = {PartOf(part, table.format.columns.size())};
    std::vector<ledger::Removal> removed;
    for (const std::string& path : job.parts)
      removed.push_back({path, TableOf(table).live.at(path).bytes, 0});
    if (table.name == std::string_view(kLedgerTable)) {
      entry.ledger_parts = std::move(added);
      entry.ledger_removed = std::move(removed);
    } else {
      ledger::TableChange& change = entry.tables.emplace_back();
      change.table = table.name;
      change.added = std::move(added);
      change.removed = std::move(removed);
      change.rearranges = true;
    }
    return entry;
  }

  StoreWriter& writer_;
  ledger::Ledger& ledger_;
  const RecordMergeOptions& options_;
  RecordMerge done_;
};

}  // namespace

Result<RecordMerge> MergeRecords(StoreWriter& writer, const RecordMergeOptions& options) {
  return Merger(writer, options).Run();
}

RecordMerge PlanRecordMerges(const ledger::Snapshot& ledger_table,
                             const ledger::Snapshot* quarantine, const SmallPartLimits& limits) {
  RecordMerge plan;
  auto add = [&](const MergeJob& job) {
    plan.parts += job.parts.size();
    plan.bytes += job.bytes;
  };
  add(PlanOf(LedgerTable(), ledger_table, limits));
  if (quarantine) add(PlanOf(QuarantineTable(), *quarantine, limits));
  return plan;
}

}  // namespace roost::store
