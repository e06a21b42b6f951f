#include "tests/compare_engine.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/status.h"
#include "base/test_folder.h"
#include "ingest/hints_file.h"
#include "shred/reference/dump.h"
#include "tests/dump_store.h"

namespace roost::tests {
namespace {

namespace fs = std::filesystem;
namespace reference = shred::reference;

/// Writes the files, runs ingest and reads the store.
Result<StoreContent> IngestInto(const std::string& folder, const std::vector<CaseInput>& files,
                                IngestOptions options) {
  for (const CaseInput& file : files) {
    const std::string path = folder + "/" + file.name;
    std::ofstream(path, std::ios::binary) << file.bytes;
    if (file.name == kConfigName) {
      options.config = path;
    } else {
      options.inputs.push_back(path);
    }
  }
  options.output_dir = folder + "/out";
  ROOST_ASSIGN(IngestResult result, Ingest(options));
  if (!result.account.balanced) return Status::Invalid("the account does not balance");
  return ReadStore(options.output_dir);
}

std::string NameOf(const std::string& path) { return fs::path(path).filename().string(); }

/// Paths without the scratch folder.
void ShortenPaths(reference::Result& result) {
  for (reference::FileResult& file : result.files) file.path = NameOf(file.path);
  for (reference::Reject& reject : result.rejects) reject.file = NameOf(reject.file);
}

}  // namespace

Result<std::vector<shred::Hint>> HintsOf(const std::vector<CaseInput>& files) {
  for (const CaseInput& file : files) {
    if (file.name != kConfigName) continue;
    ROOST_ASSIGN(shred::Hints hints, ingest::ParseHints(file.bytes, file.name));
    return hints.all();
  }
  return std::vector<shred::Hint>();
}

Result<Comparison> RunBoth(const std::vector<CaseInput>& files, IngestOptions options) {
  TestFolder folder;
  ROOST_ASSIGN(StoreContent content, IngestInto(folder.path(), files, std::move(options)));
  std::vector<reference::File> inputs;
  for (const LedgerFile& entry : content.ledger) {
    const std::string name = NameOf(entry.path);
    const auto file = std::find_if(files.begin(), files.end(),
                                   [&](const CaseInput& each) { return each.name == name; });
    if (file == files.end()) return Status::Invalid("the ledger names ", entry.path);
    inputs.push_back({name, file->bytes, entry.root_table, entry.first_number});
  }
  ShortenPaths(content.result);
  reference::Options reference_options;
  ROOST_ASSIGN(reference_options.hints, HintsOf(files));
  return Comparison{std::move(content.result), reference::Shred(inputs, reference_options)};
}

Result<reference::Result> RunEngine(const std::vector<CaseInput>& files, IngestOptions options) {
  TestFolder folder;
  ROOST_ASSIGN(StoreContent content, IngestInto(folder.path(), files, std::move(options)));
  ShortenPaths(content.result);
  return std::move(content.result);
}

std::string DumpWithoutReasons(const reference::Result& result) {
  return reference::Dump(result, {SIZE_MAX, SIZE_MAX, false});
}

std::string DumpWithoutIds(reference::Result result) {
  std::vector<std::string> rows;
  for (reference::Table& table : result.tables) {
    for (reference::Row& row : table.rows) row.id = row.parent = 0;
    const auto key = [](const reference::Row& row) {
      return std::tie(row.shape, row.index, row.values);
    };
    std::sort(table.rows.begin(), table.rows.end(),
              [&](const auto& a, const auto& b) { return key(a) < key(b); });
  }
  result.files.clear();
  result.rejects.clear();
  return DumpWithoutReasons(result);
}

std::string FirstDifference(const std::string& a, const std::string& b) {
  std::istringstream lines_a(a), lines_b(b);
  std::string line_a, line_b, table;
  while (true) {
    const bool more_a = static_cast<bool>(std::getline(lines_a, line_a));
    const bool more_b = static_cast<bool>(std::getline(lines_b, line_b));
    if (!more_a && !more_b) return "";
    if (!more_a) line_a = "(end)";
    if (!more_b) line_b = "(end)";
    if (line_a.rfind("table ", 0) == 0) table = line_a;
    if (line_a == line_b) continue;
    size_t same = 0;
    while (same < std::min(line_a.size(), line_b.size()) && line_a[same] == line_b[same]) ++same;
    const size_t from = same > 200 ? same - 200 : 0;
    return "in " + table.substr(0, 200) + "\n- " + line_a.substr(from, 400) + "\n+ " +
           line_b.substr(from, 400) + "\n";
  }
}

}  // namespace roost::tests
