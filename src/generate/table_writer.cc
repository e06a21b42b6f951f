#include "generate/table_writer.h"

#include <algorithm>
#include <set>

namespace roost::generate {

namespace {

constexpr size_t kFlushRows = 1 << 14;  // as many as the store puts into a page

int64_t IdOf(uint64_t iteration, size_t row) { return static_cast<int64_t>(iteration << 24 | row); }

std::string Lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return text;
}

// Integers and fractions of one path share a column of doubles; other kinds have one each.
void MergeColumn(shred::FinalTable* table, const shred::FinalColumn& column) {
  for (shred::FinalColumn& known : table->columns) {
    if (known.path != column.path || known.sources[0].slot != column.sources[0].slot) continue;
    if (known.type == shred::FinalType::kInt64) known.type = column.type;
    if (known.type == shred::FinalType::kListInt64) known.type = column.type;
    return;
  }
  table->columns.push_back(column);
}

void NameColumns(shred::FinalTable* table) {
  std::set<std::string> taken = {"_roost_id", "_roost_parent", "_roost_idx", "_roost_shape"};
  std::set<std::string> paths;
  for (shred::FinalColumn& column : table->columns) {
    std::string base = column.name;
    if (!paths.insert(column.path).second) {
      for (const shred::FinalColumn& owner : table->columns) {
        if (owner.path == column.path && &owner != &column) column.conflict_of = owner.name;
      }
      bool text = column.sources[0].slot == shred::Slot::kText;
      base += text                                           ? "__text"
              : column.sources[0].slot == shred::Slot::kBool ? "__bool"
                                                             : "__double";
    }
    column.name = base;
    for (int n = 2; !taken.insert(Lower(column.name)).second; ++n)
      column.name = base + "_" + std::to_string(n);
  }
}

}  // namespace

Result<std::unique_ptr<TableWriter>> TableWriter::Make(const Program& program,
                                                       std::unique_ptr<shred::TableSink> sink) {
  std::unique_ptr<TableWriter> made(new TableWriter(program));
  made->sink_ = std::move(sink);
  made->tables_.resize(program.tables.size());
  for (size_t t = 0; t < program.tables.size(); ++t) {
    int index = static_cast<int>(t);
    Table& table = made->tables_[t];
    table.identity = made->IdentityOf(index);
    table.shapes = std::make_unique<RowShapes>(program, index);
    for (size_t c = 0; c < program.tables[t].columns.size(); ++c) {
      const Column& column = program.tables[t].columns[c];
      if (!column.written || column.op == Op::kGroup) continue;
      ROOST_ASSIGN(auto made_column, TableColumn::Make(program, index, static_cast<int>(c)));
      table.columns.push_back(std::move(made_column));
    }
    table.in_group.resize(table.columns.size());
  }
  return made;
}

bool TableWriter::IsRoot(int table) const {
  return table == kDocument || program_.world->pack == world::World::Pack::kTables;
}

std::string TableWriter::IdentityOf(int table) const {
  const TableProgram& t = program_.table(table);
  if (table == kDocument) return program_.world->document_name;
  if (IsRoot(table)) return t.name;
  return (t.inside ? IdentityOf(t.owner) : "") + "/" + t.name + "[]";
}

Status TableWriter::Add(Chunk& chunk) {
  for (size_t t = 0; t < tables_.size(); ++t) {
    int table = static_cast<int>(t);
    // A table of its own per kind of row has no document; one without fields is none.
    bool apart = program_.world->pack == world::World::Pack::kTables;
    if (table == kDocument && apart && tables_[t].columns.empty()) continue;
    AddRows(table, chunk);
    if (tables_[t].ids.size() >= kFlushRows) ROOST_TRY(Flush(table));
  }
  return Status::OK();
}

void TableWriter::AddRows(int index, Chunk& chunk) {
  Table& table = tables_[static_cast<size_t>(index)];
  Chunk::Rows& rows = chunk.rows(index);
  bool inside = program_.table(index).inside;
  auto first_slab_row = static_cast<uint32_t>(table.ids.size());
  for (size_t d = 0; d < chunk.count(); ++d) {
    uint64_t iteration = chunk.first() + d;
    uint32_t begin = rows.first_of_document[d];
    for (uint32_t i = begin; i < rows.first_of_document[d + 1]; ++i) {
      table.ids.push_back(IdOf(iteration, i - begin));
      table.shape_numbers.push_back(table.shapes->NumberOf(chunk, i, d));
      if (inside || IsRoot(index)) continue;
      table.parents.push_back(IdOf(iteration, 0));
      table.indexes.push_back(i - begin);
    }
    if (!inside) continue;
    Chunk::Rows& owners = chunk.rows(program_.table(index).owner);
    for (uint32_t o = owners.first_of_document[d]; o < owners.first_of_document[d + 1]; ++o) {
      for (uint32_t i = rows.first_of_owner[o]; i < rows.first_of_owner[o + 1]; ++i) {
        table.parents.push_back(IdOf(iteration, o - owners.first_of_document[d]));
        table.indexes.push_back(i - rows.first_of_owner[o]);
      }
    }
  }
  for (auto& column : table.columns)
    column->Append(*rows.set, 0, rows.set->rows().size(), first_slab_row);
}

Status TableWriter::Flush(int index) {
  Table& table = tables_[static_cast<size_t>(index)];
  if (table.ids.empty()) return Status::OK();
  std::vector<shred::SlabColumn> columns;
  for (size_t c = 0; c < table.columns.size(); ++c) {
    if (table.columns[c]->column().values == 0) continue;
    table.in_group[c] = true;
    columns.push_back(
        {static_cast<uint32_t>(c), &table.columns[c]->id(), &table.columns[c]->column()});
  }
  bool root = IsRoot(index);
  shred::Slab slab{static_cast<uint32_t>(index),
                   &table.identity,
                   static_cast<uint32_t>(table.ids.size()),
                   table.ids.data(),
                   root ? nullptr : table.parents.data(),
                   root ? nullptr : table.indexes.data(),
                   table.shape_numbers.data(),
                   table.shapes->hashes(),
                   columns};
  ROOST_TRY(sink_->Flush(slab));
  for (auto& column : table.columns) column->Clear();
  table.ids.clear();
  table.parents.clear();
  table.indexes.clear();
  table.shape_numbers.clear();
  return sink_->RowGroupIsFull(slab.table) ? EndRowGroup(index) : Status::OK();
}

Status TableWriter::EndRowGroup(int index) {
  Table& table = tables_[static_cast<size_t>(index)];
  std::vector<shred::SlabColumn> columns;
  for (size_t c = 0; c < table.columns.size(); ++c) {
    if (!table.in_group[c]) continue;
    columns.push_back(
        {static_cast<uint32_t>(c), &table.columns[c]->id(), &table.columns[c]->column()});
    table.in_group[c] = false;
  }
  return sink_->EndRowGroup(static_cast<uint32_t>(index), columns);
}

Status TableWriter::Finish() {
  for (size_t t = 0; t < tables_.size(); ++t) {
    ROOST_TRY(Flush(static_cast<int>(t)));
    ROOST_TRY(EndRowGroup(static_cast<int>(t)));
  }
  sink_.reset();
  return Status::OK();
}

shred::FinalTable TableWriter::Describe(int index) const {
  const Table& table = tables_[static_cast<size_t>(index)];
  const TableProgram& program = program_.table(index);
  shred::FinalTable out;
  out.identity = table.identity;
  out.name = index == kDocument ? program_.world->document_name : program.name;
  out.json_path = "$";
  if (!IsRoot(index)) {
    out.kind = shred::TableKind::kArray;
    shred::FinalTable parent = Describe(program.inside ? program.owner : kDocument);
    if (program.inside) out.name = parent.name + "_" + program.name;
    out.json_path = parent.json_path + "." + program.name + "[*]";
    out.parent_identity = program.inside ? parent.identity : "";
    out.parent_names = {parent.name};
  }
  for (const auto& column : table.columns) {
    shred::FinalColumn made;
    made.name = column->name();
    made.path = column->id().path;
    made.json_path = out.json_path + column->json_path();
    made.type = column->type();
    made.time = column->time();
    made.sources = {{column->id().slot}};
    out.columns.push_back(std::move(made));
  }
  for (size_t s = 0; s < table.shapes->texts().size(); ++s) {
    out.shapes.push_back({table.shapes->hashes()[s].hash, table.shapes->texts()[s]});
  }
  return out;
}

void TableWriter::MergeSchema(shred::FinalSchema* schema) const {
  for (size_t t = 0; t < tables_.size(); ++t) {
    shred::FinalTable table = Describe(static_cast<int>(t));
    if (table.columns.empty() && table.shapes.empty()) continue;
    auto known = std::find_if(
        schema->tables.begin(), schema->tables.end(),
        [&](const shred::FinalTable& other) { return other.identity == table.identity; });
    if (known == schema->tables.end()) {
      schema->tables.push_back(std::move(table));
      continue;
    }
    for (const shred::FinalColumn& column : table.columns) MergeColumn(&*known, column);
    for (const shred::FinalShape& shape : table.shapes) {
      bool there =
          std::any_of(known->shapes.begin(), known->shapes.end(),
                      [&](const shred::FinalShape& other) { return other.hash == shape.hash; });
      if (!there) known->shapes.push_back(shape);
    }
  }
}

void FinishSchema(shred::FinalSchema* schema) {
  for (shred::FinalTable& table : schema->tables) NameColumns(&table);
  std::sort(schema->tables.begin(), schema->tables.end(),
            [](const shred::FinalTable& a, const shred::FinalTable& b) { return a.name < b.name; });
}

}  // namespace roost::generate
