#include "shred/reference/spread.h"

#include <algorithm>

#include "shred/reference/kinds.h"

namespace roost::shred::reference {
namespace {

/// True for the last of the members that have its key.
bool IsLast(const Value& object, size_t member) {
  for (size_t i = member + 1; i < object.members.size(); ++i) {
    if (object.members[i].key == object.members[member].key) return false;
  }
  return true;
}

/// Adds to `maps` the paths at and below `path` whose objects have data for keys.
void FindMaps(const std::string& path, const std::vector<const Value*>& objects,
              size_t min_map_keys, std::set<std::string>& maps) {
  std::map<std::string, std::vector<const Value*>> by_key;
  for (const Value* object : objects) {
    for (size_t i = 0; i < object->members.size(); ++i) {
      const Member& member = object->members[i];
      if (IsLast(*object, i)) by_key[member.key].push_back(&member.value);
    }
  }
  const auto any = [&](bool Value::* says) {
    return std::any_of(objects.begin(), objects.end(), [&](auto* object) { return object->*says; });
  };
  size_t rare = 0;
  for (const auto& [key, values] : by_key) rare += values.size() * 20 < objects.size();
  const bool has_many_keys = by_key.size() >= min_map_keys && rare * 2 > by_key.size();
  if (any(&Value::keys_are_data) || (has_many_keys && !any(&Value::keys_are_named))) {
    maps.insert(path);
    return;
  }
  for (auto& [key, values] : by_key) {
    std::erase_if(values, [](const Value* value) {
      return value->kind != Kind::kObject || value->mark == Mark::kJson;
    });
    if (!values.empty()) FindMaps(Extend(path, key), values, min_map_keys, maps);
  }
}

class RowSpreader {
 public:
  RowSpreader(SpreadTable& table, SpreadRow& row, const std::set<std::string>& maps,
              RowNumbers& numbers, SpreadTables& children)
      : table_(table), row_(row), maps_(maps), numbers_(numbers), children_(children) {}

  void Run() {
    NotePath("", 0);
    row_.shape = Spread(*row_.record, "");
  }

 private:
  /// Takes a value apart and returns its shape.
  std::string Spread(const Value& value, const std::string& path) {
    SpreadPath& facts = table_.paths[path];
    facts.only_nulls &= value.kind == Kind::kNull;
    if (value.mark == Mark::kJson || value.mark == Mark::kVerbatim) {
      row_.leaves[path] = &value;
      return value.mark == Mark::kJson ? "j" : "S";
    }
    if (value.kind == Kind::kObject) {
      return maps_.contains(path) ? SpreadMap(value, path) : SpreadObject(value, path);
    }
    if (value.kind == Kind::kArray) return SpreadArray(value, path);
    row_.leaves[path] = &value;
    return "s";
  }

  std::string SpreadObject(const Value& object, const std::string& path) {
    std::string shape = "{";
    for (size_t i = 0; i < object.members.size(); ++i) {
      const Member& member = object.members[i];
      const uint64_t position = position_++;
      if (i > 0) shape += ',';
      shape += Quote(member.key) + ':';
      if (!IsLast(object, i)) {
        row_.repeats.push_back(member.value.raw);
        shape += 'd';
        continue;
      }
      keys_.push_back(member.key);
      const std::string below = Extend(path, member.key);
      NotePath(below, position);
      shape += Spread(member.value, below);
      keys_.pop_back();
    }
    return shape + '}';
  }

  std::string SpreadArray(const Value& array, const std::string& path) {
    switch (ClassOf(array)) {
      case ArrayClass::kEmpty:
        row_.empties.insert(path);
        return "e";
      case ArrayClass::kTable:
        table_.paths[path].has_tables = true;
        for (size_t i = 0; i < array.items.size(); ++i) {
          AddRow(path, "[]", TableKind::kArray, array.items[i], i).key.clear();
        }
        return array.is_only_item ? "T" : "t";
      case ArrayClass::kList:
        row_.leaves[path] = &array;
        return array.is_only_item ? "L" : "l";
      case ArrayClass::kJson:
        row_.leaves[path] = &array;
        return array.is_only_item ? "J" : "j";
    }
    return "";
  }

  std::string SpreadMap(const Value& object, const std::string& path) {
    for (size_t i = 0; i < object.members.size(); ++i) {
      const Member& member = object.members[i];
      AddRow(path, "{}", TableKind::kMap, member.value, i).key = member.key;
    }
    return "m";
  }

  SpreadRow& AddRow(const std::string& path, const std::string& mark, TableKind kind,
                    const Value& record, size_t index) {
    // Roots share the tables of their keys.
    const bool shared = table_.kind == TableKind::kRoot && !path.empty();
    const std::string identity = (shared ? "" : table_.identity) + path + mark;
    SpreadTable& child = children_[identity];
    child.identity = identity;
    child.kind = kind;
    child.keys = keys_;
    child.parents.insert(table_.identity);
    child.parent = *child.parents.begin();
    SpreadRow& row = child.rows.emplace_back();
    row.record = &record;
    row.id = numbers_.Next(identity, row_.id);
    row.parent = row_.id;
    row.index = static_cast<uint32_t>(index);
    return row;
  }

  void NotePath(const std::string& path, uint64_t position) {
    SpreadPath& facts = table_.paths[path];
    facts.keys = keys_;
    facts.rows += 1;
    facts.position_sum += position;
  }

  SpreadTable& table_;
  SpreadRow& row_;
  const std::set<std::string>& maps_;
  RowNumbers& numbers_;
  SpreadTables& children_;
  std::vector<std::string> keys_;
  uint64_t position_ = 0;
};

}  // namespace

std::string Extend(const std::string& path, const std::string& key) {
  std::string extended = path + "/";
  for (char c : key) {
    switch (c) {
      case '~':
        extended += "~0";
        break;
      case '/':
        extended += "~1";
        break;
      case '[':
        extended += "~2";
        break;
      case '{':
        extended += "~3";
        break;
      default:
        extended += c;
    }
  }
  return extended;
}

void SpreadRows(SpreadTable& table, size_t min_map_keys, RowNumbers& numbers,
                SpreadTables& children) {
  std::vector<const Value*> objects;
  for (const SpreadRow& row : table.rows) {
    if (row.record->kind == Kind::kObject && row.record->mark != Mark::kJson)
      objects.push_back(row.record);
  }
  std::set<std::string> maps;
  FindMaps("", objects, min_map_keys, maps);
  for (SpreadRow& row : table.rows) RowSpreader(table, row, maps, numbers, children).Run();
}

}  // namespace roost::shred::reference
