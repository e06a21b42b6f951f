#include "store/output.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>
#include <new>
#include <thread>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "store/ledger.h"
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

class OutputToDisk : public Output {
 public:
  OutputToDisk(OutputOptions options, Codec codec)
      : options_(std::move(options)),
        codec_(codec),
        ledger_(places_, codec, options_.compression_level) {
    places_ = options_.places;
    places_.new_part = [this](const std::string& table) -> Result<std::string> {
      ROOST_ASSIGN(std::string path, options_.places.new_part(table));
      std::lock_guard lock(mutex_);
      written_.push_back(path);
      return path;
    };
    places_.new_sketches = [this](const std::string& table,
                                  const std::string& part) -> Result<std::string> {
      ROOST_ASSIGN(std::string path, options_.places.new_sketches(table, part));
      std::lock_guard lock(mutex_);
      written_.push_back(path);
      return path;
    };
    spill_folder_.sketch_bytes = static_cast<int64_t>(options_.sketch_bytes);
    spill_folder_.path = options_.places.scratch;
    spill_folder_.part_bytes = options_.part_bytes;
    limits_.row_group_rows = options_.row_group_rows;
    limits_.row_group_bytes = options_.row_group_bytes;
    limits_.open_bytes = options_.open_bytes;
  }
  // Failures leave rubbish behind, which no one can be told of any more.
  ~OutputToDisk() override {
    if (auto names = disk::ListFolder(spill_folder_.path); names.ok())
      for (const std::string& name : *names)
        (void)disk::RemoveIfThere(spill_folder_.path + "/" + name);
    for (const std::string& path : written_) (void)disk::RemoveIfThere(path);
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

  Status AddLedger(std::span<const LedgerRow> rows) override { return ledger_.AddFiles(rows); }
  Status AddReject(const RejectRow& row) override { return ledger_.AddReject(row); }
  Result<std::unique_ptr<RawFile>> NewRawFile() override { return ledger_.NewRawFile(); }

  Result<std::vector<PublishedTable>> Publish(const shred::FinalSchema& schema,
                                              unsigned threads) override;
  Result<LedgerParts> FinishLedger() override { return ledger_.Finish(); }
  void Keep() override {
    written_.clear();
    ledger_.Keep();
  }

 private:
  std::unique_ptr<PageEncoder> NewEncoder() const {
    auto encoder = PageEncoder::Make(codec_, options_.compression_level, Sketches());
    if (!encoder.ok()) throw std::bad_alloc();  // Create has made one with these options
    return std::move(encoder).ValueUnsafe();
  }
  PageEncoder::Sketches Sketches() const {
    return options_.sketch_bytes > 0 ? PageEncoder::Sketches::kCheapOnes
                                     : PageEncoder::Sketches::kNone;
  }
  std::vector<SpillFile> FilesOf(const std::string& identity);

  OutputOptions options_;
  Codec codec_;
  OutputPlaces places_;  // those of the options, with books on what is written
  SpillFolder spill_folder_;
  ColumnIds ids_;
  SinkLimits limits_;
  Spill spill_{spill_folder_};
  std::mutex mutex_;
  std::vector<std::unique_ptr<Spill>> kept_;
  std::vector<std::string> written_;
  Ledger ledger_;
};

std::vector<SpillFile> OutputToDisk::FilesOf(const std::string& identity) {
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

Result<std::vector<PublishedTable>> OutputToDisk::Publish(const shred::FinalSchema& schema,
                                                          unsigned threads) {
  PublishContext context{&places_,           &ids_, codec_, options_.compression_level, Sketches(),
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
  return published;
}

}  // namespace

Result<std::unique_ptr<Output>> Output::Create(OutputOptions options) {
  ROOST_ASSIGN(Codec codec, CodecFromName(options.compression));
  ROOST_TRY(Compressor::Make(codec, options.compression_level).status());
  return std::make_unique<OutputToDisk>(std::move(options), codec);
}

}  // namespace roost::store
