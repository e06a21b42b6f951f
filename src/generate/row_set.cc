#include "generate/row_set.h"

#include <algorithm>
#include <cmath>

#include "generate/pick.h"

namespace roost::generate {

namespace {

constexpr int64_t kPhantomIds = 1'000'000'000'000;  // far above those of all other rows

int64_t SequenceAt(const Column& column, const TableProgram& table, uint64_t row) {
  auto number = static_cast<int64_t>(row);
  if (table.owner == kDocument && row >= kPhantom) {
    number = kPhantomIds + static_cast<int64_t>(row - kPhantom);
  }
  return column.start + column.step * number;
}

// Row numbers count up from 0, so few texts of the space are used up; phantoms take them from the
// other end.
uint64_t CountedAt(uint64_t key, uint64_t space, uint64_t row) {
  uint64_t number = row >= kPhantom ? space - 1 - (row - kPhantom) % (space / 2 + 1) : row % space;
  return Permutation(key, space)(number);
}

// Draws from what is left, one after the other. `left` is scratch.
void ChooseDistinct(const Column& element, const uint64_t* rows, std::span<int64_t> chosen,
                    std::vector<uint32_t>* left) {
  if (chosen.empty()) return;
  const uint32_t* weights = element.weights.data();
  uint64_t total = element.total_weight;
  if (chosen.size() > 1) {
    *left = element.weights;
    weights = left->data();
  }
  for (size_t e = 0; e < chosen.size(); ++e) {
    uint64_t at = Below(Draw(element.key, rows[e]), total);
    size_t entry = 0;
    while (at >= weights[entry]) at -= weights[entry++];
    chosen[e] = static_cast<int64_t>(entry);
    if (chosen.size() == 1) return;
    total -= weights[entry];
    (*left)[entry] = 0;
  }
}

}  // namespace

int64_t PowerOfTen(int decimals) {
  int64_t power = 1;
  for (int i = 0; i < decimals; ++i) power *= 10;
  return power;
}

void RowSet::Reset(const Program& program, int table) {
  if (program_ != &program || table_ != table) {
    program_ = &program;
    table_ = table;
    values_.clear();
    values_.resize(program.table(table).columns.size());
    children_.clear();
  }
  rows_.clear();
  for (Values& values : values_) values.ready = false;
  for (auto& child : children_) child->in_use = false;
}

std::vector<int64_t>& RowSet::Preset(int column) {
  Values& values = values_[static_cast<size_t>(column)];
  values.ready = true;
  values.presence.clear();
  return values.numbers;
}

Values& RowSet::Get(int index) {
  Values& values = values_[static_cast<size_t>(index)];
  if (values.ready) return values;
  const Column& column = this->column(index);
  values.ready = true;
  values.presence.clear();
  switch (column.op) {
    case Op::kFormula:
      ComputeFormula(column, values);
      break;
    case Op::kFrom:
      ComputeFrom(column, values);
      break;
    case Op::kList:
      ComputeList(column, values);
      break;
    case Op::kChoice:
      values.numbers.resize(rows_.size());
      ComputeChoice(column, rows_, values);
      break;
    default:
      values.numbers.resize(rows_.size());
      Compute(column, rows_, values);
  }
  ComputePresence(column, values);
  return values;
}

void RowSet::ComputePresence(const Column& column, Values& out) {
  if (column.absent_below == 0) return;
  out.presence.resize(rows_.size(), Presence::kValue);
  for (size_t i = 0; i < rows_.size(); ++i) {
    uint64_t bits = Draw(column.presence_key, rows_[i]);
    if (bits < column.absent_below) {
      out.presence[i] = bits < column.null_below ? Presence::kNull : Presence::kAbsent;
    }
  }
}

void RowSet::Compute(const Column& column, std::span<const uint64_t> rows, Values& out) {
  auto each = [&](auto&& value) {
    for (size_t i = 0; i < rows.size(); ++i) out.numbers[i] = static_cast<int64_t>(value(rows[i]));
  };
  const TableProgram& table = this->table();
  uint64_t key = column.key;
  switch (column.op) {
    case Op::kSequence:
      return each([&](uint64_t row) { return SequenceAt(column, table, row); });
    case Op::kIndex:
      return each(
          [&](uint64_t row) { return column.start + static_cast<int64_t>(row % table.max_count); });
    case Op::kNumber:
    case Op::kDate:
      return each([&](uint64_t row) { return column.sampler.At(Draw(key, row)); });
    case Op::kDealt:
      return ComputeDealt(column, rows, out);
    case Op::kCountedNumber: {
      auto low = static_cast<uint64_t>(column.sampler.low());
      uint64_t space = static_cast<uint64_t>(column.sampler.high()) - low + 1;
      return each([&](uint64_t row) { return low + CountedAt(key, space, row); });
    }
    case Op::kFlag:
      return each([&](uint64_t row) { return Draw(key, row) < column.true_below; });
    case Op::kChoice:
      return ComputeChoice(column, rows, out);
    case Op::kPattern:
      return each([&](uint64_t row) { return Draw(key, row); });
    case Op::kCountedPattern: {
      uint64_t space = column.pattern->space();
      return each([&](uint64_t row) { return CountedAt(key, space, row); });
    }
    case Op::kClock:
      return ComputeClock(column, rows, out);
    case Op::kPick:
      return each([&](uint64_t row) { return PickRow(*program_, table_, column, row); });
    default:
      return;  // nothing to know but presence
  }
}

void RowSet::ComputeDealt(const Column& column, std::span<const uint64_t> rows, Values& out) {
  uint64_t of_owner = UINT64_MAX, siblings = 1, key = 0, shift = 0;
  const TableProgram& table = this->table();
  for (size_t i = 0; i < rows.size(); ++i) {
    bool phantom = table.owner == kDocument && rows[i] >= kPhantom;
    uint64_t owner = phantom ? program_->DocumentOf(table_, rows[i]) : rows[i] / table.max_count;
    if (owner != of_owner) {
      of_owner = owner;
      siblings = std::max<uint64_t>(1, program_->Count(table_, owner));
      key = Draw(column.key, owner);
      shift = Draw(column.key + 2, owner);
    }
    uint64_t index = (phantom ? rows[i] : rows[i] % table.max_count) % siblings;
    out.numbers[i] = column.sampler.Dealt(Permutation(key, siblings)(index), siblings, shift);
  }
}

void RowSet::ComputeChoice(const Column& column, std::span<const uint64_t> rows, Values& out) {
  if (column.by < 0) {
    const WeightedIndex& index = column.lists[0].index;
    for (size_t i = 0; i < rows.size(); ++i) out.numbers[i] = index.At(Draw(column.key, rows[i]));
    return;
  }
  const Values& by = Get(column.by);
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto& list = column.lists[column.list_of_entry[static_cast<size_t>(by.numbers[i])]];
    out.numbers[i] = list.first + list.index.At(Draw(column.key, rows[i]));
  }
}

void RowSet::ComputeClock(const Column& column, std::span<const uint64_t> rows, Values& out) {
  int64_t unit = PowerOfTen(6 - column.decimals);
  for (size_t i = 0; i < rows.size(); ++i) {
    auto document = static_cast<int64_t>(program_->DocumentOf(table_, rows[i]));
    int64_t time = column.start + column.step * document;
    out.numbers[i] = time - time % unit + unit * column.sampler.At(Draw(column.key, rows[i]));
  }
}

void RowSet::AsDoubles(const Source& source, std::vector<double>* numbers,
                       std::vector<Presence>* presence) {
  Child* child = source.via == Source::Via::kSelf ? nullptr : &FindChild(source);
  RowSet& set = child ? *child->set : *this;
  const Values& values = set.Get(source.column);
  auto scale = static_cast<double>(PowerOfTen(
      set.column(source.column).type == Type::kNumber ? set.column(source.column).decimals : 0));
  numbers->resize(rows_.size());
  for (size_t i = 0; i < rows_.size(); ++i) {
    size_t at = child ? child->position[i] : i;
    (*numbers)[i] = static_cast<double>(values.numbers[at]) / scale;
    if (values.At(at) == Presence::kValue) continue;
    presence->resize(rows_.size(), Presence::kValue);
    (*presence)[i] = Presence::kNull;
  }
}

void RowSet::ComputeFormula(const Column& column, Values& out) {
  std::vector<std::vector<double>> inputs(column.inputs.size());
  std::vector<std::span<const double>> columns;
  for (size_t i = 0; i < inputs.size(); ++i) {
    AsDoubles(column.inputs[i], &inputs[i], &out.presence);
    columns.emplace_back(inputs[i]);
  }
  std::vector<double> results(rows_.size());
  column.expression->Evaluate(columns, results);
  auto scale = static_cast<double>(PowerOfTen(column.decimals));
  out.numbers.resize(rows_.size());
  for (size_t i = 0; i < rows_.size(); ++i) {
    double scaled = std::clamp(std::floor(results[i] * scale + 0.5), -9e18, 9e18);
    out.numbers[i] = static_cast<int64_t>(scaled);
  }
}

void RowSet::ComputeFrom(const Column& column, Values& out) {
  Child& child = FindChild(column.source);
  const Values& values = child.set->Get(column.source.column);
  out.numbers.resize(rows_.size());
  for (size_t i = 0; i < rows_.size(); ++i) out.numbers[i] = values.numbers[child.position[i]];
  const Values* selection =
      column.source.via == Source::Via::kSelection ? &Get(column.source.selection) : nullptr;
  bool can_miss = !values.presence.empty() || (selection && !selection->presence.empty());
  if (!can_miss) return;
  out.presence.resize(rows_.size());
  for (size_t i = 0; i < rows_.size(); ++i) {
    bool points_nowhere = selection && selection->At(i) != Presence::kValue;
    out.presence[i] = points_nowhere ? selection->At(i) : values.At(child.position[i]);
  }
}

void RowSet::ComputeList(const Column& column, Values& out) {
  size_t n = rows_.size();
  out.numbers.resize(n);
  out.first.resize(n + 1);
  std::vector<uint64_t>& element_rows = element_rows_;
  element_rows.clear();
  for (size_t i = 0; i < n; ++i) {
    out.numbers[i] = column.sampler.At(Draw(column.key, rows_[i]));
    out.first[i] = static_cast<uint32_t>(element_rows.size());
    for (int64_t e = 0; e < out.numbers[i]; ++e) {
      element_rows.push_back(rows_[i] * kMaxListLength + static_cast<uint64_t>(e));
    }
  }
  out.first[n] = static_cast<uint32_t>(element_rows.size());
  const Column& element = this->column(column.element);
  Values& elements = values_[static_cast<size_t>(column.element)];
  elements.ready = true;
  elements.numbers.resize(element_rows.size());
  if (!column.distinct) return Compute(element, element_rows, elements);
  std::vector<uint32_t> left;
  for (size_t i = 0; i < n; ++i) {
    std::span<int64_t> chosen(elements.numbers.data() + out.first[i],
                              out.first[i + 1] - out.first[i]);
    ChooseDistinct(element, element_rows.data() + out.first[i], chosen, &left);
  }
}

RowSet::Child& RowSet::FindChild(const Source& source) {
  Child* found = nullptr;
  for (auto& child : children_) {
    if (child->source.via == source.via && child->source.selection == source.selection) {
      found = child.get();
    }
  }
  if (!found) {
    found = children_.emplace_back(std::make_unique<Child>()).get();
    found->source = source;
    found->set = std::make_unique<RowSet>(*program_, source.table);
  }
  if (found->in_use) return *found;
  found->in_use = true;
  found->set->Reset(*program_, source.table);
  found->position.resize(rows_.size());
  const Values* selection =
      source.via == Source::Via::kSelection ? &Get(source.selection) : nullptr;
  std::vector<uint64_t>& rows = found->set->rows();
  for (size_t i = 0; i < rows_.size(); ++i) {
    uint64_t row = selection ? static_cast<uint64_t>(selection->numbers[i])
                   : source.via == Source::Via::kOwner ? rows_[i] / table().max_count
                                                       : program_->DocumentOf(table_, rows_[i]);
    if (rows.empty() || rows.back() != row) rows.push_back(row);
    found->position[i] = static_cast<uint32_t>(rows.size() - 1);
  }
  return *found;
}

RowSet::Origin RowSet::FindOrigin(int column, size_t row) {
  const Column& from = this->column(column);
  if (from.op != Op::kFrom) return {this, row};
  Child& child = FindChild(from.source);
  return child.set->FindOrigin(from.source.column, child.position[row]);
}

}  // namespace roost::generate
