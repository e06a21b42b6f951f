#include "generate/plan.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "generate/fault_plan.h"
#include "generate/water_fill.h"

namespace roost::generate {

namespace {

class PlanCheck {
 public:
  PlanCheck(const Program& program, uint64_t end) : program_(program), end_(end) {}

  Status Run() {
    for (size_t t = 0; t < program_.tables.size(); ++t) {
      table_ = static_cast<int>(t);
      ROOST_TRY(RowNumbers());
      for (const Column& column : program_.tables[t].columns) {
        if (column.op == Op::kPick || column.op == Op::kSeat) ROOST_TRY(Target(column));
        if (column.op == Op::kSeat) ROOST_TRY(Seats(column));
        if (column.op == Op::kPick && column.pick.distinct) ROOST_TRY(Distinct(column));
        if (column.op == Op::kCountedPattern || column.op == Op::kCountedNumber)
          ROOST_TRY(Space(column));
      }
      ROOST_TRY(Unique(program_.tables[t].key, "key"));
      if (program_.integrity && program_.validation)
        ROOST_TRY(Unique(program_.tables[t].unique, "unique"));
    }
    return Status::OK();
  }

 private:
  const TableProgram& table() const { return program_.table(table_); }

  Status Error(const Column* column, const std::string& message) const {
    const world::World& world = *program_.world;
    const world::Table& table =
        table_ == kDocument ? world.document : world.tables[static_cast<size_t>(table_) - 1];
    world::Place place = table.place;
    std::string where = "table '" + table.name + "'";
    if (column) {
      std::string name = column->path.substr(0, column->path.find_first_of(".#"));
      for (const world::Field& field : table.fields) {
        if (field.name == name) place = field.place;
      }
      where = "'" + table.name + "." + name + "'";
    }
    return Status::Invalid(world.source, ":", place.line, ":", place.column, ": ", where, ": ",
                           message);
  }

  Status RowNumbers() {
    double rows = static_cast<double>(end_);
    for (int t = table_; t != kDocument; t = program_.table(t).owner) {
      rows *= static_cast<double>(program_.table(t).max_count);
      if (program_.table(t).once) rows = static_cast<double>(program_.table(t).max_count);
    }
    if (end_ > (uint64_t{1} << 32) || rows > static_cast<double>(kPhantom)) {
      return Error(nullptr, "iterations end at 2^32, and their rows at 2^52; use fewer");
    }
    return Status::OK();
  }

  Status Target(const Column& column) {
    for (int t = column.pick.table; t != kDocument; t = program_.table(t).owner) {
      const TableProgram& target = program_.table(t);
      if (target.count.low() < 1) {
        return Error(&column,
                     "'" + target.name + "' may have no row to refer to; give it at least 1");
      }
      if (target.seat >= 0) {
        return Error(&column, "rows of '" + target.name +
                                  "' depend on a capacity, so nothing can refer to them");
      }
    }
    return Status::OK();
  }

  Status Distinct(const Column& column) {
    const TableProgram& target = program_.table(column.pick.table);
    if (target.owner != kDocument || (!target.once && column.pick.window > 0)) {
      return Error(&column,
                   "unique references need a capacity, or a table that stands once, or window: 0");
    }
    if (static_cast<int64_t>(table().max_count) > target.count.low()) {
      return Error(&column, "up to " + std::to_string(table().max_count) + " different rows of '" +
                                target.name + "' are wanted, but it may have only " +
                                std::to_string(target.count.low()));
    }
    return Status::OK();
  }

  Status Space(const Column& column) {
    double space = column.op == Op::kCountedPattern
                       ? static_cast<double>(column.pattern->space())
                       : static_cast<double>(column.sampler.high() - column.sampler.low() + 1);
    double rows = static_cast<double>(end_);
    for (int t = table_; t != kDocument; t = program_.table(t).owner) {
      if (program_.table(t).once) rows = 1;
      rows *= static_cast<double>(program_.table(t).max_count);
    }
    // Rows that faults add take values from the other half.
    bool extra = program_.faults && (program_.faults->Has(Fault::kClash) ||
                                     program_.faults->Has(Fault::kOverCapacity) ||
                                     program_.faults->Has(Fault::kOrphan));
    double room = extra ? std::floor(space / 2) : space;
    if (rows <= room) return Status::OK();
    auto number = [](double x) {
      return std::to_string(static_cast<uint64_t>(std::min(x, 1.8e19)));
    };
    return Error(&column,
                 "there are " + number(room) + " different values for " + number(rows) +
                     " rows: " + number(rows - room) +
                     " too few; make the pattern or range larger, or use fewer iterations");
  }

  Status Unique(const std::vector<int>& columns, const char* what) {
    if (columns.empty() || IsUniqueSet(program_, table_, columns)) return Status::OK();
    return Error(
        nullptr,
        std::string(what) +
            " cannot be kept: it needs a sequence, a field with unique: true, or "
            "the owner's key together with an index or a reference to a table that stands once or "
            "has a capacity");
  }

  // The least and the most that `owners` wish for, and `classes` have, in one document.
  std::vector<uint32_t> Wishes(uint64_t owners) const {
    std::vector<uint32_t> wishes(owners, 1);
    if (table().owner == kDocument) return wishes;
    for (uint64_t i = 0; i < owners; ++i) {
      wishes[i] = static_cast<uint32_t>(table().count.Dealt(i, owners, UINT64_MAX));
    }
    return wishes;
  }

  std::vector<uint32_t> LeastSeats(const Column& column, uint64_t classes) const {
    const Column& capacity =
        program_.table(column.pick.table).columns[static_cast<size_t>(column.capacity)];
    std::vector<uint32_t> seats(classes);
    for (uint64_t i = 0; i < classes; ++i) {
      int64_t value = capacity.op == Op::kDealt ? capacity.sampler.Dealt(i, classes, 0)
                                                : capacity.sampler.low();
      seats[i] = static_cast<uint32_t>(
          std::max(0.0, std::floor(static_cast<double>(value) * column.utilization)));
    }
    return seats;
  }

  Status SeatShape(const Column& column) {
    const TableProgram& parent = program_.table(column.pick.table);
    const Column& capacity = parent.columns[static_cast<size_t>(column.capacity)];
    if (parent.owner != kDocument || parent.once) {
      return Error(&column, "'" + parent.name +
                                "' must have rows in each document, for its seats to be dealt");
    }
    if (table().owner != kDocument &&
        (program_.table(table().owner).owner != kDocument || program_.table(table().owner).once)) {
      return Error(&column,
                   "'" + program_.table(table().owner).name + "' must have rows in each document");
    }
    bool number =
        (capacity.op == Op::kNumber || capacity.op == Op::kDealt) && capacity.decimals == 0;
    if (!number || capacity.absent_below > 0 || capacity.sampler.high() > 1'000'000) {
      return Error(&column, "capacity '" + capacity.path +
                                "' must be an int up to a million, never null or absent");
    }
    int seats = static_cast<int>(std::count_if(table().columns.begin(), table().columns.end(),
                                               [](const Column& c) { return c.op == Op::kSeat; }));
    return seats > 1 ? Error(&column, "only one reference of a table can have a capacity")
                     : Status::OK();
  }

  Status Seats(const Column& column) {
    ROOST_TRY(SeatShape(column));
    const TableProgram& parent = program_.table(column.pick.table);
    const TableProgram& owners =
        table().owner == kDocument ? table() : program_.table(table().owner);
    std::vector<uint32_t> wishes = Wishes(owners.max_count);
    auto fewest = static_cast<uint64_t>(parent.count.low());
    uint64_t most_wished = wishes.empty() ? 0 : *std::max_element(wishes.begin(), wishes.end());
    if (table().owner != kDocument && most_wished > fewest * (uint64_t{column.pick.window} + 1)) {
      return Error(&column, "a row of '" + owners.name + "' wishes for up to " +
                                std::to_string(most_wished) + " different rows of '" + parent.name +
                                "', but at most " +
                                std::to_string(fewest * (column.pick.window + 1)) +
                                " are open; make the window wider");
    }
    ROOST_TRY(Supply(column, wishes, LeastSeats(column, fewest)));
    for (uint64_t classes : {fewest, parent.max_count}) ROOST_TRY(Served(column, wishes, classes));
    return Status::OK();
  }

  Status Supply(const Column& column, const std::vector<uint32_t>& wishes,
                const std::vector<uint32_t>& seats) {
    uint64_t demand = std::accumulate(wishes.begin(), wishes.end(), uint64_t{0});
    uint64_t supply = std::accumulate(seats.begin(), seats.end(), uint64_t{0});
    if (demand <= supply) return Status::OK();
    std::string utilization = std::to_string(column.utilization);
    utilization.erase(utilization.find_last_not_of("0") + 1);
    if (utilization.back() == '.') utilization += '0';
    return Error(&column,
                 "a document may ask for " + std::to_string(demand) + " seats, but its " +
                     std::to_string(seats.size()) + " rows of '" +
                     program_.table(column.pick.table).name + "' are sure to have only " +
                     std::to_string(supply) + " (capacity x utilization " + utilization +
                     "): " + std::to_string(demand - supply) +
                     " too few; ask for fewer rows, or raise rows, capacity or utilization");
  }

  // Whether a document could serve its own students if no earlier class had a seat.
  Status Served(const Column& column, std::vector<uint32_t> wishes, uint64_t classes) {
    std::vector<uint32_t> limits = LeastSeats(column, classes), kept;
    for (uint32_t& limit : limits) limit = std::min(limit, static_cast<uint32_t>(wishes.size()));
    for (uint32_t& wish : wishes) wish = std::min(wish, static_cast<uint32_t>(classes));
    uint64_t demand = std::accumulate(wishes.begin(), wishes.end(), uint64_t{0});
    WaterFill(demand, std::vector<uint64_t>(classes, 1), limits, &kept);
    uint64_t supply = std::accumulate(kept.begin(), kept.end(), uint64_t{0});
    if (supply == demand && CanServe(wishes, kept)) return Status::OK();
    return Error(
        &column,
        "the seats of one document are so uneven, or its rows so few, that nobody could have " +
            std::to_string(demand) + " of them without one twice (" + std::to_string(supply) +
            " fit); make capacities more alike, or use more rows of '" +
            program_.table(column.pick.table).name + "'");
  }

  const Program& program_;
  uint64_t end_;
  int table_ = 0;
};

// Adds the columns that a template is made of.
void Expand(const TableProgram& table, int index, std::vector<int>* columns) {
  columns->push_back(index);
  for (const TemplatePart& part : table.columns[static_cast<size_t>(index)].parts) {
    if (part.column >= 0) Expand(table, part.column, columns);
  }
}

}  // namespace

bool IsUniqueSet(const Program& program, int table, const std::vector<int>& columns) {
  const TableProgram& t = program.table(table);
  std::vector<int> all, of_owner;
  for (int column : columns) Expand(t, column, &all);
  bool tells_siblings_apart = table == kDocument;
  for (int index : all) {
    const Column& column = t.columns[static_cast<size_t>(index)];
    if (column.unique && column.absent_below == 0) {
      if (column.op == Op::kSequence || column.op == Op::kCountedPattern ||
          column.op == Op::kCountedNumber)
        return true;
    }
    tells_siblings_apart |= column.op == Op::kIndex;
    if (column.op != Op::kFrom) continue;
    if (column.source.via == Source::Via::kSelection) {
      const Column& selection = t.columns[static_cast<size_t>(column.source.selection)];
      bool distinct = selection.op == Op::kSeat || selection.pick.distinct;
      tells_siblings_apart |= distinct && t.owner != kDocument && selection.absent_below == 0 &&
                              IsUniqueSet(program, selection.pick.table, {column.source.column});
    }
    bool owned = column.source.via == Source::Via::kOwner ||
                 (column.source.via == Source::Via::kDocument && t.owner == kDocument);
    if (owned) of_owner.push_back(column.source.column);
  }
  return tells_siblings_apart && table != kDocument && !of_owner.empty() &&
         IsUniqueSet(program, t.owner, of_owner);
}

Status CheckPlan(const Program& program, uint64_t end) { return PlanCheck(program, end).Run(); }

}  // namespace roost::generate
