#include "generate/json_writer.h"

#include <algorithm>

#include "base/json_text.h"
#include "generate/digits.h"
#include "generate/value_text.h"

namespace roost::generate {

namespace {

bool IsOwnPattern(const Column& column) {
  return column.op == Op::kCountedPattern || column.op == Op::kPattern;
}

char* CopyText(std::string_view text, char* out) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

}  // namespace

JsonWriter::JsonWriter(const Program& program)
    : program_(program), writers_(program.tables.size()) {
  for (size_t t = 0; t < writers_.size(); ++t) {
    int table = static_cast<int>(t);
    TableWriter& writer = writers_[t];
    AppendJsonString(writer.name_json, program.table(table).name);
    for (const Column& column : program.table(table).columns) {
      std::string key;
      AppendJsonString(key, column.name);
      writer.keys.emplace_back(key + ":");
      writer.row_bytes += key.size() + 4 + 32 + MaxTextBytes(program, table, column);
    }
    writer.row_bytes += 64;
    writer.values.resize(program.table(table).columns.size());
    writer.views.resize(writer.values.size());
    AddEntries(table);
    AddSteps(table, -1);
    for (int child : program.table(table).children) {
      if (program.table(child).inside) writer.steps.push_back({Step::Kind::kChildren, child, 0});
    }
  }
}

void JsonWriter::AddSteps(int table, int group) {
  auto& steps = writer(table).steps;
  const auto& columns = program_.table(table).columns;
  for (size_t c = 0; c < columns.size(); ++c) {
    if (columns[c].group != group || !columns[c].written) continue;
    int column = static_cast<int>(c);
    if (columns[c].op != Op::kGroup) {
      steps.push_back(
          {columns[c].op == Op::kList ? Step::Kind::kList : Step::Kind::kValue, column, 0});
      continue;
    }
    size_t open = steps.size();
    steps.push_back({Step::Kind::kOpen, column, 0});
    AddSteps(table, column);
    steps.push_back({Step::Kind::kClose, column, 0});
    steps[open].next = static_cast<uint32_t>(steps.size());
  }
}

void JsonWriter::AddEntries(int table) {
  TableWriter& writer = this->writer(table);
  for (const Column& column : program_.table(table).columns) {
    const Column& origin =
        column.op == Op::kFrom
            ? program_.table(column.origin_table).columns[static_cast<size_t>(column.origin_column)]
            : column;
    std::vector<PaddedText>& texts = writer.entries.emplace_back();
    if (origin.op == Op::kConstant) texts.push_back(origin.constant->json);
    for (const Entry& entry : origin.entries) texts.push_back(entry.json);
  }
}

void JsonWriter::Begin(Chunk& chunk) {
  chunk_ = &chunk;
  for (size_t t = 0; t < writers_.size(); ++t) {
    TableWriter& writer = writers_[t];
    writer.rows = &chunk.rows(static_cast<int>(t));
    const auto& columns = program_.tables[t].columns;
    for (size_t c = 0; c < columns.size(); ++c) {
      if (!columns[c].written) continue;
      TakeValues(writer, static_cast<int>(c));
      if (columns[c].op == Op::kList) TakeValues(writer, columns[c].element);
    }
  }
}

void JsonWriter::TakeValues(TableWriter& writer, int column) {
  const Values& values = writer.rows->set->Get(column);
  const Presence* presence = values.presence.empty() ? nullptr : values.presence.data();
  writer.values[static_cast<size_t>(column)] = &values;
  writer.views[static_cast<size_t>(column)] = {values.numbers.data(), presence};
}

char* JsonWriter::WriteOne(const TableWriter& writer, int table, int index, size_t i, char* out) {
  const Column& column = program_.table(table).columns[static_cast<size_t>(index)];
  int64_t value = writer.views[static_cast<size_t>(index)].numbers[i];
  switch (column.type) {
    case Type::kEntry:
      return writer.entries[static_cast<size_t>(index)][static_cast<size_t>(value)].CopyTo(out);
    case Type::kConstant:
      return writer.entries[static_cast<size_t>(index)][0].CopyTo(out);
    case Type::kBool:
      return CopyText(value ? "true" : "false", out);
    case Type::kNumber:
      if (column.decimals == 0) return WriteInt(out, value);
      return WriteDecimal(out, value, column.decimals);
    case Type::kTime:
      if (column.epoch) return WriteInt(out, value / 1'000'000);
      break;
    case Type::kCode:
      if (!IsOwnPattern(column)) break;
      *out++ = '"';
      out = column.op == Op::kPattern ? column.pattern->Draw(static_cast<uint64_t>(value), out)
                                      : column.pattern->Count(static_cast<uint64_t>(value), out);
      *out++ = '"';
      return out;
    default:
      break;
  }
  *out++ = '"';
  if (column.type == Type::kTime || column.type == Type::kDate) {
    out = WriteNumber(column, value, out);
  } else {
    out = WriteText(*writer.rows->set, index, i, 0, Escape::kJson, out);
  }
  *out++ = '"';
  return out;
}

char* JsonWriter::WriteList(const TableWriter& writer, int table, int index, size_t i, char* out) {
  const Column& column = program_.table(table).columns[static_cast<size_t>(index)];
  const Values& values = *writer.values[static_cast<size_t>(index)];
  *out++ = '[';
  for (uint32_t e = values.first[i]; e < values.first[i + 1]; ++e) {
    out = WriteOne(writer, table, column.element, e, out);
    *out++ = ',';
  }
  if (out[-1] == ',') --out;
  *out++ = ']';
  return out;
}

// Every member ends with a comma; the closing bracket takes the place of the last one.
void JsonWriter::WriteRow(int table, size_t i, Buffer<char>& buffer) {
  TableWriter& writer = this->writer(table);
  buffer.Reserve(buffer.size() + writer.row_bytes);
  char* out = buffer.end();
  *out++ = '{';
  const Step* steps = writer.steps.data();
  for (size_t s = 0; s < writer.steps.size(); ++s) {
    const Step& step = steps[s];
    if (step.kind == Step::Kind::kClose) {
      if (out[-1] == ',') --out;
      *out++ = '}';
      *out++ = ',';
      continue;
    }
    if (step.kind == Step::Kind::kChildren) {
      buffer.SetSize(static_cast<size_t>(out - buffer.begin()));
      WriteChildren(step.column, i, buffer);
      buffer.Reserve(buffer.size() + writer.row_bytes);
      out = buffer.end();
      continue;
    }
    const View& view = writer.views[static_cast<size_t>(step.column)];
    Presence presence = view.presence ? view.presence[i] : Presence::kValue;
    if (presence == Presence::kAbsent) {
      if (step.kind == Step::Kind::kOpen) s = step.next - 1;
      continue;
    }
    out = writer.keys[static_cast<size_t>(step.column)].CopyTo(out);
    if (presence == Presence::kNull) {
      out = CopyText("null,", out);
      if (step.kind == Step::Kind::kOpen) s = step.next - 1;
      continue;
    }
    if (step.kind == Step::Kind::kOpen) {
      *out++ = '{';
      continue;
    }
    bool as_text = presence == Presence::kAsText;
    if (as_text) *out++ = '"';
    out = step.kind == Step::Kind::kList ? WriteList(writer, table, step.column, i, out)
                                         : WriteOne(writer, table, step.column, i, out);
    if (as_text) *out++ = '"';
    *out++ = ',';
  }
  if (out[-1] == ',') --out;
  *out++ = '}';
  buffer.SetSize(static_cast<size_t>(out - buffer.begin()));
}

void JsonWriter::WriteRows(int table, size_t begin, size_t end, Buffer<char>& out) {
  const std::string& name = writer(table).name_json;
  out.Append(name.data(), name.size());
  out.Append(":[", 2);
  for (size_t i = begin; i < end; ++i) {
    if (i > begin) out.Push(',');
    WriteRow(table, i, out);
  }
  out.Append("],", 2);
}

void JsonWriter::WriteChildren(int table, size_t owner, Buffer<char>& out) {
  const auto& first = chunk_->rows(table).first_of_owner;
  WriteRows(table, first[owner], first[owner + 1], out);
}

void JsonWriter::WriteDocument(size_t d, Buffer<char>& out) {
  WriteRow(kDocument, d, out);
  char* last = out.end() - 1;  // the document's own '}'
  out.SetSize(out.size() - 1);
  if (last[-1] != '{') out.Push(',');
  for (size_t t = 1; t < writers_.size(); ++t) {
    int table = static_cast<int>(t);
    const TableProgram& program = program_.table(table);
    bool elsewhere = program_.table(program_.RootOf(table)).once && chunk_->first() + d > 0;
    if (program.inside || elsewhere) continue;
    const auto& first = chunk_->rows(table).first_of_document;
    WriteRows(table, first[d], first[d + 1], out);
  }
  if (out.end()[-1] == ',') out.SetSize(out.size() - 1);
  out.Push('}');
}

void JsonWriter::WriteLines(int table, size_t d, Buffer<char>& out) {
  const auto& first = chunk_->rows(table).first_of_document;
  for (size_t i = first[d]; i < first[d + 1]; ++i) {
    WriteRow(table, i, out);
    out.Push('\n');
  }
}

void JsonWriter::WriteValue(int table, int column, size_t i, Buffer<char>& out) {
  const Values& values = *writer(table).values[static_cast<size_t>(column)];
  Presence presence = values.At(i);
  out.Reserve(out.size() + writer(table).row_bytes);
  char* end = out.end();
  if (presence == Presence::kNull || presence == Presence::kAbsent) {
    end = CopyText("null", end);
  } else {
    if (presence == Presence::kAsText) *end++ = '"';
    end = WriteOne(writer(table), table, column, i, end);
    if (presence == Presence::kAsText) *end++ = '"';
  }
  out.SetSize(static_cast<size_t>(end - out.begin()));
}

void JsonWriter::WriteKey(int table, size_t i, Buffer<char>& out) {
  const TableProgram& t = program_.table(table);
  const std::vector<int>& names = t.key.empty() ? t.unique : t.key;
  out.Push('{');
  for (int column : names) {
    if (!t.columns[static_cast<size_t>(column)].written) continue;
    std::string key;
    AppendJsonString(key, t.columns[static_cast<size_t>(column)].name);
    out.Append(key.data(), key.size());
    out.Push(':');
    WriteValue(table, column, i, out);
    out.Push(',');
  }
  if (out.end()[-1] == ',') out.SetSize(out.size() - 1);
  out.Push('}');
}

}  // namespace roost::generate
