// Reads a part of a file's decoded text once more.
//
// For what went by in pieces and turned out to be unfit: a long document that must go to quarantine
// as a whole. Memory stays bounded. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/status.h"
#include "read/input.h"
#include "read/spool.h"

namespace roost::read {

/// Reads pipes through `spools`, which has kept what came. Gives bytes [offset, offset + bytes)
/// piece by piece to `take`, which may end it with an error. Invalid if the file has become
/// shorter.
Status ReadRawText(const InputFile& file, Spools* spools, uint64_t offset, uint64_t bytes,
                   const std::function<Status(std::string_view)>& take);

}  // namespace roost::read
