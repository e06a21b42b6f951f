// Names the files of a world.
#pragma once

#include <cstdint>
#include <string>

#include "generate/program.h"

namespace roost::generate {

/// result_000012.json, or students_000012.ndjson where each table has files of its own.
std::string DocumentFileName(const Program& program, uint64_t iteration, int table);
/// The same with _copy behind the number: a document that was delivered twice.
std::string CopyFileName(const Program& program, uint64_t iteration, int table);
/// result.ndjson or students.ndjson; result_000100.ndjson for a run that starts at iteration 100.
std::string StreamFileName(const world::World& world, const std::string& table, uint64_t start);

}  // namespace roost::generate
