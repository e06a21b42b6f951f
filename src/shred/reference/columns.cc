#include "shred/reference/columns.h"

#include <algorithm>

#include "shred/reference/kinds.h"

namespace roost::shred::reference {
namespace {

bool IsList(Slot slot) { return slot >= Slot::kListNumber && slot <= Slot::kListNull; }

std::string ScalarText(const Value& value, FinalType type, const TimeFormat& format) {
  switch (type) {
    case FinalType::kBool:
      return value.kind == Kind::kTrue ? "true" : "false";
    case FinalType::kDouble:
    case FinalType::kListDouble:
      return ShortestText(AsDouble(value));
    case FinalType::kInt64:
    case FinalType::kDecimal38:
    case FinalType::kListInt64:
      return value.text;
    case FinalType::kDate:
    case FinalType::kTimestampUtc:
    case FinalType::kTimestampLocal:
      return CanonicalTime(value.text, {type, format});
    default:
      return Quote(value.text);
  }
}

std::string ListText(const Value& list, FinalType type) {
  std::string text = "[";
  for (const Value& item : list.items) {
    if (text.size() > 1) text += ',';
    const bool is_bool = item.kind == Kind::kTrue || item.kind == Kind::kFalse;
    if (item.kind == Kind::kNull) {
      text += "null";
    } else {
      text += ScalarText(item, is_bool ? FinalType::kBool : type, {});
    }
  }
  return text + "]";
}

}  // namespace

PathColumns::PathColumns(const std::vector<const Value*>& leaves) {
  std::vector<const Value*> homes[std::size(kHomeNames)];
  for (const Value* leaf : leaves) {
    if (leaf->kind == Kind::kNull) continue;
    const Slot slot = SlotOf(*leaf);
    counts_[static_cast<size_t>(slot)] += 1;
    has_fraction_ |= slot == Slot::kNumber && !IsInteger(*leaf);
    is_text_asked_ |= leaf->mark == Mark::kText || leaf->mark == Mark::kVerbatim;
    is_json_asked_ |= leaf->mark == Mark::kJson;
    has_list_fraction_ |= slot == Slot::kListNumber && HasFraction(*leaf);
  }
  uint64_t most = 0;
  for (Slot slot : {Slot::kListText, Slot::kListNumber, Slot::kListBool}) {
    if (counts_[static_cast<size_t>(slot)] > most) {
      most = counts_[static_cast<size_t>(slot)];
      list_slot_ = slot;
    }
  }
  for (const Value* leaf : leaves) {
    if (leaf->kind != Kind::kNull) homes[static_cast<size_t>(HomeOf(*leaf))].push_back(leaf);
  }
  for (size_t home = 0; home < std::size(homes); ++home) {
    if (!homes[home].empty()) columns_.push_back(MakeColumn(static_cast<Home>(home), homes[home]));
  }
  std::stable_sort(columns_.begin(), columns_.end(), [](const HomeColumn& a, const HomeColumn& b) {
    return a.is_owner > b.is_owner;
  });
}

Home PathColumns::HomeOf(const Value& leaf) const {
  const Slot slot = SlotOf(leaf);
  switch (slot) {
    case Slot::kWhole:
      return Home::kInt;
    case Slot::kNumber:
      if (!has_fraction_ || (IsInteger(leaf) && !IsExactInDouble(leaf))) return Home::kInt;
      return Home::kDouble;
    case Slot::kBool:
      return Home::kBool;
    case Slot::kText:
      return Home::kText;
    case Slot::kTime:
      return Home::kTime;
    case Slot::kListNull:
      return Home::kList;
    case Slot::kListNumber:
    case Slot::kListBool:
    case Slot::kListText:
      if (slot != list_slot_) return Home::kJson;
      return has_list_fraction_ && HasInexact(leaf) ? Home::kJson : Home::kList;
    default:
      return Home::kJson;
  }
}

// JSON never owns: it is found when nothing else is there, and then its column is no owner.
Home PathColumns::FindOwner() const {
  const auto count = [&](Slot slot) { return counts_[static_cast<size_t>(slot)]; };
  if (count(Slot::kTime) > 0) return Home::kTime;
  if (is_text_asked_) return Home::kText;
  const uint64_t numbers = count(Slot::kNumber) + count(Slot::kWhole);
  const uint64_t lists = count(Slot::kListNumber) + count(Slot::kListBool) +
                         count(Slot::kListText) + count(Slot::kListNull);
  Home owner = Home::kJson;
  uint64_t most = 0;
  const auto compete = [&](Home home, uint64_t values) {
    if (values > most) {
      owner = home;
      most = values;
    }
  };
  compete(Home::kText, count(Slot::kText));
  compete(has_fraction_ ? Home::kDouble : Home::kInt, numbers);
  compete(Home::kBool, count(Slot::kBool));
  compete(Home::kList, lists);
  return owner;
}

HomeColumn PathColumns::MakeColumn(Home home, const std::vector<const Value*>& leaves) const {
  const bool is_owner = home == FindOwner() && (home != Home::kJson || is_json_asked_);
  HomeColumn column{home, is_owner, {}, {}, "", leaves.size()};
  switch (home) {
    case Home::kTime:
      column.time_pattern = leaves[0]->time_pattern;
      column.type = TypeOfPattern(column.time_pattern);
      break;
    case Home::kDouble:
      column.type = FinalType::kDouble;
      break;
    case Home::kInt: {
      const bool fit = std::all_of(leaves.begin(), leaves.end(),
                                   [](const Value* leaf) { return FitsInt64(*leaf); });
      column.type = fit ? FinalType::kInt64 : FinalType::kDecimal38;
      break;
    }
    case Home::kBool:
      column.type = FinalType::kBool;
      break;
    case Home::kText: {
      std::vector<std::string_view> texts;
      for (const Value* leaf : leaves) texts.push_back(leaf->text);
      const TextType text = is_text_asked_ ? TextType() : TypeOfTexts(texts);
      column.type = text.type;
      column.format = text.format;
      break;
    }
    case Home::kJson:
      column.type = FinalType::kJson;
      break;
    case Home::kList:
      column.type = list_slot_ == Slot::kListBool   ? FinalType::kListBool
                    : list_slot_ == Slot::kListText ? FinalType::kListText
                    : has_list_fraction_            ? FinalType::kListDouble
                                                    : FinalType::kListInt64;
  }
  return column;
}

size_t PathColumns::ColumnOf(const Value& leaf) const {
  const Home home = HomeOf(leaf);
  const auto at = std::find_if(columns_.begin(), columns_.end(),
                               [&](const HomeColumn& column) { return column.home == home; });
  return static_cast<size_t>(at - columns_.begin());
}

int PathColumns::list_column() const {
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].home == Home::kList) return static_cast<int>(i);
  }
  return -1;
}

std::string PathColumns::TextOf(const Value& leaf) const {
  const HomeColumn& column = columns_[ColumnOf(leaf)];
  if (column.home == Home::kJson) return JsonText(leaf);
  if (leaf.mark == Mark::kVerbatim) return Quote(std::string(leaf.raw));
  if (leaf.mark == Mark::kTime) return CanonicalTimeOf(leaf.text, leaf.time_pattern);
  if (IsList(SlotOf(leaf))) return ListText(leaf, column.type);
  return ScalarText(leaf, column.type, column.format);
}

}  // namespace roost::shred::reference
