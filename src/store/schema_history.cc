#include "store/schema_history.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>

#include "store/table_facts.h"
#include "store/table_metadata.h"

namespace roost::store {
namespace {

using Json = nlohmann::ordered_json;
using Kind = SchemaChange::Kind;

constexpr std::array<const char*, 6> kKinds = {"table", "column", "sibling",
                                               "wider", "gone",   "earlier"};

bool IsListed(const shred::FinalColumn& column) { return !IsTechnical(column); }

SchemaChange TableChangeOf(const shred::FinalTable& table) {
  SchemaChange change;
  change.kind = Kind::kTable;
  change.type = KindName(table.kind);
  change.count =
      static_cast<uint64_t>(std::count_if(table.columns.begin(), table.columns.end(), IsListed));
  return change;
}

/// The first of the rows that made its columns.
int64_t FirstRowOf(const shred::FinalTable& table) {
  int64_t first = -1;
  for (const shred::FinalColumn& column : table.columns)
    if (column.first_id >= 0 && (first < 0 || column.first_id < first)) first = column.first_id;
  return first;
}

Json ToJson(const SchemaChange& change) {
  Json json = {{"version", change.version}, {"time", change.ms}, {"change", NameOf(change.kind)}};
  auto add = [&](const char* key, const std::string& text) {
    if (!text.empty()) json[key] = text;
  };
  add("column", change.column);
  add("type", change.type);
  add(change.kind == Kind::kSibling ? "of" : "before", change.before);
  if (change.kind == Kind::kTable) json["columns"] = change.count;
  if (change.kind == Kind::kEarlier) json["changes"] = change.count;
  add("file", change.file);
  return json;
}

Result<SchemaChange> FromJson(const Json& json) {
  SchemaChange change;
  for (const char* key : {"version", "time", "columns", "changes"}) {
    const auto number = json.find(key);
    if (number != json.end() && !number->is_number_integer())
      return Status::Invalid("the property ", kHistoryProperty, ": ", key, " is no whole number");
  }
  try {
    const auto kind = std::find(kKinds.begin(), kKinds.end(), json.value("change", ""));
    // A kind that a later roost knows is told as it stands.
    change.kind = kind == kKinds.end() ? Kind::kColumn : static_cast<Kind>(kind - kKinds.begin());
    change.version = json.value("version", int64_t{0});
    change.ms = json.value("time", int64_t{0});
    change.column = json.value("column", "");
    change.type = json.value("type", "");
    change.before = json.value(change.kind == Kind::kSibling ? "of" : "before", "");
    change.file = json.value("file", "");
    change.count = json.value(change.kind == Kind::kTable ? "columns" : "changes", uint64_t{0});
  } catch (const nlohmann::json::exception& error) {
    return Status::Invalid("the property ", kHistoryProperty, ": ", error.what());
  }
  return change;
}

/// That the table began is always told; behind it, how many of the oldest changes are not.
void LimitTo(size_t most, std::vector<SchemaChange>& all) {
  if (all.size() <= most) return;
  const size_t begin = all.front().kind == Kind::kTable ? 1 : 0;
  const size_t end = begin + all.size() - most + 1;
  SchemaChange earlier;
  earlier.kind = Kind::kEarlier;
  earlier.version = all[end - 1].version;
  earlier.ms = all[end - 1].ms;
  for (size_t i = begin; i < end; ++i)
    earlier.count += all[i].kind == Kind::kEarlier ? all[i].count : 1;
  all.erase(all.begin() + static_cast<std::ptrdiff_t>(begin),
            all.begin() + static_cast<std::ptrdiff_t>(end));
  all.insert(all.begin() + static_cast<std::ptrdiff_t>(begin), std::move(earlier));
}

}  // namespace

const char* NameOf(Kind kind) { return kKinds[static_cast<size_t>(kind)]; }

std::string TypeText(const shred::FinalColumn& column) {
  const std::string format = DescribeFormat(column);
  return std::string(TypeName(column.type)) + (format.empty() ? "" : " " + format);
}

std::vector<SchemaChange> ChangesBetween(const shred::FinalTable* before,
                                         const shred::FinalTable& after,
                                         const std::function<std::string(int64_t id)>& file_of) {
  std::vector<SchemaChange> changes;
  if (!before) {
    changes.push_back(TableChangeOf(after));
    changes.back().file = file_of(FirstRowOf(after));
    return changes;
  }
  std::map<std::string, const shred::FinalColumn*> earlier;
  for (const auto& column : before->columns) earlier[column.name] = &column;
  for (const auto& column : after.columns) {
    if (!IsListed(column)) continue;
    SchemaChange change;
    change.column = column.name;
    change.type = TypeText(column);
    auto was = earlier.find(column.name);
    if (was == earlier.end()) {
      change.kind = column.conflict_of.empty() ? Kind::kColumn : Kind::kSibling;
      change.before = column.conflict_of;
    } else {
      change.kind = Kind::kWider;
      change.before = TypeText(*was->second);
      earlier.erase(was);
      if (change.before == change.type) continue;
    }
    change.file = file_of(column.first_id);
    changes.push_back(std::move(change));
  }
  for (const auto& column : before->columns) {
    if (!earlier.contains(column.name) || !IsListed(column)) continue;
    SchemaChange& change = changes.emplace_back();
    change.kind = Kind::kGone;
    change.column = column.name;
    change.type = TypeText(column);
  }
  return changes;
}

void AddHistory(const ledger::Snapshot& table, int64_t version, std::vector<SchemaChange> changes,
                ledger::TableSchema& schema) {
  using namespace std::chrono;
  const auto now = duration_cast<milliseconds>(system_clock::now().time_since_epoch());
  for (SchemaChange& change : changes) {
    change.version = version;
    change.ms = now.count();
  }
  const ledger::Texts& properties = table.metadata.configuration;
  const auto before = properties.find(kHistoryProperty);
  schema.properties[kHistoryProperty] =
      HistoryWith(before == properties.end() ? "" : before->second, changes);
}

std::string HistoryWith(std::string_view history, const std::vector<SchemaChange>& changes) {
  // What cannot be read is left behind: a history is no reason to refuse data.
  auto parsed = ParseHistory(history);
  std::vector<SchemaChange> all = parsed.ok() ? std::move(*parsed) : std::vector<SchemaChange>();
  all.insert(all.end(), changes.begin(), changes.end());
  LimitTo(kMostChanges, all);
  Json json = Json::array();
  for (const SchemaChange& change : all) json.push_back(ToJson(change));
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<std::vector<SchemaChange>> ParseHistory(std::string_view history) {
  std::vector<SchemaChange> changes;
  if (history.empty()) return changes;
  const Json json = Json::parse(history, nullptr, false);
  if (!json.is_array())
    return Status::Invalid("the property ", kHistoryProperty, " is no JSON array");
  for (const Json& each : json) {
    if (!each.is_object())
      return Status::Invalid("the property ", kHistoryProperty, " holds what is no JSON object");
    ROOST_ASSIGN(SchemaChange change, FromJson(each));
    changes.push_back(std::move(change));
  }
  return changes;
}

}  // namespace roost::store
