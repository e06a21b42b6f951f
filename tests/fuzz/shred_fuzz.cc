// Feeds bytes to the engine and to the reference, which must make the same
// tables of them.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/compare_engine.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace roost::tests;
  std::string bytes;
  if (size > 0) bytes.assign(reinterpret_cast<const char*>(data), size);
  roost::IngestOptions options;
  options.threads = 1;
  roost::Result<Comparison> both = RunBoth({{"a_0.json", bytes}}, options);
  std::string fault = both.ok() ? "" : both.status().ToString();
  if (both.ok()) {
    fault = FirstDifference(DumpWithoutReasons(both->reference), DumpWithoutReasons(both->engine));
  }
  if (fault.empty()) return 0;
  std::fprintf(stderr, "reference (-) and engine (+): %s\n", fault.c_str());
  std::abort();
}
