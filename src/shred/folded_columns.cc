#include "shred/folded_columns.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "shred/merge.h"
#include "shred/wider_columns.h"

namespace roost::shred {
namespace {

bool IsNumber(FinalType type) {
  return type == FinalType::kInt64 || type == FinalType::kDecimal38 || type == FinalType::kDouble;
}

bool IsWritten(FinalType type) {
  return type == FinalType::kText || type == FinalType::kDate || type == FinalType::kTimestampUtc ||
         type == FinalType::kTimestampLocal;
}

bool IsList(FinalType type) {
  return type == FinalType::kListInt64 || type == FinalType::kListDouble ||
         type == FinalType::kListBool || type == FinalType::kListText;
}

/// Who has the plain name; null if nobody.
const FinalColumn* OwnerOf(const std::vector<FinalColumn>& columns) {
  auto owner = std::ranges::find_if(columns, [](const FinalColumn& column) {
    return column.conflict_of.empty() && column.type != FinalType::kJson;
  });
  return owner == columns.end() ? nullptr : &*owner;
}

/// Whether two of the columns could be one, or one have the plain name.
bool MayFold(const std::vector<FinalColumn>& columns) {
  const FinalColumn* owner = OwnerOf(columns);
  const bool is_plain =
      std::ranges::all_of(columns, [](const auto& column) { return column.time_pattern.empty(); });
  if (!owner || !is_plain) return false;
  auto count = [&](auto is_of) {
    return std::ranges::count_if(columns, [&](const auto& column) { return is_of(column.type); });
  };
  if (owner->type == FinalType::kNull)
    return count([](FinalType type) {
             return type != FinalType::kNull && type != FinalType::kJson;
           }) > 0;
  return count(IsNumber) > 1 || count(IsWritten) > 1;
}

bool AreSame(const std::vector<FinalColumn>& a, const std::vector<FinalColumn>& b) {
  auto key = [](const std::vector<FinalColumn>& columns) {
    std::set<std::pair<std::string, FinalType>> keys;
    for (const FinalColumn& column : columns) keys.emplace(column.name, column.type);
    return keys;
  };
  return key(a) == key(b);
}

std::string Lower(std::string name) {
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return name;
}

class Folder {
 public:
  Folder(const FinalTable& table, PublishedRows& rows) : table_(table), rows_(rows) {}

  std::optional<FinalTable> Run() {
    std::map<std::string, std::vector<FinalColumn>> paths;
    for (const FinalColumn& column : table_.columns) {
      taken_.insert(Lower(column.name));
      if (!column.path.starts_with('!')) paths[column.path].push_back(column);
    }
    for (const auto& [path, columns] : paths)
      if (MayFold(columns)) Fold(path, columns);
    if (folded_.empty()) return std::nullopt;
    FinalTable after = table_;
    after.columns.clear();
    for (const FinalColumn& column : table_.columns) Place(column, after.columns);
    return after;
  }

 private:
  void Fold(const std::string& path, const std::vector<FinalColumn>& columns) {
    const bool keeps_numbers = WouldRespell(columns);
    FinalType owner = OwnerOf(columns)->type;
    if (owner == FinalType::kNull) {
      owner = MostFrequent(columns);
      // Two columns of numbers cannot both have the plain name.
      if (owner == FinalType::kNull || (keeps_numbers && IsNumber(owner))) return;
    }
    MergedNode nothing;
    nothing.path = path;
    const FinalColumn& first = columns.front();
    const std::string base = first.conflict_of.empty() ? first.name : first.conflict_of;
    const EarlierPath before{&table_, &rows_, columns, false, owner};
    std::vector<FinalColumn> wider = WiderColumnsOfPath(nothing, base, before);
    if (keeps_numbers) KeepNumbers(columns, wider);
    if (AreSame(wider, columns)) return;
    for (FinalColumn& column : wider) {
      column.json_path = first.json_path;
      auto was = std::ranges::find(columns, column.name, &FinalColumn::name);
      if (was == columns.end()) {
        MakeUnique(column.name);
      } else if (!column.conflict_of.empty()) {
        column.conflict_values = was->conflict_values;
      }
    }
    folded_[path] = std::move(wider);
  }

  uint64_t ValuesOf(const FinalColumn& column) { return rows_.Look(table_, column).values; }

  bool WouldRespell(const std::vector<FinalColumn>& columns) {
    const bool has_doubles = std::ranges::any_of(
        columns, [](const auto& column) { return column.type == FinalType::kDouble; });
    return has_doubles && std::ranges::any_of(columns, [&](const auto& column) {
             return IsNumber(column.type) && column.type != FinalType::kDouble &&
                    ValuesOf(column) > 0;
           });
  }

  /// Of equals the first, in the order in which kinds own; kNull if nobody has values.
  FinalType MostFrequent(const std::vector<FinalColumn>& columns) {
    FinalType most = FinalType::kNull;
    uint64_t most_values = 0;
    auto compete = [&](auto is_of, FinalType type) {
      uint64_t values = 0;
      for (const FinalColumn& column : columns)
        if (is_of(column.type)) values += ValuesOf(column);
      if (values > most_values) std::tie(most, most_values) = std::pair(type, values);
    };
    compete(IsWritten, FinalType::kText);
    compete(IsNumber, FinalType::kDouble);
    compete([](FinalType type) { return type == FinalType::kBool; }, FinalType::kBool);
    compete(IsList, FinalType::kListText);
    return most;
  }

  static void KeepNumbers(const std::vector<FinalColumn>& columns,
                          std::vector<FinalColumn>& wider) {
    std::erase_if(wider, [](const FinalColumn& column) { return IsNumber(column.type); });
    for (const FinalColumn& column : columns) {
      if (!IsNumber(column.type)) continue;
      wider.push_back(column);
      wider.back().earlier = {{column.name}};
    }
  }

  void MakeUnique(std::string& name) {
    const std::string wanted = name;
    for (int number = 2; !taken_.insert(Lower(name)).second; ++number)
      name = wanted + "_" + std::to_string(number);
  }

  /// Where the column was; what is new at its path follows the first.
  void Place(const FinalColumn& column, std::vector<FinalColumn>& columns) {
    auto folded = folded_.find(column.path);
    if (folded == folded_.end()) {
      columns.push_back(column);
      columns.back().earlier = {{column.name}};
      return;
    }
    std::vector<FinalColumn>& left = folded->second;
    auto was_there = [&](const FinalColumn& each) {
      return std::ranges::any_of(
          table_.columns, [&](const FinalColumn& earlier) { return earlier.name == each.name; });
    };
    for (auto next = left.begin(); next != left.end();) {
      if (next->name == column.name || !was_there(*next)) {
        columns.push_back(std::move(*next));
        next = left.erase(next);
      } else {
        ++next;
      }
    }
  }

  const FinalTable& table_;
  PublishedRows& rows_;
  std::set<std::string> taken_;                             // names of columns, in lower case
  std::map<std::string, std::vector<FinalColumn>> folded_;  // by path
};

}  // namespace

std::optional<FinalTable> WithSiblingsFolded(const FinalTable& table, PublishedRows& rows) {
  return Folder(table, rows).Run();
}

}  // namespace roost::shred
