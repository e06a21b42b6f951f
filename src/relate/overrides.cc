#include "relate/overrides.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/disk.h"
#include "base/disk_entry.h"

namespace roost::relate {

namespace {

constexpr const char* kForm = "write table.column=table.column, or table.(a, b)=table.(c, d)";

std::string Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return std::string(text);
}

/// "table.column" or "table.(a, b)".
bool ParseSide(std::string_view text, std::string& table, std::vector<std::string>& columns) {
  std::string side = Trimmed(text);
  size_t open = side.find(".(");
  if (open == std::string::npos) {
    size_t dot = side.rfind('.');
    if (dot == std::string::npos || dot == 0 || dot + 1 == side.size()) return false;
    table = side.substr(0, dot);
    columns = {side.substr(dot + 1)};
    return true;
  }
  if (open == 0 || side.back() != ')') return false;
  table = side.substr(0, open);
  std::string_view list(side);
  list = list.substr(open + 2, side.size() - open - 3);
  while (true) {
    size_t comma = list.find(',');
    columns.push_back(Trimmed(list.substr(0, comma)));
    if (columns.back().empty()) return false;
    if (comma == list.npos) return true;
    list.remove_prefix(comma + 1);
  }
}

Result<std::vector<int>> FindColumns(const Database& database, const std::string& table,
                                     const std::vector<std::string>& names) {
  for (const Table& each : database.tables) {
    if (each.name != table) continue;
    std::vector<int> ids;
    for (const std::string& name : names) {
      auto found = std::find_if(each.columns.begin(), each.columns.end(),
                                [&](int id) { return database.ColumnAt(id).name == name; });
      if (found == each.columns.end()) {
        return Status::Invalid("table ", table, " has no column ", name,
                               "; `roost schema` lists them");
      }
      ids.push_back(*found);
    }
    return ids;
  }
  return Status::Invalid("there is no table ", table, "; `roost schema` lists them");
}

Result<std::string> ReadText(const std::string& path) {
  ROOST_ASSIGN(disk::EntryKind kind, disk::Look(path));
  if (kind == disk::EntryKind::kMissing) return std::string();
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return Status::IOError("cannot read ", path);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

Result<YAML::Node> ParseYaml(const std::string& path) {
  ROOST_ASSIGN(std::string text, ReadText(path));
  try {
    YAML::Node root = YAML::Load(text);
    if (root && !root.IsNull() && !root.IsMap()) {
      return Status::Invalid(path, " must be a map, as `keys:` and what belongs to it");
    }
    return root;
  } catch (const YAML::Exception& error) {
    return Status::Invalid(path, ": line ", error.mark.line + 1, ": ", error.msg);
  }
}

Status At(const std::string& path, const YAML::Node& node, const Status& status) {
  if (status.ok()) return status;
  return status.WithMessage(path, ": line ", node.Mark().line + 1, ": ", status.message());
}

Result<std::vector<std::string>> NamesIn(const YAML::Node& node) {
  std::vector<std::string> names;
  if (node.IsScalar()) return std::vector<std::string>{node.Scalar()};
  if (!node.IsSequence()) return Status::Invalid("a name or a list of names must stand here");
  for (const YAML::Node& each : node) {
    if (!each.IsScalar()) return Status::Invalid("a list may only hold names");
    names.push_back(each.Scalar());
  }
  return names;
}

Result<Overrides::Columns> FindReference(const std::string& text, const Database& database) {
  ROOST_ASSIGN(SaidReference said, ParseReference(text));
  Overrides::Columns columns;
  ROOST_ASSIGN(columns.children, FindColumns(database, said.table, said.columns));
  ROOST_ASSIGN(columns.parents, FindColumns(database, said.ref_table, said.ref_columns));
  return columns;
}

Status TakeReferences(const YAML::Node& list, const Database& database,
                      std::vector<Overrides::Columns>& to) {
  if (!list || list.IsNull()) return Status::OK();
  ROOST_ASSIGN(std::vector<std::string> texts, NamesIn(list));
  for (const std::string& text : texts) {
    ROOST_ASSIGN(Overrides::Columns columns, FindReference(text, database));
    to.push_back(std::move(columns));
  }
  return Status::OK();
}

Status TakeKeys(const YAML::Node& keys, const Database& database, Overrides& overrides) {
  if (!keys || keys.IsNull()) return Status::OK();
  if (!keys.IsMap()) return Status::Invalid("`keys` must map tables to their columns");
  for (const auto& entry : keys) {
    ROOST_ASSIGN(std::vector<std::string> names, NamesIn(entry.second));
    ROOST_ASSIGN(std::vector<int> columns, FindColumns(database, entry.first.Scalar(), names));
    if (columns.empty()) return Status::Invalid("a key needs a column");
    std::sort(columns.begin(), columns.end());
    overrides.keys[database.ColumnAt(columns[0]).table] = columns;
  }
  return Status::OK();
}

/// The lines of a file, edited by place so that all others stay.
class Lines {
 public:
  explicit Lines(const std::string& text) {
    for (size_t at = 0; at < text.size();) {
      size_t end = text.find('\n', at);
      lines_.push_back(text.substr(at, end - at));
      at = end == std::string::npos ? text.size() : end + 1;
    }
  }
  std::string Text() const {
    std::string text;
    for (const std::string& line : lines_) text += line + "\n";
    return text;
  }

  /// Adds `item` to `relations: <name>:`, making both if missing.
  void Add(const std::string& name, const std::string& item) {
    size_t relations = Find("relations:", 0);
    if (relations == lines_.size()) lines_.push_back("relations:");
    size_t list = Find("  " + name + ":", relations + 1);
    if (list == lines_.size()) {
      list = relations + 1;
      Insert(list, "  " + name + ":");
    }
    Insert(list + 1, "    - " + item);
  }
  /// Removes every line below `relations: <name>:` that says this.
  void Remove(const std::string& name, const std::string& item) {
    size_t relations = Find("relations:", 0);
    size_t list = Find("  " + name + ":", relations + 1);
    for (size_t at = list + 1; at < lines_.size() && lines_[at].starts_with("    ");) {
      if (Trimmed(lines_[at]) == "- " + item) {
        lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(at));
      } else {
        ++at;
      }
    }
  }

 private:
  /// Where a line begins with `start`, before the next entry of the outermost map.
  size_t Find(const std::string& start, size_t from) const {
    for (size_t at = from; at < lines_.size(); ++at) {
      if (lines_[at].starts_with(start)) return at;
      bool next_entry =
          from > 0 && !lines_[at].empty() && lines_[at][0] != ' ' && lines_[at][0] != '#';
      if (next_entry) break;
    }
    return lines_.size();
  }
  void Insert(size_t at, std::string line) {
    lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(at), std::move(line));
  }

  std::vector<std::string> lines_;
};

/// Lines edits blocks that are set in by two and four spaces; what it makes of others shows here.
bool Says(const std::string& text, const char* name, const std::vector<std::string>& items) {
  try {
    YAML::Node list = YAML::Load(text)["relations"][name];
    return std::all_of(items.begin(), items.end(), [&](const std::string& item) {
      return std::any_of(list.begin(), list.end(), [&](const YAML::Node& each) {
        return each.IsScalar() && each.Scalar() == item;
      });
    });
  } catch (const YAML::Exception&) {
    return false;
  }
}

}  // namespace

Result<SaidReference> ParseReference(const std::string& text) {
  SaidReference said;
  size_t equal = text.find('=');
  bool sound =
      equal != std::string::npos &&
      ParseSide(std::string_view(text).substr(0, equal), said.table, said.columns) &&
      ParseSide(std::string_view(text).substr(equal + 1), said.ref_table, said.ref_columns) &&
      said.columns.size() == said.ref_columns.size();
  if (!sound) return Status::Invalid("\"", text, "\" is no reference; ", kForm);
  return said;
}

bool Overrides::Refuses(const std::vector<int>& children, const std::vector<int>& parents) const {
  auto pairs = [](const std::vector<int>& from, const std::vector<int>& to) {
    std::vector<std::pair<int, int>> sorted;
    for (size_t i = 0; i < from.size(); ++i) sorted.emplace_back(from[i], to[i]);
    std::sort(sorted.begin(), sorted.end());
    return sorted;
  };
  return std::any_of(refused.begin(), refused.end(), [&](const Columns& each) {
    return pairs(each.children, each.parents) == pairs(children, parents);
  });
}

Result<Overrides> ReadOverrides(const std::string& path, const Database& database) {
  Overrides overrides;
  ROOST_ASSIGN(YAML::Node root, ParseYaml(path));
  if (!root || root.IsNull()) return overrides;
  YAML::Node keys = root["keys"], relations = root["relations"];
  ROOST_TRY(At(path, keys, TakeKeys(keys, database, overrides)));
  if (!relations || relations.IsNull()) return overrides;
  if (!relations.IsMap()) {
    return At(path, relations,
              Status::Invalid("`relations` must hold `confirmed:` and `refused:`"));
  }
  YAML::Node confirmed = relations["confirmed"], refused = relations["refused"];
  ROOST_TRY(At(path, confirmed, TakeReferences(confirmed, database, overrides.confirmed)));
  ROOST_TRY(At(path, refused, TakeReferences(refused, database, overrides.refused)));
  return overrides;
}

Status WriteOverrides(const std::string& path, const Database& database,
                      const std::vector<std::string>& confirm,
                      const std::vector<std::string>& refuse) {
  if (confirm.empty() && refuse.empty()) return Status::OK();
  ROOST_ASSIGN(std::string text, ReadText(path));
  ROOST_TRY(ParseYaml(path).status());
  Lines lines(text);
  auto put = [&](const std::vector<std::string>& items, const char* into, const char* out_of) {
    for (const std::string& item : items) {
      for (const char* name : {into, out_of}) lines.Remove(name, item);
      lines.Add(into, item);
    }
  };
  for (const auto* items : {&confirm, &refuse}) {
    for (const std::string& item : *items) ROOST_TRY(FindReference(item, database).status());
  }
  put(confirm, "confirmed", "refused");
  put(refuse, "refused", "confirmed");
  std::string edited = lines.Text();
  if (!Says(edited, "confirmed", confirm) || !Says(edited, "refused", refuse)) {
    return Status::Invalid(path, ": `relations` is not written as blocks set in by two spaces; ",
                           "add the reference to `confirmed:` or `refused:` by hand");
  }
  return disk::ReplaceFile(path, edited);
}

}  // namespace roost::relate
