#include "store/stored_rows.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstring>

#include "ledger/delta_json.h"
#include "shred/number.h"
#include "store/part_reader.h"
#include "store/table_rewrite.h"

namespace roost::store {
namespace {

using shred::Column;
using shred::ColumnContents;
using shred::FinalColumn;
using shred::FinalType;

constexpr uint64_t kMicrosPerSecond = 1'000'000;
const int64_t kKeptMs = ledger::LedgerOptions().keep_removed_ms;
constexpr uint64_t kKeptTimes = 4;

bool HasInexact(const Column& numbers) {
  return numbers.layout == shred::Layout::kInt64 &&
         std::any_of(
             numbers.words.begin(), numbers.words.begin() + numbers.values,
             [](uint64_t word) { return !shred::IsExactInDouble(static_cast<int64_t>(word)); });
}

/// Decimals, as digits.
bool HasInexactDigits(const Column& digits) {
  const char* at = digits.text.data();
  for (uint32_t i = 0; i < digits.values; ++i) {
    uint32_t length;
    std::memcpy(&length, at, sizeof(length));
    const char* digits_at = at + sizeof(length);
    int64_t value = 0;
    const bool is_int64 = std::from_chars(digits_at, digits_at + length, value).ec == std::errc();
    if (!is_int64 || !shred::IsExactInDouble(value)) return true;
    at += sizeof(length) + length;
  }
  return false;
}

void Note(const Column& values, FinalType type, ColumnContents& contents) {
  contents.values += values.values;
  switch (type) {
    case FinalType::kInt64:
      contents.has_inexact |= HasInexact(values);
      break;
    case FinalType::kDecimal38:
      contents.has_inexact |= HasInexactDigits(values);
      break;
    case FinalType::kTimestampUtc:
    case FinalType::kTimestampLocal:
      contents.has_zero_fraction |= std::any_of(
          values.words.begin(), values.words.begin() + values.values, [](uint64_t word) {
            return static_cast<int64_t>(word) % static_cast<int64_t>(kMicrosPerSecond) == 0;
          });
      break;
    default:
      if (!values.element) break;
      contents.has_items |= values.element->values > 0;
      contents.has_inexact |= HasInexact(*values.element);
  }
}

}  // namespace

Result<ColumnContents> LookAtColumn(const ledger::Snapshot& table, const std::string& folder,
                                    const FinalColumn& column) {
  ColumnContents contents;
  Column values;
  for (const auto& [path, part] : table.live) {
    ROOST_ASSIGN(auto reader, PartReader::Open(folder + "/" + ledger::DecodePath(path)));
    for (int group = 0; group < reader->row_groups(); ++group) {
      ChunkFacts facts;
      ROOST_ASSIGN(auto chunk, reader->Column(group, column, facts));
      if (!chunk) continue;
      constexpr uint64_t kRows = 4096;
      const uint64_t rows = reader->RowGroupRows(group);
      for (uint64_t row = 0; row < rows; row += kRows) {
        ROOST_TRY(chunk->Read(static_cast<uint32_t>(std::min(kRows, rows - row)), values));
        Note(values, column.type, contents);
      }
    }
  }
  return contents;
}

StoredRows::StoredRows(ledger::Ledger& ledger, uint64_t rewrite_bytes)
    : ledger_(ledger),
      rewrite_bytes_(rewrite_bytes),
      opened_ms_(std::chrono::duration_cast<std::chrono::milliseconds>(
                     std::chrono::system_clock::now().time_since_epoch())
                     .count()) {}

bool StoredRows::MayRewrite(const shred::FinalTable& table) {
  const ledger::Snapshot& snapshot = ledger_.Table(table.name);
  uint64_t bytes = 0, kept = 0;
  for (const auto& [path, part] : snapshot.live) {
    if (!IsOwnPart(part)) return false;
    bytes += part.bytes;
  }
  for (const auto& [path, removal] : snapshot.removed)
    if (removal.deleted_ms > opened_ms_ - kKeptMs) kept += removal.bytes;
  return bytes <= rewrite_bytes_ && kept <= rewrite_bytes_ * kKeptTimes;
}

ColumnContents StoredRows::Look(const shred::FinalTable& table, const FinalColumn& column) {
  auto [known, is_new] = known_.try_emplace({table.identity, column.name});
  if (is_new && status_.ok()) {
    auto read = LookAtColumn(ledger_.Table(table.name), ledger_.TableFolder(table.name), column);
    status_ = read.status();
    if (read.ok()) known->second = *read;
  }
  return known->second;
}

}  // namespace roost::store
