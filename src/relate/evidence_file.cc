#include "relate/evidence_file.h"

#include <nlohmann/json.hpp>

#include "base/disk.h"

namespace roost::relate {

namespace {

using Json = nlohmann::ordered_json;

Json NamesOf(const Database& database, const std::vector<int>& columns) {
  Json names = Json::array();
  for (int id : columns) names.push_back(database.ColumnAt(id).name);
  return names;
}

Json PairJson(const Database& database, const Pair& pair) {
  const Column& child = database.ColumnAt(pair.child);
  const Column& parent = database.ColumnAt(pair.parent);
  Json json = {{"kind", "pair"},
               {"table", database.TableOf(child).name},
               {"columns", {child.name}},
               {"ref_table", database.TableOf(parent).name},
               {"ref_columns", {parent.name}}};
  for (size_t i = 0; i < kEvidenceCount; ++i) {
    json["evidence"][NameOf(static_cast<Evidence>(i))] = pair.evidence.values[i];
  }
  return json;
}

Json KeyJson(const Database& database, const Table& table, const KeyCandidate& key) {
  Json json = {{"kind", "key"}, {"table", table.name}, {"columns", NamesOf(database, key.columns)}};
  for (size_t i = 0; i < kKeyEvidenceCount; ++i) {
    json["evidence"][NameOf(static_cast<KeyEvidence>(i))] = key.evidence[i];
  }
  return json;
}

}  // namespace

Status WriteEvidence(const Database& database, const Verdict& verdict, const std::string& path) {
  std::string text;
  auto add = [&](const Json& json) {
    text += json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  };
  for (const Pair& pair : verdict.pairs) add(PairJson(database, pair));
  for (const Table& table : database.tables) {
    for (const KeyCandidate& key : verdict.keys[table.id].candidates) {
      add(KeyJson(database, table, key));
    }
  }
  ROOST_TRY(disk::RemoveTree(path));
  ROOST_ASSIGN(disk::File file, disk::File::Create(path));
  ROOST_TRY(file.Write(text));
  return file.Close();
}

}  // namespace roost::relate
