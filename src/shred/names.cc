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

namespace {

void NameTechnical(FinalTable& table, TakenNames& taken) {
  table.id_name = TechnicalName(taken, "_roost_id");
  if (table.kind != TableKind::kRoot) {
    table.parent_name = TechnicalName(taken, "_roost_parent");
    table.index_name = TechnicalName(taken, "_roost_idx");
  }
  table.shape_name = TechnicalName(taken, "_roost_shape");
}

/// Takes over what stays, and says how many columns that are.
size_t KeepNames(FinalTable& table, const FinalTable& published, TakenNames& taken) {
  table.id_name = published.id_name;
  table.parent_name = published.parent_name;
  table.index_name = published.index_name;
  table.shape_name = published.shape_name;
  for (const std::string& name :
       {table.id_name, table.parent_name, table.index_name, table.shape_name})
    if (!name.empty()) taken.Take(name);
  for (const FinalColumn& column : published.columns) taken.Take(column.name);
  return published.columns.size();
}

}  // namespace

void NameColumns(FinalTable& table, const FinalTable* published) {
  TakenNames taken;
  const size_t kept = published ? KeepNames(table, *published, taken) : 0;
  std::vector<FinalColumn*> order;
  for (size_t i = kept; i < table.columns.size(); ++i)
    if (!IsTechnical(table.columns[i])) order.push_back(&table.columns[i]);
  std::sort(order.begin(), order.end(), [](const FinalColumn* a, const FinalColumn* b) {
    return std::tie(a->name, a->path) < std::tie(b->name, b->path);
  });
  std::map<std::pair<std::string, std::string>, std::string> owners;  // (path, base) -> name
  for (FinalColumn* column : order) {
    std::string wanted = column->name;
    column->name = taken.Take(wanted);
    owners[{column->path, wanted}] = column->name;
  }
  for (FinalColumn* column : order) {
    auto owner = owners.find({column->path, column->conflict_of});
    if (owner != owners.end()) column->conflict_of = owner->second;
  }
  if (!published) NameTechnical(table, taken);
  for (size_t i = kept; i < table.columns.size(); ++i) {
    FinalColumn& column = table.columns[i];
    if (IsTechnical(column)) column.name = TechnicalName(taken, column.name);
  }
}

std::map<std::string, std::string> NameTables(const std::map<std::string, MergedTable>& tables,
                                              const PublishedTables* published) {
  struct Wanted {
    std::string name, identity;
    bool is_root;
  };
  std::vector<Wanted> wanted;
  TakenNames children, taken;
  std::map<std::string, std::string> names;
  for (const auto& [identity, table] : published ? *published : PublishedTables())
    names[identity] = taken.Take(table.name);
  for (const auto& [identity, table] : tables) {
    if (names.contains(identity)) continue;
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
  for (const Wanted& each : wanted) names[each.identity] = taken.Take(each.name);
  return names;
}

}  // namespace roost::shred
