#include "shred/reference/publish.h"

#include <algorithm>
#include <set>

#include "shred/reference/columns.h"
#include "shred/reference/kinds.h"
#include "shred/reference/names.h"

namespace roost::shred::reference {
namespace {

/// A path of a table on its way to columns.
struct Place {
  std::string path;
  const SpreadPath* facts = nullptr;
  PathColumns columns;
  uint64_t rows_with_value = 0;
  bool is_hinted = false;
  std::vector<std::string> names;  // of columns.columns()

  size_t column_count() const { return columns.columns().empty() ? 1 : columns.columns().size(); }
};

class TablePublisher {
 public:
  TablePublisher(const SpreadTable& spread, const Options& options, RowNumbers& numbers,
                 SpreadTables& children)
      : spread_(spread), options_(options), numbers_(numbers), children_(children) {
    table_.identity = spread.identity;
    table_.kind = spread.kind;
  }

  Table Run() {
    FindPlaces();
    KeepFrequent();
    NameColumns();
    ListColumns();
    for (const SpreadRow& row : spread_.rows) AddRow(row);
    return std::move(table_);
  }

 private:
  /// The paths that have columns, in published order.
  void FindPlaces() {
    std::map<std::string, std::vector<const Value*>> leaves;
    for (const SpreadRow& row : spread_.rows) {
      for (const auto& [path, leaf] : row.leaves) leaves[path].push_back(leaf);
    }
    for (const auto& [path, values] : leaves) {
      Place place{path, &spread_.paths.at(path), PathColumns(values), 0, values[0]->is_hinted, {}};
      if (place.columns.columns().empty() && !place.facts->only_nulls) continue;
      for (const HomeColumn& column : place.columns.columns())
        place.rows_with_value += column.values;
      places_.push_back(std::move(place));
    }
    // Leaves are sorted by path, so that equal positions stay in that order.
    std::stable_sort(places_.begin(), places_.end(), [](const Place& a, const Place& b) {
      using Wide = unsigned __int128;
      return static_cast<Wide>(a.facts->position_sum) * b.facts->rows <
             static_cast<Wide>(b.facts->position_sum) * a.facts->rows;
    });
  }

  void KeepFrequent() {
    std::vector<const Place*> order;
    for (const Place& place : places_) order.push_back(&place);
    std::sort(order.begin(), order.end(), [](const Place* a, const Place* b) {
      if (a->is_hinted != b->is_hinted) return a->is_hinted;
      if (a->rows_with_value != b->rows_with_value) return a->rows_with_value > b->rows_with_value;
      return a->path < b->path;
    });
    if (order.size() > options_.max_paths) order.resize(options_.max_paths);
    std::set<std::string> kept;
    for (const Place* place : order) kept.insert(place->path);
    std::erase_if(places_, [&](const Place& place) { return !kept.contains(place.path); });
  }

  void NameColumns() {
    struct Candidate {
      std::string name, path;
      std::string* to;
      auto operator<=>(const Candidate&) const = default;
    };
    std::vector<Candidate> candidates;
    for (Place& place : places_) {
      const std::vector<std::string>& keys = place.facts->keys;
      const std::string name = keys.empty() ? "value" : SanitizeName(JoinKeys(keys));
      place.names.resize(place.column_count());
      for (size_t i = 0; i < place.names.size(); ++i) {
        const auto& columns = place.columns.columns();
        const bool plain = columns.empty() || columns[i].is_owner;
        const std::string home = plain ? "" : kHomeNames[static_cast<size_t>(columns[i].home)];
        candidates.push_back({plain ? name : name + "__" + home, place.path, &place.names[i]});
      }
    }
    std::sort(candidates.begin(), candidates.end());
    for (const Candidate& candidate : candidates) {
      *candidate.to = names_.Take(candidate.name);
    }
  }

  void ListColumns() {
    const bool is_root = spread_.kind == TableKind::kRoot;
    table_.id_name = names_.TakeTechnical("_roost_id");
    if (!is_root) table_.parent_name = names_.TakeTechnical("_roost_parent");
    if (!is_root) table_.index_name = names_.TakeTechnical("_roost_idx");
    table_.shape_name = names_.TakeTechnical("_roost_shape");
    if (spread_.kind == TableKind::kMap || spread_.kind == TableKind::kOverflow) {
      AddTechnical("key", "!key");
    }
    for (const Place& place : places_) ListPlace(place);
    std::set<std::string> shapes;
    size_t shape_bytes = 0;
    bool repeats = false;
    for (const SpreadRow& row : spread_.rows) {
      if (shapes.insert(row.shape).second) shape_bytes += row.shape.size();
      repeats |= !row.repeats.empty();
    }
    table_.spelled = shapes.size() > options_.max_shapes || shape_bytes > options_.max_shape_bytes;
    if (table_.spelled) AddTechnical("_roost_layout", "!layout");
    if (repeats) AddTechnical("_roost_extra", "!extra");
  }

  void ListPlace(const Place& place) {
    if (place.columns.columns().empty()) {
      table_.columns.push_back({place.names[0], place.path, FinalType::kNull, {}, "", "", 0});
    }
    for (size_t i = 0; i < place.columns.columns().size(); ++i) {
      const HomeColumn& home = place.columns.columns()[i];
      Column column{place.names[i], place.path, home.type, home.format, home.time_pattern, "", 0};
      if (!home.is_owner && place.columns.columns()[0].is_owner) {
        column.conflict_of = place.names[0];
        column.conflicts = home.values;
      }
      table_.columns.push_back(column);
    }
  }

  void AddTechnical(const std::string& name, const std::string& path) {
    technical_[path] = names_.TakeTechnical(name);
    table_.columns.push_back({technical_[path], path, FinalType::kText, {}, "", "", 0});
  }

  void AddRow(const SpreadRow& from) {
    Row row{from.id, from.parent, from.index, from.shape, {}};
    if (technical_.contains("!key")) row.values[technical_["!key"]] = Quote(from.key);
    if (!from.repeats.empty()) {
      std::string extra;
      for (std::string_view raw : from.repeats) {
        extra += (extra.empty() ? "[" : ",") + WithoutSpace(raw);
      }
      row.values[technical_["!extra"]] = Quote(extra + "]");
    }
    std::map<std::string, const Value*> rest = from.leaves;
    for (const Place& place : places_) {
      const auto leaf = from.leaves.find(place.path);
      const int list = place.columns.list_column();
      if (leaf != from.leaves.end() && leaf->second->kind != Kind::kNull) {
        const std::string& name = place.names[place.columns.ColumnOf(*leaf->second)];
        row.values[name] = place.columns.TextOf(*leaf->second);
      } else if (list >= 0 && !place.facts->has_tables && from.empties.contains(place.path)) {
        row.values[place.names[static_cast<size_t>(list)]] = "[]";
      }
      rest.erase(place.path);
    }
    AddOverflow(row, rest);
    table_.rows.push_back(std::move(row));
  }

  /// Makes rows of the overflow table from the values in `rest`, which have no column.
  void AddOverflow(const Row& row, const std::map<std::string, const Value*>& rest) {
    std::vector<std::pair<std::string, const Value*>> values;
    for (const auto& [path, leaf] : rest) {
      if (leaf->kind != Kind::kNull) values.emplace_back(path, leaf);
    }
    std::sort(values.begin(), values.end(), [](const auto& a, const auto& b) {
      return a.second->raw.data() < b.second->raw.data();
    });
    for (size_t i = 0; i < values.size(); ++i) {
      SpreadTable& overflow = children_[spread_.identity + "*"];
      overflow.identity = spread_.identity + "*";
      overflow.kind = TableKind::kOverflow;
      overflow.parent = spread_.identity;
      overflow.parents = {spread_.identity};
      SpreadRow& to = overflow.rows.emplace_back();
      to.record = values[i].second;
      to.id = numbers_.Next(overflow.identity, row.id);
      to.parent = row.id;
      to.index = static_cast<uint32_t>(i);
      to.key = values[i].first;
    }
  }

  const SpreadTable& spread_;
  const Options& options_;
  RowNumbers& numbers_;
  SpreadTables& children_;
  Table table_;
  std::vector<Place> places_;
  UniqueNames names_;
  std::map<std::string, std::string> technical_;  // path -> name
};

class TableNamer {
 public:
  TableNamer(const SpreadTables& spreads, std::map<std::string, Table>& tables)
      : spreads_(spreads), tables_(tables) {}

  void Run() {
    std::set<std::string> children;
    for (const auto& [identity, spread] : spreads_) {
      if (spread.kind != TableKind::kRoot) children.insert(LowerCase(BaseOf(spread)));
    }
    std::set<std::pair<std::string, std::string>> candidates;
    for (const auto& [identity, spread] : spreads_) {
      const std::string base = BaseOf(spread);
      const bool leaves = spread.kind == TableKind::kRoot && children.contains(LowerCase(base));
      candidates.insert({leaves ? base + "_document" : base, identity});
    }
    UniqueNames names;
    for (const auto& [base, identity] : candidates) tables_.at(identity).name = names.Take(base);
    for (const auto& [identity, spread] : spreads_) {
      Table& table = tables_.at(identity);
      table.json_path = JsonPathOf(spread);
      for (const std::string& parent : spread.parents) {
        table.parents.push_back(tables_.at(parent).name);
      }
      std::sort(table.parents.begin(), table.parents.end());
    }
  }

 private:
  std::string BaseOf(const SpreadTable& spread) const { return SanitizeName(WholeName(spread)); }

  std::string WholeName(const SpreadTable& spread) const {
    if (spread.kind == TableKind::kRoot) return spread.identity;
    const SpreadTable& parent = spreads_.at(spread.parent);
    std::string ending = JoinKeys(spread.keys);
    if (spread.kind == TableKind::kOverflow) {
      ending = "overflow";
    } else if (spread.keys.empty()) {
      ending = spread.kind == TableKind::kMap ? "entry" : "item";
    } else if (parent.kind == TableKind::kRoot) {
      return ending;
    }
    return WholeName(parent) + "_" + ending;
  }

  std::string JsonPathOf(const SpreadTable& spread) const {
    if (spread.kind == TableKind::kRoot) return "$";
    std::string path = JsonPathOf(spreads_.at(spread.parent));
    for (const std::string& key : spread.keys) path += JsonPathKey(key);
    if (spread.kind == TableKind::kOverflow) return path;
    return path + (spread.kind == TableKind::kMap ? ".*" : "[*]");
  }

  static std::string JsonPathKey(const std::string& key) {
    bool plain = !key.empty() && (key[0] < '0' || key[0] > '9');
    for (char c : key) plain &= SanitizeName(std::string(1, c)) == std::string(1, c);
    if (plain) return "." + key;
    std::string quoted = "['";
    for (char c : key) {
      const std::string one = Quote(std::string(1, c));
      if (c == '\'') quoted += '\\';
      quoted += c == '"' ? "\"" : one.substr(1, one.size() - 2);
    }
    return quoted + "']";
  }

  const SpreadTables& spreads_;
  std::map<std::string, Table>& tables_;
};

}  // namespace

Table PublishTable(const SpreadTable& spread, const Options& options, RowNumbers& numbers,
                   SpreadTables& children) {
  return TablePublisher(spread, options, numbers, children).Run();
}

void NameTables(const SpreadTables& spreads, std::map<std::string, Table>& tables) {
  TableNamer(spreads, tables).Run();
}

}  // namespace roost::shred::reference
