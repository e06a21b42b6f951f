// Compiles a parsed world into programs.
#pragma once

#include <vector>

#include "generate/program.h"

namespace roost::generate {

struct CompileOptions {
  uint64_t seed = 1;
  bool integrity = true, validation = true;
};

/// One program for each stretch of iterations without a change, in order. `world` must outlive
/// them. Invalid, with the place in the world file, where a field cannot do what it is asked to.
Result<std::vector<Program>> Compile(const world::World& world, const CompileOptions& options);

}  // namespace roost::generate
