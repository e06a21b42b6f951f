#include "ingest/summary.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/byte_text.h"

namespace roost::ingest {
namespace {

constexpr size_t kLedgerBatch = 4096;

const char* FramingName(shred::Framing framing) {
  switch (framing) {
    case shred::Framing::kArray:
      return "array";
    case shred::Framing::kLines:
      return "lines";
    default:
      return "values";
  }
}

const char* CompressionName(read::FileFacts::Compression compression) {
  switch (compression) {
    case read::FileFacts::Compression::kGzip:
      return "gzip";
    case read::FileFacts::Compression::kZstd:
      return "zstd";
    default:
      return "none";
  }
}

store::LedgerRow MakeLedgerRow(const Inputs& inputs, size_t file, const FileOutcome& outcome,
                               const std::string& root) {
  store::LedgerRow row;
  row.path = EncodeBytes(inputs.NameOf(file));
  if (!inputs.replaces.empty()) row.replaces = inputs.replaces[file];
  if (!inputs.jobs.empty() && inputs.jobs[file]) {
    row.cluster = inputs.jobs[file]->cluster;
    row.process = inputs.jobs[file]->process;
  }
  row.bytes = outcome.facts.bytes;
  row.decoded_bytes = outcome.facts.decoded_bytes;
  row.modified_microseconds = outcome.facts.modified_ns / 1000;
  row.hash_low = outcome.facts.hash_low;
  row.hash_high = outcome.facts.hash_high;
  row.compression = CompressionName(outcome.facts.compression);
  row.framing = FramingName(outcome.framing);
  row.root_table = root;
  row.first_number = outcome.facts.first_number;
  row.numbers = outcome.facts.numbers;
  row.records = outcome.records + outcome.rejects;
  row.loaded = outcome.records;
  row.quarantined = outcome.rejects;
  row.values = outcome.values;
  row.nulls = outcome.nulls;
  if (outcome.fault) row.fault = *outcome.fault;
  if (const GoneFile* gone = inputs.GoneOf(file)) {
    row.bytes = gone->bytes;
    row.decoded_bytes = gone->decoded_bytes;
    row.modified_microseconds = gone->modified_microseconds;
    row.hash_low = gone->hash_low;
    row.hash_high = gone->hash_high;
    row.compression = gone->compression;
    row.framing = gone->framing;
  }
  return row;
}

}  // namespace

Status WriteLedger(const Inputs& inputs, const FileOutcomes& outcomes, const RootNames& roots,
                   store::Output& output) {
  std::vector<store::LedgerRow> rows;
  for (uint32_t file = 0; file < inputs.files.size(); ++file) {
    rows.push_back(MakeLedgerRow(inputs, file, outcomes[file], roots.of(file)));
    if (rows.size() < kLedgerBatch && file + 1 < inputs.files.size()) continue;
    ROOST_TRY(output.AddLedger(rows));
    rows.clear();
  }
  return Status::OK();
}

Account MakeAccount(const Attempt& attempt, uint64_t stored) {
  Account account;
  for (const FileOutcome file : attempt.files()) {
    account.records_loaded += file.records;
    account.records_quarantined += file.rejects;
    account.values_read += file.values + file.nulls;
    account.nulls_read += file.nulls;
  }
  account.bytes_records = attempt.bytes().records;
  account.bytes_between = attempt.bytes().between;
  account.bytes_quarantined = attempt.bytes().rejects;
  account.bytes_read = attempt.bytes().units;
  account.records_read = account.records_loaded + account.records_quarantined;
  account.values_stored = stored;
  account.balanced = account.values_read == account.values_stored + account.nulls_read &&
                     account.bytes_read ==
                         account.bytes_records + account.bytes_between + account.bytes_quarantined;
  return account;
}

uint64_t CountStored(const shred::FinalSchema& schema,
                     const std::vector<store::PublishedTable>& tables) {
  uint64_t stored = 0;
  for (const store::PublishedTable& table : tables) {
    auto found = std::find_if(schema.tables.begin(), schema.tables.end(),
                              [&](const auto& each) { return each.name == table.name; });
    if (found == schema.tables.end()) continue;
    for (const store::ColumnCount& column : table.columns) {
      for (const shred::FinalColumn& each : found->columns) {
        if (each.name != column.name || each.path == "!layout") continue;
        bool is_overflow_key = found->kind == shred::TableKind::kOverflow && each.path == "!key";
        if (!is_overflow_key) stored += column.stored + each.folded_values;
      }
    }
  }
  return stored;
}

std::vector<ConflictSummary> ListConflicts(const shred::FinalSchema& schema, const Inputs& inputs,
                                           const FileOutcomes& outcomes) {
  std::vector<ConflictSummary> conflicts;
  for (const shred::FinalTable& table : schema.tables) {
    for (const shred::FinalColumn& column : table.columns) {
      if (column.conflict_of.empty() || column.sources.empty()) continue;
      ConflictSummary conflict{table.name,  column.conflict_of,
                               column.name, column.conflict_values,
                               "",          column.first_conflict_offset};
      auto number = static_cast<uint64_t>(column.first_conflict_id) >> shred::kRowBits;
      if (auto file = outcomes.FileOfNumber(number))
        conflict.first_file = EncodeBytes(inputs.NameOf(*file));
      conflicts.push_back(std::move(conflict));
    }
  }
  return conflicts;
}

std::string AccountJson(const IngestResult& result, bool has_some) {
  const Account& account = result.account;
  nlohmann::ordered_json json = {{"records",
                                  {{"read", account.records_read},
                                   {"loaded", account.records_loaded},
                                   {"quarantined", account.records_quarantined}}},
                                 {"values",
                                  {{"read", account.values_read},
                                   {"stored", account.values_stored},
                                   {"nulls", account.nulls_read}}},
                                 {"bytes",
                                  {{"read", account.bytes_read},
                                   {"records", account.bytes_records},
                                   {"between", account.bytes_between},
                                   {"quarantined", account.bytes_quarantined}}},
                                 {"balanced", account.balanced}};
  if (has_some) {
    json["only_tables"] = nlohmann::ordered_json::array();
    for (const TableSummary& table : result.tables) json["only_tables"].push_back(table.name);
  }
  return json.dump();
}

}  // namespace roost::ingest
