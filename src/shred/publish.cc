#include "shred/publish.h"

#include <algorithm>

#include "shred/final_columns.h"
#include "shred/merge.h"
#include "shred/names.h"
#include "shred/path.h"

namespace roost::shred {
namespace {

/// A path with the columns it asks for and its place in the table.
struct PathPlace {
  const MergedNode* node;
  std::vector<std::string> keys;
  std::vector<FinalColumn> columns;
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

void FindMaps(const MergedNode& node, const std::string& identity, Plan& plan) {
  if (IsMap(node)) {
    plan.maps.insert(identity + node.path);
    return;  // what lies inside is looked at again when it is shredded as rows
  }
  for (const auto& [key, child] : node.children) FindMaps(*child, identity, plan);
}

/// Paths with columns, those that a plan has kept no column for left out: their values are rows of
/// the overflow table already.
void CollectPaths(const MergedNode& node, const KeptPaths* kept, std::vector<std::string>& keys,
                  std::vector<PathPlace>& places) {
  if (node.has_column() && (!kept || kept->contains(node.path))) {
    places.push_back({&node, keys, ColumnsOfPath(node, keys.empty() ? "value" : JoinKeys(keys))});
  }
  for (const auto& [key, child] : node.children) {
    keys.push_back(key);
    CollectPaths(*child, kept, keys, places);
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

void LimitColumns(const MergedTable& table, Plan& plan) {
  if (plan.kept_paths.contains(table.identity)) return;
  std::vector<const MergedNode*> nodes;
  NodesWithColumns(table.root, nodes);
  if (nodes.size() <= kMaxTablePaths) return;
  std::sort(nodes.begin(), nodes.end(), [](const MergedNode* a, const MergedNode* b) {
    bool left_hint = a->treatment() != Treatment::kUsual,
         right_hint = b->treatment() != Treatment::kUsual;
    if (left_hint != right_hint) return left_hint;
    uint64_t left = a->values_with_column(), right = b->values_with_column();
    return left != right ? left > right : a->path < b->path;
  });
  KeptPaths& kept = plan.kept_paths[table.identity];
  for (size_t i = 0; i < kMaxTablePaths; ++i) kept.insert(nodes[i]->path);
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

FinalTable MakeTable(MergedTable& merged, const KeptPaths* kept) {
  std::vector<std::string> keys;
  std::vector<PathPlace> places;
  CollectPaths(merged.root, kept, keys, places);
  FinalTable table;
  table.identity = merged.identity;
  table.json_path = merged.json_path;
  table.kind = merged.kind;
  table.rows = merged.rows;
  table.parent_identity = merged.parents.size() == 1 ? merged.parents.front() : "";
  table.spelled = merged.spelled;
  for (auto& [hash, text] : merged.shapes) table.shapes.push_back({hash, std::move(text)});
  merged.shapes.clear();
  if (merged.kind == TableKind::kMap || merged.kind == TableKind::kOverflow) {
    table.columns.push_back(TechnicalText("key", "!key"));
  }
  std::sort(places.begin(), places.end(), StandsBefore);
  for (PathPlace& place : places) {
    for (FinalColumn& column : place.columns) {
      column.json_path = JsonPath(merged, place.keys);
      table.columns.push_back(std::move(column));
    }
  }
  if (merged.spelled || merged.layout_values) {
    table.columns.push_back(TechnicalText("_roost_layout", "!layout"));
  }
  if (merged.extra_values) table.columns.push_back(TechnicalText("_roost_extra", "!extra"));
  NameColumns(table);
  return table;
}

}  // namespace

Publication Publish(const std::vector<TableSet*>& sets, const Plan& plan) {
  std::map<std::string, MergedTable> merged = MergeTables(sets);
  Publication publication;
  publication.plan = PlanFor(merged, plan);
  if (publication.plan != plan) return publication;
  for (auto& [identity, table] : merged) {
    NoteHints(table.root, publication.used_hints);
    auto kept = plan.kept_paths.find(identity);
    publication.schema.tables.push_back(
        MakeTable(table, kept == plan.kept_paths.end() ? nullptr : &kept->second));
  }
  std::map<std::string, std::string> names = NameTables(merged);
  for (FinalTable& table : publication.schema.tables) {
    table.name = names[table.identity];
    for (const std::string& parent : merged[table.identity].parents) {
      table.parent_names.push_back(names[parent]);
    }
  }
  std::sort(publication.schema.tables.begin(), publication.schema.tables.end(),
            [](const FinalTable& a, const FinalTable& b) { return a.name < b.name; });
  return publication;
}

}  // namespace roost::shred
