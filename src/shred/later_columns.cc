#include "shred/later_columns.h"

#include <algorithm>

#include "shred/hints.h"

namespace roost::shred {
namespace {

bool IsList(FinalType type) { return type >= FinalType::kListInt64; }

/// Whether a column with the recorded format `column` holds values that `values` covers, each
/// written back as it was. What the record does not say (zero fractions) must not matter.
bool Holds(const TimeFormat& column, const TimeFormat& values) {
  if (column.separator != values.separator || column.suffix != values.suffix) return false;
  if (values.fraction_digits == 0) return column.fraction_digits == 0 || column.saw_bare;
  if (column.fraction_digits != values.fraction_digits) return false;
  return column.saw_bare ? !values.saw_zero : !values.saw_bare;
}

class LaterColumns {
 public:
  LaterColumns(const MergedNode& node, const std::string& base, std::vector<FinalColumn> published)
      : node_(node), base_(base), columns_(std::move(published)) {
    for (FinalColumn& column : columns_) {
      column.sources.clear();
      column.conflict_values = column.folded_values = 0;
      column.first_conflict_id = -1;
      if (column.conflict_of.empty() && owner_.empty()) owner_ = column.name;
    }
  }

  std::vector<FinalColumn> Build() {
    Numbers();
    Put(Find(FinalType::kBool), "__bool", FinalType::kBool, {Slot::kBool});
    Put(FindTime(), "__time", TimeType(), {Slot::kTime});
    Text();
    Lists();
    Json();
    return std::move(columns_);
  }

 private:
  FinalColumn* Find(FinalType type) {
    for (FinalColumn& column : columns_)
      if (column.type == type && column.time_pattern.empty()) return &column;
    return nullptr;
  }

  FinalColumn& Make(const std::string& suffix, FinalType type) {
    FinalColumn& column = columns_.emplace_back();
    column.name = base_ + suffix;
    column.path = node_.path;
    column.type = type;
    column.conflict_of = owner_;
    return column;
  }

  /// Gives the source to a column, which is made where there is none.
  void Put(FinalColumn* column, const char* suffix, FinalType type, ColumnSource source) {
    const MergedSlot& slot = node_[source.slot];
    if (slot.values == 0) return;
    if (column == nullptr) column = &Make(suffix, type);
    Give(*column, source, slot.values, slot.first);
  }

  static void Give(FinalColumn& column, ColumnSource source, uint64_t values,
                   const FirstSight& first) {
    column.sources.push_back(source);
    if (column.conflict_of.empty()) return;
    column.conflict_values += values;
    if (column.first_conflict_id >= 0 && column.first_conflict_id <= first.id) return;
    column.first_conflict_id = first.id;
    column.first_conflict_offset = first.offset;
  }

  void Numbers() {
    FinalColumn* whole = Find(FinalType::kInt64);
    FinalColumn* real = Find(FinalType::kDouble);
    FinalColumn* decimal = Find(FinalType::kDecimal38);
    const MergedSlot& numbers = node_[Slot::kNumber];
    // Integers belong to a column of doubles that owns the name, or has no column of integers
    // beside it.
    const bool doubles_first = real && (real->conflict_of.empty() || (!whole && !decimal));
    if (numbers.values > 0) {
      if (doubles_first) {
        Doubles(*real);
      } else if (!node_.has_fraction) {
        FinalColumn* column = whole ? whole : decimal;
        Put(column, "__int", FinalType::kInt64, {Slot::kNumber});
      } else {
        IntegersAndFractions();
      }
    }
    if (node_[Slot::kWhole].values == 0) return;
    decimal = Find(FinalType::kDecimal38);
    Put(decimal, "__int", FinalType::kDecimal38, {Slot::kWhole});
  }

  void Doubles(FinalColumn& real) {
    const uint64_t inexact = node_.inexact_values;
    const MergedSlot& numbers = node_[Slot::kNumber];
    Give(real, {Slot::kNumber, inexact ? Take::kExactInDouble : Take::kAll},
         numbers.values - inexact, numbers.first);
    if (inexact == 0) return;
    FinalColumn* apart = Find(FinalType::kInt64);
    if (!apart) apart = Find(FinalType::kDecimal38);
    const bool has_whole = node_[Slot::kWhole].values > 0;
    if (!apart) apart = &Make("__int", has_whole ? FinalType::kDecimal38 : FinalType::kInt64);
    Give(*apart, {Slot::kNumber, Take::kInexactInDouble}, inexact, node_.first_inexact);
  }

  /// Columns of integers keep them; which of the numbers are fractions, their parts will tell.
  void IntegersAndFractions() {
    const MergedSlot& numbers = node_[Slot::kNumber];
    if (FinalColumn* whole = Find(FinalType::kInt64)) {
      Give(*whole, {Slot::kNumber, Take::kIntegers}, 0, numbers.first);
    } else if (FinalColumn* decimal = Find(FinalType::kDecimal38)) {
      Give(*decimal, {Slot::kNumber, Take::kIntegers}, 0, numbers.first);
    } else {
      return Doubles(Make("__double", FinalType::kDouble));
    }
    FinalColumn* real = Find(FinalType::kDouble);
    if (!real) real = &Make("__double", FinalType::kDouble);
    Give(*real, {Slot::kNumber, Take::kFractions}, 0, numbers.first);
  }

  FinalType TimeType() const {
    return node_[Slot::kTime].values ? node_.hints->hint->pattern.type() : FinalType::kDate;
  }

  FinalColumn* FindTime() {
    if (node_[Slot::kTime].values == 0) return nullptr;
    const TimePattern& pattern = node_.hints->hint->pattern;
    for (FinalColumn& column : columns_)
      if (column.time_pattern == pattern.text() && column.type == pattern.type()) return &column;
    FinalColumn& made = Make("__time", pattern.type());
    made.time_pattern = pattern.text();
    return &made;
  }

  FinalType TypeOfTexts() const {
    if (node_.time.layout == Layout::kDate) return FinalType::kDate;
    if (node_.time.layout != Layout::kTimestamp) return FinalType::kText;
    return node_.time.format.suffix ? FinalType::kTimestampUtc : FinalType::kTimestampLocal;
  }

  void Text() {
    if (node_[Slot::kText].values == 0) return;
    const FinalType type = TypeOfTexts();
    FinalColumn* column = Find(FinalType::kText);
    if (FinalColumn* null = Find(FinalType::kNull); null && !column) {
      null->type = FinalType::kText;  // the same on disk
      column = null;
    }
    if (type != FinalType::kText) {
      FinalColumn* time = Find(type);
      const bool holds = time && (type == FinalType::kDate || Holds(time->time, node_.time.format));
      if (holds) column = time;
    }
    const bool is_new = column == nullptr;
    const FinalType made = HasTextKind() ? FinalType::kText : type;
    Put(column, "__text", made, {Slot::kText});
    if (is_new && made != FinalType::kText) columns_.back().time = node_.time.format;
  }

  bool HasTextKind() const {
    return std::any_of(columns_.begin(), columns_.end(), [](const FinalColumn& column) {
      return column.type == FinalType::kDate || column.type == FinalType::kTimestampUtc ||
             column.type == FinalType::kTimestampLocal;
    });
  }

  uint64_t ListsOf(Slot slot) const {
    return node_[slot].solid_lists + (slot == Slot::kListNumber ? node_.lists_as_text : 0);
  }

  /// The slot whose lists the column holds.
  static Slot SlotOf(FinalType type) {
    if (type == FinalType::kListText) return Slot::kListText;
    return type == FinalType::kListBool ? Slot::kListBool : Slot::kListNumber;
  }

  FinalColumn* ListColumn() {
    for (FinalColumn& column : columns_)
      if (IsList(column.type)) return &column;
    Slot owner = Slot::kListNull;
    for (Slot slot : {Slot::kListText, Slot::kListNumber, Slot::kListBool})
      if (ListsOf(slot) > (owner == Slot::kListNull ? 0 : ListsOf(owner))) owner = slot;
    if (owner == Slot::kListNull && node_[owner].values == 0) return nullptr;
    FinalType type = FinalType::kListText;
    if (owner == Slot::kListBool) type = FinalType::kListBool;
    if (owner == Slot::kListNumber)
      type = node_.list_has_fraction ? FinalType::kListDouble : FinalType::kListInt64;
    return &Make("__list", type);
  }

  void Lists() {
    if (node_.counts.lists == 0) return;
    const bool drop_empty = node_.counts.tables > 0;
    FinalColumn* column = ListColumn();
    if (column == nullptr) return;
    const size_t place = static_cast<size_t>(column - columns_.data());
    for (Slot slot : {Slot::kListText, Slot::kListNumber, Slot::kListBool, Slot::kListNull}) {
      const MergedSlot& lists = node_[slot];
      if (lists.values == 0) continue;
      FinalColumn& list = columns_[place];
      const bool fits = slot == Slot::kListNull ||
                        (slot == SlotOf(list.type) &&
                         !(list.type == FinalType::kListInt64 && node_.list_has_fraction));
      const bool splits = slot == Slot::kListNumber && list.type == FinalType::kListDouble &&
                          node_.inexact_lists > 0;
      const Take take = !fits ? Take::kHollow : splits ? Take::kExactInDouble : Take::kAll;
      uint64_t apart = fits ? 0 : lists.solid_lists;
      if (splits) apart = node_.inexact_lists;
      Give(list, {slot, take, drop_empty}, lists.values - apart, lists.first);
      if (apart > 0) json_.push_back({slot, fits ? Take::kInexactInDouble : Take::kSolid});
    }
  }

  void Json() {
    const MergedSlot& json = node_[Slot::kJson];
    if (json.values == 0 && json_.empty()) return;
    FinalColumn* column = Find(FinalType::kJson);
    if (!column) column = &Make("__json", FinalType::kJson);
    if (json.values > 0) Give(*column, {Slot::kJson}, json.values, json.first);
    for (const ColumnSource& source : json_) {
      const bool inexact = source.take == Take::kInexactInDouble;
      const MergedSlot& slot = node_[source.slot];
      const uint64_t lists = inexact ? node_.inexact_lists : slot.solid_lists;
      column->folded_values += (inexact ? node_.inexact_list_items : slot.items) - lists;
      Give(*column, source, lists, inexact ? node_.first_inexact_list : slot.first);
    }
  }

  const MergedNode& node_;
  const std::string& base_;
  std::vector<FinalColumn> columns_;
  std::string owner_;               // of the plain name
  std::vector<ColumnSource> json_;  // lists that only fit as JSON text
};

}  // namespace

std::vector<FinalColumn> LaterColumnsOfPath(const MergedNode& node, const std::string& base,
                                            std::vector<FinalColumn> published) {
  return LaterColumns(node, base, std::move(published)).Build();
}

}  // namespace roost::shred
