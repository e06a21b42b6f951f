#include "generate/file_names.h"

#include <algorithm>

namespace roost::generate {

namespace {

std::string Numbered(const world::World& world, const std::string& stem, uint64_t iteration) {
  std::string digits = std::to_string(iteration);
  auto width = static_cast<size_t>(world.digits);
  return stem + "_" + std::string(width - std::min(width, digits.size()), '0') + digits;
}

std::string FileName(const Program& program, uint64_t iteration, int table, const char* mark) {
  const world::World& world = *program.world;
  bool by_table = world.pack == world::World::Pack::kTables && table != kDocument;
  const std::string& stem = by_table ? program.table(table).name : world.document_name;
  bool lines = world.pack == world::World::Pack::kTables;
  return Numbered(world, stem, iteration) + mark + (lines ? ".ndjson" : ".json");
}

}  // namespace

std::string DocumentFileName(const Program& program, uint64_t iteration, int table) {
  return FileName(program, iteration, table, "");
}

std::string CopyFileName(const Program& program, uint64_t iteration, int table) {
  return FileName(program, iteration, table, "_copy");
}

std::string StreamFileName(const world::World& world, const std::string& table, uint64_t start) {
  const std::string& stem = table == world.document.name ? world.document_name : table;
  return (start == 0 ? stem : Numbered(world, stem, start)) + ".ndjson";
}

}  // namespace roost::generate
