#include "validate/suggested_file.h"

#include <xxhash.h>

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "sketch/byte_order.h"

namespace roost::validate {

namespace {

using sketch::ByteReader;
using sketch::ByteWriter;

constexpr std::string_view kBegin = "roost suggested rules 1\n";
constexpr double kMostChange = 0.1;  // of a table's rows

std::string PathOf(const Tables& tables) { return tables.folder() + "/_roost/suggested"; }
Status Damaged() { return Status::Invalid("the kept rules are damaged, or of other tables"); }

void SaveTables(const Tables& tables, ByteWriter& to) {
  to.U64(tables.all().size());
  for (const TableInfo& table : tables.all()) {
    to.Text(table.name());
    to.Text(ColumnsText(table));
    to.U64(table.rows);
  }
}

/// Whether the rules were made of nearly the same tables.
Result<bool> AreTablesAlike(const Tables& tables, ByteReader& from) {
  ROOST_ASSIGN(uint64_t count, from.Count(3 * sizeof(uint64_t)));
  bool are_alike = count == tables.all().size();
  for (uint64_t i = 0; i < count; ++i) {
    ROOST_ASSIGN(std::string name, from.Text());
    ROOST_ASSIGN(std::string columns, from.Text());
    ROOST_ASSIGN(uint64_t rows, from.U64());
    const TableInfo* table = tables.Find(name);
    are_alike = are_alike && table && table->name() == name && ColumnsText(*table) == columns;
    if (!are_alike) continue;
    double change = std::abs(static_cast<double>(table->rows) - static_cast<double>(rows));
    are_alike = change <= kMostChange * static_cast<double>(rows);
  }
  return are_alike;
}

void Save(const std::vector<const Field*>& fields, ByteWriter& to) {
  to.U64(fields.size());
  for (const Field* field : fields) to.Text(field->name);
}

Result<std::vector<const Field*>> LoadFields(const TableInfo* table, ByteReader& from) {
  std::vector<const Field*> fields;
  ROOST_ASSIGN(uint64_t count, from.Count(sizeof(uint64_t)));
  for (uint64_t i = 0; i < count; ++i) {
    ROOST_ASSIGN(std::string name, from.Text());
    const Field* field = table ? table->Find(name) : nullptr;
    if (!field) return Damaged();
    fields.push_back(field);
  }
  return fields;
}

void Save(const std::optional<Literal>& literal, ByteWriter& to) {
  to.U8(literal.has_value());
  if (!literal) return;
  to.Text(literal->text);
  to.U8(literal->is_number);
  to.U8(literal->is_bool);
}

Result<std::optional<Literal>> LoadLiteral(ByteReader& from) {
  ROOST_ASSIGN(uint8_t is_there, from.U8());
  if (!is_there) return std::optional<Literal>();
  Literal literal;
  ROOST_ASSIGN(literal.text, from.Text());
  ROOST_ASSIGN(uint8_t is_number, from.U8());
  ROOST_ASSIGN(uint8_t is_bool, from.U8());
  literal.is_number = is_number != 0;
  literal.is_bool = is_bool != 0;
  return std::optional(std::move(literal));
}

/// All that Suggest sets.
void Save(const Rule& rule, ByteWriter& to) {
  to.U8(static_cast<uint8_t>(rule.kind));
  to.Text(rule.name);
  to.Text(rule.table ? rule.table->name() : "");
  Save(rule.fields, to);
  to.Text(rule.other_table ? rule.other_table->name() : "");
  Save(rule.other_fields, to);
  to.Text(rule.limit ? rule.limit->name : "");
  to.U8(static_cast<uint8_t>(rule.severity));
  Save(rule.low, to);
  Save(rule.high, to);
  to.U64(rule.values.size());
  for (const Literal& value : rule.values) Save(std::optional(value), to);
  to.Text(rule.text);
  to.U8(static_cast<uint8_t>(rule.type));
  to.U8(static_cast<uint8_t>(rule.is_key | rule.whole_files << 1 | rule.distinct_files << 2));
  to.Text(rule.evidence);
  to.U8(rule.false_alarm_rate.has_value());
  to.Double(rule.false_alarm_rate.value_or(0));
}

Result<const TableInfo*> LoadTable(const Tables& tables, ByteReader& from) {
  ROOST_ASSIGN(std::string name, from.Text());
  return name.empty() ? nullptr : tables.Find(name);
}

Status LoadSubjects(const Tables& tables, ByteReader& from, Rule& rule) {
  ROOST_ASSIGN(rule.table, LoadTable(tables, from));
  ROOST_ASSIGN(rule.fields, LoadFields(rule.table, from));
  ROOST_ASSIGN(rule.other_table, LoadTable(tables, from));
  ROOST_ASSIGN(rule.other_fields,
               LoadFields(rule.other_table ? rule.other_table : rule.table, from));
  ROOST_ASSIGN(std::string limit, from.Text());
  if (!limit.empty()) rule.limit = rule.table ? rule.table->Find(limit) : nullptr;
  return limit.empty() || rule.limit ? Status::OK() : Damaged();
}

Status LoadLimits(ByteReader& from, Rule& rule) {
  ROOST_ASSIGN(rule.low, LoadLiteral(from));
  ROOST_ASSIGN(rule.high, LoadLiteral(from));
  ROOST_ASSIGN(uint64_t values, from.Count(1));
  for (uint64_t i = 0; i < values; ++i) {
    ROOST_ASSIGN(auto value, LoadLiteral(from));
    if (!value) return Damaged();
    rule.values.push_back(*std::move(value));
  }
  return Status::OK();
}

Result<Rule> LoadRule(const Tables& tables, ByteReader& from) {
  Rule rule;
  ROOST_ASSIGN(uint8_t kind, from.U8());
  rule.kind = static_cast<Kind>(kind);
  ROOST_ASSIGN(rule.name, from.Text());
  ROOST_TRY(LoadSubjects(tables, from, rule));
  ROOST_ASSIGN(uint8_t severity, from.U8());
  rule.severity = static_cast<Severity>(severity);
  ROOST_TRY(LoadLimits(from, rule));
  ROOST_ASSIGN(rule.text, from.Text());
  ROOST_ASSIGN(uint8_t type, from.U8());
  rule.type = static_cast<ValueType>(type);
  ROOST_ASSIGN(uint8_t flags, from.U8());
  rule.is_key = (flags & 1) != 0;
  rule.whole_files = (flags & 2) != 0;
  rule.distinct_files = (flags & 4) != 0;
  ROOST_ASSIGN(rule.evidence, from.Text());
  ROOST_ASSIGN(uint8_t has_rate, from.U8());
  ROOST_ASSIGN(double rate, from.Double());
  if (has_rate) rule.false_alarm_rate = rate;
  rule.suggested = true;
  return rule;
}

Result<std::optional<RuleSet>> Load(const Tables& tables, std::string_view bytes) {
  if (bytes.size() < kBegin.size() + 8 || !bytes.starts_with(kBegin)) return Damaged();
  ByteReader end(bytes.substr(bytes.size() - 8));
  bytes.remove_suffix(8);
  ROOST_ASSIGN(uint64_t sum, end.U64());
  if (sum != XXH3_64bits(bytes.data(), bytes.size())) return Damaged();
  ByteReader from(bytes.substr(kBegin.size()));
  ROOST_ASSIGN(bool are_alike, AreTablesAlike(tables, from));
  if (!are_alike) return std::optional<RuleSet>();
  RuleSet set{.source = "suggested", .rules = {}};
  ROOST_ASSIGN(uint64_t rules, from.Count(1));
  for (uint64_t i = 0; i < rules; ++i) {
    ROOST_ASSIGN(set.rules.emplace_back(), LoadRule(tables, from));
  }
  if (!from.AtEnd()) return Damaged();
  return std::optional(std::move(set));
}

}  // namespace

Result<std::optional<RuleSet>> ReadSuggested(const Tables& tables) {
  ROOST_ASSIGN(auto bytes, disk::ReadIfThere(PathOf(tables)));
  if (!bytes) return std::optional<RuleSet>();
  auto set = Load(tables, *bytes);
  return set.ok() ? *std::move(set) : std::optional<RuleSet>();
}

Status WriteSuggested(const Tables& tables, const RuleSet& set) {
  ByteWriter to;
  to.Raw(kBegin);
  SaveTables(tables, to);
  to.U64(set.rules.size());
  for (const Rule& rule : set.rules) Save(rule, to);
  std::string bytes = to.Take();
  ByteWriter end;
  end.U64(XXH3_64bits(bytes.data(), bytes.size()));
  return disk::ReplaceFile(PathOf(tables), bytes + end.Take());
}

}  // namespace roost::validate
