// Any text is cut into units without loss, at places that do not depend on how it comes.
// Input: unit_bytes, max_record_bytes / 2, what is known of the end; then the text.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "read/test_cutting.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace roost::read;
  if (size < 3) return 0;
  const FramerLimits limits = {1u + data[0] % 64, 2u * data[1]};
  const TextEnd end = data[2] % 2 ? TextEnd::kWhole : TextEnd::kTorn;
  const std::string_view text(reinterpret_cast<const char*>(data) + 3, size - 3);
  const std::string fault = FindCuttingFault(text, limits, end);
  if (fault.empty()) return 0;
  std::fprintf(stderr, "%s\n", fault.c_str());
  std::abort();
}
