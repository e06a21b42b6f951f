#include "shred/names.h"

#include <algorithm>

#include "shred/path.h"

namespace roost::shred {
namespace {

std::string Lower(std::string name) {
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return name;
}

std::string TechnicalName(TakenNames& taken, std::string name) {
  while (taken.Has(name)) name.insert(name.begin(), '_');
  return taken.Take(name);
}

bool IsTechnical(const FinalColumn& column) { return column.path.starts_with('!'); }

/// The part of a table's name that its place gives, without its parent's name.
std::string OwnPart(const MergedTable& table) {
  if (table.kind == TableKind::kOverflow) return "overflow";
  if (!table.parent_keys.empty()) {
    std::string joined = table.parent_keys.front();
    for (size_t i = 1; i < table.parent_keys.size(); ++i) joined += "_" + table.parent_keys[i];
    return joined;
  }
  return table.kind == TableKind::kMap ? "entry" : "item";
}

std::string WantedName(const std::map<std::string, MergedTable>& tables, const MergedTable& table) {
  if (table.kind == TableKind::kRoot) return table.identity;
  auto parent = tables.find(table.parent_identity);
  bool stands_alone = parent == tables.end() ||
                      (parent->second.kind == TableKind::kRoot && !table.parent_keys.empty());
  if (stands_alone) return OwnPart(table);
  return WantedName(tables, parent->second) + "_" + OwnPart(table);
}

}  // namespace

bool TakenNames::Has(const std::string& name) const { return lower_.contains(Lower(name)); }

std::string TakenNames::Take(const std::string& name) {
  std::string free = name;
  for (int suffix = 2; !lower_.insert(Lower(free)).second; ++suffix) {
    free = name + "_" + std::to_string(suffix);
  }
  return free;
}

std::string JoinKeys(const std::vector<std::string>& keys) {
  std::string joined;
  for (size_t i = 0; i < keys.size(); ++i) joined += (i ? "_" : "") + keys[i];
  return SanitizeName(joined);
}

void NameColumns(FinalTable& table) {
  std::vector<FinalColumn*> order;
  for (FinalColumn& column : table.columns) {
    if (!IsTechnical(column)) order.push_back(&column);
  }
  std::sort(order.begin(), order.end(), [](const FinalColumn* a, const FinalColumn* b) {
    return std::tie(a->name, a->path) < std::tie(b->name, b->path);
  });
  TakenNames taken;
  std::map<std::pair<std::string, std::string>, std::string> owners;  // (path, base) -> name
  for (FinalColumn* column : order) {
    std::string wanted = column->name;
    column->name = taken.Take(wanted);
    owners[{column->path, wanted}] = column->name;
  }
  for (FinalColumn* column : order) {
    if (!column->conflict_of.empty()) {
      column->conflict_of = owners[{column->path, column->conflict_of}];
    }
  }
  table.id_name = TechnicalName(taken, "_roost_id");
  if (table.kind != TableKind::kRoot) {
    table.parent_name = TechnicalName(taken, "_roost_parent");
    table.index_name = TechnicalName(taken, "_roost_idx");
  }
  table.shape_name = TechnicalName(taken, "_roost_shape");
  for (FinalColumn& column : table.columns) {
    if (IsTechnical(column)) column.name = TechnicalName(taken, column.name);
  }
}

std::map<std::string, std::string> NameTables(const std::map<std::string, MergedTable>& tables) {
  struct Wanted {
    std::string name, identity;
    bool is_root;
  };
  std::vector<Wanted> wanted;
  TakenNames children;
  for (const auto& [identity, table] : tables) {
    bool is_root = table.kind == TableKind::kRoot;
    wanted.push_back({SanitizeName(WantedName(tables, table)), identity, is_root});
    if (!is_root) children.Take(wanted.back().name);
  }
  for (Wanted& each : wanted) {
    if (each.is_root && children.Has(each.name)) each.name += "_document";
  }
  std::sort(wanted.begin(), wanted.end(), [](const Wanted& a, const Wanted& b) {
    return std::tie(a.name, a.identity) < std::tie(b.name, b.identity);
  });
  TakenNames taken;
  std::map<std::string, std::string> names;
  for (const Wanted& each : wanted) names[each.identity] = taken.Take(each.name);
  return names;
}

}  // namespace roost::shred
