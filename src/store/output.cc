#include "store/output.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>
#include <new>
#include <thread>

#include "base/disk.h"
#include "store/durable.h"
#include "store/ledger.h"
#include "store/place.h"
#include "store/publish_table.h"
#include "store/sink.h"

namespace roost::store {
namespace {

class StagedSinkToDisk : public StagedSink {
 public:
  using Finished = std::function<void(std::unique_ptr<Spill>)>;

  StagedSinkToDisk(std::unique_ptr<Spill> spill, ColumnIds& ids, SinkLimits& limits,
                   std::unique_ptr<PageEncoder> encoder, Finished keep)
      : spill_(std::move(spill)),
        sink_(*spill_, ids, limits, std::move(encoder)),
        keep_(std::move(keep)) {}
  ~StagedSinkToDisk() override {
    if (spill_) (void)Drop();
  }

  Status Flush(const shred::Slab& slab) override { return sink_.Flush(slab); }
  Status EndRowGroup(uint32_t table, std::span<const shred::SlabColumn> columns) override {
    return sink_.EndRowGroup(table, columns);
  }
  bool RowGroupIsFull(uint32_t table) const override { return sink_.RowGroupIsFull(table); }
  Status Keep() override {
    keep_(std::move(spill_));
    return Status::OK();
  }
  Status Drop() override {
    Status removed = spill_->Remove();
    spill_.reset();
    return removed;
  }

 private:
  std::unique_ptr<Spill> spill_;
  Sink sink_;
  Finished keep_;
};

class OutputFolder : public Output {
 public:
  OutputFolder(OutputOptions options, Codec codec, Place place)
      : options_(std::move(options)), codec_(codec), place_(std::move(place)) {
    spill_folder_.path = place_.folder() + "/.spill";
    spill_folder_.part_bytes = options_.part_bytes;
    limits_.row_group_rows = options_.row_group_rows;
    limits_.row_group_bytes = options_.row_group_bytes;
    limits_.open_bytes = options_.open_bytes;
  }

  Status Open() {
    ROOST_TRY(disk::MakeFolder(spill_folder_.path));
    ROOST_TRY(disk::MakeFolder(RoostFolder()));
    return Ledger::Create(RoostFolder(), codec_, options_.compression_level).Value(&ledger_);
  }

  std::unique_ptr<shred::TableSink> NewSink() override {
    return std::make_unique<Sink>(spill_, ids_, limits_, NewEncoder());
  }
  std::unique_ptr<StagedSink> NewStagedSink() override {
    auto keep = [this](std::unique_ptr<Spill> spill) {
      std::lock_guard lock(mutex_);
      kept_.push_back(std::move(spill));
    };
    return std::make_unique<StagedSinkToDisk>(std::make_unique<Spill>(spill_folder_), ids_, limits_,
                                              NewEncoder(), keep);
  }

  Status AddLedger(std::span<const LedgerRow> rows) override { return ledger_->AddFiles(rows); }
  Status AddReject(const RejectRow& row) override { return ledger_->AddReject(row); }
  Result<std::unique_ptr<RawFile>> NewRawFile() override { return ledger_->NewRawFile(); }

  Result<std::vector<PublishedTable>> Publish(const shred::FinalSchema& schema,
                                              unsigned threads) override;
  Status Commit(std::string_view account_json) override;

 private:
  std::string RoostFolder() const { return place_.folder() + "/_roost"; }
  std::unique_ptr<PageEncoder> NewEncoder() const {
    auto encoder = PageEncoder::Make(codec_, options_.compression_level);
    if (!encoder.ok()) throw std::bad_alloc();  // Create has made one with these options
    return std::move(encoder).ValueUnsafe();
  }
  std::vector<SpillFile> FilesOf(const std::string& identity);

  OutputOptions options_;
  Codec codec_;
  Place place_;
  SpillFolder spill_folder_;
  ColumnIds ids_;
  SinkLimits limits_;
  Spill spill_{spill_folder_};
  std::mutex mutex_;
  std::vector<std::unique_ptr<Spill>> kept_;
  std::unique_ptr<Ledger> ledger_;
};

std::vector<SpillFile> OutputFolder::FilesOf(const std::string& identity) {
  std::vector<SpillFile> files;
  auto take = [&](Spill& spill) {
    TableSpill* table = spill.Find(identity);
    if (table == nullptr) return;
    for (SpillFile& file : table->files()) files.push_back(std::move(file));
    table->files().clear();
  };
  take(spill_);
  for (auto& spill : kept_) take(*spill);
  return files;
}

Result<std::vector<PublishedTable>> OutputFolder::Publish(const shred::FinalSchema& schema,
                                                          unsigned threads) {
  PublishContext context{place_.folder(), &ids_, codec_, options_.compression_level,
                         options_.part_bytes};
  std::vector<std::vector<SpillFile>> files;
  for (const shred::FinalTable& table : schema.tables) files.push_back(FilesOf(table.identity));
  std::vector<PublishedTable> published(schema.tables.size());
  std::vector<Status> states(schema.tables.size());
  std::atomic<size_t> next{0};
  auto work = [&] {
    for (size_t i; (i = next.fetch_add(1)) < schema.tables.size();) {
      auto result = PublishTable(context, schema.tables[i], std::move(files[i]));
      states[i] = result.status();
      if (result.ok()) published[i] = std::move(result).ValueUnsafe();
    }
  };
  std::vector<std::thread> workers;
  for (size_t i = 1; i < std::min<size_t>(threads, schema.tables.size()); ++i)
    workers.emplace_back(work);
  work();
  for (std::thread& worker : workers) worker.join();
  for (const Status& state : states) ROOST_TRY(state);
  ROOST_TRY(ledger_->Finish());
  ROOST_TRY(disk::RemoveTree(spill_folder_.path));
  return published;
}

Status OutputFolder::Commit(std::string_view account_json) {
  ROOST_ASSIGN(disk::File file, disk::File::Create(RoostFolder() + "/format.json"));
  std::string text = "{\"format\":\"roost\",\"version\":1,\"account\":";
  text += account_json.empty() ? "{}" : account_json;
  ROOST_TRY(file.Write(text + "}\n"));
  ROOST_TRY(file.Close());
  ROOST_TRY(SyncTree(place_.folder()));
  return place_.Take();
}

}  // namespace

Result<std::unique_ptr<Output>> Output::Create(OutputOptions options) {
  ROOST_ASSIGN(Codec codec, CodecFromName(options.compression));
  ROOST_TRY(Compressor::Make(codec, options.compression_level).status());
  ROOST_ASSIGN(Place place, Place::Make(options.output_dir, options.overwrite));
  auto made = std::make_unique<OutputFolder>(std::move(options), codec, std::move(place));
  ROOST_TRY(made->Open());
  return std::unique_ptr<Output>(std::move(made));
}

}  // namespace roost::store
