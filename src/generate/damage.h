// Damages whole documents: cuts them short, or makes them no JSON.
#pragma once

#include <cstdint>
#include <string>

#include "base/buffer.h"
#include "generate/program.h"

namespace roost::generate {

/// Damages the document in bytes[begin, size) if a fault hits its iteration, which may shorten
/// `bytes`. Returns the members that a line of truth tells about it (kind, path, before, after,
/// offset), or nothing if it is whole.
std::string DamageDocument(const Program& program, uint64_t iteration, size_t begin,
                           Buffer<char>& bytes);

}  // namespace roost::generate
