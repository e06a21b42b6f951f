#include "shred/wider_columns.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "shred/final_columns.h"
#include "shred/time_text.h"

namespace roost::shred {
namespace {

/// In the order in which equals own.
enum class Kind { kText, kNumber, kBool, kList, kJson, kNone };

Kind KindOf(FinalType type) {
  switch (type) {
    case FinalType::kNull:
      return Kind::kNone;
    case FinalType::kInt64:
    case FinalType::kDecimal38:
    case FinalType::kDouble:
      return Kind::kNumber;
    case FinalType::kBool:
      return Kind::kBool;
    case FinalType::kText:
    case FinalType::kDate:
    case FinalType::kTimestampUtc:
    case FinalType::kTimestampLocal:
      return Kind::kText;
    case FinalType::kJson:
      return Kind::kJson;
    default:
      return Kind::kList;
  }
}

Slot SlotOfLists(FinalType type) {
  if (type == FinalType::kListText) return Slot::kListText;
  return type == FinalType::kListBool ? Slot::kListBool : Slot::kListNumber;
}

FinalType TypeOf(const MergedTime& time) {
  if (time.layout == Layout::kDate) return FinalType::kDate;
  if (time.layout != Layout::kTimestamp) return FinalType::kText;
  return time.format.suffix ? FinalType::kTimestampUtc : FinalType::kTimestampLocal;
}

/// A time that is both; text where no one format is.
MergedTime Together(const MergedTime& a, const MergedTime& b) {
  if (a.layout == Layout::kNone) return b;
  if (b.layout == Layout::kNone) return a;
  if (a.layout != b.layout) return {Layout::kText, {}};
  if (a.layout != Layout::kTimestamp) return a;
  auto format = MergeFormats(a.format, b.format);
  return format ? MergedTime{a.layout, *format} : MergedTime{Layout::kText, {}};
}

class WiderColumns {
 public:
  WiderColumns(const MergedNode& node, const std::string& base, const EarlierPath& before)
      : node_(node), base_(base), before_(before) {}

  std::vector<FinalColumn> Build() {
    ChooseOwner();
    Numbers();
    Bools();
    Texts();
    Lists();
    Json();
    return std::move(columns_);
  }

 private:
  struct Wanted {
    Kind kind;
    const char* suffix;
    FinalType type;
    bool is_apart = false;  // from the column of numbers: a sibling in any case
  };

  bool Had(FinalType type) const {
    return std::any_of(before_.columns.begin(), before_.columns.end(),
                       [&](const FinalColumn& column) { return column.type == type; });
  }

  const FinalColumn* Published(Kind kind) const {
    for (const FinalColumn& column : before_.columns)
      if (KindOf(column.type) == kind) return &column;
    return nullptr;
  }

  void ChooseOwner() {
    for (const FinalColumn& column : before_.columns) {
      const Kind kind = KindOf(column.type);
      if (!column.conflict_of.empty() || kind == Kind::kJson) continue;
      owner_name_ = column.name;
      owner_ = kind;
    }
    if (owner_ != Kind::kNone) return;
    if (owner_name_.empty()) owner_name_ = base_;
    owner_ = KindOf(before_.owner);
    if (owner_ != Kind::kNone) return;
    const uint64_t counts[] = {node_[Slot::kText].values,
                               node_[Slot::kNumber].values + node_[Slot::kWhole].values,
                               node_[Slot::kBool].values, node_.counts.lists};
    const uint64_t* most = std::max_element(std::begin(counts), std::end(counts));
    if (*most > 0) owner_ = static_cast<Kind>(most - counts);
  }

  /// The name that a published sibling of this kind has.
  std::string SiblingName(const Wanted& wanted) const {
    for (const FinalColumn& column : before_.columns) {
      const bool is_sibling = !column.conflict_of.empty() || column.type == FinalType::kJson;
      if (!is_sibling || KindOf(column.type) != wanted.kind) continue;
      const bool is_double = column.type == FinalType::kDouble;
      if (wanted.kind == Kind::kNumber && is_double != (wanted.type == FinalType::kDouble))
        continue;
      return column.name;
    }
    return base_ + wanted.suffix;
  }

  FinalColumn& Add(const Wanted& wanted, uint64_t values, const FirstSight& first) {
    FinalColumn& column = columns_.emplace_back();
    const bool is_owner = wanted.kind == owner_ && !wanted.is_apart;
    column.name = is_owner ? owner_name_ : SiblingName(wanted);
    column.path = node_.path;
    column.type = wanted.type;
    if (is_owner || owner_ == Kind::kNone) return column;
    column.conflict_of = owner_name_;
    column.conflict_values = values;
    column.first_conflict_id = values > 0 ? first.id : -1;
    column.first_conflict_offset = first.offset;
    return column;
  }

  template <class Takes>
  void TakeEarlier(FinalColumn& column, Kind kind, Takes takes, bool drop_empty = false) const {
    for (const FinalColumn& earlier : before_.columns) {
      if (KindOf(earlier.type) != kind) continue;
      if (std::optional<Take> take = takes(earlier.type))
        column.earlier.push_back({earlier.name, *take, drop_empty});
    }
  }

  ColumnContents Look(const FinalColumn& column) const {
    return before_.rows->Look(*before_.table, column);
  }

  bool HadInexact() const {
    return std::any_of(
        before_.columns.begin(), before_.columns.end(), [&](const FinalColumn& column) {
          const bool is_whole =
              column.type == FinalType::kInt64 || column.type == FinalType::kDecimal38;
          return is_whole && Look(column).has_inexact;
        });
  }

  void Numbers() {
    const MergedSlot& number = node_[Slot::kNumber];
    const MergedSlot& whole = node_[Slot::kWhole];
    const uint64_t all = number.values + whole.values;
    if (all == 0 && !Published(Kind::kNumber)) return;
    const bool has_fraction = node_.has_fraction || Had(FinalType::kDouble);
    if (has_fraction) return DoublesAndWholes();
    FirstSight first = number.first;
    first.Merge(whole.first);
    const bool is_long = whole.values > 0 || Had(FinalType::kDecimal38);
    FinalColumn& column = Add(
        {Kind::kNumber, "__int", is_long ? FinalType::kDecimal38 : FinalType::kInt64}, all, first);
    if (number.values) column.sources.push_back({Slot::kNumber});
    if (whole.values) column.sources.push_back({Slot::kWhole});
    TakeEarlier(column, Kind::kNumber, [](FinalType) { return std::optional(Take::kAll); });
  }

  void DoublesAndWholes() {
    const MergedSlot& number = node_[Slot::kNumber];
    const MergedSlot& whole = node_[Slot::kWhole];
    const bool had_inexact = HadInexact();
    const bool splits = node_.inexact_values > 0;
    FinalColumn& column = Add({Kind::kNumber, "__double", FinalType::kDouble},
                              number.values - node_.inexact_values, number.first);
    if (number.values)
      column.sources.push_back({Slot::kNumber, splits ? Take::kExactInDouble : Take::kAll});
    TakeEarlier(column, Kind::kNumber, [&](FinalType type) {
      const bool is_part = type != FinalType::kDouble && had_inexact;
      return std::optional(is_part ? Take::kExactInDouble : Take::kAll);
    });
    if (!splits && whole.values == 0 && !had_inexact) return;
    const bool is_long = node_.has_beyond_int64 || Had(FinalType::kDecimal38);
    FirstSight first = node_.first_inexact;
    first.Merge(whole.first);
    FinalColumn& apart =
        Add({Kind::kNumber, "__int", is_long ? FinalType::kDecimal38 : FinalType::kInt64, true},
            node_.inexact_values + whole.values, first);
    if (splits) apart.sources.push_back({Slot::kNumber, Take::kInexactInDouble});
    if (whole.values) apart.sources.push_back({Slot::kWhole});
    TakeEarlier(apart, Kind::kNumber, [](FinalType type) {
      return type == FinalType::kDouble ? std::nullopt : std::optional(Take::kInexactInDouble);
    });
  }

  void Bools() {
    const MergedSlot& bools = node_[Slot::kBool];
    if (bools.values == 0 && !Published(Kind::kBool)) return;
    FinalColumn& column = Add({Kind::kBool, "__bool", FinalType::kBool}, bools.values, bools.first);
    if (bools.values) column.sources.push_back({Slot::kBool});
    TakeEarlier(column, Kind::kBool, [](FinalType) { return std::optional(Take::kAll); });
  }

  MergedTime TimeOf(const FinalColumn& column) const {
    if (column.type == FinalType::kDate) return {Layout::kDate, {}};
    if (column.type == FinalType::kText) return {Layout::kText, {}};
    MergedTime time{Layout::kTimestamp, column.time};
    TimeFormat& format = time.format;
    if (format.fraction_digits == 0) format.saw_bare = true;
    format.saw_zero = !format.saw_bare && Look(column).has_zero_fraction;
    return time;
  }

  void Texts() {
    const MergedSlot& texts = node_[Slot::kText];
    if (texts.values == 0 && !Published(Kind::kText)) return;
    MergedTime time = texts.values ? node_.time : MergedTime();
    for (const FinalColumn& column : before_.columns)
      if (KindOf(column.type) == Kind::kText) time = Together(time, TimeOf(column));
    FinalColumn& column = Add({Kind::kText, "__text", TypeOf(time)}, texts.values, texts.first);
    column.time = time.format;
    if (texts.values) column.sources.push_back({Slot::kText});
    TakeEarlier(column, Kind::kText, [](FinalType) { return std::optional(Take::kAll); });
  }

  uint64_t ListsOf(Slot slot) const {
    return node_[slot].solid_lists + (slot == Slot::kListNumber ? node_.lists_as_text : 0);
  }

  /// Whose lists stay lists; kListNull where there are none but of nulls.
  Slot ListOwner(const FinalColumn* earlier) const {
    if (earlier && Look(*earlier).has_items) return SlotOfLists(earlier->type);
    Slot owner = Slot::kListNull;
    for (Slot slot : {Slot::kListText, Slot::kListNumber, Slot::kListBool})
      if (ListsOf(slot) > (owner == Slot::kListNull ? 0 : ListsOf(owner))) owner = slot;
    return owner;
  }

  void Lists() {
    const FinalColumn* earlier = Published(Kind::kList);
    if (node_.counts.lists == 0 && !earlier) return;
    const Slot owner = ListOwner(earlier);
    FinalType type = FinalType::kListText;
    if (owner == Slot::kListBool) type = FinalType::kListBool;
    const bool has_fraction = node_.list_has_fraction || Had(FinalType::kListDouble);
    if (owner == Slot::kListNumber)
      type = has_fraction ? FinalType::kListDouble : FinalType::kListInt64;
    const bool had_inexact = type == FinalType::kListDouble && earlier &&
                             earlier->type == FinalType::kListInt64 && Look(*earlier).has_inexact;
    const bool drop_empty = node_.counts.tables > 0 || before_.has_child;
    std::vector<ColumnSource> sources;
    uint64_t values = 0;
    FirstSight first;
    for (Slot slot : {Slot::kListText, Slot::kListNumber, Slot::kListBool, Slot::kListNull}) {
      const MergedSlot& lists = node_[slot];
      if (lists.values == 0) continue;
      const bool fits = slot == owner || slot == Slot::kListNull;
      const bool splits =
          fits && type == FinalType::kListDouble && slot == owner && node_.inexact_lists > 0;
      const Take take = !fits ? Take::kHollow : splits ? Take::kExactInDouble : Take::kAll;
      sources.push_back({slot, take, drop_empty});
      first.Merge(lists.first);
      const uint64_t apart = splits ? node_.inexact_lists : fits ? 0 : lists.solid_lists;
      values += lists.values - apart;
      if (apart > 0) json_.push_back({slot, fits ? Take::kInexactInDouble : Take::kSolid});
    }
    if (sources.empty() && !earlier) return;
    FinalColumn& column = Add({Kind::kList, "__list", type}, values, first);
    column.sources = std::move(sources);
    if (!earlier) return;
    column.earlier.push_back(
        {earlier->name, had_inexact ? Take::kExactInDouble : Take::kAll, drop_empty});
    if (had_inexact) earlier_json_.push_back({earlier->name, Take::kInexactInDouble});
  }

  void Json() {
    JsonShare json = JsonShareOf(node_, json_);
    const bool is_needed = !json.sources.empty() || !earlier_json_.empty();
    if (!is_needed && !Published(Kind::kJson)) return;
    FinalColumn& column = Add({Kind::kJson, "__json", FinalType::kJson}, json.values, json.first);
    column.sources = std::move(json.sources);
    column.folded_values = json.folded;
    TakeEarlier(column, Kind::kJson, [](FinalType) { return std::optional(Take::kAll); });
    for (EarlierColumn& lists : earlier_json_) column.earlier.push_back(std::move(lists));
  }

  const MergedNode& node_;
  const std::string& base_;
  const EarlierPath& before_;
  Kind owner_ = Kind::kNone;
  std::string owner_name_;
  std::vector<FinalColumn> columns_;
  std::vector<ColumnSource> json_;           // lists that only fit as JSON text
  std::vector<EarlierColumn> earlier_json_;  // likewise, of the published rows
};

}  // namespace

bool NeedsWiderColumns(const MergedNode& node, const EarlierPath& before,
                       const std::vector<FinalColumn>& later) {
  const bool is_plain =
      node.treatment() == Treatment::kUsual &&
      std::all_of(before.columns.begin(), before.columns.end(),
                  [](const FinalColumn& column) { return column.time_pattern.empty(); });
  if (!is_plain) return false;
  const bool has_lists =
      std::any_of(before.columns.begin(), before.columns.end(),
                  [](const FinalColumn& column) { return KindOf(column.type) == Kind::kList; });
  if (has_lists && node.counts.tables > 0 && !before.has_child) return true;
  return !std::equal(later.begin(), later.end(), before.columns.begin(), before.columns.end(),
                     [](const FinalColumn& a, const FinalColumn& b) { return a.type == b.type; });
}

std::vector<FinalColumn> WiderColumnsOfPath(const MergedNode& node, const std::string& base,
                                            const EarlierPath& before) {
  return WiderColumns(node, base, before).Build();
}

}  // namespace roost::shred
