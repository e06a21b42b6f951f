#include "tests/compare_engine.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/status.h"
#include "shred/reference/dump.h"
#include "tests/dump_store.h"

namespace roost::tests {
namespace {

namespace fs = std::filesystem;
namespace reference = shred::reference;

Result<StoreContent> IngestInto(const std::string& folder, const std::vector<CaseInput>& files,
                                IngestOptions options) {
  for (const CaseInput& file : files) {
    const std::string path = folder + "/" + file.name;
    std::ofstream(path, std::ios::binary) << file.bytes;
    options.inputs.push_back(path);
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

ScratchFolder::ScratchFolder() {
  std::string wanted = (fs::temp_directory_path() / "roost-test-XXXXXX").string();
  if (!mkdtemp(wanted.data())) std::abort();
  path_ = wanted;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

Result<Comparison> RunBoth(const std::vector<CaseInput>& files, IngestOptions options) {
  ScratchFolder folder;
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
  const reference::DumpOptions dump{SIZE_MAX, SIZE_MAX, false};
  return Comparison{reference::Dump(content.result, dump),
                    reference::Dump(reference::Shred(inputs), dump)};
}

Result<std::string> RunEngine(const std::vector<CaseInput>& files, IngestOptions options) {
  ScratchFolder folder;
  ROOST_ASSIGN(StoreContent content, IngestInto(folder.path(), files, std::move(options)));
  ShortenPaths(content.result);
  return reference::Dump(content.result, {SIZE_MAX, SIZE_MAX, false});
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
    return "in " + table.substr(0, 200) + "\n- " + line_a.substr(0, 1000) + "\n+ " +
           line_b.substr(0, 1000) + "\n";
  }
}

}  // namespace roost::tests
