#include "generate/fault_columns.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "generate/chunk.h"

namespace roost::generate {

namespace {

bool Holds(const std::vector<int>& columns, int column) {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

// The words of a condition in SQL that may be names.
bool Mentions(const std::string& sql, const std::string& name) {
  for (size_t at = sql.find(name); at != std::string::npos; at = sql.find(name, at + 1)) {
    auto is_word = [&](size_t i) {
      return i < sql.size() && (std::isalnum(static_cast<unsigned char>(sql[i])) || sql[i] == '_');
    };
    if (!(at > 0 && is_word(at - 1)) && !is_word(at + name.size())) return true;
  }
  return false;
}

class Finder {
 public:
  explicit Finder(const Program& program) : program_(program) {
    for (const TableProgram& table : program.tables)
      used_.emplace_back(table.columns.size(), false);
    for (size_t t = 0; t < program.tables.size(); ++t) MarkUsed(static_cast<int>(t));
    for (const world::Rule& rule : program.world->rules) {
      int table = program.world->Find(rule.table) + 1;
      for (size_t c = 0; c < used_[static_cast<size_t>(table)].size(); ++c) {
        const Column& column = program.table(table).columns[c];
        if (Mentions(rule.holds, column.path)) Mark(table, static_cast<int>(c));
      }
    }
  }

  FaultColumns Find(int table) const {
    FaultColumns found;
    const auto& columns = program_.table(table).columns;
    for (size_t c = 0; c < columns.size(); ++c) {
      int index = static_cast<int>(c);
      const Column& column = columns[c];
      if (!column.written || column.op == Op::kGroup) continue;
      if (IsForeignKey(column) && !IsReferencedKey(table, index)) found.orphan.push_back(index);
      if (CanBeLate(table, index)) found.late_parent.push_back(index);
      bool plain = column.op != Op::kFrom && column.op != Op::kSequence &&
                   column.op != Op::kIndex && !column.unique && !IsUsed(table, index) &&
                   !InKey(table, index);
      if (!plain) continue;
      bool number = column.type == Type::kNumber;
      if (table != kDocument && column.absent_below == 0 && column.group < 0 &&
          column.op != Op::kConstant && column.op != Op::kList) {
        found.null_burst.push_back(index);
      }
      if (number && column.has_range && column.sampler.low() < column.sampler.high())
        found.outlier.push_back(index);
      if (number && column.unit_factor > 0) found.unit_swap.push_back(index);
      if ((number && column.op != Op::kFormula) || column.type == Type::kBool)
        found.type_flip.push_back(index);
    }
    return found;
  }

 private:
  void Mark(int table, int column) {
    used_[static_cast<size_t>(table)][static_cast<size_t>(column)] = true;
  }
  bool IsUsed(int table, int column) const {
    return used_[static_cast<size_t>(table)][static_cast<size_t>(column)];
  }

  void MarkUsed(int table) {
    for (const Column& column : program_.table(table).columns) {
      if (column.op == Op::kSeat) Mark(column.pick.table, column.capacity);
      if (column.op == Op::kFrom) Mark(column.source.table, column.source.column);
      for (const TemplatePart& part : column.parts) {
        if (part.column >= 0) Mark(table, part.column);
      }
      for (const Source& input : column.inputs) {
        Mark(input.via == Source::Via::kSelf ? table : input.table, input.column);
      }
    }
  }

  bool InKey(int table, int column) const {
    return Holds(program_.table(table).key, column) || Holds(program_.table(table).unique, column);
  }

  // A key that other rows point to; to change it would make orphans of them.
  bool IsReferencedKey(int table, int column) const {
    return Holds(program_.table(table).key, column) && IsUsed(table, column);
  }

  bool IsForeignKey(const Column& column) const {
    if (column.op != Op::kFrom || column.source.via == Source::Via::kDocument) return false;
    if (!Holds(program_.table(column.source.table).key, column.source.column)) return false;
    const Column& origin =
        program_.table(column.origin_table).columns[static_cast<size_t>(column.origin_column)];
    return origin.op == Op::kSequence || origin.op == Op::kIndex ||
           origin.op == Op::kCountedPattern || origin.op == Op::kCountedNumber;
  }

  bool CanBeLate(int table, int index) const {
    const auto& columns = program_.table(table).columns;
    const Column& column = columns[static_cast<size_t>(index)];
    if (!IsForeignKey(column) || column.source.via != Source::Via::kSelection ||
        InKey(table, index)) {
      return false;
    }
    const TableProgram& target = program_.table(column.source.table);
    const Column& selection = columns[static_cast<size_t>(column.source.selection)];
    auto copies = std::count_if(columns.begin(), columns.end(), [&](const Column& other) {
      return other.op == Op::kFrom && other.source.via == Source::Via::kSelection &&
             other.source.selection == column.source.selection;
    });
    return selection.op == Op::kPick && !selection.pick.distinct && copies == 1 &&
           target.owner == kDocument && !target.once && target.key.size() == 1;
  }

  const Program& program_;
  std::vector<std::vector<bool>> used_;
};

bool HasPlace(const Program& program, const FaultPlan::Wish& wish) {
  std::vector<FaultColumns> columns = FindFaultColumns(program);
  auto any = [&](std::vector<int> FaultColumns::* kind) {
    return std::any_of(columns.begin(), columns.end(),
                       [&](const FaultColumns& c) { return !(c.*kind).empty(); });
  };
  auto any_table = [&](auto&& fits) {
    for (size_t t = 1; t < program.tables.size(); ++t) {
      if (fits(static_cast<int>(t))) return true;
    }
    return false;
  };
  switch (wish.fault) {
    case Fault::kOrphan:
      return any(&FaultColumns::orphan);
    case Fault::kLateParent:
      return any(&FaultColumns::late_parent);
    case Fault::kNullBurst:
      return any(&FaultColumns::null_burst);
    case Fault::kOutlier:
      return any(&FaultColumns::outlier);
    case Fault::kUnitSwap:
      return any(&FaultColumns::unit_swap);
    case Fault::kTypeFlip:
      return any(&FaultColumns::type_flip);
    case Fault::kOverCapacity:
      return any_table([&](int t) { return program.table(t).seat >= 0; });
    case Fault::kDuplicate:
      return any_table([&](int t) { return MayRepeat(program, t); });
    case Fault::kClash:
      return any_table([&](int t) { return MayClash(program, t); });
    case Fault::kRule:
      return true;
    default:
      return program.world->pack == world::World::Pack::kDocuments;
  }
}

}  // namespace

std::vector<FaultColumns> FindFaultColumns(const Program& program) {
  Finder finder(program);
  std::vector<FaultColumns> columns;
  for (size_t t = 0; t < program.tables.size(); ++t)
    columns.push_back(finder.Find(static_cast<int>(t)));
  return columns;
}

Status CheckFaults(const std::vector<Program>& programs, const FaultPlan& plan) {
  for (const FaultPlan::Wish& wish : plan.wishes()) {
    bool found = std::any_of(programs.begin(), programs.end(),
                             [&](const Program& program) { return HasPlace(program, wish); });
    if (!found) {
      return Status::Invalid("--inject: world '", programs[0].world->name,
                             "' has no place for the fault '", FaultPlan::Name(wish.fault),
                             "'; docs/worlds.md says what each kind needs");
    }
  }
  return Status::OK();
}

}  // namespace roost::generate
