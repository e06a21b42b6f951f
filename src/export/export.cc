#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <thread>

#include "export/catalog.h"
#include "export/ledger_reader.h"
#include "export/output_file.h"
#include "export/output_names.h"
#include "export/record_writer.h"
#include "roost/roost.h"

namespace roost {

namespace {

namespace fs = std::filesystem;
using exporting::LedgerFile;
using exporting::OutputFile;
using exporting::TableSource;

constexpr int kRowBits = 24;  // an id is a file number and this many bits of row number
constexpr unsigned kMaxThreads = 8;
// A thread holds a page of every column, of about a quarter of a megabyte: this many columns in all
// threads keep an export below half a gigabyte.
constexpr size_t kMaxOpenColumns = 1500;

int64_t FirstId(int64_t number) { return number << kRowBits; }

/// Files [begin, end) of the ledger, worked on by one thread.
struct Share {
  size_t begin, end;
};

class Exporter {
 public:
  explicit Exporter(const ExportOptions& options) : options_(options) {}

  Result<ExportResult> Run() {
    ROOST_ASSIGN(catalog_, exporting::OpenCatalog(options_.store_dir));
    ROOST_TRY(catalog_.RefuseInside(options_.output_dir));
    if (!catalog_.only_tables.empty()) {
      return Status::Invalid(options_.store_dir, " holds only the tables ", catalog_.only_tables,
                             ", which do not make whole documents; ingest the files again without "
                             "--tables, or look at the tables with roost query");
    }
    ROOST_TRY(OpenSources());
    ROOST_ASSIGN(files_, exporting::ReadLedger(catalog_));
    ROOST_TRY(PrepareFolder());
    exporting::OutputNames names;
    for (const LedgerFile& file : files_) {
      if (file.is_unread) result_.unread_files.push_back(file.path);
      names_.push_back(names.Add(file.path, file.was_compressed));
    }
    return RunShares(Divide(ThreadCount()));
  }

 private:
  Status OpenSources() {
    for (const auto& table : catalog_.tables) {
      TableSource source{.table = &table, .parts = {}, .shapes = {}};
      ROOST_ASSIGN(source.parts, exporting::OpenParts(table));
      for (const auto& part : source.parts) {
        auto text = part->Metadata("roost.shapes");
        Status status = text ? store::ParseShapes(*text, source.shapes) : Status::OK();
        if (!status.ok()) return part->Blame(status);
      }
      sources_.push_back(std::move(source));
    }
    return Status::OK();
  }

  Status PrepareFolder() const {
    std::error_code error;
    fs::create_directories(options_.output_dir, error);
    bool is_empty = !error && fs::is_empty(options_.output_dir, error);
    if (error) {
      return Status::IOError("cannot make folder ", options_.output_dir, ": ", error.message());
    }
    if (is_empty || options_.overwrite) return Status::OK();
    return Status::Invalid(options_.output_dir, " is not empty; name a new folder, or --overwrite ",
                           "to replace the files in it that have the same names");
  }

  unsigned ThreadCount() const {
    size_t columns = 0;
    for (const auto& table : catalog_.tables) columns += table.facts.table.columns.size();
    unsigned cores = std::clamp(std::thread::hardware_concurrency(), 1u, kMaxThreads);
    size_t affordable = std::max<size_t>(kMaxOpenColumns / std::max<size_t>(columns, 1), 1);
    return static_cast<unsigned>(std::min<size_t>(cores, affordable));
  }

  /// Shares of about the same number of bytes, each of files that follow one another.
  std::vector<Share> Divide(unsigned threads) const {
    uint64_t total = 0, taken = 0;
    for (const LedgerFile& file : files_) total += file.decoded_bytes + 1;
    std::vector<Share> shares;
    for (size_t i = 0, begin = 0; i < files_.size(); ++i) {
      taken += files_[i].decoded_bytes + 1;
      bool is_enough = taken >= (shares.size() + 1) * total / threads;
      if (!is_enough && i + 1 < files_.size()) continue;
      shares.push_back({begin, i + 1});
      begin = i + 1;
    }
    // Rows must be looked at even if the ledger has no files: they would belong to none.
    if (shares.empty()) shares.push_back({0, 0});
    return shares;
  }

  Result<ExportResult> RunShares(const std::vector<Share>& shares) {
    std::vector<std::thread> threads;
    for (size_t i = 1; i < shares.size(); ++i) {
      threads.emplace_back([this, &shares, i] { Keep(RunShare(shares, i)); });
    }
    Keep(RunShare(shares, 0));
    for (std::thread& thread : threads) thread.join();
    if (!status_.ok()) return status_;
    return result_;
  }

  /// Keeps the first failure and stops the others.
  void Keep(const Status& status) {
    if (status.ok()) return;
    std::lock_guard lock(mutex_);
    if (status_.ok()) status_ = status;
    is_stopped_ = true;
  }

  Status RunShare(const std::vector<Share>& shares, size_t which) {
    // Together the ranges cover all numbers, so that every row is asked for by somebody.
    exporting::KeyRange range;
    Share share = shares[which];
    if (which > 0) range.begin = FirstId(files_[share.begin].first_number);
    if (which + 1 < shares.size()) range.end = FirstId(files_[share.end].first_number);
    ROOST_ASSIGN(auto records, exporting::RecordWriter::Open(sources_, range));
    for (size_t i = share.begin; i < share.end && !is_stopped_; ++i) {
      ROOST_TRY(WriteFile(*records, files_[i], names_[i]));
    }
    return is_stopped_ ? Status::OK() : records->Finish();
  }

  Status WriteFile(exporting::RecordWriter& records, const LedgerFile& file,
                   const std::string& name) {
    if (file.is_unread) return Status::OK();
    ROOST_TRY(MakeFoldersOf(name));
    ROOST_ASSIGN(OutputFile out, OutputFile::Create(options_.output_dir + "/" + name));
    int64_t end = FirstId(file.first_number + file.numbers), count = 0;
    if (file.is_array) out.text() += "[";
    for (; records.HasRecord(file.root_table, end); ++count) {
      if (file.is_array) out.text() += count == 0 ? "\n" : ",\n";
      ROOST_TRY(records.Write(file.root_table, out));
      if (!file.is_array) out.text() += "\n";
    }
    if (file.is_array) out.text() += count == 0 ? "]\n" : "\n]\n";
    if (count != file.loaded) {
      return Status::Invalid("the ledger counts ", file.loaded, " records of ", file.path,
                             ", the tables hold ", count,
                             ". The store is damaged or incomplete: ingest the files again");
    }
    ROOST_TRY(out.Finish());
    std::lock_guard lock(mutex_);
    ++result_.files;
    result_.records += static_cast<uint64_t>(count);
    result_.bytes += out.bytes();
    return Status::OK();
  }

  /// Makes the folders of a file below the output folder. A link there might lead anywhere, so
  /// none is followed.
  Status MakeFoldersOf(const std::string& name) {
    size_t slash = name.rfind('/');
    if (slash == std::string::npos) return Status::OK();
    std::lock_guard lock(mutex_);
    for (size_t end = name.find('/'); end != std::string::npos; end = name.find('/', end + 1)) {
      if (last_folder_.compare(0, end + 1, name, 0, end + 1) == 0) continue;
      std::string folder = options_.output_dir + "/" + name.substr(0, end);
      std::error_code error;
      auto kind = fs::symlink_status(folder, error).type();
      if (kind == fs::file_type::not_found) {
        ROOST_TRY(disk::MakeFolder(folder));
      } else if (kind != fs::file_type::directory) {
        return Status::Invalid(folder, " is in the way: it is no folder; remove it");
      }
    }
    last_folder_ = name.substr(0, slash + 1);
    return Status::OK();
  }

  const ExportOptions& options_;
  exporting::Catalog catalog_;
  std::vector<TableSource> sources_;
  std::vector<LedgerFile> files_;
  std::vector<std::string> names_;
  std::mutex mutex_;  // for what follows
  std::string last_folder_;
  ExportResult result_;
  Status status_;
  std::atomic<bool> is_stopped_ = false;
};

}  // namespace

Result<ExportResult> Export(const ExportOptions& options) {
  if (options.output_dir.empty()) {
    return Status::Invalid("an export needs a folder to go to: name one with --output-dir");
  }
  return Exporter(options).Run();
}

}  // namespace roost
