#include "shred/shredder.h"

#include "shred/record_counter.h"
#include "shred/unit_shredder.h"
#include "shred/walker.h"

namespace roost::shred {
namespace {

constexpr uint32_t kSlabRows = 65536;  // a page; smaller ones compress worse
// After so much input, tables are handed out that hold so many bytes: small ones would make pages
// that are mostly headers. After many such rounds, all of them.
constexpr uint64_t kRoundBytes = 8 << 20;
constexpr size_t kLargeSlabBytes = 4 << 20;
constexpr size_t kSmallSlabBytes = 256 << 10;
constexpr unsigned kRoundsUntilAll = 32;

}  // namespace

Shredder::Shredder(const ShredOptions& options, const Plan& plan, TableSink* sink)
    : options_(options),
      tables_(plan),
      flusher_(sink),
      emitter_(&tables_, &cursor_, &flusher_, &counts_),
      tape_(options.max_depth),
      walker_(std::make_unique<Walker>(&cursor_, &emitter_, &counts_, options.max_depth)) {}

Shredder::~Shredder() = default;

Status Shredder::Shred(const read::Unit& unit, const std::string& root, UnitOutcome& outcome) {
  cursor_.BeginUnit(unit.number);
  ValueCounts before = counts_;
  ROOST_TRY(UnitShredder(this, unit, tables_.Root(root), &outcome).Run());
  outcome.values += counts_.values - before.values;
  outcome.nulls += counts_.nulls - before.nulls;
  outcome.duplicate_keys += counts_.duplicate_keys - before.duplicate_keys;
  bytes_since_flush_ += static_cast<uint64_t>(unit.end - unit.begin);
  return bytes_since_flush_ >= kRoundBytes ? EndRound() : Status::OK();
}

Status Shredder::FlushFullTables() {
  for (Table* table : cursor_.touched()) {
    if (table->rows >= kSlabRows) ROOST_TRY(flusher_.Flush(*table));
  }
  return Status::OK();
}

Status Shredder::CountOnly() {
  if (counter_) return Status::OK();
  ROOST_TRY(Finish());
  walker_.reset();
  counter_ = std::make_unique<RecordCounter>(&tables_);
  return Status::OK();
}

Status Shredder::EndRound() {
  bytes_since_flush_ = 0;
  if (++rounds_ % kRoundsUntilAll == 0) return FlushAll();
  ROOST_TRY(FlushLarger(kLargeSlabBytes));
  if (SlabBytesOfAll() > options_.slab_bytes) ROOST_TRY(FlushLarger(kSmallSlabBytes));
  return SlabBytesOfAll() > options_.slab_bytes ? FlushAll() : Status::OK();
}

size_t Shredder::SlabBytesOfAll() const {
  size_t bytes = 0;
  for (const auto& table : tables_.tables()) bytes += SlabBytes(*table);
  return bytes;
}

Status Shredder::FlushLarger(size_t bytes) {
  for (const auto& table : tables_.tables()) {
    if (SlabBytes(*table) >= bytes) ROOST_TRY(flusher_.Flush(*table));
  }
  return Status::OK();
}

Status Shredder::FlushAll() {
  for (const auto& table : tables_.tables()) ROOST_TRY(flusher_.Flush(*table));
  return Status::OK();
}

Status Shredder::Finish() {
  ROOST_TRY(FlushAll());
  for (const auto& table : tables_.tables()) ROOST_TRY(flusher_.EndRowGroup(*table));
  return Status::OK();
}

}  // namespace roost::shred
