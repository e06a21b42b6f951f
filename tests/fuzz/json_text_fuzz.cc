// Text that is no JSON does no harm, and what is written reads as it was.
#include "base/json_text.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string quoted, compact;
  roost::AppendJsonString(quoted, text);
  roost::AppendJsonCompact(compact, text);
  if (roost::DecodeJsonString(quoted).ValueOrDie() != text) std::abort();
  (void)roost::DecodeJsonString(text);
  (void)roost::SplitJsonArray(text);
  return 0;
}
