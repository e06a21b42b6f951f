#include "export/record_writer.h"

#include "base/json_text.h"

namespace roost::exporting {

namespace {

using shred::FinalType;

// Programs of spelled shapes are kept while they repeat; when this many bytes of shape text have
// come together they are dropped and begun anew.
constexpr size_t kSpelledBytes = 16 << 20;

bool IsList(FinalType type) {
  return type == FinalType::kListInt64 || type == FinalType::kListDouble ||
         type == FinalType::kListBool || type == FinalType::kListText;
}

bool CanHold(FinalType type, StepKind kind) {
  switch (kind) {
    case StepKind::kScalar:
      return !IsList(type);
    case StepKind::kList:
      return IsList(type) || type == FinalType::kJson;
    case StepKind::kJson:
      return type == FinalType::kJson;
    case StepKind::kVerbatim:
      return type == FinalType::kText;
    default:
      return false;
  }
}

/// Takes the brackets off the array that `out` ends with; it begins at `begin`.
Status DropBrackets(std::string& out, size_t begin) {
  if (out.size() < begin + 2 || out[begin] != '[' || out.back() != ']') {
    return Status::Invalid("a value is no array of one element");
  }
  out.pop_back();
  out.erase(begin, 1);
  return Status::OK();
}

template <class... Args>
Status RowFault(const TableSource& source, int64_t id, Args&&... what) {
  return Status::Invalid("table ", source.table->name(), ", row ", id, ": ",
                         std::forward<Args>(what)...,
                         ". The store is damaged or incomplete: ingest the files again");
}

}  // namespace

Result<std::unique_ptr<RecordWriter>> RecordWriter::Open(const std::vector<TableSource>& sources,
                                                         KeyRange range) {
  std::unique_ptr<RecordWriter> writer(new RecordWriter);
  for (const TableSource& source : sources) ROOST_TRY(writer->AddTable(source, range));
  writer->LinkOverflow();
  return writer;
}

Status RecordWriter::AddTable(const TableSource& source, KeyRange range) {
  auto table = std::make_unique<Table>();
  table->source = &source;
  ROOST_ASSIGN(table->rows, TableRows::Open(source, range));
  const auto& columns = source.facts().columns;
  for (uint32_t i = 0; i < columns.size(); ++i) {
    const std::string& path = columns[i].path;
    if (path == store::kKeyPath) {
      table->key_column = static_cast<int>(i);
    } else if (path == store::kLayoutPath) {
      table->layout_column = static_cast<int>(i);
    } else if (path == store::kExtraPath) {
      table->extra_column = static_cast<int>(i);
    } else {
      table->columns_of[path].push_back(i);
    }
  }
  auto [slot, is_new] = tables_.try_emplace(source.table->identity(), std::move(table));
  if (is_new) return Status::OK();
  return Status::Invalid("tables ", source.table->name(), " and ",
                         slot->second->source->table->name(), " both are ", slot->first,
                         ". The store is damaged: ingest the files again");
}

void RecordWriter::LinkOverflow() {
  for (auto& [identity, table] : tables_) table->overflow = Find(identity + "*");
}

RecordWriter::Table* RecordWriter::Find(std::string_view identity) const {
  auto found = tables_.find(std::string(identity));
  return found == tables_.end() ? nullptr : found->second.get();
}

RecordWriter::Table* RecordWriter::FindChild(const Table& table, const std::string& path,
                                             std::string_view brackets) const {
  // Roots share the tables of their keys, so that a root's name is no part of them.
  bool is_shared = table.source->is_root() && !path.empty();
  std::string identity = is_shared ? "" : table.source->table->identity();
  return Find(identity.append(path).append(brackets));
}

bool RecordWriter::HasRecord(std::string_view identity, int64_t end) const {
  const Table* table = Find(identity);
  const RowRun* row = table != nullptr ? table->rows->current() : nullptr;
  return row != nullptr && row->id() < end;
}

Status RecordWriter::Write(std::string_view identity, OutputFile& out) {
  Table* table = Find(identity);
  ROOST_TRY(WriteRecord(*table, out));
  return table->rows->Next();
}

Status RecordWriter::Finish() const {
  for (const auto& [identity, table] : tables_) {
    if (const RowRun* row = table->rows->current()) {
      return RowFault(*table->source, row->id(), "it belongs to no record of the ledger's files");
    }
  }
  return Status::OK();
}

Result<const RecordWriter::Program*> RecordWriter::ProgramOf(Table& table, const RowRun& row) {
  if (table.layout_column >= 0) {
    const ColumnValues& layouts = row.batch().columns[static_cast<size_t>(table.layout_column)];
    if (!layouts.IsNull(row.row())) return SpelledProgram(table, layouts.Text(row.row()));
  }
  if (row.batch().shape == nullptr) {
    return RowFault(*table.source, row.id(), "the table has no shapes");
  }
  int64_t hash = row.batch().shape[row.row()];
  if (auto known = table.programs.find(hash); known != table.programs.end()) {
    return &known->second;
  }
  auto text = table.source->shapes.find(hash);
  if (text == table.source->shapes.end()) {
    return RowFault(*table.source, row.id(), "nobody knows its shape ", hash);
  }
  auto program = Bind(table, text->second);
  if (!program.ok()) return RowFault(*table.source, row.id(), program.status().message());
  return &table.programs.emplace(hash, std::move(*program)).first->second;
}

Result<const RecordWriter::Program*> RecordWriter::SpelledProgram(Table& table,
                                                                  std::string_view shape) {
  std::string text(shape);
  if (auto known = table.spelled.find(text); known != table.spelled.end()) return &known->second;
  // The program in use is not dropped: it is that of another table, or not yet made.
  if (table.spelled_bytes > kSpelledBytes) {
    table.spelled.clear();
    table.spelled_bytes = 0;
  }
  ROOST_ASSIGN(Program program, Bind(table, text));
  table.spelled_bytes += text.size();
  return &table.spelled.emplace(std::move(text), std::move(program)).first->second;
}

Result<RecordWriter::Program> RecordWriter::Bind(Table& table, std::string_view shape) {
  ROOST_ASSIGN(ShapeProgram compiled, CompileShape(shape));
  Program program;
  program.literals = std::move(compiled.literals);
  for (ShapeStep& step : compiled.steps) {
    BoundStep bound{.kind = step.kind,
                    .is_only_item = step.is_only_item,
                    .literal_end = step.literal_end,
                    .columns = {},
                    .path = std::move(step.path)};
    ROOST_TRY(BindStep(table, bound));
    program.has_extra |= bound.kind == StepKind::kExtra;
    program.has_overflow |= bound.may_overflow;
    program.steps.push_back(std::move(bound));
  }
  return program;
}

Status RecordWriter::BindStep(Table& table, BoundStep& step) {
  if (step.kind == StepKind::kExtra) return Status::OK();
  if (step.kind == StepKind::kTable || step.kind == StepKind::kMap) {
    std::string_view brackets = step.kind == StepKind::kTable ? "[]" : "{}";
    step.child = FindChild(table, step.path, brackets);
    bool is_readable =
        step.child != nullptr && (step.kind == StepKind::kTable || step.child->key_column >= 0);
    if (is_readable) return Status::OK();
    return Status::Invalid("there is no table for path ", step.path, brackets,
                           " (was it left out by --tables?)");
  }
  auto found = table.columns_of.find(step.path);
  if (found == table.columns_of.end()) {
    step.may_overflow = table.overflow != nullptr;
    return Status::OK();
  }
  for (uint32_t column : found->second) {
    if (CanHold(table.source->facts().columns[column].type, step.kind)) {
      step.columns.push_back(column);
    }
  }
  return Status::OK();
}

Status RecordWriter::WriteRecord(Table& table, OutputFile& out) {
  const RowRun& row = *table.rows->current();
  ROOST_ASSIGN(const Program* program, ProgramOf(table, row));
  Beside beside;
  if (program->has_extra || program->has_overflow) {
    ROOST_TRY(ReadBeside(table, row, *program, beside));
  }
  size_t at = 0;
  for (const BoundStep& step : program->steps) {
    out.text().append(program->literals, at, step.literal_end - at);
    at = step.literal_end;
    ROOST_TRY(WriteStep(table, row, step, beside, out));
  }
  out.text().append(program->literals, at);
  if (beside.overflow_used != beside.overflow.size() || beside.extra_used != beside.extra.size()) {
    return RowFault(*table.source, row.id(), "it has values that its shape does not name");
  }
  return out.Drain();
}

Status RecordWriter::WriteStep(const Table& table, const RowRun& row, const BoundStep& step,
                               Beside& beside, OutputFile& out) {
  if (step.child != nullptr) return WriteChildren(table, row.id(), step, out);
  Status status = WriteValue(row, step, beside, out.text());
  return status.ok() ? status : RowFault(*table.source, row.id(), status.message());
}

Status RecordWriter::WriteValue(const RowRun& row, const BoundStep& step, Beside& beside,
                                std::string& out) {
  for (uint32_t column : step.columns) {
    const ColumnValues& values = row.batch().columns[column];
    if (values.IsNull(row.row())) continue;
    if (step.kind == StepKind::kVerbatim) {
      out.append(values.Text(row.row()));
      return Status::OK();
    }
    size_t begin = out.size();
    values.Append(row.row(), out);
    return step.is_only_item ? DropBrackets(out, begin) : Status::OK();
  }
  if (step.kind == StepKind::kExtra) {
    if (beside.extra_used == beside.extra.size()) {
      return Status::Invalid("it lacks the value of a repeated key");
    }
    out.append(beside.extra[beside.extra_used++]);
    return Status::OK();
  }
  if (auto found = beside.overflow.find(step.path); found != beside.overflow.end()) {
    ++beside.overflow_used;
    out.append(found->second);
    return Status::OK();
  }
  if (step.kind != StepKind::kScalar) return Status::Invalid("it lacks its value at ", step.path);
  out.append("null");
  return Status::OK();
}

Status RecordWriter::WriteChildren(const Table& parent, int64_t parent_id, const BoundStep& step,
                                   OutputFile& out) {
  Table& child = *step.child;
  bool is_map = step.kind == StepKind::kMap;
  if (!step.is_only_item) out.text().push_back(is_map ? '{' : '[');
  int64_t count = 0;
  while (const RowRun* row = child.rows->current()) {
    RowPlace place = row->place();
    if (place.key > parent_id) break;
    if (place.key < parent_id) {
      return RowFault(*child.source, row->id(), "its parent ", place.key, " in table ",
                      parent.source->table->name(), " has no place for it");
    }
    if (place.index != count) {
      return RowFault(*child.source, row->id(), "its index is ", place.index, ", not ", count);
    }
    if (count++ != 0) out.text().push_back(',');
    if (is_map) {
      const ColumnValues& keys = row->batch().columns[static_cast<size_t>(child.key_column)];
      AppendJsonString(out.text(), keys.Text(row->row()));
      out.text().push_back(':');
    }
    ROOST_TRY(WriteRecord(child, out));
    ROOST_TRY(child.rows->Next());
  }
  if (step.is_only_item && count > 1) {
    return RowFault(*parent.source, parent_id, "table ", child.source->table->name(), " has ",
                    count, " rows for it, not one");
  }
  if (count == 0 && !is_map) {
    return RowFault(*parent.source, parent_id, "table ", child.source->table->name(),
                    " has no rows for it");
  }
  if (!step.is_only_item) out.text().push_back(is_map ? '}' : ']');
  return Status::OK();
}

Status RecordWriter::ReadBeside(Table& table, const RowRun& row, const Program& program,
                                Beside& beside) {
  if (program.has_extra && table.extra_column >= 0) {
    const ColumnValues& extra = row.batch().columns[static_cast<size_t>(table.extra_column)];
    if (!extra.IsNull(row.row())) {
      auto texts = SplitJsonArray(extra.Text(row.row()));
      if (!texts.ok()) return RowFault(*table.source, row.id(), texts.status().message());
      beside.extra = std::move(*texts);
    }
  }
  return program.has_overflow ? ReadOverflow(*table.overflow, row.id(), beside) : Status::OK();
}

Status RecordWriter::ReadOverflow(Table& overflow, int64_t parent_id, Beside& beside) {
  while (const RowRun* row = overflow.rows->current()) {
    if (row->place().key > parent_id) break;
    std::string path, json;
    for (uint32_t column = 0; column < row->batch().columns.size(); ++column) {
      const ColumnValues& values = row->batch().columns[column];
      if (values.IsNull(row->row())) continue;
      if (static_cast<int>(column) == overflow.key_column) {
        path = values.Text(row->row());
      } else if (overflow.source->facts().columns[column].path.empty()) {
        values.Append(row->row(), json);
      }
    }
    bool is_expected = row->place().key == parent_id &&
                       beside.overflow.emplace(std::move(path), std::move(json)).second;
    if (!is_expected)
      return RowFault(*overflow.source, row->id(), "its parent has no place for it");
    ROOST_TRY(overflow.rows->Next());
  }
  return Status::OK();
}

}  // namespace roost::exporting
