#include "shred/final_columns.h"

#include <algorithm>

namespace roost::shred {
namespace {

enum class Kind { kTime, kText, kDouble, kInt, kBool, kList };

FinalType ListTypeOf(const MergedNode& node, Slot slot) {
  switch (slot) {
    case Slot::kListNumber:
      return node.list_has_fraction ? FinalType::kListDouble : FinalType::kListInt64;
    case Slot::kListBool:
      return FinalType::kListBool;
    default:
      return FinalType::kListText;
  }
}

/// Builds the columns of one path, kind by kind.
class PathColumns {
 public:
  PathColumns(const MergedNode& node, const std::string& base) : node_(node), base_(base) {}

  std::vector<FinalColumn> Build() {
    ChooseOwner();
    Numbers();
    if (uint64_t bools = node_[Slot::kBool].values) {
      Add(Kind::kBool, "__bool", FinalType::kBool, {{Slot::kBool}}, bools,
          node_[Slot::kBool].first);
    }
    Times();
    Text();
    Lists();
    Json();
    if (columns_.empty() && node_.counts.scalars > 0 &&
        node_.counts.seen() == node_.counts.scalars) {
      Add(owner_, "", FinalType::kNull, {}, 0, {});
    }
    Order();
    return std::move(columns_);
  }

 private:
  void ChooseOwner() {
    uint64_t numbers = node_[Slot::kNumber].values + node_[Slot::kWhole].values;
    // What a hint asks for owns in any case.
    uint64_t text_is_asked = node_.treatment() == Treatment::kText ? UINT64_MAX : 0;
    std::pair<uint64_t, Kind> candidates[] = {
        {node_[Slot::kTime].values ? UINT64_MAX : 0, Kind::kTime},
        {node_[Slot::kText].values ? text_is_asked : 0, Kind::kText},
        {node_[Slot::kText].values, Kind::kText},
        {numbers, node_.has_fraction ? Kind::kDouble : Kind::kInt},
        {node_[Slot::kBool].values, Kind::kBool},
        {node_.counts.lists, Kind::kList}};
    uint64_t most = 0;
    for (auto [values, kind] : candidates) {
      if (values > most) most = values, owner_ = kind;
    }
    has_owner_ = most > 0;
  }

  void Add(Kind kind, const std::string& suffix, FinalType type, std::vector<ColumnSource> sources,
           uint64_t values, const FirstSight& first) {
    FinalColumn column;
    bool is_owner = suffix.empty() || (has_owner_ && kind == owner_ && suffix != kApart);
    column.name = is_owner ? base_ : base_ + (suffix == kApart ? "__int" : suffix);
    column.path = node_.path;
    column.type = type;
    column.sources = std::move(sources);
    if (!is_owner && has_owner_) {
      column.conflict_of = base_;
      column.conflict_values = values;
      column.first_conflict_id = first.id;
      column.first_conflict_offset = first.offset;
    }
    columns_.push_back(std::move(column));
  }

  void Numbers() {
    const MergedSlot& number = node_[Slot::kNumber];
    const MergedSlot& whole = node_[Slot::kWhole];
    uint64_t all = number.values + whole.values;
    if (all == 0) return;
    FirstSight first = number.first;
    if (!node_.has_fraction) {
      first.Merge(whole.first);
      std::vector<ColumnSource> sources;
      if (number.values) sources.push_back({Slot::kNumber});
      if (whole.values) sources.push_back({Slot::kWhole});
      Add(Kind::kInt, "__int", whole.values ? FinalType::kDecimal38 : FinalType::kInt64,
          std::move(sources), all, first);
      return;
    }
    bool splits = node_.inexact_values > 0;
    Add(Kind::kDouble, "__double", FinalType::kDouble,
        {{Slot::kNumber, splits ? Take::kExactInDouble : Take::kAll}},
        number.values - node_.inexact_values, first);
    if (!splits && whole.values == 0) return;
    std::vector<ColumnSource> apart;
    if (splits) apart.push_back({Slot::kNumber, Take::kInexactInDouble});
    if (whole.values) apart.push_back({Slot::kWhole});
    FirstSight first_apart = node_.first_inexact;
    first_apart.Merge(whole.first);
    Add(Kind::kInt, kApart, node_.has_beyond_int64 ? FinalType::kDecimal38 : FinalType::kInt64,
        std::move(apart), node_.inexact_values + whole.values, first_apart);
  }

  void Times() {
    const MergedSlot& time = node_[Slot::kTime];
    if (time.values == 0) return;
    const TimePattern& pattern = node_.hints->hint->pattern;
    Add(Kind::kTime, "", pattern.type(), {{Slot::kTime}}, time.values, time.first);
    columns_.back().time_pattern = pattern.text();
  }

  void Text() {
    const MergedSlot& text = node_[Slot::kText];
    if (text.values == 0) return;
    FinalType type = FinalType::kText;
    if (node_.time.layout == Layout::kDate) type = FinalType::kDate;
    if (node_.time.layout == Layout::kTimestamp) {
      type = node_.time.format.suffix ? FinalType::kTimestampUtc : FinalType::kTimestampLocal;
    }
    Add(Kind::kText, "__text", type, {{Slot::kText}}, text.values, text.first);
    columns_.back().time = node_.time.format;
  }

  /// Lists of one kind, those among them that are text already included.
  uint64_t ListsOf(Slot slot) const {
    uint64_t as_text = slot == Slot::kListNumber ? node_.lists_as_text : 0;
    return node_[slot].solid_lists + as_text;
  }

  void Lists() {
    if (node_.counts.lists == 0) return;
    constexpr Slot kSlots[] = {Slot::kListText, Slot::kListNumber, Slot::kListBool};
    Slot owner = Slot::kListNull;
    for (Slot slot : kSlots) {
      uint64_t most = owner == Slot::kListNull ? 0 : ListsOf(owner);
      if (ListsOf(slot) > most) owner = slot;
    }
    bool drop_empty = node_.counts.tables > 0;
    uint64_t lists = node_.counts.lists - node_.lists_as_text;  // that stay lists
    std::vector<ColumnSource> sources;
    FirstSight first;
    for (Slot slot : {Slot::kListText, Slot::kListNumber, Slot::kListBool, Slot::kListNull}) {
      if (node_[slot].values == 0) continue;
      first.Merge(node_[slot].first);
      bool is_owner = slot == owner;
      bool splits = is_owner && node_.list_has_fraction && slot == Slot::kListNumber &&
                    node_.inexact_lists > 0;
      Take take = is_owner ? (splits ? Take::kExactInDouble : Take::kAll) : Take::kHollow;
      sources.push_back({slot, take, drop_empty});
      if (!is_owner && node_[slot].solid_lists > 0) {
        json_.push_back({slot, Take::kSolid});
        lists -= node_[slot].solid_lists;
      }
      if (splits) {
        json_.push_back({slot, Take::kInexactInDouble});
        lists -= node_.inexact_lists;
      }
    }
    if (sources.empty()) return;
    Add(Kind::kList, "__list", ListTypeOf(node_, owner), std::move(sources), lists, first);
  }

  void Json() {
    JsonShare json = JsonShareOf(node_, json_);
    if (json.sources.empty()) return;
    FinalColumn column;
    column.name = node_.treatment() == Treatment::kJson ? base_ : base_ + "__json";
    column.path = node_.path;
    column.type = FinalType::kJson;
    column.folded_values = json.folded;
    column.sources = std::move(json.sources);
    if (has_owner_) {
      column.conflict_of = base_;
      column.conflict_values = json.values;
      column.first_conflict_id = json.first.id;
      column.first_conflict_offset = json.first.offset;
    }
    columns_.push_back(std::move(column));
  }

  /// The owner first, siblings in the order of their slots, lists last.
  void Order() {
    std::stable_partition(columns_.begin(), columns_.end(),
                          [&](const FinalColumn& column) { return column.name == base_; });
  }

  static constexpr const char* kApart = "apart";
  const MergedNode& node_;
  const std::string& base_;
  Kind owner_ = Kind::kText;
  bool has_owner_ = false;
  std::vector<FinalColumn> columns_;
  std::vector<ColumnSource> json_;  // lists that only fit as JSON text
};

}  // namespace

JsonShare JsonShareOf(const MergedNode& node, const std::vector<ColumnSource>& lists) {
  const MergedSlot& own = node[Slot::kJson];
  JsonShare share{{}, own.values, 0, own.first};
  if (own.values) share.sources.push_back({Slot::kJson});
  for (const ColumnSource& source : lists) {
    share.sources.push_back(source);
    const bool is_inexact = source.take == Take::kInexactInDouble;
    const uint64_t count = is_inexact ? node.inexact_lists : node[source.slot].solid_lists;
    share.values += count;
    share.folded += (is_inexact ? node.inexact_list_items : node[source.slot].items) - count;
    share.first.Merge(is_inexact ? node.first_inexact_list : node[source.slot].first);
  }
  return share;
}

std::vector<FinalColumn> ColumnsOfPath(const MergedNode& node, const std::string& base) {
  return PathColumns(node, base).Build();
}

}  // namespace roost::shred
