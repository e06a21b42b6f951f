#include "read/reader.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <new>
#include <optional>
#include <utility>

#include "read/large_file.h"
#include "read/number_plan.h"
#include "read/small_files.h"

namespace roost::read {
namespace {

// So many files at a time, or about unit_bytes, whichever is less: enough to make the lock cheap,
// few enough to keep all threads busy to the end.
constexpr uint32_t kRunFiles = 16;

struct OpenFile {
  std::optional<LargeFile> file;
  bool is_lent = false;  // to a thread, which alone may touch it
};

// What a thread is to do next: neither is set when everything has been handed out.
struct Work {
  OpenFile* large = nullptr;
  FileRun run;
};

class FileReader : public Reader {
 public:
  FileReader(const FileList& files, const ReaderOptions& options, ReserveNumbers reserve)
      : files_(files),
        numbers_(files_, options.unit_bytes, std::move(reserve)),
        context_{options, &numbers_, &bytes_read_} {}

  Status Next(Batch& batch) override;
  uint64_t bytes_read() const override { return bytes_read_.load(std::memory_order_relaxed); }

 private:
  Status FillBatch(Batch& batch);
  Work TakeWork();
  Work TakeNewFile();
  Status DoRun(FileRun run, Batch& batch);
  void GiveBack(OpenFile* large);
  OpenFile* AddLarge(uint32_t file, bool is_lent);

  const FileList& files_;
  NumberPlan numbers_;
  std::atomic<uint64_t> bytes_read_ = 0;
  const ReadContext context_;

  std::mutex mutex_;
  std::condition_variable given_back_;
  uint32_t next_file_ = 0;
  uint32_t lent_runs_ = 0;                        // being read
  std::vector<FileRun> left_over_;                // of runs that filled a batch too early
  std::vector<std::unique_ptr<OpenFile>> large_;  // begun and not done
};

Status FileReader::Next(Batch& batch) {
  try {
    ROOST_TRY(FillBatch(batch));
    return numbers_.failure();
  } catch (const std::bad_alloc&) {
    return Status::OutOfMemory(
        "no memory to read the next piece of input; lower --max-record or --threads");
  }
}

Status FileReader::FillBatch(Batch& batch) {
  StartBatch(batch, context_.options.unit_bytes);
  for (;;) {
    const Work work = TakeWork();
    if (!work.large && work.run.begin == work.run.end) return Status::OK();
    if (work.large) {
      work.large->file->FillUnit(batch);
      const bool is_stream = !batch.units.empty() && batch.units[0].kind == UnitKind::kStream;
      if (!is_stream) GiveBack(work.large);
    } else {
      ROOST_TRY(DoRun(work.run, batch));
    }
    if (!batch.units.empty() || !batch.done.empty() || !batch.faults.empty()) return Status::OK();
  }
}

// Files that were begun come first, so that few are open at a time: a further one is begun only
// while all open ones are lent out, that is, never more than there are threads.
Work FileReader::TakeWork() {
  std::unique_lock lock(mutex_);
  for (;;) {
    for (const std::unique_ptr<OpenFile>& large : large_) {
      if (large->is_lent) continue;
      large->is_lent = true;
      return {large.get(), {}};
    }
    if (!left_over_.empty()) {
      const FileRun run = left_over_.back();
      left_over_.pop_back();
      ++lent_runs_;
      return {nullptr, run};
    }
    if (next_file_ < files_.size()) return TakeNewFile();
    // A run may still turn up a large file, in which all threads can take part.
    if (large_.empty() && lent_runs_ == 0) return {};
    given_back_.wait(lock);
  }
}

Work FileReader::TakeNewFile() {
  const auto is_long = [&](uint32_t file) {
    return !files_.is_regular(file) || files_.bytes(file) > 2 * context_.options.unit_bytes;
  };
  const uint32_t first = next_file_;
  if (is_long(first)) {
    ++next_file_;
    return {AddLarge(first, true), {}};
  }
  uint64_t bytes = 0;
  while (next_file_ < files_.size() && next_file_ - first < kRunFiles &&
         bytes < context_.options.unit_bytes && !is_long(next_file_)) {
    bytes += files_.bytes(next_file_++);
  }
  ++lent_runs_;
  return {nullptr, {first, next_file_}};
}

Status FileReader::DoRun(FileRun run, Batch& batch) {
  ROOST_ASSIGN(const RunOutcome outcome, ReadSmallFiles(files_, run, context_, batch));
  std::lock_guard lock(mutex_);
  --lent_runs_;
  if (outcome.next < run.end) left_over_.push_back({outcome.next, run.end});
  for (uint32_t file : outcome.too_long) AddLarge(file, false);
  given_back_.notify_all();
  return Status::OK();
}

OpenFile* FileReader::AddLarge(uint32_t file, bool is_lent) {
  large_.push_back(std::make_unique<OpenFile>());
  OpenFile* large = large_.back().get();
  large->file.emplace(file, files_[file], context_, [this, large] { GiveBack(large); });
  large->is_lent = is_lent;
  return large;
}

void FileReader::GiveBack(OpenFile* large) {
  std::lock_guard lock(mutex_);
  large->is_lent = false;
  if (large->file->is_done()) {
    std::erase_if(large_, [&](const auto& other) { return other.get() == large; });
    if (large_.empty()) return given_back_.notify_all();
  }
  given_back_.notify_one();
}

}  // namespace

Result<std::unique_ptr<Reader>> Reader::Make(const FileList& files, const ReaderOptions& options,
                                             ReserveNumbers reserve) {
  if (options.unit_bytes == 0) return Status::Invalid("unit_bytes must not be 0");
  if (files.size() > UINT32_MAX / 2)
    return Status::CapacityError(files.size(), " files are too many for one run; split the input");
  return std::make_unique<FileReader>(files, options, std::move(reserve));
}

}  // namespace roost::read
