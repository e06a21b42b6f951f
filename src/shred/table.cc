#include "shred/table.h"

#include <algorithm>

#include "shred/path.h"

namespace roost::shred {
namespace {

constexpr size_t kManyChildren = 8;
constexpr uint32_t kFirstCapacity = 64;

}  // namespace

Node* Node::Find(std::string_view wanted, size_t hint) {
  if (hint < children.size() && children[hint]->key == wanted) return children[hint].get();
  if (lookup) {
    auto found = lookup->find(wanted);
    return found == lookup->end() ? nullptr : found->second;
  }
  for (auto& child : children) {
    if (child->key == wanted) return child.get();
  }
  return nullptr;
}

void Table::Grow() {
  capacity = capacity ? capacity * 2 : kFirstCapacity;
  id.Reserve(capacity);
  shape.Reserve(capacity);
  if (kind != TableKind::kRoot) {
    parent_id.Reserve(capacity);
    index.Reserve(capacity);
  }
}

void TableSet::Adopt(Node& node, Table* table) {
  node.table = table;
  node.is_map = plan_.maps.contains(table->identity + node.path);
  if (auto kept = plan_.kept_paths.find(table->identity); kept != plan_.kept_paths.end()) {
    node.is_overflow = !kept->second.contains(node.path);
  }
  ++node_count_;
}

Table* TableSet::Make(const std::string& identity, std::string json_path, TableKind kind,
                      Table* parent) {
  auto& table = by_identity_[identity];
  if (!table) {
    tables_.push_back(std::make_unique<Table>());
    table = tables_.back().get();
    table->identity = identity;
    table->json_path = std::move(json_path);
    table->kind = kind;
    table->number = static_cast<uint32_t>(tables_.size() - 1);
    table->parent = parent;
    Adopt(table->root, table);
    for (auto [node, path] : {std::pair{&table->key, "!key"}, std::pair{&table->layout, "!layout"},
                              std::pair{&table->extra, "!extra"}}) {
      node->path = path;
      node->table = table;
    }
  }
  if (parent &&
      std::find(table->parents.begin(), table->parents.end(), parent) == table->parents.end()) {
    table->parents.push_back(parent);
  }
  return table;
}

Table* TableSet::Root(const std::string& name) {
  return Make(name, "$", TableKind::kRoot, nullptr);
}

namespace {

std::string IdentityBelow(const Node& node, const char* mark) {
  const Table& table = *node.table;
  // Roots leave their name out, so that roots which share a first-level key share the table.
  bool is_first_level = table.kind == TableKind::kRoot && !node.path.empty();
  return (is_first_level ? "" : table.identity) + node.path + mark;
}

std::string JsonPathBelow(const Node& node, const char* mark) {
  std::vector<const Node*> steps;
  for (const Node* step = &node; step->parent; step = step->parent) steps.push_back(step);
  std::string path = node.table->json_path;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    AppendJsonPathKey(path, (*step)->key);
  }
  return path + mark;
}

}  // namespace

Table* TableSet::Below(Node& node, const char* mark, const char* step, TableKind kind) {
  Table* table = Make(IdentityBelow(node, mark), JsonPathBelow(node, step), kind, node.table);
  if (!table->parent_node) table->parent_node = &node;
  return table;
}

Table* TableSet::ArrayRows(Node& node) {
  if (!node.array_rows) node.array_rows = Below(node, "[]", "[*]", TableKind::kArray);
  return node.array_rows;
}

Table* TableSet::MapRows(Node& node) {
  if (!node.map_rows) node.map_rows = Below(node, "{}", ".*", TableKind::kMap);
  return node.map_rows;
}

Table* TableSet::Overflow(Table& table) {
  if (!table.overflow) {
    table.overflow = Make(table.identity + "*", table.json_path, TableKind::kOverflow, &table);
  }
  return table.overflow;
}

Node* TableSet::Child(Node& node, std::string_view key, size_t hint) {
  if (Node* found = node.Find(key, hint)) return found;
  node.children.push_back(std::make_unique<Node>());
  Node* child = node.children.back().get();
  child->key = key;
  child->path = node.path;
  AppendPointerKey(child->path, key);
  child->parent = &node;
  Adopt(*child, node.table);
  if (node.lookup) {
    node.lookup->emplace(child->key, child);
  } else if (node.children.size() > kManyChildren) {
    node.lookup = std::make_unique<std::unordered_map<std::string_view, Node*>>();
    for (auto& each : node.children) node.lookup->emplace(each->key, each.get());
  }
  return child;
}

NodeColumn* TableSet::ColumnOf(Node& node, Slot slot) {
  auto& column = node.columns[static_cast<size_t>(slot)];
  if (!column) {
    bool is_first = std::none_of(node.columns.begin(), node.columns.end(),
                                 [](const auto& other) { return other != nullptr; });
    node.table->paths_with_columns += is_first;
    column = std::make_unique<NodeColumn>();
    column->slot = slot;
    column->id = {node.path, slot};
    column->node = &node;
    column->token = static_cast<uint32_t>(node.table->columns.size());
    node.table->columns.push_back(column.get());
  }
  return column.get();
}

}  // namespace roost::shred
