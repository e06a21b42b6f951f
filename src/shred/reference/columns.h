// Decides the columns of a path from all its values, and which of them takes a value.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shred/reference/json.h"
#include "shred/reference/times.h"

namespace roost::shred::reference {

/// What a value is to the columns of its path; in the order in which siblings stand.
enum class Home : uint8_t { kTime, kDouble, kInt, kBool, kText, kList, kJson };
constexpr const char* kHomeNames[] = {"time", "double", "int", "bool", "text", "list", "json"};

struct HomeColumn {
  Home home;
  bool is_owner = false;  // has the plain name
  FinalType type = FinalType::kNull;
  TimeFormat format;
  std::string time_pattern;
  uint64_t values = 0;
};

/// All columns of one path.
class PathColumns {
 public:
  /// `leaves`: every value at the path that is a scalar, a list or a JSON array; nulls too.
  explicit PathColumns(const std::vector<const Value*>& leaves);

  /// In published order, the owner first; none if all leaves are null.
  const std::vector<HomeColumn>& columns() const { return columns_; }
  /// The column of a leaf that is not null: an index into columns().
  size_t ColumnOf(const Value& leaf) const;
  /// The column that takes empty lists, or -1.
  int list_column() const;
  /// Canonical text of a leaf in its column.
  std::string TextOf(const Value& leaf) const;

 private:
  Home HomeOf(const Value& leaf) const;
  Home FindOwner() const;
  HomeColumn MakeColumn(Home home, const std::vector<const Value*>& leaves) const;

  uint64_t counts_[kSlotCount] = {};                    // by Slot
  bool has_fraction_ = false;                           // among numbers
  bool has_list_fraction_ = false;                      // among lists of numbers
  bool is_text_asked_ = false, is_json_asked_ = false;  // by hints
  Slot list_slot_ = Slot::kListText;                    // the list kind that has a list column
  std::vector<HomeColumn> columns_;
};

}  // namespace roost::shred::reference
