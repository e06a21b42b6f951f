// Any text is a shape or is refused; a shape's program leaves no place out of order.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "export/shape_program.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto program = roost::exporting::CompileShape({reinterpret_cast<const char*>(data), size});
  if (!program.ok()) return 0;
  uint32_t at = 0;
  for (const auto& step : program->steps) {
    if (step.literal_end < at || step.literal_end > program->literals.size()) std::abort();
    at = step.literal_end;
  }
  return 0;
}
