#include "roost/relate.h"

#include <chrono>
#include <filesystem>
#include <thread>

#include "base/disk_entry.h"
#include "relate/evidence_file.h"
#include "relate/naming.h"
#include "relate/profile.h"
#include "relate/verdict.h"

namespace roost {

namespace relate {

namespace {

namespace fs = std::filesystem;

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

Result<Analysis> Analyse(const RelateOptions& options, ValueStore& values,
                         const std::vector<TableSource>& sources) {
  auto start = std::chrono::steady_clock::now();
  unsigned threads = options.threads ? options.threads : std::thread::hardware_concurrency();
  Analysis analysis;
  ROOST_ASSIGN(analysis.database, ReadDatabase({options.folder,
                                                {threads, options.should_stop},
                                                options.memory_bytes,
                                                options.write_files,
                                                sources},
                                               values));
  double read_seconds = SecondsSince(start);
  NameColumns(analysis.database);
  std::string config =
      options.config.empty() ? (fs::path(options.folder) / "roost.yaml").string() : options.config;
  ROOST_TRY(WriteOverrides(config, analysis.database, options.confirm, options.refuse));
  ROOST_ASSIGN(Overrides overrides, ReadOverrides(config, analysis.database));
  ROOST_ASSIGN(analysis.verdict, Decide(analysis.database, overrides, values));
  if (!options.evidence_file.empty()) {
    ROOST_TRY(WriteEvidence(analysis.database, analysis.verdict, options.evidence_file));
  }
  ROOST_ASSIGN(analysis.result, Describe(analysis.database, overrides, analysis.verdict, values));
  analysis.result.read_seconds = read_seconds;
  analysis.result.seconds = SecondsSince(start);
  return analysis;
}

}  // namespace relate

Result<RelateResult> Relate(const RelateOptions& options) {
  relate::ValueStore values;
  ROOST_ASSIGN(relate::Analysis analysis, relate::Analyse(options, values));
  if (options.write_files) {
    std::string path = (std::filesystem::path(options.folder) / kRelationsFile).string();
    ROOST_TRY(disk::ReplaceFile(path, RelationsJson(analysis.result)));
  }
  return std::move(analysis.result);
}

}  // namespace roost
