// Makes programs of worlds that tests write as text.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "generate/compile.h"
#include "generate/plan.h"
#include "world/world_parser.h"

namespace roost::generate {

struct TestWorld {
  std::unique_ptr<world::World> world;
  std::vector<Program> programs;
};

/// Parses, compiles and checks; the status of the first step that fails.
inline Result<TestWorld> MakeTestWorld(const std::string& text, CompileOptions options = {},
                                       uint64_t end = 1000) {
  TestWorld made;
  ROOST_ASSIGN(world::World parsed, world::ParseWorld(text, "test.yaml", {}));
  made.world = std::make_unique<world::World>(std::move(parsed));
  ROOST_ASSIGN(made.programs, Compile(*made.world, options));
  for (const Program& program : made.programs) ROOST_TRY(CheckPlan(program, end));
  return made;
}

}  // namespace roost::generate
