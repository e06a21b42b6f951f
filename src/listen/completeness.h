// Tells whether a file ends as JSON does, so that a torn one is left until its writer is done.
//
// Brackets and strings are followed to the last byte, after unpacking; values are not looked into:
// a whole file with nonsense in it is complete, and what is wrong with it is for the shredder to
// say. A zero byte is no part of JSON and stands where blocks of a file have not come yet. A file
// of lines that was cut exactly behind one cannot be told from a whole one: settling is for that.
// Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/status.h"
#include "read/content_hash.h"

namespace roost::listen {

enum class Completeness : uint8_t { kComplete, kTorn, kUnreadable };

struct Inspection {
  Completeness completeness = Completeness::kUnreadable;
  std::string fault;   // kUnreadable, and torn packed data: what, where, what to do
  read::Hash128 hash;  // of its bytes on disk, unless kUnreadable
};

/// Reads the file to its end.
Inspection Inspect(const std::string& path);
/// Several files, by several threads; in the order of `paths`.
std::vector<Inspection> InspectAll(const std::vector<std::string>& paths, unsigned threads);

}  // namespace roost::listen
