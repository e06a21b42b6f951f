// The verb Retry.
//
// A file that is still where the ledger knows it is read again as a whole. Of one that is gone, or
// has moved on, each record is tried by itself, from the bytes in quarantine; those that can be
// taken now are joined with what the store gives back of the file, and that is taken in its place.
// So in both cases the file's rows and rejects are replaced, as if it had been read so at first.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/byte_text.h"
#include "base/disk.h"
#include "base/disk_entry.h"
#include "export/output_file.h"
#include "export/record_writer.h"
#include "ingest/store_intake.h"
#include "roost/upkeep.h"
#include "store/output.h"
#include "upkeep/rejected_files.h"

namespace roost {
namespace {

using exporting::Catalog;
using ingest::Retake;
using ingest::Trial;
using upkeep::RejectedFile;
using upkeep::RejectedRecord;

constexpr int kRowBits = 24;  // an id is a file number and this many bits of row number
constexpr int kMostTries = 5;
constexpr size_t kKeptFiles = 100;

/// Where bytes of records lie while they are tried.
class Scratch {
 public:
  explicit Scratch(std::string path) : path_(std::move(path)) {}
  ~Scratch() { (void)disk::RemoveTree(path_); }
  Status Make() const {
    ROOST_TRY(disk::RemoveTree(path_));
    return disk::MakeFolder(path_);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// A file, and which of its records can be taken now.
struct Planned {
  RejectedFile* file;
  Trial trial;                // in place: of the whole file
  std::vector<Trial> trials;  // gone: of each record
};

bool Loads(const Trial& trial) { return trial.records > 0 && trial.reason.empty(); }

/// A reason that says where in the record, as one that says where in the file.
std::string InFile(std::string reason, const RejectedRecord& record) {
  constexpr std::string_view kWhere = " (byte ";
  const size_t at = reason.rfind(kWhere);
  if (at == std::string::npos || !reason.ends_with(')')) return reason;
  const size_t digits = at + kWhere.size();
  uint64_t byte = 0;
  const char* end = reason.data() + reason.size() - 1;
  if (std::from_chars(reason.data() + digits, end, byte).ptr != end) return reason;
  return reason.substr(0, digits) + std::to_string(byte + record.rows.front().row.offset) + ")";
}

class Retrier {
 public:
  Retrier(const RetryOptions& options, ingest::StoreIntake& intake)
      : options_(options),
        intake_(intake),
        // By its name, a sweeper knows whose it is.
        scratch_(options.store_dir + "/.tmp-" + intake.writer() + "-retry") {}

  Result<RetryResult> Run() {
    for (int tries = 0; tries < kMostTries; ++tries) {
      result_ = {};
      ROOST_TRY(scratch_.Make());
      ROOST_ASSIGN(catalog_, exporting::OpenCatalog(options_.store_dir));
      if (!catalog_.only_tables.empty())
        return Status::Invalid(options_.store_dir, " holds only the tables ", catalog_.only_tables,
                               ", so that files cannot be taken again; ingest them into a new "
                               "store");
      ROOST_ASSIGN(files_, upkeep::FindRejectedFiles(catalog_, scratch_.path()));
      for (const RejectedFile& file : files_) {
        ++result_.files;
        result_.records += file.records.size();
      }
      ROOST_TRY(TryAll());
      ROOST_ASSIGN(const bool done, TakeBetter());
      if (done) return std::move(result_);
    }
    return Status::IOError("others have taken files of the quarantine again and again; try later");
  }

 private:
  /// Sets what each file is read from, and tries it.
  Status TryAll() {
    planned_.clear();
    std::vector<Retake> retakes;
    for (RejectedFile& file : files_) retakes.push_back(file.retake);
    ROOST_ASSIGN(const auto latest, intake_.AreLatestByPath(retakes));
    std::vector<Retake> trials;
    for (size_t i = 0; i < files_.size(); ++i) {
      RejectedFile& file = files_[i];
      file.as_gone.is_known_by_path = latest[i];
      planned_.push_back({&file, {}, {}});
      if (latest[i] && IsInPlace(file.retake.name)) {
        file.retake.path = file.retake.name;
        trials.push_back(file.retake);
        continue;
      }
      file.retake.gone = file.as_gone;
      for (const RejectedRecord& record : file.records) {
        trials.push_back(file.retake);
        trials.back().path = record.raw_path;
      }
    }
    ROOST_ASSIGN(const auto tried, intake_.Try(trials));
    auto next = tried.begin();
    for (Planned& planned : planned_) {
      if (!planned.file->retake.gone) {
        planned.trial = *next++;
        continue;
      }
      const auto count = static_cast<std::ptrdiff_t>(planned.file->records.size());
      planned.trials.assign(next, next + count);
      for (size_t i = 0; i < planned.trials.size(); ++i)
        planned.trials[i].reason =
            InFile(std::move(planned.trials[i].reason), planned.file->records[i]);
      next += count;
    }
    return Status::OK();
  }

  static bool IsInPlace(const std::string& path) {
    std::error_code error;
    return std::filesystem::is_regular_file(path, error);
  }

  /// Whether taking the file again would change what is known of it for the better, or why not.
  static bool IsWorthIt(const Planned& planned) {
    const RejectedFile& file = *planned.file;
    if (file.retake.gone) return std::ranges::any_of(planned.trials, Loads);
    const std::string& before =
        file.fault.empty() ? file.records.front().rows.front().row.reason : file.fault;
    return planned.trial.records != file.loaded || planned.trial.rejects != file.records.size() ||
           planned.trial.reason != before;
  }

  /// False where another was first.
  Result<bool> TakeBetter() {
    std::vector<Retake> better;
    std::vector<const Planned*> which;
    uint64_t rejects = 0;
    for (Planned& planned : planned_) {
      Note(planned);
      if (!IsWorthIt(planned)) continue;
      ROOST_ASSIGN(const bool can, Prepare(planned));
      if (!can) continue;
      better.push_back(planned.file->retake);
      which.push_back(&planned);
      rejects += planned.file->rows;
    }
    result_.records_left = result_.records;
    if (better.empty() || options_.dry_run) {
      for (const Planned* planned : which) Foresee(*planned);
      return true;
    }
    ROOST_ASSIGN(auto batch, intake_.TakeAgain(better, rejects));
    if (!batch) return false;
    result_.version = batch->version;
    result_.files_taken = better.size();
    for (size_t i = 0; i < which.size(); ++i) Count(*which[i], batch->files[i]);
    result_.notes.insert(result_.notes.end(), batch->result.notes.begin(),
                         batch->result.notes.end());
    return true;
  }

  /// What is to be said of the file.
  void Note(const Planned& planned) {
    if (result_.what.size() == kKeptFiles) return;
    RetryResult::File& told = result_.what.emplace_back();
    told.file = EncodeBytes(planned.file->retake.name);
    told.records = told.left = planned.file->records.size();
    told.is_in_place = !planned.file->retake.gone;
    if (told.is_in_place) {
      told.reason = planned.trial.reason;
      return;
    }
    for (const Trial& trial : planned.trials)
      if (!Loads(trial) && told.reason.empty()) told.reason = trial.reason;
  }

  void Foresee(const Planned& planned) {
    FileReport report;
    if (planned.file->retake.gone) {
      const auto loads = std::ranges::count_if(planned.trials, Loads);
      report.records = planned.file->loaded + static_cast<uint64_t>(loads);
      report.rejects = planned.trials.size() - static_cast<uint64_t>(loads);
    } else {
      report.records = planned.trial.records;
      report.rejects = planned.trial.rejects;
    }
    ++result_.files_taken;
    Count(planned, report);
  }

  void Count(const Planned& planned, const FileReport& report) {
    if (report.records > planned.file->loaded)
      result_.records_loaded += report.records - planned.file->loaded;
    result_.records_left += report.rejects;
    result_.records_left -= planned.file->records.size();
    const std::string name = EncodeBytes(planned.file->retake.name);
    auto told = std::ranges::find(result_.what, name, &RetryResult::File::file);
    if (told != result_.what.end()) told->left = report.rejects;
  }

  /// Makes what is to be read of a file that is gone. False if that cannot be.
  Result<bool> Prepare(Planned& planned) {
    RejectedFile& file = *planned.file;
    if (!file.retake.gone || options_.dry_run) return true;
    file.retake.path =
        scratch_.path() + "/file-" + std::to_string(file.retake.replaced.first) + ".json";
    ROOST_ASSIGN(auto out, exporting::OutputFile::Create(file.retake.path));
    if (file.loaded > 0) {
      const Status written = WriteLoaded(file, out);
      if (!written.ok()) {
        result_.notes.push_back(EncodeBytes(file.retake.name) + ": " + written.message());
        return false;
      }
    }
    for (size_t i = 0; i < file.records.size(); ++i) {
      RejectedRecord& record = file.records[i];
      if (Loads(planned.trials[i])) {
        ROOST_ASSIGN(auto bytes, disk::ReadIfThere(record.raw_path));
        if (!bytes) return Status::IOError("there is no file ", record.raw_path);
        out.text() += *bytes + "\n";
        ROOST_TRY(out.Drain());
        continue;
      }
      for (ingest::CarriedReject& row : record.rows) {
        if (!planned.trials[i].reason.empty() && !row.is_continued)
          row.row.reason = planned.trials[i].reason;
        file.retake.carried.push_back(row);
      }
    }
    ROOST_TRY(out.Finish());
    return true;
  }

  /// As `roost export` gives them back.
  Status WriteLoaded(const RejectedFile& file, exporting::OutputFile& out) {
    if (sources_.empty()) ROOST_TRY(OpenSources());
    const auto first = static_cast<int64_t>(file.retake.replaced.first) << kRowBits;
    const auto end = static_cast<int64_t>(file.retake.replaced.first + file.retake.replaced.count)
                     << kRowBits;
    ROOST_ASSIGN(auto records, exporting::RecordWriter::Open(sources_, {first, end}));
    uint64_t count = 0;
    for (; records->HasRecord(file.retake.root, end); ++count) {
      ROOST_TRY(records->Write(file.retake.root, out));
      out.text() += "\n";
      ROOST_TRY(out.Drain());
    }
    return count == file.loaded ? Status::OK()
                                : Status::Invalid("the ledger counts ", file.loaded,
                                                  " records, the tables hold ", count);
  }

  Status OpenSources() {
    for (const auto& table : catalog_.tables) {
      exporting::TableSource source{.table = &table, .parts = {}, .shapes = {}};
      ROOST_ASSIGN(source.parts, exporting::OpenParts(table));
      for (const auto& part : source.parts)
        if (auto text = part->Metadata("roost.shapes"))
          ROOST_TRY(store::ParseShapes(*text, source.shapes));
      sources_.push_back(std::move(source));
    }
    return Status::OK();
  }

  const RetryOptions& options_;
  ingest::StoreIntake& intake_;
  Scratch scratch_;
  Catalog catalog_;
  std::vector<exporting::TableSource> sources_;
  std::vector<RejectedFile> files_;
  std::vector<Planned> planned_;
  RetryResult result_;
};

}  // namespace

Result<RetryResult> Retry(const RetryOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  if (!exporting::IsStore(options.store_dir))
    return Status::IOError(options.store_dir,
                           " is no store: it has no _roost/ledger. Name the --output-dir of an "
                           "ingest or listen");
  IngestOptions ingest;
  ingest.output_dir = options.store_dir;
  ingest.config = options.config;
  ingest.max_record_bytes = options.max_record_bytes;
  ingest.max_depth = options.max_depth;
  ingest.threads = options.threads;
  ingest.memory_bytes = options.memory_bytes;
  ingest.should_stop = options.should_stop;
  ROOST_ASSIGN(auto intake, ingest::StoreIntake::Open(ingest));
  auto result = Retrier(options, *intake).Run();
  if (result.ok() || result.status().IsInvalid() || result.status().IsCancelled()) {
    if (result.ok()) ROOST_TRY(intake->Tidy());
    ROOST_TRY(intake->Close());
  }
  ROOST_TRY(result.status());
  result->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace roost
