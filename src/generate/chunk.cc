#include "generate/chunk.h"

#include <algorithm>

#include "generate/fault_plan.h"

namespace roost::generate {

namespace {

bool HasInsideChild(const Program& program, int table) {
  const auto& children = program.table(table).children;
  return std::any_of(children.begin(), children.end(),
                     [&](int child) { return program.table(child).inside; });
}

// A join of children with their parent would count each child twice.
bool IsCapacityParent(const Program& program, int table) {
  return std::any_of(program.tables.begin(), program.tables.end(), [&](const TableProgram& other) {
    return other.seat >= 0 && other.columns[static_cast<size_t>(other.seat)].pick.table == table;
  });
}

}  // namespace

bool MayRepeat(const Program& program, int table) {
  const TableProgram& t = program.table(table);
  return table != kDocument && (!t.key.empty() || !t.unique.empty()) &&
         !IsCapacityParent(program, table) && !HasInsideChild(program, table);
}

bool MayClash(const Program& program, int table) {
  const TableProgram& t = program.table(table);
  if (!MayRepeat(program, table) || t.owner != kDocument || t.key.size() != 1) return false;
  Op op = t.columns[static_cast<size_t>(t.key[0])].op;
  return t.seat < 0 &&
         (op == Op::kSequence || op == Op::kCountedPattern || op == Op::kCountedNumber);
}

Chunk::Chunk(const Program& program) : program_(program) {
  rows_.resize(program.tables.size());
  for (size_t t = 0; t < rows_.size(); ++t) {
    int table = static_cast<int>(t);
    rows_[t].set = std::make_unique<RowSet>(program, table);
    if (program.table(table).seat < 0) continue;
    seats_.push_back({table, std::make_unique<SeatDealer>(program, table), {}, {}});
  }
}

Chunk::Seats* Chunk::SeatsOf(int table) {
  for (Seats& seats : seats_) {
    if (seats.table == table) return &seats;
  }
  return nullptr;
}

Chunk::Seats* Chunk::SeatsOwnedBy(int table) {
  for (Seats& seats : seats_) {
    if (program_.table(seats.table).owner == table) return &seats;
  }
  return nullptr;
}

void Chunk::Fill(uint64_t first, uint64_t count) {
  first_ = first;
  count_ = count;
  overfull_.clear();
  for (Seats& seats : seats_) DealSeats(&seats);
  for (size_t t = 0; t < rows_.size(); ++t) AddTable(static_cast<int>(t));
}

void Chunk::DealSeats(Seats* seats) {
  seats->deals.resize(count_);
  seats->extra_parents.resize(count_);
  for (size_t d = 0; d < count_; ++d) {
    seats->dealer->Deal(first_ + d, &seats->deals[d]);
    seats->extra_parents[d].clear();
    if (program_.faults && program_.faults->Has(Fault::kOverCapacity)) FindOverfull(seats, d);
  }
}

// A class that is hit has no seats on offer to other documents, so this document has all there are;
// extra students come until it has one to three too many.
void Chunk::FindOverfull(Seats* seats, size_t d) {
  uint64_t document = first_ + d;
  if (program_.IsLost(document)) return;
  const TableProgram& table = program_.table(seats->table);
  const Column& column = table.columns[static_cast<size_t>(table.seat)];
  int parent = column.pick.table;
  RowSet parents(program_, parent);
  for (size_t i = 0; i < seats->deals[d].own_used.size(); ++i) {
    parents.rows().push_back(document * program_.table(parent).max_count + i);
  }
  const Values& capacity = parents.Get(column.capacity);
  for (size_t i = 0; i < parents.rows().size(); ++i) {
    uint64_t row = parents.rows()[i];
    if (!program_.faults->IsOverfull(parent, row)) continue;
    uint64_t too_many = 1 + program_.faults->Bits(Fault::kOverCapacity, parent, row) % 3;
    uint32_t used = seats->deals[d].own_used[i];
    uint64_t wanted = static_cast<uint64_t>(std::max<int64_t>(0, capacity.numbers[i])) + too_many;
    auto& extras = seats->extra_parents[d];
    if (extras.size() + wanted - used > kPhantomsPerDocument / 2) continue;
    extras.insert(extras.end(), wanted - used, row);
    overfull_.push_back({document, seats->table, row, used, static_cast<uint32_t>(wanted)});
  }
}

void Chunk::AddTable(int table) {
  Rows& rows = this->rows(table);
  rows.set->Reset(program_, table);
  rows.first_of_document.clear();
  rows.first_of_owner.clear();
  rows.kinds.clear();
  rows.seats.clear();
  int owner = program_.table(table).owner;
  for (size_t d = 0; d < count_; ++d) {
    rows.first_of_document.push_back(static_cast<uint32_t>(rows.set->rows().size()));
    phantoms_ = 0;
    ChooseRepeats(table, d);
    if (table == kDocument) {
      rows.set->rows().push_back(first_ + d);
    } else {
      AddRows(table, d);
      if (owner == kDocument) AddExtras(table, d);
    }
  }
  rows.first_of_document.push_back(static_cast<uint32_t>(rows.set->rows().size()));
  rows.first_of_owner.push_back(static_cast<uint32_t>(rows.set->rows().size()));
  if (program_.table(table).seat >= 0)
    rows.set->Preset(program_.table(table).seat).swap(rows.seats);
}

void Chunk::AddRows(int table, size_t d) {
  Rows& rows = this->rows(table);
  auto begin_owner = [&] {
    if (!choosing_) rows.first_of_owner.push_back(static_cast<uint32_t>(rows.set->rows().size()));
  };
  int owner = program_.table(table).owner;
  if (owner == kDocument) {
    begin_owner();
    return AddDocumentRows(table, d);
  }
  const Rows& owners = this->rows(owner);
  for (size_t o = owners.first_of_document[d]; o < owners.first_of_document[d + 1]; ++o) {
    begin_owner();
    AddOwnedRows(table, o, d);
  }
}

// A hit on a row without room for a second one goes to the next that has it, from the last row on
// to the first: so the share is what was asked for as long as the document has room at all.
void Chunk::ChooseRepeats(int table, size_t d) {
  candidates_.clear();
  next_candidate_ = 0;
  const FaultPlan* faults = program_.faults;
  if (!faults || !faults->Has(Fault::kDuplicate) || !MayRepeat(program_, table) ||
      program_.IsLost(first_ + d)) {
    return;
  }
  choosing_ = true;
  AddRows(table, d);
  choosing_ = false;
  uint64_t due = 0;
  for (Candidate& candidate : candidates_) {
    due += faults->Hits(Fault::kDuplicate, table, candidate.row);
    if (due > 0 && TakeRoom(table, d, &candidate)) --due;
  }
  for (Candidate& candidate : candidates_) {
    if (due > 0 && !candidate.repeats && TakeRoom(table, d, &candidate)) --due;
  }
}

void Chunk::AddDocumentRows(int table, size_t d) {
  uint64_t document = first_ + d, first = document * program_.table(table).max_count;
  if (Seats* seats = SeatsOf(table)) {
    for (const auto& owner : seats->deals[d].owners) {
      if (owner.classes.empty()) continue;
      PushWithCopies(table, owner.row, document, static_cast<int64_t>(owner.classes[0]));
    }
    return;
  }
  uint64_t n = program_.Count(table, document);
  for (uint64_t i = 0; i < n; ++i) PushWithCopies(table, first + i, document, 0);
}

void Chunk::AddOwnedRows(int table, size_t o, size_t d) {
  const Rows& owners = rows(program_.table(table).owner);
  uint64_t owner = owners.set->rows()[o], first = owner * program_.table(table).max_count;
  RowKind kind = owners.KindOf(o);
  Seats* seats = SeatsOf(table);
  if (kind == RowKind::kDuplicate || kind == RowKind::kClash) return;
  if (kind == RowKind::kExtra) {
    if (choosing_) return;
    // Extra owners come in the order of extra_parents; each has one row.
    if (seats)
      Push(table, first, RowKind::kExtra,
           static_cast<int64_t>(seats->extra_parents[d][phantoms_++]));
    return;
  }
  if (!seats) {
    uint64_t n = program_.Count(table, owner);
    for (uint64_t j = 0; j < n; ++j) PushWithCopies(table, first + j, first_ + d, 0);
    return;
  }
  const auto& deal =
      seats->deals[d].owners[owner % program_.table(program_.table(table).owner).max_count];
  for (size_t j = 0; j < deal.classes.size(); ++j) {
    PushWithCopies(table, first + j, first_ + d, static_cast<int64_t>(deal.classes[j]));
  }
}

void Chunk::AddExtras(int table, size_t d) {
  if (Seats* seats = SeatsOf(table)) {
    for (uint64_t parent : seats->extra_parents[d]) {
      Push(table, NextPhantom(d), RowKind::kExtra, static_cast<int64_t>(parent));
    }
  }
  if (Seats* seats = SeatsOwnedBy(table)) {
    for (size_t i = 0; i < seats->extra_parents[d].size(); ++i) {
      Push(table, NextPhantom(d), RowKind::kExtra, 0);
    }
  }
}

uint64_t Chunk::NextPhantom(size_t d) {
  return kPhantom + (first_ + d) * kPhantomsPerDocument + phantoms_++;
}

void Chunk::Push(int table, uint64_t row, RowKind kind, int64_t seat) {
  Rows& rows = this->rows(table);
  rows.set->rows().push_back(row);
  if (program_.faults) rows.kinds.push_back(kind);
  if (program_.table(table).seat >= 0) rows.seats.push_back(seat);
}

void Chunk::PushWithCopies(int table, uint64_t row, uint64_t document, int64_t seat) {
  const FaultPlan* faults = program_.faults;
  if (!faults) return Push(table, row, RowKind::kPlain, seat);
  if (choosing_) {
    uint64_t most = program_.table(table).max_count;
    bool sibling = !candidates_.empty() && candidates_.back().row / most == row / most;
    size_t first = sibling ? candidates_.back().first_sibling : candidates_.size();
    return candidates_.push_back({row, seat, first});
  }
  size_t d = document - first_;
  if (next_candidate_ < candidates_.size() && candidates_[next_candidate_++].repeats) {
    Push(table, row, RowKind::kDuplicated, seat);
    Push(table, row, RowKind::kDuplicate, seat);
  } else if (!program_.IsLost(document) && faults->Hits(Fault::kClash, table, row) &&
             MayClash(program_, table) && phantoms_ < kPhantomsPerDocument / 2) {
    Push(table, row, RowKind::kClashing, seat);
    Push(table, NextPhantom(d), RowKind::kClash, seat);
  } else {
    Push(table, row, RowKind::kPlain, seat);
  }
}

// A second row of the same owner must not make it exceed its most, nor fill a class beyond its
// seats: only seats of this document's own classes are known to stay empty.
bool Chunk::TakeRoom(int table, size_t d, Candidate* candidate) {
  const TableProgram& t = program_.table(table);
  uint64_t owner = candidate->row / t.max_count;
  bool& owner_repeats = candidates_[candidate->first_sibling].owner_repeats;
  if (t.owner != kDocument && (owner_repeats || program_.Count(table, owner) >= t.max_count))
    return false;
  if (Seats* seats = SeatsOf(table)) {
    int parent = t.columns[static_cast<size_t>(t.seat)].pick.table;
    auto seat = static_cast<uint64_t>(candidate->seat);
    uint64_t index = seat % program_.table(parent).max_count;
    bool own = seat / program_.table(parent).max_count == first_ + d;
    auto& left = seats->deals[d].own_left;
    if (!own || program_.faults->IsOverfull(parent, seat) || left[index] == 0) return false;
    --left[index];
  }
  owner_repeats = candidate->repeats = true;
  return true;
}

}  // namespace roost::generate
