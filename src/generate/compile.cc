#include "generate/compile.h"

#include <algorithm>
#include <set>

#include "base/json_text.h"
#include "generate/compile_field.h"

namespace roost::generate {

namespace {

void Boundaries(const std::vector<world::Field>& fields, std::set<uint64_t>* at) {
  for (const world::Field& field : fields) {
    at->insert(field.since);
    at->insert(field.until);
    for (const auto& [iteration, name] : field.renames) at->insert(iteration);
  }
}

TableProgram CompileTable(const world::World& world, const world::Table& table, uint64_t seed) {
  TableProgram program;
  program.name = table.name;
  program.owner = table.owner.empty() ? kDocument : world.Find(table.owner) + 1;
  program.once = table.once;
  program.inside = table.inside;
  program.count = Sampler(table.count, 0);
  program.max_count = std::max<uint64_t>(1, static_cast<uint64_t>(program.count.high()));
  program.count_key = MakeKey(seed, table.name + "#count");
  return program;
}

Status CompileColumns(const world::World& world, const world::Table& table, int index,
                      Program* program) {
  FieldCompiler compiler(world, table, index, program);
  ROOST_TRY(compiler.Run());
  TableProgram& compiled = program->tables[static_cast<size_t>(index)];
  for (auto [names, columns] :
       {std::pair{&table.key, &compiled.key}, {&table.unique, &compiled.unique}}) {
    for (const std::string& name : *names) {
      int column = program->FindColumn(index, name);
      if (column < 0) {
        return Status::Invalid(world.source, ":", table.place.line, ":", table.place.column, ": '",
                               name, "' is in the key or unique of '", table.name,
                               "' and cannot be dropped or come later");
      }
      columns->push_back(column);
    }
  }
  for (size_t c = 0; c < compiled.columns.size(); ++c) {
    if (compiled.columns[c].op == Op::kSeat) compiled.seat = static_cast<int>(c);
  }
  return Status::OK();
}

Result<Program> CompileStretch(const world::World& world, const CompileOptions& options,
                               uint64_t begin, uint64_t end) {
  Program program;
  program.world = &world;
  program.seed = options.seed;
  program.integrity = options.integrity;
  program.validation = options.validation;
  program.begin = begin;
  program.end = end;
  program.tables.emplace_back();
  program.tables[0].name = world.document.name;
  ROOST_TRY(CompileColumns(world, world.document, kDocument, &program));
  for (size_t t = 0; t < world.tables.size(); ++t) {
    int index = static_cast<int>(t) + 1;
    program.tables.push_back(CompileTable(world, world.tables[t], options.seed));
    ROOST_TRY(CompileColumns(world, world.tables[t], index, &program));
    auto owner = static_cast<size_t>(program.tables.back().owner);
    program.tables[owner].children.push_back(index);
  }
  return program;
}

}  // namespace

int Program::RootOf(int table) const {
  while (this->table(table).owner > kDocument) table = this->table(table).owner;
  return table;
}

uint64_t Program::DocumentOf(int table, uint64_t row) const {
  while (table != kDocument) {
    const TableProgram& t = this->table(table);
    if (t.owner == kDocument && row >= kPhantom) return (row - kPhantom) / kPhantomsPerDocument;
    row /= t.max_count;
    table = t.owner;
  }
  return row;
}

// Rows owned by other rows are dealt: the owners of one document take even parts of the
// distribution, so that a document's sum is known in advance within one owner's worth (plan.h).
uint64_t Program::Count(int table, uint64_t owner_row) const {
  const TableProgram& t = this->table(table);
  if (t.count.is_constant()) {
    return t.once && owner_row != 0 && t.owner == kDocument ? 0
                                                            : static_cast<uint64_t>(t.count.low());
  }
  if (t.owner == kDocument) return static_cast<uint64_t>(t.count.At(Draw(t.count_key, owner_row)));
  const TableProgram& owner = this->table(t.owner);
  if (owner.owner == kDocument && owner_row >= kPhantom)
    return static_cast<uint64_t>(t.count.low());
  uint64_t grand = owner_row / owner.max_count, i = owner_row % owner.max_count;
  uint64_t siblings = std::max<uint64_t>(1, Count(t.owner, grand));
  uint64_t key = Draw(t.count_key, grand);
  uint64_t part = Permutation(key, siblings)(i % siblings);
  return static_cast<uint64_t>(t.count.Dealt(part, siblings, Draw(t.count_key + 2, grand)));
}

void Program::CountSiblings(int table, uint64_t parent_row, std::vector<uint32_t>* counts) const {
  const TableProgram& t = this->table(table);
  uint64_t siblings = Count(t.owner, parent_row);
  counts->assign(siblings, static_cast<uint32_t>(t.count.low()));
  if (t.count.is_constant()) return;
  Permutation part(Draw(t.count_key, parent_row), siblings);
  uint64_t shift = Draw(t.count_key + 2, parent_row);
  for (uint64_t i = 0; i < siblings; ++i) {
    (*counts)[i] = static_cast<uint32_t>(t.count.Dealt(part(i), siblings, shift));
  }
}

int Program::FindColumn(int table, const std::string& path) const {
  const auto& columns = this->table(table).columns;
  for (size_t c = 0; c < columns.size(); ++c) {
    if (columns[c].path == path) return static_cast<int>(c);
  }
  return -1;
}

Result<std::vector<Program>> Compile(const world::World& world, const CompileOptions& options) {
  std::set<uint64_t> at = {0, world::kForever};
  Boundaries(world.document.fields, &at);
  for (const world::Table& table : world.tables) Boundaries(table.fields, &at);
  std::vector<Program> programs;
  for (auto begin = at.begin(); std::next(begin) != at.end(); ++begin) {
    ROOST_ASSIGN(Program program, CompileStretch(world, options, *begin, *std::next(begin)));
    programs.push_back(std::move(program));
  }
  return programs;
}

}  // namespace roost::generate
