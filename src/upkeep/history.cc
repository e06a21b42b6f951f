// The verb LookAtHistory: what `roost schema --history` prints.
#include <algorithm>

#include "export/catalog.h"
#include "roost/upkeep.h"
#include "store/schema_history.h"
#include "upkeep/renames.h"

namespace roost {
namespace {

using Kind = store::SchemaChange::Kind;

std::string Counted(uint64_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string TableText(const store::SchemaChange& change) {
  std::string what = "began";
  if (change.type == "map") what = "began, as the keys of an object are data";
  if (change.type == "overflow") what = "began, for what further columns would hold";
  return what + ", with " + Counted(change.count, "column");
}

std::string TextOf(const store::SchemaChange& change) {
  switch (change.kind) {
    case Kind::kTable:
      return TableText(change);
    case Kind::kColumn:
      return change.column + " is new: " + change.type;
    case Kind::kSibling:
      return change.column + " is new: " + change.type + ", for what " + change.before +
             " cannot hold";
    case Kind::kWider:
      return change.column + " is " + change.type + " now, and was " + change.before;
    case Kind::kGone:
      return change.column + " is gone: nothing was in it any more";
    case Kind::kEarlier:
      break;
  }
  return Counted(change.count, "earlier change") + " not listed";
}

void AddSteps(const std::string& table, const std::vector<store::SchemaChange>& changes,
              std::vector<SchemaStep>& steps) {
  for (const store::SchemaChange& change : changes) {
    SchemaStep& step = steps.emplace_back();
    step.version = change.version;
    step.milliseconds = change.ms;
    step.table = table;
    step.change = store::NameOf(change.kind);
    step.column = change.column;
    step.type = change.type;
    step.before = change.before;
    step.count = change.count;
    step.file = change.file;
    step.text = TextOf(change);
  }
}

}  // namespace

Result<SchemaHistory> LookAtHistory(const std::string& store_dir) {
  ROOST_ASSIGN(const exporting::Catalog catalog, exporting::OpenCatalog(store_dir));
  SchemaHistory history;
  for (const exporting::StoredTable& table : catalog.tables) {
    ROOST_ASSIGN(auto changes, store::ParseHistory(table.history));
    AddSteps(table.name(), changes, history.steps);
    ROOST_ASSIGN(auto renames, upkeep::FindRenames(table, changes));
    std::ranges::move(renames, std::back_inserter(history.renames));
  }
  std::ranges::stable_sort(history.steps, {}, &SchemaStep::version);
  return history;
}

}  // namespace roost
