#include "shred/table.h"

#include <algorithm>

#include "shred/path.h"

namespace roost::shred {
namespace {

constexpr size_t kManyChildren = 8;
constexpr uint32_t kFirstCapacity = 64;

}  // namespace

void Children::Insert(uint32_t place) {
  size_t mask = slots.size() - 1;
  size_t slot = std::hash<std::string_view>()(nodes[place]->key) & mask;
  while (slots[slot] != 0) slot = (slot + 1) & mask;
  slots[slot] = place + 1;
}

void Children::Add(std::unique_ptr<Node> node) {
  nodes.push_back(std::move(node));
  if (nodes.size() <= kManyChildren) return;
  if (nodes.size() * 2 <= slots.size()) return Insert(static_cast<uint32_t>(nodes.size() - 1));
  slots.assign(std::max(slots.size() * 2, 4 * kManyChildren), 0);
  for (uint32_t place = 0; place < nodes.size(); ++place) Insert(place);
}

Node* Children::Find(std::string_view key) const {
  if (slots.empty()) {
    for (const auto& node : nodes) {
      if (node->key == key) return node.get();
    }
    return nullptr;
  }
  size_t mask = slots.size() - 1;
  for (size_t slot = std::hash<std::string_view>()(key) & mask; slots[slot] != 0;
       slot = (slot + 1) & mask) {
    Node* node = nodes[slots[slot] - 1].get();
    if (node->key == key) return node;
  }
  return nullptr;
}

Node* Node::Find(std::string_view wanted, size_t place) const {
  if (!members) return nullptr;
  const auto& nodes = members->nodes;
  if (place < nodes.size() && nodes[place]->key == wanted) return nodes[place].get();
  return members->Find(wanted);
}

InexactCounts& Node::inexact() {
  if (!inexact_counts) inexact_counts = std::make_unique<InexactCounts>();
  return *inexact_counts;
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

void TableSet::Adopt(Node& node, Table* table, const HintPlace* hints) {
  node.table = table;
  node.hints = hints;
  node.is_map = (hints && hints->entries) || plan_.maps.contains(table->identity + node.path);
  if (auto kept = plan_.kept_paths.find(table->identity); kept != plan_.kept_paths.end()) {
    node.is_overflow = !(hints && hints->hint) && !kept->second.contains(node.path);
  }
  ++node_count_;
}

Table* TableSet::Make(const std::string& identity, std::string json_path, TableKind kind,
                      Origin origin) {
  auto& table = by_identity_[identity];
  if (!table) {
    tables_.push_back(std::make_unique<Table>());
    table = tables_.back().get();
    table->identity = identity;
    table->json_path = std::move(json_path);
    table->kind = kind;
    table->number = static_cast<uint32_t>(tables_.size() - 1);
    table->parent = origin.parent;
    Adopt(table->root, table, origin.hints);
    for (auto [node, path] : {std::pair{&table->key, "!key"}, std::pair{&table->layout, "!layout"},
                              std::pair{&table->extra, "!extra"}}) {
      node->path = path;
      node->table = table;
    }
  }
  auto& parents = table->parents;
  if (origin.parent && std::find(parents.begin(), parents.end(), origin.parent) == parents.end()) {
    parents.push_back(origin.parent);
  }
  return table;
}

Table* TableSet::Root(const std::string& name) {
  return Make(name, "$", TableKind::kRoot,
              {nullptr, plan_.hints ? plan_.hints->Of(name) : nullptr});
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
  const HintPlace* hints = nullptr;
  if (node.hints)
    hints = (kind == TableKind::kArray ? node.hints->items : node.hints->entries).get();
  Table* table =
      Make(IdentityBelow(node, mark), JsonPathBelow(node, step), kind, {node.table, hints});
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
    table.overflow = Make(table.identity + "*", table.json_path, TableKind::kOverflow, {&table});
  }
  return table.overflow;
}

Node* TableSet::Child(Node& node, std::string_view key, size_t place) {
  if (Node* found = node.Find(key, place)) return found;
  auto made = std::make_unique<Node>();
  Node* child = made.get();
  child->key = key;
  child->path.reserve(node.path.size() + key.size() + 1);
  child->path = node.path;
  AppendPointerKey(child->path, key);
  child->parent = &node;
  Adopt(*child, node.table, node.hints ? node.hints->Find(key) : nullptr);
  if (!node.members) node.members = std::make_unique<Children>();
  node.members->Add(std::move(made));
  return child;
}

NodeColumn* TableSet::ColumnOf(Node& node, Slot slot) {
  if (!node.columns) node.columns = std::make_unique<decltype(Node::columns)::element_type>();
  auto& column = (*node.columns)[static_cast<size_t>(slot)];
  if (!column) {
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
