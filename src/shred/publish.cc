#include "shred/publish.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <unordered_set>

#include "shred/final_columns.h"
#include "shred/later_columns.h"
#include "shred/merge.h"
#include "shred/names.h"
#include "shred/path.h"
#include "shred/wider_columns.h"

namespace roost::shred {
namespace {

/// A path with the columns it asks for and its place in the table.
struct PathPlace {
  const MergedNode* node;
  std::vector<std::string> keys;
  std::vector<FinalColumn> columns;
  bool is_widened = false;  // published ones among them are what they are now
};

/// What was published of a table, and how far that may change.
struct Before {
  const FinalTable* table = nullptr;  // null where it is new
  const PublishedTables* all = nullptr;
  PublishedRows* rows = nullptr;  // null where they stay as they are
};

bool IsMap(const MergedNode& node) {
  bool has_hinted_keys = node.hints && !node.hints->members.empty();
  if (node.counts.objects == 0 || has_hinted_keys) return false;
  size_t keys = 0, rare = 0;
  for (const auto& [key, child] : node.children) {
    uint64_t seen = child->counts.seen();
    keys += seen > 0;
    rare += seen > 0 && seen * kRareKeyShare < node.counts.objects;
  }
  return keys >= kMinMapKeys && rare * 2 > keys;
}

/// Whether objects at the path were flattened: something below it was published.
bool IsFlattened(const PublishedTables* published, const std::string& identity,
                 const std::string& path) {
  if (!published) return false;
  auto table = published->find(identity);
  if (table == published->end()) return false;
  const auto& columns = table->second.columns;
  if (std::any_of(columns.begin(), columns.end(),
                  [&](const FinalColumn& column) { return column.path.starts_with(path + "/"); }))
    return true;
  const bool is_first_level = table->second.kind == TableKind::kRoot;
  const std::string below = (is_first_level ? "" : identity) + path + "/";
  auto child = published->lower_bound(below);
  return child != published->end() && child->first.starts_with(below);
}

void FindMaps(const MergedNode& node, const std::string& identity, Plan& plan) {
  if (IsMap(node) && !IsFlattened(plan.published, identity, node.path)) {
    plan.maps.insert(identity + node.path);
    return;  // what lies inside is looked at again when it is shredded as rows
  }
  for (const auto& [key, child] : node.children) FindMaps(*child, identity, plan);
}

bool HasChild(const Before& before, const std::string& path) {
  const bool is_first_level = before.table->kind == TableKind::kRoot && !path.empty();
  return before.all->contains((is_first_level ? "" : before.table->identity) + path + "[]");
}

std::vector<FinalColumn> ColumnsAt(const FinalTable* published, const std::string& path) {
  std::vector<FinalColumn> columns;
  if (published)
    std::copy_if(published->columns.begin(), published->columns.end(), std::back_inserter(columns),
                 [&](const FinalColumn& column) { return column.path == path; });
  return columns;
}

PathPlace PlaceOf(const MergedNode& node, const std::vector<std::string>& keys,
                  const Before& before) {
  PathPlace place{&node, keys, {}};
  const std::string base = keys.empty() ? "value" : JoinKeys(keys);
  std::vector<FinalColumn> published = ColumnsAt(before.table, node.path);
  if (published.empty()) {
    place.columns = ColumnsOfPath(node, base);
    return place;
  }
  place.columns = LaterColumnsOfPath(node, base, published);
  if (!before.rows) return place;
  EarlierPath path{before.table, before.rows, std::move(published), HasChild(before, node.path)};
  if (!NeedsWiderColumns(node, path, place.columns)) return place;
  place.is_widened = true;
  place.columns = WiderColumnsOfPath(node, base, path);
  return place;
}

/// Paths with columns, those that a plan has kept no column for left out: their values are rows of
/// the overflow table already.
void CollectPaths(const MergedNode& node, const KeptPaths* kept, const Before& before,
                  std::vector<std::string>& keys, std::vector<PathPlace>& places) {
  if (node.has_column() && (!kept || kept->contains(node.path)))
    places.push_back(PlaceOf(node, keys, before));
  for (const auto& [key, child] : node.children) {
    keys.push_back(key);
    CollectPaths(*child, kept, before, keys, places);
    keys.pop_back();
  }
}

bool StandsBefore(const PathPlace& a, const PathPlace& b) {
  // Compares mean positions as exact fractions.
  auto left = static_cast<unsigned __int128>(a.node->counts.positions) * b.node->counts.seen();
  auto right = static_cast<unsigned __int128>(b.node->counts.positions) * a.node->counts.seen();
  return left != right ? left < right : a.node->path < b.node->path;
}

void NodesWithColumns(const MergedNode& node, std::vector<const MergedNode*>& nodes) {
  if (node.has_column()) nodes.push_back(&node);
  for (const auto& [key, child] : node.children) NodesWithColumns(*child, nodes);
}

/// The paths of users' columns.
KeptPaths PathsOf(const FinalTable& table) {
  KeptPaths paths;
  for (const FinalColumn& column : table.columns)
    if (!column.path.starts_with('!')) paths.insert(column.path);
  return paths;
}

void LimitColumns(const MergedTable& table, Plan& plan) {
  if (plan.kept_paths.contains(table.identity)) return;
  KeptPaths before;
  if (plan.published)
    if (auto found = plan.published->find(table.identity); found != plan.published->end())
      before = PathsOf(found->second);
  std::vector<const MergedNode*> nodes;
  NodesWithColumns(table.root, nodes);
  std::erase_if(nodes, [&](const MergedNode* node) { return before.contains(node->path); });
  if (before.size() + nodes.size() <= kMaxTablePaths) return;
  std::sort(nodes.begin(), nodes.end(), [](const MergedNode* a, const MergedNode* b) {
    bool left_hint = a->treatment() != Treatment::kUsual,
         right_hint = b->treatment() != Treatment::kUsual;
    if (left_hint != right_hint) return left_hint;
    uint64_t left = a->values_with_column(), right = b->values_with_column();
    return left != right ? left > right : a->path < b->path;
  });
  KeptPaths& kept = plan.kept_paths[table.identity];
  kept = before;
  for (size_t i = 0; kept.size() < kMaxTablePaths; ++i) kept.insert(nodes[i]->path);
}

/// The plan with which all these records should have been shredded.
Plan PlanFor(const std::map<std::string, MergedTable>& merged, const Plan& used) {
  Plan plan = used;
  for (const auto& [identity, table] : merged) FindMaps(table.root, identity, plan);
  // New maps take columns away, so limits are looked at in the attempt that knows all maps.
  if (plan.maps != used.maps) return plan;
  for (const auto& [identity, table] : merged) LimitColumns(table, plan);
  return plan;
}

/// A hint is of use where its path has values of the kinds that it speaks of.
void NoteHints(const MergedNode& node, std::set<const Hint*>& used) {
  bool has_rows = node.treatment() == Treatment::kList && node.counts.tables > 0;
  bool is_demanded = node.treatment() == Treatment::kDemand && node.counts.seen() > 0;
  if (node.treatment() != Treatment::kUsual && (node.has_column() || has_rows || is_demanded)) {
    used.insert(node.hints->hint);
  }
  for (const auto& [key, child] : node.children) NoteHints(*child, used);
}

FinalColumn TechnicalText(const char* name, const char* path) {
  FinalColumn column;
  column.name = name;
  column.path = path;
  column.type = FinalType::kText;
  column.sources = {{Slot::kText}};
  return column;
}

std::string JsonPath(const MergedTable& table, const std::vector<std::string>& keys) {
  std::string path = table.json_path;
  for (const std::string& key : keys) AppendJsonPathKey(path, key);
  return path;
}

std::string PathOf(const FinalTable& table, const std::string& name) {
  for (const FinalColumn& column : table.columns)
    if (column.name == name) return column.path;
  return "";
}

/// Published columns in their order, then those that are new, in theirs.
void KeepOrder(const FinalTable& published, std::vector<FinalColumn>& columns) {
  std::map<std::string, FinalColumn> now;  // by name; new ones may share one
  std::vector<FinalColumn> ordered;
  std::unordered_set<std::string> names;
  for (const FinalColumn& column : published.columns) names.insert(column.name);
  std::vector<FinalColumn> added;
  for (FinalColumn& column : columns) {
    const bool is_kept = names.contains(column.name) && !now.contains(column.name) &&
                         column.path == PathOf(published, column.name);
    if (is_kept)
      now.emplace(column.name, std::move(column));
    else
      added.push_back(std::move(column));
  }
  for (const FinalColumn& column : published.columns) {
    auto found = now.find(column.name);
    ordered.push_back(found == now.end() ? column : std::move(found->second));
    if (found == now.end()) {
      ordered.back().sources.clear();
      ordered.back().conflict_values = 0;
    }
  }
  std::move(added.begin(), added.end(), std::back_inserter(ordered));
  columns = std::move(ordered);
}

void AddTechnical(FinalTable& table, const FinalTable* published, const char* name,
                  const char* path) {
  FinalColumn column = TechnicalText(name, path);
  if (published)
    for (const FinalColumn& before : published->columns)
      if (before.path == path) column.name = before.name;
  table.columns.push_back(std::move(column));
}

/// The published table without the columns that nothing is in any more.
FinalTable WithoutEmptied(FinalTable published, const std::vector<PathPlace>& places) {
  for (const PathPlace& place : places) {
    if (!place.is_widened) continue;
    std::erase_if(published.columns, [&](const FinalColumn& column) {
      return column.path == place.node->path &&
             std::none_of(place.columns.begin(), place.columns.end(),
                          [&](const FinalColumn& now) { return now.name == column.name; });
    });
  }
  return published;
}

/// Where published columns stay what they are, their values stay in them.
void NoteEarlier(const FinalTable& published, const std::vector<PathPlace>& places,
                 FinalTable& table) {
  std::unordered_set<std::string> widened;
  for (const PathPlace& place : places)
    if (place.is_widened) widened.insert(place.node->path);
  for (size_t i = 0; i < published.columns.size(); ++i)
    if (!widened.contains(table.columns[i].path))
      table.columns[i].earlier = {{published.columns[i].name}};
}

const FinalColumn* ColumnNamed(const FinalTable* table, const FinalColumn& column) {
  if (!table) return nullptr;
  for (const FinalColumn& each : table->columns)
    if (each.name == column.name && each.path == column.path) return &each;
  return nullptr;
}

/// Where the value is of a source that a column has because of what it was before.
FirstSight FirstOf(const MergedNode& node, const ColumnSource& source, const FinalColumn& column,
                   const FinalColumn* before) {
  const bool is_list = source.slot == Slot::kListNumber;
  if (source.take == Take::kInexactInDouble)
    return is_list ? node.first_inexact_list : node.first_inexact;
  const MergedSlot& slot = node[source.slot];
  if (!before || before->type == column.type) return slot.first;
  if (slot.first_other.seen()) return slot.first_other;
  const bool held_before = source.slot == Slot::kNumber && before->type == FinalType::kInt64;
  return held_before ? FirstSight() : slot.first;
}

int64_t FirstRowOf(const MergedNode& node, const FinalColumn& column, const FinalTable* published) {
  const FinalColumn* before = ColumnNamed(published, column);
  FirstSight first;
  for (const ColumnSource& source : column.sources)
    first.Merge(FirstOf(node, source, column, before));
  return first.id;
}

FinalTable MakeTable(MergedTable& merged, const KeptPaths* kept, const Before& before) {
  std::vector<std::string> keys;
  std::vector<PathPlace> places;
  CollectPaths(merged.root, kept, before, keys, places);
  std::optional<FinalTable> stays;
  if (before.table) stays = WithoutEmptied(*before.table, places);
  const FinalTable* published = stays ? &*stays : nullptr;
  FinalTable table;
  table.identity = merged.identity;
  table.json_path = merged.json_path;
  table.kind = merged.kind;
  table.rows = merged.rows;
  table.parent_identity = merged.parents.size() == 1 ? merged.parents.front() : "";
  table.spelled = merged.spelled;
  for (auto& [hash, text] : merged.shapes) table.shapes.push_back({hash, std::move(text)});
  merged.shapes.clear();
  if (merged.kind == TableKind::kMap || merged.kind == TableKind::kOverflow)
    AddTechnical(table, published, "key", "!key");
  std::sort(places.begin(), places.end(), StandsBefore);
  for (PathPlace& place : places) {
    for (FinalColumn& column : place.columns) {
      column.json_path = JsonPath(merged, place.keys);
      column.first_id = FirstRowOf(*place.node, column, before.table);
      table.columns.push_back(std::move(column));
    }
  }
  if (merged.spelled || merged.layout_values)
    AddTechnical(table, published, "_roost_layout", "!layout");
  if (merged.extra_values) AddTechnical(table, published, "_roost_extra", "!extra");
  if (published) KeepOrder(*published, table.columns);
  NameColumns(table, published);
  if (published) NoteEarlier(*published, places, table);
  return table;
}

Before BeforeOf(const Plan& plan, const FinalTable* published) {
  Before before{published, plan.published, nullptr};
  if (published && plan.rows && plan.rows->MayRewrite(*published)) before.rows = plan.rows;
  return before;
}

const FinalTable* PublishedAs(const Plan& plan, const std::string& identity) {
  if (!plan.published) return nullptr;
  auto found = plan.published->find(identity);
  return found == plan.published->end() ? nullptr : &found->second;
}

/// All that _roost_parent has pointed to.
void KeepParents(const FinalTable* published, std::vector<std::string>& parents) {
  if (!published) return;
  std::vector<std::string> all = published->parent_names;
  for (std::string& parent : parents)
    if (std::find(all.begin(), all.end(), parent) == all.end()) all.push_back(std::move(parent));
  parents = std::move(all);
}

}  // namespace

Plan FirstPlan(const Hints* hints, const PublishedTables* published, PublishedRows* rows) {
  Plan plan;
  plan.rows = rows;
  plan.hints = hints;
  plan.published = published;
  for (const auto& [identity, table] : published ? *published : PublishedTables()) {
    if (table.kind == TableKind::kOverflow) {
      const std::string owner = identity.substr(0, identity.size() - 1);
      if (auto found = published->find(owner); found != published->end())
        plan.kept_paths[owner] = PathsOf(found->second);
    }
    if (table.kind != TableKind::kMap) continue;
    const std::string stripped = identity.substr(0, identity.size() - 2);
    bool has_root = false;
    for (const auto& [other, parent] : *published) {
      const auto& parents = table.parent_names;
      const bool is_root = parent.kind == TableKind::kRoot && stripped.starts_with('/');
      if (!is_root || std::find(parents.begin(), parents.end(), parent.name) == parents.end())
        continue;
      plan.maps.insert(other + stripped);
      has_root = true;
    }
    if (!has_root) plan.maps.insert(stripped);
  }
  return plan;
}

Publication Publish(const std::vector<TableSet*>& sets, const Plan& plan) {
  std::map<std::string, MergedTable> merged = MergeTables(sets);
  Publication publication;
  publication.plan = PlanFor(merged, plan);
  if (publication.plan != plan) return publication;
  for (auto& [identity, table] : merged) {
    NoteHints(table.root, publication.used_hints);
    auto kept = plan.kept_paths.find(identity);
    publication.schema.tables.push_back(
        MakeTable(table, kept == plan.kept_paths.end() ? nullptr : &kept->second,
                  BeforeOf(plan, PublishedAs(plan, identity))));
  }
  std::map<std::string, std::string> names = NameTables(merged, plan.published);
  for (FinalTable& table : publication.schema.tables) {
    table.name = names[table.identity];
    for (const std::string& parent : merged[table.identity].parents) {
      table.parent_names.push_back(names[parent]);
    }
    KeepParents(PublishedAs(plan, table.identity), table.parent_names);
  }
  std::sort(publication.schema.tables.begin(), publication.schema.tables.end(),
            [](const FinalTable& a, const FinalTable& b) { return a.name < b.name; });
  return publication;
}

}  // namespace roost::shred
