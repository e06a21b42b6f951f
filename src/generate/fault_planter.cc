#include "generate/fault_planter.h"

#include <algorithm>
#include <cmath>

#include "base/json_text.h"

namespace roost::generate {

namespace {

constexpr int64_t kOrphanIds = 2'000'000'000'000;  // above all rows and phantoms
constexpr double kForgottenShare = 0.25;           // of rows, when nobody checks rules
constexpr uint64_t kMostLate = 8;                  // documents

std::string Member(const char* name, const std::string& json) {
  return std::string(",\"") + name + "\":" + json;
}

std::string Quoted(std::string_view text) {
  std::string json;
  AppendJsonString(json, text);
  return json;
}

}  // namespace

FaultPlanter::FaultPlanter(const Program& program, JsonWriter& writer)
    : program_(program),
      writer_(writer),
      columns_(FindFaultColumns(program)),
      rules_(program.tables.size()) {
  for (const world::Rule& rule : program.world->rules) {
    int table = program.world->Find(rule.table) + 1;
    if (rule.can_break) rules_[static_cast<size_t>(table)].push_back(&rule);
  }
}

void FaultPlanter::Plant(Chunk& chunk, FileName file_of, std::vector<std::string>* truth) {
  chunk_ = &chunk;
  file_of_ = file_of;
  truth_ = truth;
  RecordOverfull();
  for (size_t d = 0; d < chunk.count(); ++d) {
    if (program_.IsLost(chunk.first() + d)) continue;
    PlantBurst(d);
    for (size_t t = 0; t < program_.tables.size(); ++t) PlantTable(static_cast<int>(t), d);
  }
}

std::string FaultPlanter::Text(int table, int column, size_t i) {
  Buffer<char> out;
  if (column < 0) {
    writer_.WriteKey(table, i, out);
  } else {
    writer_.WriteValue(table, column, i, out);
  }
  return std::string(out.data(), out.size());
}

// Where the row stands in its document: $.orders[2].lines[0]; on a line of its own it is $.
std::string FaultPlanter::PathOf(int table, size_t i, size_t d) const {
  if (table == kDocument || program_.world->pack == world::World::Pack::kTables) return "$";
  const TableProgram& t = program_.table(table);
  const Chunk::Rows& rows = chunk_->rows(table);
  if (!t.inside) return "$." + t.name + "[" + std::to_string(i - rows.first_of_document[d]) + "]";
  auto owner = std::upper_bound(rows.first_of_owner.begin(), rows.first_of_owner.end(),
                                static_cast<uint32_t>(i));
  auto o = static_cast<size_t>(owner - rows.first_of_owner.begin()) - 1;
  return PathOf(t.owner, o, d) + "." + t.name + "[" + std::to_string(i - rows.first_of_owner[o]) +
         "]";
}

void FaultPlanter::Record(const std::string& kind, const Place& place, const std::string& key,
                          const std::string& before, const std::string& after,
                          const std::string& more) {
  const TableProgram& table = program_.table(place.table);
  std::string path = PathOf(place.table, place.row, place.d);
  std::string line = "{\"kind\":" + Quoted(kind);
  uint64_t iteration = chunk_->first() + place.d;
  line += Member("iteration", std::to_string(iteration));
  line += Member("file", Quoted(file_of_(program_, iteration, place.table)));
  if (place.column >= 0) {
    std::string name = table.columns[static_cast<size_t>(place.column)].name;
    int group = table.columns[static_cast<size_t>(place.column)].group;
    for (; group >= 0; group = table.columns[static_cast<size_t>(group)].group) {
      name = table.columns[static_cast<size_t>(group)].name + "." + name;
    }
    line += Member("path", Quoted(path + "." + name)) + Member("table", Quoted(table.name)) +
            Member("field", Quoted(name));
  } else {
    line += Member("path", Quoted(path)) + Member("table", Quoted(table.name));
  }
  line += Member("key", key) + Member("before", before) + Member("after", after) + more + "}\n";
  (*truth_)[place.d] += line;
}

void FaultPlanter::RecordOverfull() {
  for (const Chunk::Overfull& overfull : chunk_->overfull()) {
    const TableProgram& table = program_.table(overfull.table);
    int parent = table.columns[static_cast<size_t>(table.seat)].pick.table;
    size_t d = overfull.document - chunk_->first();
    const Chunk::Rows& rows = chunk_->rows(parent);
    size_t i = rows.first_of_document[d];
    while (rows.set->rows()[i] != overfull.parent) ++i;
    Record("over_capacity", {parent, -1, i, d}, Text(parent, -1, i),
           std::to_string(overfull.planned), std::to_string(overfull.now),
           Member("counted", Quoted(table.name)));
  }
}

// One field of one table is null in all rows that the document has of it.
void FaultPlanter::PlantBurst(size_t d) {
  uint64_t iteration = chunk_->first() + d;
  if (!program_.faults->Hits(Fault::kNullBurst, kDocument, iteration)) return;
  std::vector<std::pair<int, int>> candidates;
  for (size_t t = 0; t < columns_.size(); ++t) {
    const auto& first = chunk_->rows(static_cast<int>(t)).first_of_document;
    if (first[d + 1] - first[d] < 2) continue;
    for (int column : columns_[t].null_burst) candidates.emplace_back(static_cast<int>(t), column);
  }
  if (candidates.empty()) return;
  auto [table, column] = candidates[program_.faults->Bits(Fault::kNullBurst, kDocument, iteration) %
                                    candidates.size()];
  Chunk::Rows& rows = chunk_->rows(table);
  Values& values = rows.set->Get(column);
  for (size_t i = rows.first_of_document[d]; i < rows.first_of_document[d + 1]; ++i) {
    std::string before = Text(table, column, i);
    values.presence.resize(rows.set->rows().size(), Presence::kValue);
    values.presence[i] = Presence::kNull;
    Record("null_burst", {table, column, i, d}, Text(table, -1, i), before, "null",
           Member("burst", std::to_string(iteration)));
  }
  // No other fault in these rows.
  for (size_t i = rows.first_of_document[d]; i < rows.first_of_document[d + 1]; ++i) {
    if (rows.kinds[i] == RowKind::kPlain) rows.kinds[i] = RowKind::kExtra;
  }
}

void FaultPlanter::PlantTable(int table, size_t d) {
  Chunk::Rows& rows = chunk_->rows(table);
  for (size_t i = rows.first_of_document[d]; i < rows.first_of_document[d + 1]; ++i) {
    RowKind kind = rows.KindOf(i);
    if (kind == RowKind::kPlain) {
      PlantRow(table, i, d);
    } else if (kind == RowKind::kDuplicate || kind == RowKind::kClash) {
      RecordRepeats(table, i, d);
    }
  }
}

void FaultPlanter::RecordRepeats(int table, size_t i, size_t d) {
  Chunk::Rows& rows = chunk_->rows(table);
  std::string of = "{\"copy_of\":" + Quoted(PathOf(table, i - 1, d)) + "}";
  if (rows.kinds[i] == RowKind::kDuplicate) {
    return Record("duplicate", {table, -1, i, d}, Text(table, -1, i), "null", of, "");
  }
  int key = program_.table(table).key[0];
  std::string before = Text(table, key, i);
  Values& values = rows.set->Get(key);
  values.numbers[i] = values.numbers[i - 1];
  Record("clash", {table, key, i, d}, Text(table, -1, i), before, Text(table, key, i), "");
}

void FaultPlanter::PlantRow(int table, size_t i, size_t d) {
  const FaultColumns& columns = columns_[static_cast<size_t>(table)];
  if (PlantOne(Fault::kOrphan, columns.orphan, table, i, d)) return;
  if (PlantOne(Fault::kLateParent, columns.late_parent, table, i, d)) return;
  if (BreakRules(table, i, d)) return;
  if (PlantOne(Fault::kOutlier, columns.outlier, table, i, d)) return;
  if (PlantOne(Fault::kUnitSwap, columns.unit_swap, table, i, d)) return;
  PlantOne(Fault::kTypeFlip, columns.type_flip, table, i, d);
}

bool FaultPlanter::PlantOne(Fault fault, const std::vector<int>& columns, int table, size_t i,
                            size_t d) {
  uint64_t row = chunk_->rows(table).set->rows()[i];
  if (columns.empty() || !program_.faults->Hits(fault, table, row)) return false;
  uint64_t start = program_.faults->Bits(fault, table, row) % columns.size();
  for (size_t c = 0; c < columns.size(); ++c) {
    int column = columns[(start + c) % columns.size()];
    int group = program_.table(table).columns[static_cast<size_t>(column)].group;
    bool is_there = chunk_->rows(table).set->Get(column).At(i) == Presence::kValue;
    for (; group >= 0; group = program_.table(table).columns[static_cast<size_t>(group)].group) {
      is_there &= chunk_->rows(table).set->Get(group).At(i) == Presence::kValue;
    }
    if (is_there && Change(fault, {table, column, i, d})) return true;
  }
  return false;
}

bool FaultPlanter::Change(Fault fault, const Place& place) {
  std::string key = Text(place.table, -1, place.row),
              before = Text(place.table, place.column, place.row);
  std::string more;
  const Column& column = program_.table(place.table).columns[static_cast<size_t>(place.column)];
  RowSet& set = *chunk_->rows(place.table).set;
  Values& values = set.Get(place.column);
  switch (fault) {
    case Fault::kOrphan:
      if (!MakeOrphan(place)) return false;
      break;
    case Fault::kLateParent:
      if (!MakeLate(place)) return false;
      break;
    case Fault::kOutlier:
      if (!MakeOutlier(place)) return false;
      break;
    case Fault::kUnitSwap:
      if (!SwapUnit(column, &values.numbers[place.row])) return false;
      more = Member("unit", Quoted(column.unit)) + Member("written_in", Quoted(column.other_unit));
      break;
    default:
      values.presence.resize(set.rows().size(), Presence::kValue);
      values.presence[place.row] = Presence::kAsText;
  }
  std::string after = Text(place.table, place.column, place.row);
  if (after == before) return false;
  Record(std::string(FaultPlan::Name(fault)), place, key, before, after, more);
  return true;
}

// What could be right in its own unit is no fault that anybody could find.
bool FaultPlanter::SwapUnit(const Column& column, int64_t* value) {
  auto swapped =
      static_cast<int64_t>(std::floor(static_cast<double>(*value) * column.unit_factor + 0.5));
  bool could_be_right =
      column.has_range && swapped >= column.sampler.low() && swapped <= column.sampler.high();
  if (could_be_right) return false;
  *value = swapped;
  return true;
}

bool FaultPlanter::MakeOrphan(const Place& place) {
  const Column& column = program_.table(place.table).columns[static_cast<size_t>(place.column)];
  const Column& origin =
      program_.table(column.origin_table).columns[static_cast<size_t>(column.origin_column)];
  RowSet& set = *chunk_->rows(place.table).set;
  uint64_t row = set.rows()[place.row];
  int64_t& value = set.Get(place.column).numbers[place.row];
  switch (origin.op) {
    case Op::kSequence:
      value = origin.start + origin.step * (kOrphanIds + static_cast<int64_t>(row));
      return true;
    case Op::kIndex:
      value = origin.start + kOrphanIds + static_cast<int64_t>(row);
      return true;
    default: {
      // Texts that no row uses: rows take the first half of the space (plan.cc), phantoms its end.
      bool is_number = origin.op == Op::kCountedNumber;
      int64_t low = is_number ? origin.sampler.low() : 0;
      uint64_t space = is_number ? static_cast<uint64_t>(origin.sampler.high() - low) + 1
                                 : origin.pattern->space();
      if (space < 8) return false;
      value =
          low + static_cast<int64_t>(Permutation(origin.key, space)(space / 2 + row % (space / 4)));
      return true;
    }
  }
}

bool FaultPlanter::MakeLate(const Place& place) {
  const Column& column = program_.table(place.table).columns[static_cast<size_t>(place.column)];
  RowSet& set = *chunk_->rows(place.table).set;
  int target = column.source.table;
  uint64_t bits = program_.faults->Bits(Fault::kLateParent, place.table, set.rows()[place.row]);
  uint64_t document = chunk_->first() + place.d + 1 + (bits >> 8) % kMostLate;
  while (program_.IsLost(document)) ++document;
  RowSet parents(program_, target);
  uint64_t n = program_.Count(target, document);
  parents.rows().push_back(document * program_.table(target).max_count + (bits >> 32) % n);
  set.Get(place.column).numbers[place.row] = parents.Get(column.source.column).numbers[0];
  return true;
}

bool FaultPlanter::MakeOutlier(const Place& place) {
  const Column& column = program_.table(place.table).columns[static_cast<size_t>(place.column)];
  RowSet& set = *chunk_->rows(place.table).set;
  uint64_t bits = program_.faults->Bits(Fault::kOutlier, place.table, set.rows()[place.row]);
  int64_t span = column.sampler.high() - column.sampler.low();
  set.Get(place.column).numbers[place.row] =
      column.sampler.high() + span * (5 + static_cast<int64_t>((bits >> 16) % 45));
  return true;
}

// The value that breaks the rule, as the column counts; false if the row lacks a value for it.
bool FaultPlanter::FindBroken(const world::Rule& rule, int table, int column, size_t i,
                              int64_t* value) {
  RowSet& set = *chunk_->rows(table).set;
  if (column < 0 || set.Get(column).At(i) != Presence::kValue) return false;
  auto scale_of = [&](int c) {
    return static_cast<double>(
        PowerOfTen(program_.table(table).columns[static_cast<size_t>(c)].decimals));
  };
  std::vector<double> inputs;
  for (const std::string& name : rule.broken_value.names()) {
    int input = program_.FindColumn(table, name);
    if (input < 0 || set.Get(input).At(i) != Presence::kValue) return false;
    inputs.push_back(static_cast<double>(set.Get(input).numbers[i]) / scale_of(input));
  }
  std::vector<std::span<const double>> columns;
  for (double& input : inputs) columns.emplace_back(&input, 1);
  double result = 0;
  rule.broken_value.Evaluate(columns, {&result, 1});
  *value = static_cast<int64_t>(std::floor(result * scale_of(column) + 0.5));
  return true;
}

bool FaultPlanter::BreakRules(int table, size_t i, size_t d) {
  RowSet& set = *chunk_->rows(table).set;
  for (const world::Rule* rule : rules_[static_cast<size_t>(table)]) {
    if (!program_.faults->HitsRule(rule->name, set.rows()[i])) continue;
    int column = program_.FindColumn(table, rule->broken_field);
    int64_t value;
    if (!FindBroken(*rule, table, column, i, &value)) continue;
    std::string key = Text(table, -1, i), before = Text(table, column, i);
    set.Get(column).numbers[i] = value;
    Record(rule->name, {table, column, i, d}, key, before, Text(table, column, i), "");
    return true;
  }
  return false;
}

void FaultPlanter::ForgetRules(Chunk& chunk) {
  chunk_ = &chunk;
  for (size_t t = 0; t < rules_.size(); ++t) {
    int table = static_cast<int>(t);
    RowSet& set = *chunk.rows(table).set;
    for (const world::Rule* rule : rules_[t]) {
      int column = program_.FindColumn(table, rule->broken_field);
      uint64_t key = MakeKey(program_.seed, rule->name + "#forgotten");
      for (size_t i = 0; i < set.rows().size(); ++i) {
        int64_t value;
        if (Draw(key, set.rows()[i]) < Threshold(kForgottenShare) &&
            FindBroken(*rule, table, column, i, &value)) {
          set.Get(column).numbers[i] = value;
        }
      }
    }
  }
}

}  // namespace roost::generate
