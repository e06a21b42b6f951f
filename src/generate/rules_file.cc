#include "generate/rules_file.h"

#include <algorithm>

#include "base/json_text.h"
#include "generate/digits.h"
#include "generate/row_set.h"

namespace roost::generate {

namespace {

// JSON strings are YAML strings.
std::string Quoted(std::string_view text) {
  std::string out;
  AppendJsonString(out, text);
  return out;
}

std::string Shown(int64_t value, int decimals) {
  char text[64];
  char* end = decimals == 0 ? WriteInt(text, value) : WriteDecimal(text, value, decimals);
  return std::string(text, end);
}

std::string ShownDouble(double value) {
  std::string text;
  AppendJsonDouble(text, value);
  return text;
}

const Column& At(const TableProgram& table, int column) {
  return table.columns[static_cast<size_t>(column)];
}

std::string Names(const TableProgram& table, const std::vector<int>& columns) {
  std::string list;
  for (int column : columns) list += (list.empty() ? "[" : ", ") + At(table, column).path;
  return list + "]";
}

class RulesWriter {
 public:
  explicit RulesWriter(const std::vector<Program>& programs)
      : programs_(programs), program_(programs.front()), world_(*program_.world) {}

  std::string Run() {
    out_ = "# What is true of world '" + world_.name +
           "' when no fault is planted.\nworld: " + world_.name + "\n";
    if (programs_.size() > 1) {
      out_ +=
          "# Names are those of iteration 0; fields that come, go or are renamed later: see the "
          "world.\n";
    }
    // A field may not have come yet, a table have no row; whoever checks takes that as empty.
    out_ += "missing: empty\n";
    bool documents = world_.pack == world::World::Pack::kDocuments;
    if (documents) Files();
    out_ += "tables:\n";
    if (documents) OneTable(kDocument);
    for (size_t t = 1; t < program_.tables.size(); ++t) OneTable(static_cast<int>(t));
    return out_;
  }

 private:
  /// Documents that count themselves are never alike.
  void Files() {
    bool counted = false;
    for (const Column& column : program_.table(kDocument).columns) {
      counted |= column.op == Op::kSequence && column.written;
    }
    out_ += std::string("files: {whole: true") + (counted ? ", distinct: true" : "") + "}\n";
  }

  /// As ingest names the root table of the documents' files.
  std::string DocumentName() const {
    bool taken = world_.Find(world_.document_name) >= 0;
    return world_.document_name + (taken ? "_document" : "");
  }

  void OneTable(int index) {
    const TableProgram& table = program_.table(index);
    if (index == kDocument && table.columns.empty()) return;
    out_ += "  " + (index == kDocument ? DocumentName() : table.name) + ":\n";
    if (!table.key.empty()) out_ += "    key: " + Names(table, table.key) + "\n";
    if (!table.unique.empty()) out_ += "    unique: [" + Names(table, table.unique) + "]\n";
    References(index);
    Capacity(table);
    if (index != kDocument && table.owner != kDocument) Counts(table);
    Columns(table);
    Conditions(table);
  }

  // Keys of one field first; then keys of several, all of whose fields are copied from one row.
  void References(int index) {
    const TableProgram& table = program_.table(index);
    std::string list;
    for (const Column& column : table.columns) {
      if (!column.written || column.op != Op::kFrom || column.source.via == Source::Via::kDocument)
        continue;
      const TableProgram& target = program_.table(column.source.table);
      if (target.key.empty() || target.key[0] != column.source.column) continue;
      std::string own, key;
      for (int part : target.key) {
        for (const Column& other : table.columns) {
          bool copies = other.written && other.op == Op::kFrom && other.source.column == part &&
                        other.source.table == column.source.table &&
                        other.source.selection == column.source.selection;
          if (!copies) continue;
          own += (own.empty() ? "" : ", ") + other.path;
          key += (key.empty() ? "" : ", ") + At(target, part).path;
          break;
        }
      }
      if (std::count(own.begin(), own.end(), ',') + 1 != static_cast<int64_t>(target.key.size()))
        continue;
      list += "      - {columns: [" + own + "], table: " + target.name + ", key: [" + key + "]}\n";
    }
    if (!list.empty()) out_ += "    references:\n" + list;
  }

  void Capacity(const TableProgram& table) {
    if (table.seat < 0) return;
    const Column& seat = At(table, table.seat);
    const TableProgram& parent = program_.table(seat.pick.table);
    std::string field = seat.path.substr(0, seat.path.find('#'));
    out_ += "    capacity:\n      - {count_by: " + field + ", table: " + parent.name +
            ", key: " + At(parent, parent.key[0]).path +
            ", limit: " + At(parent, seat.capacity).path +
            ", utilization: " + ShownDouble(seat.utilization) + "}\n";
  }

  void Counts(const TableProgram& table) {
    const TableProgram& owner = program_.table(table.owner);
    std::string by;
    for (const Column& column : table.columns) {
      if (column.op == Op::kFrom && column.source.via == Source::Via::kOwner &&
          owner.key.size() == 1 && column.source.column == owner.key[0]) {
        by = column.path;
      }
    }
    if (by.empty()) return;
    out_ += "    rows_for_each:\n      - {table: " + owner.name + ", by: " + by +
            ", least: " + std::to_string(table.seat >= 0 ? 0 : table.count.low()) +
            ", most: " + std::to_string(table.count.high()) + "}\n";
  }

  static bool IsWritten(const TableProgram& table, const Column& column) {
    return column.written && (column.group < 0 || IsWritten(table, At(table, column.group)));
  }

  // Fields of an object that may be missing are there only when it is.
  static bool IsAlwaysThere(const TableProgram& table, const Column& column) {
    if (column.absent_below > 0) return false;
    return column.group < 0 || IsAlwaysThere(table, At(table, column.group));
  }

  /// Of fields that never change; empty for what JSON has no type of its own for.
  std::string TypeOf(const Column& column) const {
    if (programs_.size() > 1) return "";
    if (column.type == Type::kBool) return "bool";
    if (column.type != Type::kNumber) return "";
    return column.decimals == 0 ? "integer" : "number";
  }

  void Columns(const TableProgram& table) {
    std::string list;
    for (const Column& column : table.columns) {
      if (!IsWritten(table, column) || column.op == Op::kGroup) continue;
      std::string facts;
      if (column.has_range && column.type == Type::kNumber) {
        facts = "range: [" + Shown(column.sampler.low(), column.decimals) + ", " +
                Shown(column.sampler.high(), column.decimals) + "]";
      }
      auto add = [&facts](const std::string& fact) { facts += (facts.empty() ? "" : ", ") + fact; };
      if (std::string type = TypeOf(column); !type.empty()) add("type: " + type);
      if (IsAlwaysThere(table, column)) add("required: true");
      if (column.type == Type::kCode && column.op != Op::kFrom) {
        add("pattern: " + Quoted(column.pattern->text()));
      }
      if (!facts.empty()) list += "      " + column.path + ": {" + facts + "}\n";
    }
    if (!list.empty()) out_ += "    columns:\n" + list;
  }

  void Conditions(const TableProgram& table) {
    std::string list;
    for (const world::Rule& rule : world_.rules) {
      if (rule.table != table.name) continue;
      list += "      - {name: " + rule.name + ", holds: " + Quoted(rule.holds) + "}\n";
    }
    if (!list.empty()) out_ += "    rules:\n" + list;
  }

  const std::vector<Program>& programs_;
  const Program& program_;
  const world::World& world_;
  std::string out_;
};

}  // namespace

std::string RulesText(const std::vector<Program>& programs) { return RulesWriter(programs).Run(); }

}  // namespace roost::generate
