// Any text is a world, or an error that says where.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "world/world_parser.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto world = roost::world::ParseWorld(text, "world.yaml", {});
  if (world.ok() || world.status().message().find("world.yaml:") != std::string::npos) return 0;
  std::fprintf(stderr, "this does not say where: %s\n", world.status().message().c_str());
  std::abort();
}
