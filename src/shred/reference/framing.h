// Finds the records of one file, and the bytes that cannot be taken.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "shred/reference/json.h"
#include "shred/reference/reference.h"

namespace roost::shred::reference {

enum class Framing : uint8_t { kArray, kLines, kValues };

struct FramedFile {
  Framing framing = Framing::kValues;
  std::vector<Value> records;
  std::vector<Reject> rejects;  // by offset
};

/// `file.bytes` must outlive the records.
FramedFile FrameFile(const File& file, const Options& options);

}  // namespace roost::shred::reference
