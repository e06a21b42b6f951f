// The part of Attempt that takes documents too long for memory: their rows stay apart until the
// document's end is seen, because a fault in it undoes them all.
#include "base/byte_text.h"
#include "ingest/attempt.h"
#include "read/raw_text.h"

namespace roost::ingest {
namespace {

void Add(const shred::UnitOutcome& from, shred::UnitOutcome& to) {
  to.records += from.records;
  to.values += from.values;
  to.nulls += from.nulls;
  to.duplicate_keys += from.duplicate_keys;
}

}  // namespace

Status Attempt::TakeStream(const read::Unit& start) {
  std::shared_ptr<read::DocumentStream> stream = start.stream;
  const uint32_t file = start.file;
  const std::string& root = roots_.of(file);
  std::unique_ptr<store::StagedSink> staged = output_ ? output_->NewStagedSink() : nullptr;
  std::unique_ptr<shred::TableSink> nothing = output_ ? nullptr : NewNullSink();
  shred::TableSink* sink = output_ ? staged.get() : nothing.get();
  auto shredder = std::make_unique<shred::Shredder>(ShredderOptions(options_), plan_, sink);
  shredder->BeginDocument(start.number);
  read::Unit document;  // what the whole counts as
  document.file = file;
  document.number = start.number;
  document.line = start.line;
  shred::UnitOutcome sum;
  std::string reason;
  read::Batch batch;
  for (bool is_last = false; !is_last && !stop_;) {
    ROOST_TRY(stream->Next(batch));
    ROOST_TRY(spools_.failure());
    if (batch.units.empty() && batch.faults.empty())
      return Status::UnknownError("a stream ended early");
    for (const read::Unit& unit : batch.units) {
      is_last = unit.last;
      if (unit.kind == read::UnitKind::kBroken) reason = unit.reason;
      if (!reason.empty()) continue;
      shred::UnitOutcome outcome;
      ROOST_TRY(shredder->Shred(unit, root, outcome));
      Add(outcome, sum);
      if (!outcome.rejects.empty()) reason = outcome.rejects.front().reason;
    }
    is_last |= batch.units.empty();
    if (!batch.faults.empty() && reason.empty())
      reason = ReadableBytes(batch.faults.front().message);
    NoteBatch(batch);
    if (options_.should_stop && options_.should_stop()) return StoppedStatus();
  }
  NoteDemands(*shredder);
  if (!reason.empty()) {
    shredder.reset();
    if (staged) ROOST_TRY(staged->Drop());
    return RejectDocument(document, *stream, reason);
  }
  ROOST_TRY(CountTogether(*shredder));
  ROOST_TRY(shredder->Finish());
  if (staged) ROOST_TRY(staged->Keep());
  sum.record_bytes = stream->raw_bytes();
  NoteOutcome(document, sum, stream->raw_bytes());
  std::lock_guard lock(mutex_);
  shredders_.push_back(std::move(shredder));
  sinks_.push_back(staged ? std::move(staged) : std::move(nothing));
  return Status::OK();
}

/// The whole document goes to quarantine, read once more.
Status Attempt::RejectDocument(const read::Unit& document, const read::DocumentStream& stream,
                               const std::string& reason) {
  store::RejectRow row;
  row.file = EncodeBytes(inputs_.NameOf(document.file));
  row.number = document.number;
  row.offset = stream.raw_offset();
  row.line = document.line;
  row.bytes = stream.raw_bytes();
  row.reason = reason;
  if (output_) {
    ROOST_ASSIGN(std::unique_ptr<store::RawFile> raw, output_->NewRawFile());
    ROOST_TRY(read::ReadRawText(inputs_.files[document.file], &spools_, row.offset, row.bytes,
                                [&](std::string_view bytes) { return raw->Append(bytes); }));
    ROOST_TRY(raw->Close());
    row.raw_file = raw->name();
    ROOST_TRY(output_->AddReject(row));
  }
  shred::UnitOutcome outcome;
  outcome.reject_bytes = row.bytes;
  outcome.rejects.emplace_back();
  NoteOutcome(document, outcome, row.bytes);
  KeepReject(document.file, row);
  return Status::OK();
}

}  // namespace roost::ingest
