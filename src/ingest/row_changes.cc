#include "ingest/row_changes.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/disk_entry.h"
#include "ledger/delta_json.h"
#include "store/table_change.h"
#include "store/table_metadata.h"
#include "store/table_rewrite.h"

namespace roost::ingest {
namespace {

constexpr int kRowBits = 24;  // of an id; the others are a file number

std::string Described(const shred::FinalColumn& column) {
  std::string text(store::TypeName(column.type));
  const std::string format = store::DescribeFormat(column);
  return format.empty() ? text : text + " " + format;
}

/// In words, for people.
std::string DifferenceOf(const Batch::Change& change) {
  std::map<std::string, const shred::FinalColumn*> before;
  for (const auto& column : change.before->columns) before[column.name] = &column;
  std::vector<std::string> what;
  size_t added = 0;
  for (const auto& column : change.after->columns) {
    auto was = before.find(column.name);
    if (was == before.end()) {
      ++added;
      continue;
    }
    if (Described(*was->second) != Described(column))
      what.push_back(column.name + " is " + Described(column) + " now, and was " +
                     Described(*was->second));
    before.erase(was);
  }
  for (const auto& [name, column] : before) what.push_back(name + " is empty now, and gone");
  if (added > 0)
    what.push_back(std::to_string(added) + (added == 1 ? " column is new" : " columns are new"));
  std::string text;
  for (const std::string& each : what) text += (text.empty() ? "" : "; ") + each;
  return text;
}

}  // namespace

RowChanges::~RowChanges() {
  for (const std::string& path : made_) (void)disk::RemoveIfThere(path);
}

ledger::TableChange& RowChanges::ChangeOf(const std::string& table) {
  for (ledger::TableChange& change : entry_.tables)
    if (change.table == table) return change;
  entry_.tables.emplace_back();
  entry_.tables.back().table = table;
  return entry_.tables.back();
}

void RowChanges::Note(const std::vector<store::WrittenPart>& parts) {
  for (const store::WrittenPart& part : parts) {
    made_.push_back(part.path);
    if (!part.sketches.empty()) made_.push_back(part.sketches);
  }
}

Status RowChanges::Make(const std::vector<Batch::Change>& rewrites,
                        const std::vector<store::NumberRange>& replaced,
                        const shred::PublishedTables& published) {
  std::set<std::string> rewritten;
  for (const Batch::Change& change : rewrites) {
    ROOST_TRY(Rewrite(change, replaced));
    rewritten.insert(change.before->name);
  }
  if (replaced.empty()) return Status::OK();
  for (const auto& [identity, table] : published)
    if (!rewritten.contains(table.name))
      ROOST_TRY(Replace(table.name, table.id_name, kRowBits, replaced));
  return Replace(store::kQuarantineTable, "file_number", 0, replaced);
}

Result<store::RemovedRows> RowChanges::RemoveRows(const std::string& table,
                                                  const std::string& column, int shift,
                                                  const std::vector<store::NumberRange>& replaced) {
  const ledger::Snapshot& snapshot = writer_.ledger().Table(table);
  if (snapshot.version < 0) return store::RemovedRows();
  store::RowRemoval removal{table, writer_.ledger().TableFolder(table), column, shift, replaced};
  ROOST_ASSIGN(auto rows, store::RemoveRows(removal, snapshot, writer_.places()));
  Note(rows.added);
  return rows;
}

Status RowChanges::Replace(const std::string& table, const std::string& column, int shift,
                           const std::vector<store::NumberRange>& replaced) {
  ROOST_ASSIGN(auto rows, RemoveRows(table, column, shift, replaced));
  if (table == store::kQuarantineTable) removed_rejects_ = rows.rows;
  if (rows.removed.empty()) return Status::OK();
  ledger::TableChange& change = ChangeOf(table);
  for (const store::WrittenPart& part : rows.added)
    change.added.push_back(store::PartOf(part, part.columns.size()));
  change.removed = std::move(rows.removed);
  return Status::OK();
}

Status RowChanges::Rewrite(const Batch::Change& change,
                           const std::vector<store::NumberRange>& replaced) {
  const std::string& name = change.before->name;
  ROOST_ASSIGN(auto rest, RemoveRows(name, change.before->id_name, kRowBits, replaced));
  store::TableRewrite rewrite;
  rewrite.before = change.before;
  rewrite.after = change.after;
  rewrite.level = options_.compression_level;
  rewrite.sketch = options_.sketch;
  ROOST_ASSIGN(rewrite.codec, store::CodecFromName(options_.compression));
  std::set<std::string> gone;
  for (const ledger::Removal& removal : rest.removed) gone.insert(removal.path);
  ledger::TableChange& entry = ChangeOf(name);
  uint64_t rows = 0;
  for (const auto& [path, part] : writer_.ledger().Table(name).live) {
    entry.removed.push_back({path, part.bytes, 0});
    if (!gone.contains(path))
      rewrite.parts.push_back(writer_.ledger().TableFolder(name) + "/" + ledger::DecodePath(path));
  }
  for (const store::WrittenPart& part : rest.added) rewrite.parts.push_back(part.path);
  ROOST_ASSIGN(auto written, store::RewriteTable(rewrite, writer_.places()));
  Note(written);
  for (const store::WrittenPart& part : rest.added)
    ROOST_TRY(disk::RemoveIfThere(part.path).status());
  for (const store::WrittenPart& part : written) {
    entry.added.push_back(store::PartOf(part, part.columns.size()));
    rows += part.rows;
  }
  entry.rewrites = true;
  notes_.push_back(name + ": " + DifferenceOf(change) + "; its " + std::to_string(rows) +
                   " rows were written anew");
  return Status::OK();
}

}  // namespace roost::ingest
