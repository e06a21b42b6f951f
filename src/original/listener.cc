// Reads result files as the first listener did: one thread, a general JSON library, everything in
// memory, four Parquet files at the end.
//
// It takes a file as soon as it sees its name. One that is still being written is no JSON, so it is
// skipped, and never looked at again.

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>
#include <thread>

#include "base/disk_entry.h"
#include "original/fixed_tables.h"
#include "roost/original.h"

namespace roost {
namespace original {
namespace {

namespace fs = std::filesystem;

class Listener {
 public:
  explicit Listener(const OriginalListenOptions& options) : options_(options) {}

  Status Run() {
    while (true) {
      ROOST_ASSIGN(std::vector<std::string> names, NewNames());
      for (const std::string& name : names) {
        if (HasEnough() || Stopped()) break;
        ROOST_TRY(Take(name));
      }
      if (Stopped() || HasEnough() || options_.num_results == 0) break;
      std::this_thread::sleep_for(std::chrono::duration<double>(options_.check_interval_seconds));
    }
    result_.rows = tables_.RowCounts();
    if (result_.stopped) return Status::OK();
    std::error_code error;
    fs::create_directories(options_.output_dir, error);
    if (error) {
      return Status::IOError("cannot make folder ", options_.output_dir, ": ", error.message(),
                             "; choose another --output-dir");
    }
    return tables_.Write(options_.output_dir);
  }

  OriginalListenResult& result() { return result_; }

 private:
  bool HasEnough() const {
    return options_.num_results != 0 && result_.files >= options_.num_results;
  }

  bool Stopped() {
    result_.stopped = result_.stopped || (options_.should_stop && options_.should_stop());
    return result_.stopped;
  }

  Result<std::vector<std::string>> NewNames() const {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator entry(options_.input_dir, error), end; !error && entry != end;
         entry.increment(error)) {
      std::string name = entry->path().filename();
      bool is_private = name.starts_with('_') || name.starts_with('.');
      if (name.ends_with(".json") && !is_private && !taken_.contains(name)) names.push_back(name);
    }
    if (error) {
      return Status::IOError("cannot list ", options_.input_dir, ": ", error.message(),
                             "; check its name and rights");
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  Status Take(const std::string& name) {
    taken_.insert(name);
    ++result_.files;
    auto text = disk::ReadIfThere(options_.input_dir + "/" + name);
    if (text.ok() && *text) {
      result_.bytes += (*text)->size();
      auto document = nlohmann::json::parse(**text, nullptr, false);
      if (!document.is_discarded()) return tables_.Add(document);
    }
    ++result_.files_skipped;
    return Status::OK();
  }

  const OriginalListenOptions& options_;
  FixedTables tables_;
  std::set<std::string> taken_;
  OriginalListenResult result_;
};

// The output folder has nothing but tables in it.
std::string BesideOf(std::string folder) {
  while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  return folder + "_json";
}

}  // namespace
}  // namespace original

Result<OriginalListenResult> ListenOriginal(const OriginalListenOptions& options) {
  auto started = std::chrono::steady_clock::now();
  original::Listener listener(options);
  ROOST_TRY(listener.Run());
  OriginalListenResult result = std::move(listener.result());
  result.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return result;
}

Result<OriginalRunResult> RunOriginal(const OriginalRunOptions& options) {
  OriginalRunResult result;
  result.input_dir =
      options.input_dir.empty() ? original::BesideOf(options.output_dir) : options.input_dir;
  OriginalGenerateOptions generate;
  generate.num_results = options.num_results;
  generate.output_dir = result.input_dir;
  generate.workers = options.workers;
  generate.seed = options.seed;
  generate.should_stop = options.should_stop;
  ROOST_ASSIGN(result.generated, GenerateOriginal(generate));
  if (result.generated.stopped) return result;
  OriginalListenOptions listen;
  listen.input_dir = result.input_dir;
  listen.output_dir = options.output_dir;
  // Names are numbers: the first so many are those just made, whatever an earlier run left.
  listen.num_results = options.num_results;
  listen.should_stop = options.should_stop;
  ROOST_ASSIGN(result.listened, ListenOriginal(listen));
  return result;
}

}  // namespace roost
