#include "generate/row_shapes.h"

#include "base/json_text.h"
#include "shred/shape_registry.h"

namespace roost::generate {

namespace {

constexpr char kAbsent = '-';

}  // namespace

RowShapes::RowShapes(const Program& program, int table) : program_(program), table_(table) {
  const auto& columns = program.table(table).columns;
  for (size_t c = 0; c < columns.size(); ++c) {
    if (columns[c].written) columns_.push_back(static_cast<int>(c));
  }
  bool apart = program.world->pack == world::World::Pack::kTables;
  for (size_t t = 1; t < program.tables.size() && !apart; ++t) {
    const TableProgram& child = program.tables[t];
    if (child.inside ? child.owner == table : table == kDocument)
      children_.push_back(static_cast<int>(t));
  }
  for (size_t k = 0; k < columns_.size(); ++k) {
    const Column& column = columns[static_cast<size_t>(columns_[k])];
    bool copied =
        column.op == Op::kFrom || column.op == Op::kFormula;  // misses where its source does
    if (column.absent_below > 0 || column.op == Op::kGroup || column.op == Op::kList || copied) {
      varying_.push_back(k);
    }
  }
  states_.assign(columns_.size() + children_.size(), 's');
  last_states_ = "none yet";
}

// s scalar, { object, e empty list, l list, - absent.
char RowShapes::StateOf(Chunk& chunk, int column, size_t i) const {
  Values& values = chunk.rows(table_).set->Get(column);
  Presence presence = values.At(i);
  if (presence == Presence::kAbsent) return kAbsent;
  Op op = program_.table(table_).columns[static_cast<size_t>(column)].op;
  if (presence == Presence::kNull) return 's';
  if (op == Op::kGroup) return '{';
  if (op != Op::kList) return 's';
  return values.first[i] == values.first[i + 1] ? 'e' : 'l';
}

// t table, e empty array, - absent: a table that stands once is in the first document only.
char RowShapes::ChildState(Chunk& chunk, int child, size_t i, size_t d) const {
  Chunk::Rows& rows = chunk.rows(child);
  bool inside = program_.table(child).inside;
  if (!inside && program_.table(program_.RootOf(child)).once && chunk.first() + d > 0)
    return kAbsent;
  const auto& first = inside ? rows.first_of_owner : rows.first_of_document;
  size_t at = inside ? i : d;
  return first[at] == first[at + 1] ? 'e' : 't';
}

// Most rows differ from the one before in nothing, or are like it.
uint32_t RowShapes::NumberOf(Chunk& chunk, size_t i, size_t d) {
  for (size_t k : varying_) states_[k] = StateOf(chunk, columns_[k], i);
  for (size_t k = 0; k < children_.size(); ++k) {
    states_[columns_.size() + k] = ChildState(chunk, children_[k], i, d);
  }
  if (states_ == last_states_) return last_number_;
  auto found = numbers_.find(states_);
  last_number_ = found != numbers_.end() ? found->second : Add();
  last_states_ = states_;
  return last_number_;
}

void RowShapes::AppendMembers(int group, std::string* text) const {
  const auto& columns = program_.table(table_).columns;
  for (size_t k = 0; k < columns_.size(); ++k) {
    const Column& column = columns[static_cast<size_t>(columns_[k])];
    if (column.group != group || states_[k] == kAbsent) continue;
    AppendJsonString(*text, column.name);
    *text += ':';
    if (states_[k] == '{') {
      *text += '{';
      AppendMembers(columns_[k], text);
      if (text->back() == ',') text->pop_back();
      *text += '}';
    } else {
      *text += states_[k];
    }
    *text += ',';
  }
}

uint32_t RowShapes::Add() {
  std::string text = "{";
  AppendMembers(-1, &text);
  for (size_t k = 0; k < children_.size(); ++k) {
    char child = states_[columns_.size() + k];
    if (child == kAbsent) continue;
    AppendJsonString(text, program_.table(children_[k]).name);
    text = text + ":" + child + ",";
  }
  if (text.back() == ',') text.pop_back();
  text += '}';
  auto number = static_cast<uint32_t>(texts_.size());
  numbers_.emplace(states_, number);
  hashes_.push_back({shred::ShapeHash(text)});
  texts_.push_back(std::move(text));
  return number;
}

}  // namespace roost::generate
