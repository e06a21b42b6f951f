#include "report/runs.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <vector>

#include "base/disk_entry.h"

namespace roost::report {
namespace {

std::string RunsFolder(const std::string& folder) { return folder + "/_roost/runs"; }

std::string FileOf(const std::string& folder, uint64_t run) {
  return RunsFolder(folder) + "/" + std::to_string(run) + ".json";
}

// Of the files <number>.json, in order.
Result<std::vector<uint64_t>> ListRuns(const std::string& folder) {
  std::vector<uint64_t> runs;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(RunsFolder(folder), error), end;
       !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename();
    uint64_t run = 0;
    auto [rest, problem] = std::from_chars(name.data(), name.data() + name.size(), run);
    if (problem == std::errc() && std::string_view(rest) == ".json") runs.push_back(run);
  }
  if (error && error != std::errc::no_such_file_or_directory)
    return Status::IOError("cannot list ", RunsFolder(folder), ": ", error.message(),
                           "; check its rights");
  std::sort(runs.begin(), runs.end());
  return runs;
}

std::string Known(const std::vector<uint64_t>& runs) {
  if (runs.empty()) return "no run is kept there; begin with roost validate";
  if (runs.size() == 1) return "only run " + std::to_string(runs[0]) + " is kept there";
  return "runs " + std::to_string(runs.front()) + " to " + std::to_string(runs.back()) +
         " are kept there";
}

}  // namespace

Status KeepRun(const std::string& folder, uint64_t run, const std::string& json) {
  ROOST_TRY(disk::MakeFolders(folder, RunsFolder(folder)));
  ROOST_TRY(disk::ReplaceFile(FileOf(folder, run), json));
  ROOST_ASSIGN(std::vector<uint64_t> runs, ListRuns(folder));
  for (size_t i = 0; i + kKeptRuns < runs.size(); ++i)
    ROOST_TRY(disk::RemoveIfThere(FileOf(folder, runs[i])).status());
  return Status::OK();
}

Result<KeptRun> LoadRun(const std::string& folder, int64_t run) {
  ROOST_ASSIGN(std::vector<uint64_t> runs, ListRuns(folder));
  KeptRun kept;
  if (run > 0) {
    kept.run = static_cast<uint64_t>(run);
  } else if (static_cast<uint64_t>(-run) < runs.size()) {
    kept.run = runs[runs.size() - 1 - static_cast<size_t>(-run)];
  }
  if (std::find(runs.begin(), runs.end(), kept.run) == runs.end())
    return Status::Invalid("there is no run ", run, " of ", folder, ": ", Known(runs));
  ROOST_ASSIGN(auto text, disk::ReadIfThere(FileOf(folder, kept.run)));
  if (text) kept.report = nlohmann::json::parse(*text, nullptr, false);
  if (!text || !kept.report.is_object())
    return Status::IOError(FileOf(folder, kept.run), " is no report; remove it");
  return kept;
}

}  // namespace roost::report
