// Feeds bytes to the engine and to the reference, which must make the same
// tables of them. What stands before a line `---`, if it can be read, is the configuration.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/compare_engine.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace roost::tests;
  std::string bytes;
  if (size > 0) bytes.assign(reinterpret_cast<const char*>(data), size);
  std::vector<CaseInput> files;
  if (size_t mark = bytes.find("\n---\n"); mark != bytes.npos) {
    files.push_back({kConfigName, bytes.substr(0, mark)});
    bytes.erase(0, mark + 5);
    if (!HintsOf(files).ok()) files.clear();
  }
  files.push_back({"a_0.json", bytes});
  roost::IngestOptions options;
  options.threads = 1;
  roost::Result<Comparison> both = RunBoth(files, options);
  std::string fault = both.ok() ? "" : both.status().ToString();
  if (both.ok()) {
    fault = FirstDifference(DumpWithoutReasons(both->reference), DumpWithoutReasons(both->engine));
  }
  if (fault.empty()) return 0;
  std::fprintf(stderr, "reference (-) and engine (+): %s\n", fault.c_str());
  std::abort();
}
