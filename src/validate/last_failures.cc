#include "validate/last_failures.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <set>

#include "base/disk_entry.h"
#include "base/sql_text.h"
#include "query/answer.h"
#include "sketch/byte_order.h"
#include "store/table_metadata.h"
#include "validate/part_state.h"
#include "validate/rule_sql.h"

namespace roost::validate {

namespace {

constexpr std::string_view kBegin = "roost failures 2\n";

std::string FolderOf(const Tables& tables) { return tables.folder() + "/_roost/failures"; }

}  // namespace

Status FailuresIndex::See(const Tables& all, const KeptParts& kept) {
  for (const TableInfo& table : all.all()) {
    Seen seen = std::move(tables[table.name()]);
    seen.columns = ColumnsText(table);
    bool is_settled = true;
    for (const auto& part : table.parts) {
      ROOST_ASSIGN(seen.parts.emplace_back(), kept.IdentityOf(*part));
      is_settled &= !seen.parts.back().empty();
    }
    if (is_settled) tables[table.name()] = std::move(seen);
    if (!is_settled) tables.erase(table.name());
  }
  return Status::OK();
}

std::string FailuresIndex::Save(const Tables& all) const {
  sketch::ByteWriter to;
  to.Raw(kBegin);
  to.Text(all.folder());
  to.U64(tables.size());
  for (const auto& [name, seen] : tables) {
    to.Text(name);
    to.Text(seen.columns);
    to.U64(seen.parts.size());
    for (const std::string& part : seen.parts) to.Text(part);
    to.U64(seen.oddities.size());
    for (const auto& [oddity, end] : seen.oddities) {
      to.Text(oddity);
      to.Double(end);
    }
  }
  to.U64(rules.size());
  for (const auto& [mark, found] : rules) {
    to.Text(mark);
    to.Text(found.file);
    to.U64(found.rows);
    to.U64(found.tested);
  }
  std::string bytes = to.Take();
  sketch::ByteWriter end;
  end.U64(XXH3_64bits(bytes.data(), bytes.size()));
  return bytes + end.Take();
}

Result<FailuresIndex> FailuresIndex::Load(std::string_view bytes, const Tables& all) {
  Status damaged = Status::Invalid("the index of failing rows is damaged, or of another folder");
  if (bytes.size() < kBegin.size() + 8 || !bytes.starts_with(kBegin)) return damaged;
  sketch::ByteReader end(bytes.substr(bytes.size() - 8));
  bytes.remove_suffix(8);
  ROOST_ASSIGN(uint64_t sum, end.U64());
  if (sum != XXH3_64bits(bytes.data(), bytes.size())) return damaged;
  sketch::ByteReader from(bytes.substr(kBegin.size()));
  ROOST_ASSIGN(std::string folder, from.Text());
  if (folder != all.folder()) return damaged;
  FailuresIndex index;
  ROOST_ASSIGN(uint64_t tables, from.Count(4 * sizeof(uint64_t)));
  for (uint64_t t = 0; t < tables; ++t) {
    ROOST_ASSIGN(std::string name, from.Text());
    Seen& seen = index.tables[name];
    ROOST_ASSIGN(seen.columns, from.Text());
    ROOST_ASSIGN(uint64_t parts, from.Count(sizeof(uint64_t)));
    for (uint64_t i = 0; i < parts; ++i) {
      ROOST_ASSIGN(seen.parts.emplace_back(), from.Text());
    }
    ROOST_ASSIGN(uint64_t oddities, from.Count(2 * sizeof(uint64_t)));
    for (uint64_t i = 0; i < oddities; ++i) {
      ROOST_ASSIGN(std::string oddity, from.Text());
      ROOST_ASSIGN(seen.oddities[oddity], from.Double());
    }
  }
  ROOST_ASSIGN(uint64_t rules, from.Count(4 * sizeof(uint64_t)));
  for (uint64_t r = 0; r < rules; ++r) {
    ROOST_ASSIGN(std::string mark, from.Text());
    Found& found = index.rules[mark];
    ROOST_ASSIGN(found.file, from.Text());
    ROOST_ASSIGN(found.rows, from.U64());
    ROOST_ASSIGN(found.tested, from.U64());
  }
  if (!from.AtEnd()) return damaged;
  return index;
}

Result<LastFailures> LastFailures::Read(const Tables& tables, const KeptParts& kept,
                                        Options options) {
  LastFailures last(tables);
  ROOST_ASSIGN(auto bytes, disk::ReadIfThere(FolderOf(tables) + "/index"));
  auto index = bytes ? FailuresIndex::Load(*bytes, tables) : FailuresIndex();
  if (!index.ok()) return last;
  last.index_ = *std::move(index);
  std::erase_if(last.index_.rules, [&](const auto& rule) {
    auto facts = disk::Examine(FolderOf(tables) + "/" + rule.second.file);
    return !rule.second.file.empty() && (!facts.ok() || !*facts);
  });
  if (options.forget) return last;
  for (const TableInfo& table : tables.all()) {
    auto seen = last.index_.tables.find(table.name());
    bool is_known = seen != last.index_.tables.end() && !table.stored->is_uneven &&
                    seen->second.columns == ColumnsText(table);
    if (!is_known) continue;
    std::set<std::string> parts(seen->second.parts.begin(), seen->second.parts.end());
    std::vector<size_t> fresh;
    for (size_t p = 0; p < table.parts.size(); ++p) {
      ROOST_ASSIGN(std::string identity, kept.IdentityOf(*table.parts[p]));
      if (!parts.contains(identity)) fresh.push_back(p);
    }
    if (table.parts.size() - fresh.size() == parts.size()) {
      last.new_parts_[&table] = std::move(fresh);
    }
  }
  return last;
}

const std::vector<size_t>* LastFailures::NewParts(const TableInfo& table) const {
  auto parts = new_parts_.find(&table);
  return parts == new_parts_.end() ? nullptr : &parts->second;
}

bool LastFailures::Knows(const TableInfo& table, const Oddity& oddity) const {
  if (!NewParts(table) || !Find(AnomaliesMark(table))) return false;
  const auto& known = index_.tables.at(table.name()).oddities;
  auto earlier = known.find(NameOf(oddity));
  return earlier != known.end() && IsWithin(oddity, earlier->second);
}

const FailuresIndex::Found* LastFailures::Find(const std::string& mark) const {
  auto found = index_.rules.find(mark);
  return found == index_.rules.end() ? nullptr : &found->second;
}

std::string LastFailures::SelectOf(const TableInfo& table,
                                   const FailuresIndex::Found& found) const {
  std::string from = "read_parquet(" + SqlText(FolderOf(*tables_) + "/" + found.file) + ")";
  if (tables_->is_store()) return "SELECT * FROM " + from;
  std::string part = "CASE _file";  // where parts stand among others changes
  for (size_t i = 0; i < table.parts.size(); ++i) {
    part += fmt::format(" WHEN {} THEN {}", SqlText(table.stored->part_paths[i]), i);
  }
  return "SELECT * REPLACE (((" + part + " END)::BIGINT << 40) + _record AS " + SqlName(table.id) +
         ") FROM " + from;
}

Status LastFailures::Recall(const query::Session& session, const TableInfo& table,
                            const FailuresIndex::Found& found) const {
  return query::Do(session, "CREATE OR REPLACE TEMP TABLE _known AS SELECT DISTINCT ON (" +
                                SqlName(table.id) + ") * FROM (" + SelectOf(table, found) + ")")
      .status();
}

std::vector<std::string> LastFailures::Files() const {
  std::vector<std::string> files;
  for (const auto& [mark, found] : index_.rules) {
    if (!found.file.empty()) files.push_back(FolderOf(*tables_) + "/" + found.file);
  }
  return files;
}

std::string FailuresMark(const Rule& rule) {
  std::string what = rule.name + "\n" + (rule.table ? rule.table->name() : "") + "\n";
  if (IsRowRule(rule.kind)) return what + RuleMark(rule);
  what += QueriesOf(rule, {}).bad;
  auto add = [&](const std::vector<const Field*>& fields) {
    for (const Field* field : fields) what += "\n" + std::string(store::TypeName(field->type()));
  };
  add(rule.fields);
  add(rule.other_fields);
  XXH128_hash_t hash = XXH3_128bits(what.data(), what.size());
  return fmt::format("{}\n{:016x}{:016x}", rule.name, hash.high64, hash.low64);
}

std::string AnomaliesMark(const TableInfo& table) { return table.name() + "\nanomalies"; }

}  // namespace roost::validate
