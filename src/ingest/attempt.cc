#include "ingest/attempt.h"

#include <algorithm>
#include <thread>

#include "base/byte_text.h"

namespace roost::ingest {
namespace {

constexpr uint64_t kThreadBytes = 32'000'000;  // what a thread can come to need for itself
constexpr size_t kKeptRejects = 100;           // for the summary; all of them are in quarantine

class NullSink : public shred::TableSink {
 public:
  Status Flush(const shred::Slab&) override { return Status::OK(); }
  Status EndRowGroup(uint32_t, std::span<const shred::SlabColumn>) override { return Status::OK(); }
  bool RowGroupIsFull(uint32_t) const override { return false; }
};

}  // namespace

unsigned ThreadCount(const IngestOptions& options) {
  unsigned wanted = options.threads ? options.threads : std::thread::hardware_concurrency();
  uint64_t affordable = options.memory_bytes / kThreadBytes;
  return static_cast<unsigned>(std::clamp<uint64_t>(wanted, 1, std::max<uint64_t>(affordable, 1)));
}

shred::ShredOptions ShredderOptions(const IngestOptions& options) {
  constexpr uint64_t kShare = 16;  // of a thread's memory: its row groups need most of it
  shred::ShredOptions shredding;
  shredding.max_depth = options.max_depth;
  shredding.slab_bytes = static_cast<size_t>(std::min<uint64_t>(
      shredding.slab_bytes, options.memory_bytes / ThreadCount(options) / kShare));
  return shredding;
}

std::unique_ptr<shred::TableSink> NewNullSink() { return std::make_unique<NullSink>(); }

Status StoppedStatus() { return Status::Cancelled("stopped before the end; nothing was written"); }

Attempt::Attempt(const IngestOptions& options, const Inputs& inputs, const RootNames& roots,
                 read::Spools& spools, const shred::Plan& plan, store::Output* output)
    : options_(options),
      inputs_(inputs),
      roots_(roots),
      spools_(spools),
      plan_(plan),
      output_(output),
      outcomes_(inputs.files.size()) {}

void Attempt::Stop(Status status) {
  std::lock_guard lock(mutex_);
  if (status_.ok()) status_ = std::move(status);
  stop_ = true;
}

Status Attempt::Run(read::ReserveNumbers reserve) {
  read::ReaderOptions reader_options;
  reader_options.spools = &spools_;
  reader_options.max_record_bytes = options_.max_record_bytes;
  ROOST_ASSIGN(reader_, read::Reader::Make(inputs_.files, reader_options, std::move(reserve)));
  std::vector<std::thread> threads;
  unsigned count = ThreadCount(options_);
  auto work = [this] {
    Status status = Work();
    if (!status.ok()) Stop(std::move(status));
  };
  for (unsigned i = 1; i < count; ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  sinks_.clear();
  return status_;
}

Status Attempt::Work() {
  std::unique_ptr<shred::TableSink> sink = output_ ? output_->NewSink() : NewNullSink();
  auto shredder = std::make_unique<shred::Shredder>(ShredderOptions(options_), plan_, sink.get());
  read::Batch batch;
  while (!stop_) {
    if (options_.should_stop && options_.should_stop()) {
      return StoppedStatus();
    }
    ROOST_TRY(reader_->Next(batch));
    ROOST_TRY(spools_.failure());
    if (batch.units.empty() && batch.done.empty() && batch.faults.empty()) break;
    for (const read::Unit& unit : batch.units) {
      ROOST_TRY(unit.kind == read::UnitKind::kStream ? TakeStream(unit)
                                                     : TakeUnit(*shredder, unit));
      ROOST_TRY(CountTogether(*shredder));
    }
    NoteBatch(batch);
  }
  if (stop_) return Status::OK();
  ROOST_TRY(shredder->Finish());
  NoteDemands(*shredder);
  std::lock_guard lock(mutex_);
  shredders_.push_back(std::move(shredder));
  sinks_.push_back(std::move(sink));
  return Status::OK();
}

/// Where one shredder has seen that the attempt must be repeated, no other keeps values either.
Status Attempt::CountTogether(shred::Shredder& shredder) {
  if (shredder.counts_only()) counts_only_ = true;
  return counts_only_ ? shredder.CountOnly() : Status::OK();
}

Status Attempt::TakeUnit(shred::Shredder& shredder, const read::Unit& unit) {
  shred::UnitOutcome outcome;
  ROOST_TRY(shredder.Shred(unit, roots_.of(unit.file), outcome));
  if (!outcome.rejects.empty()) ROOST_TRY(NoteRejects(unit, outcome));
  NoteOutcome(unit, outcome, static_cast<uint64_t>(unit.end - unit.begin));
  return Status::OK();
}

Status Attempt::NoteRejects(const read::Unit& unit, const shred::UnitOutcome& outcome) {
  for (const shred::Reject& reject : outcome.rejects) {
    store::RejectRow row;
    row.file = EncodeBytes(inputs_.NameOf(unit.file));
    row.number = unit.number;
    row.offset = reject.offset;
    row.line = reject.line;
    row.bytes = reject.raw.size();
    row.reason = reject.reason + (unit.continued ? " (continued)" : "");
    if (!reject.json_path.empty()) row.json_path = reject.json_path;
    row.raw = reject.raw;
    if (output_) ROOST_TRY(output_->AddReject(row));
    if (!unit.continued) KeepReject(unit.file, row);  // a long one comes in pieces, and counts once
  }
  return Status::OK();
}

void Attempt::KeepReject(uint32_t file, const store::RejectRow& row) {
  std::lock_guard lock(mutex_);
  const RejectSummary summary{row.file, row.reason, row.offset, row.line, row.bytes};
  if (++reject_count_ <= kKeptRejects) rejects_.push_back(summary);
  if (inputs_.retakes.empty()) return;  // nobody else asks
  FileOutcome outcome = outcomes_[file];
  if (outcome.first_reject && outcome.first_reject->offset <= summary.offset) return;
  outcome.first_reject = std::make_shared<const RejectSummary>(summary);
  outcomes_.Set(file, std::move(outcome));
}

void Attempt::NoteCarried(uint32_t file, uint64_t rejects, uint64_t bytes) {
  std::lock_guard lock(mutex_);
  FileOutcome outcome = outcomes_[file];
  outcome.rejects += rejects;
  outcomes_.Set(file, std::move(outcome));
  reject_count_ += rejects;
  bytes_.rejects += bytes;
  bytes_.units += bytes;
}

void Attempt::NoteOutcome(const read::Unit& unit, const shred::UnitOutcome& outcome,
                          uint64_t bytes) {
  // Units of one file may be in the hands of several threads.
  std::lock_guard lock(mutex_);
  FileOutcome file = outcomes_[unit.file];
  file.records += outcome.records;
  if (!unit.continued) file.rejects += outcome.rejects.size();
  file.values += outcome.values;
  file.nulls += outcome.nulls;
  bytes_.records += outcome.record_bytes;
  bytes_.between += outcome.between_bytes;
  bytes_.rejects += outcome.reject_bytes;
  bytes_.units += bytes;
  if (unit.kind == read::UnitKind::kWholeFile) file.framing = outcome.framing;
  outcomes_.Set(unit.file, std::move(file));
  duplicate_keys_ += outcome.duplicate_keys;
  records_ += outcome.records;
}

void Attempt::NoteBatch(const read::Batch& batch) {
  std::lock_guard lock(mutex_);
  for (const read::FileFacts& facts : batch.done) NoteFacts(facts, nullptr);
  for (const read::FileFault& fault : batch.faults)
    NoteFacts(fault.facts, std::make_shared<const std::string>(ReadableBytes(fault.message)));
  ReportProgress();
}

void Attempt::NoteFacts(const read::FileFacts& facts, std::shared_ptr<const std::string> fault) {
  FileOutcome file = outcomes_[facts.file];
  file.facts = facts;
  file.fault = std::move(fault);
  if (facts.is_lines) file.framing = shred::Framing::kLines;
  if (facts.is_array) file.framing = shred::Framing::kArray;
  outcomes_.Set(facts.file, std::move(file));
  ++files_done_;
}

void Attempt::NoteDemands(const shred::Shredder& shredder) {
  std::lock_guard lock(mutex_);
  demanding_.insert(shredder.demanding().begin(), shredder.demanding().end());
}

void Attempt::ReportProgress() {
  if (!options_.on_progress) return;
  Progress progress;
  progress.files_done = files_done_;
  progress.files_total = inputs_.files.size();
  progress.bytes_done = reader_->bytes_read();
  progress.rows = records_;
  options_.on_progress(progress);
}

shred::Publication Attempt::Publish() {
  std::vector<shred::TableSet*> sets;
  for (const auto& shredder : shredders_) sets.push_back(&shredder->tables());
  shred::Publication publication = shred::Publish(sets, plan_);
  publication.used_hints.merge(demanding_);
  return publication;
}

}  // namespace roost::ingest
