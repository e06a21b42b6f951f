#include <fmt/format.h>

#include <algorithm>

#include "base/sql_text.h"
#include "validate/rule_sql.h"
#include "validate/seats.h"

namespace roost::validate {

namespace {

std::string List(const std::vector<const Field*>& fields, const std::string& prefix) {
  std::string list;
  for (const Field* field : fields) {
    list += (list.empty() ? "" : ", ") + prefix + SqlName(field->name);
  }
  return list;
}

std::string AllThere(const std::vector<const Field*>& fields, const std::string& prefix) {
  std::string all;
  for (const Field* field : fields) {
    all += (all.empty() ? "" : " AND ") + prefix + SqlName(field->name) + " IS NOT NULL";
  }
  return all;
}

/// The same, but a value in a sibling column of another type counts too.
std::string AllSaid(const std::vector<const Field*>& fields) {
  std::string all;
  for (const Field* field : fields) {
    std::string any;
    for (const shred::FinalColumn* column : field->columns) {
      any += (any.empty() ? "" : " OR ") + SqlName(column->name) + " IS NOT NULL";
    }
    all += (all.empty() ? "(" : " AND (") + any + ")";
  }
  return all;
}

/// c.a = p.x AND c.b = p.y
std::string Equal(const std::vector<const Field*>& left, const std::string& left_prefix,
                  const std::vector<const Field*>& right, const std::string& right_prefix) {
  std::string all;
  for (size_t i = 0; i < left.size(); ++i) {
    all += (all.empty() ? "" : " AND ") + left_prefix + SqlName(left[i]->name) + " = " +
           right_prefix + SqlName(right[i]->name);
  }
  return all;
}

/// `'class_id ', class_id, ', student_id ', student_id` for concat().
std::string Shown(const std::vector<const Field*>& fields, const std::string& prefix) {
  std::string list;
  for (const Field* field : fields) {
    list += (list.empty() ? "" : ", ', ', ") + SqlText(field->name + " ") + ", coalesce(" + prefix +
            SqlName(field->name) + "::VARCHAR, 'null')";
  }
  return list;
}

std::string And(const std::string& where) { return where.empty() ? "" : " AND (" + where + ")"; }

/// The first row of a key is good, later ones are not; nulls of a key of a table are bad too.
SetQueries UniqueQueries(const Rule& rule, const RowSource& source) {
  std::string from = source.From(*rule.table), id = SqlName(rule.table->id);
  std::string there = AllThere(rule.fields, ""), keys = List(rule.fields, "");
  std::string filter = there + And(rule.where);
  SetQueries queries;
  queries.tested = "SELECT count(*) FROM " + from + " WHERE " +
                   (rule.is_key ? "true" + And(rule.where) : filter);
  // Two steps: which keys come twice, then their rows. A window over all rows takes five times as
  // long where nearly all keys are unique.
  std::string twice = "SELECT " + keys + ", min(" + id + ") AS first_id FROM " + from + " WHERE " +
                      filter + " GROUP BY ALL HAVING count(*) > 1";
  queries.bad = "SELECT r." + id + " AS id, concat(" + Shown(rule.fields, "r.") +
                ", ' comes again') AS reason FROM " + from + " r JOIN (" + twice + ") d ON " +
                Equal(rule.fields, "r.", rule.fields, "d.") + " WHERE r." + id + " <> d.first_id";
  if (!rule.where.empty()) {
    queries.bad = "SELECT r." + id + " AS id, concat(" + Shown(rule.fields, "r.") +
                  ", ' comes again') AS reason FROM (SELECT * FROM " + from + " WHERE " + filter +
                  ") r JOIN (" + twice + ") d ON " + Equal(rule.fields, "r.", rule.fields, "d.") +
                  " WHERE r." + id + " <> d.first_id";
  }
  if (rule.is_key) {
    queries.bad += " UNION ALL SELECT " + id + ", 'its key has no value' FROM " + from +
                   " WHERE NOT (" + AllSaid(rule.fields) + ")" + And(rule.where);
  }
  return queries;
}

/// Rows that refer to something.
std::string Referring(const Rule& rule, const RowSource& source) {
  return "(SELECT * FROM " + source.From(*rule.table) + " WHERE " + AllThere(rule.fields, "") +
         And(rule.where) + ")";
}

std::string Orphans(const Rule& rule, const RowSource& source, const std::string& condition) {
  return "SELECT c." + SqlName(rule.table->id) + " AS id, concat(" + Shown(rule.fields, "c.") +
         ", " + SqlText(" is not in " + rule.other_table->name()) + ") AS reason FROM " +
         Referring(rule, source) + " c WHERE " + condition;
}

SetQueries ReferenceQueries(const Rule& rule, const RowSource& source) {
  // A copy of a file refers to nothing new, and its parents are there already.
  std::string child = Referring(rule, source);
  std::string parent = SqlName(rule.other_table->name());
  std::string missing = "NOT EXISTS (SELECT 1 FROM " + parent + " p WHERE " +
                        Equal(rule.other_fields, "p.", rule.fields, "c.") + ")";
  SetQueries queries;
  queries.tested = "SELECT count(*) FROM " + child;
  queries.bad = Orphans(rule, source, missing);
  queries.orphan_keys = "SELECT count(*) FROM (SELECT DISTINCT " + List(rule.fields, "c.") +
                        " FROM " + child + " c WHERE " + missing + ")";
  return queries;
}

/// Children that another rule says are the same row count once: `distinct_by` names their key.
std::string CountChildren(const Rule& rule, const std::string& from) {
  std::string by = List(rule.other_fields, "");
  std::string rows = from + " WHERE " + AllThere(rule.other_fields, "") + And(rule.counted_where);
  if (rule.distinct_by.empty()) {
    return "SELECT " + by + ", count(*) AS children FROM " + rows + " GROUP BY ALL";
  }
  return "SELECT " + by + ", count(*) AS children FROM (SELECT DISTINCT " + by + ", " +
         List(rule.distinct_by, "") + " FROM " + rows + ") GROUP BY ALL";
}

/// `first`: parents, each key once; `children`: SELECT of keys and how many children they have.
SetQueries Overfull(const Rule& rule, const std::string& first, const std::string& children) {
  std::string there = AllThere(rule.fields, "p.") + And(rule.where);
  std::string count = "coalesce(k.children, 0)", wrong, limit;
  if (rule.limit) {
    limit = rule.share == 1
                ? "p." + SqlName(rule.limit->name)
                : fmt::format("floor(p.{} * {})", SqlName(rule.limit->name), rule.share);
    wrong = count + " > " + limit;
  }
  auto add = [&](const std::string& more) { wrong += (wrong.empty() ? "" : " OR ") + more; };
  if (rule.least > 0) add(fmt::format("{} < {}", count, rule.least));
  if (rule.most < 1e18) add(fmt::format("{} > {}", count, rule.most));
  if (wrong.empty()) wrong = "false";
  SetQueries queries;
  std::string shown_limit = limit.empty() ? "" : ", ', allowed are ', " + limit;
  std::string joined = first + " p LEFT JOIN (" + children + ") k ON " +
                       Equal(rule.fields, "p.", rule.other_fields, "k.") + " WHERE " + there;
  queries.bad = "SELECT p." + SqlName(rule.table->id) + " AS id, concat(" +
                Shown(rule.fields, "p.") + ", ' has ', " + count + ", " +
                SqlText(" " + rule.other_table->name()) + shown_limit + ") AS reason FROM " +
                joined + " AND (" + wrong + ")";
  if (rule.limit) {
    queries.seats_used = "SELECT coalesce(sum(" + count + ") / nullif(sum(p." +
                         SqlName(rule.limit->name) + "), 0), 0)::DOUBLE FROM " + joined;
  }
  return queries;
}

SetQueries CapacityQueries(const Rule& rule, const RowSource& source) {
  std::string parent = source.From(*rule.table);
  // Of parents with one key the first counts: a second one is the business of the unique rule.
  std::string first = "(SELECT * FROM " + parent + " QUALIFY row_number() OVER (PARTITION BY " +
                      List(rule.fields, "") + " ORDER BY " + SqlName(rule.table->id) + ") = 1)";
  SetQueries queries = Overfull(rule, first, CountChildren(rule, source.From(*rule.other_table)));
  queries.tested = "SELECT count(*) FROM " + parent + " p WHERE " + AllThere(rule.fields, "p.") +
                   And(rule.where);
  return queries;
}

SetQueries CompareQueries(const Rule& rule, const RowSource& source) {
  std::string own = source.From(*rule.table), other = source.From(*rule.other_table);
  std::string far = fmt::format("abs(a.value - ({})) > {}", rule.equals, rule.tolerance);
  SetQueries queries;
  if (rule.fields.empty()) {
    queries.tested = "SELECT 1";
    queries.bad = "SELECT NULL::BIGINT AS id, concat(" + SqlText(rule.text + " is ") +
                  ", a.value, " + SqlText(", " + rule.equals + " is ") +
                  ", b.value) AS reason FROM (SELECT " + rule.text + " AS value FROM " + own +
                  " WHERE true" + And(rule.where) + ") a, (SELECT " + rule.equals +
                  " AS value FROM " + other + ") b WHERE " +
                  fmt::format("coalesce(abs(a.value - b.value) > {}, true)", rule.tolerance);
    return queries;
  }
  std::string sums = "SELECT " + List(rule.fields, "") + ", " + rule.text + " AS value FROM " +
                     own + " WHERE " + AllThere(rule.fields, "") + And(rule.where) + " GROUP BY " +
                     List(rule.fields, "");
  std::string joined =
      other + " o JOIN (" + sums + ") a ON " + Equal(rule.other_fields, "o.", rule.fields, "a.");
  queries.tested = "SELECT count(*) FROM " + joined;
  queries.bad = "SELECT o." + SqlName(rule.other_table->id) + " AS id, concat(" +
                Shown(rule.other_fields, "o.") + ", " + SqlText(": " + rule.text + " is ") +
                ", a.value, " + SqlText(", " + rule.equals + " is ") + ", " + rule.equals +
                ") AS reason FROM " + joined + " WHERE " + far;
  return queries;
}

/// Rows whose value is not the most frequent one among those that agree in what it depends on.
SetQueries DependencyQueries(const Rule& rule, const RowSource& source) {
  std::string from = source.From(*rule.table), on = List(rule.other_fields, "");
  std::string own = List(rule.fields, ""), id = SqlName(rule.table->id);
  std::string filter =
      AllThere(rule.other_fields, "") + " AND " + AllThere(rule.fields, "") + And(rule.where);
  std::string groups = "SELECT " + on + ", " + own + ", count(*) AS rows, min(" + id +
                       ") AS first_id FROM " + from + " WHERE " + filter + " GROUP BY ALL";
  std::string usual = "SELECT * FROM (" + groups + ") QUALIFY row_number() OVER (PARTITION BY " +
                      on + " ORDER BY rows DESC, first_id) = 1 AND count(*) OVER (PARTITION BY " +
                      on + ") > 1";
  std::string differs;
  for (const Field* field : rule.fields) {
    differs += (differs.empty() ? "r." : " OR r.") + SqlName(field->name) + " <> u." +
               SqlName(field->name);
  }
  SetQueries queries;
  queries.tested = "SELECT count(*) FROM " + from + " WHERE " + filter;
  queries.bad = "SELECT r." + id + " AS id, concat(" + Shown(rule.fields, "r.") +
                ", ', usual for ', " + Shown(rule.other_fields, "r.") + ", ' is ', " +
                Shown(rule.fields, "u.") + ") AS reason FROM (SELECT * FROM " + from + " WHERE " +
                filter + ") r JOIN (" + usual + ") u ON " +
                Equal(rule.other_fields, "r.", rule.other_fields, "u.") + " WHERE " + differs;
  return queries;
}

/// More nulls among a file's rows than chance gives once in a million files. Nothing but nulls in n
/// rows has the chance share^n; that is what a lost field looks like.
SetQueries NullShareQueries(const Rule& rule, const RowSource& source) {
  std::string from = source.From(*rule.table), id = SqlName(rule.table->id), null;
  for (const shred::FinalColumn* column : rule.fields[0]->columns) {
    null += (null.empty() ? "" : " AND ") + SqlName(column->name) + " IS NULL";
  }
  std::string rows = "(SELECT *, (" + id + " >> 24) AS file_number FROM " + from + " WHERE true" +
                     And(rule.where) + ")";
  std::string lost = "SELECT file_number FROM " + rows +
                     " GROUP BY file_number HAVING count(*) > 1 " + "AND bool_and(" + null +
                     fmt::format(") AND pow({}, count(*)) < 1e-6", rule.share);
  SetQueries queries;
  queries.tested = "SELECT count(*) FROM " + rows;
  queries.bad = "SELECT " + id + " AS id, " +
                SqlText(rule.fields[0]->name + " has no value in any row of this file") +
                " AS reason FROM " + rows + " WHERE file_number IN (" + lost + ")";
  return queries;
}

/// SELECT item of these values, in order. One long text is parsed far sooner than many short ones.
std::string Unnested(const std::vector<std::string>& values, const char* type) {
  constexpr char kBetween = '\x1f';
  bool is_within = std::ranges::any_of(
      values, [](const std::string& value) { return value.find(kBetween) != std::string::npos; });
  std::string list;
  for (const std::string& value : values) {
    if (!list.empty() || &value != &values[0]) list += is_within ? ", " : std::string(1, kBetween);
    list += is_within ? SqlText(value) : value;
  }
  list = is_within ? "[" + list + "]"
                   : "string_split(" + SqlText(list) + ", chr(" + std::to_string(kBetween) + "))";
  return "unnest(" + list + "::" + type + "[])";
}

/// Of a field whose values can be keys.
const char* SqlTypeOf(const Field& field) {
  return field.type() == shred::FinalType::kInt64 ? "BIGINT" : "VARCHAR";
}

}  // namespace

std::string RowSource::From(const TableInfo& table) const {
  auto other = instead.find(&table);
  std::string name = other == instead.end() ? SqlName(table.name()) : "(" + other->second + ")";
  if (names_of_copies.empty()) return name;
  return "(SELECT * FROM " + name + " WHERE (" + SqlName(table.id) + " >> 24) NOT IN (" +
         names_of_copies + "))";
}

KeyColumns KeyColumnsOf(const std::vector<const Field*>& fields) {
  KeyColumns columns;
  for (const Field* field : fields) columns.push_back(field->columns.front());
  return columns;
}

bool IsByKeys(const Rule& rule, const RowSource& source) {
  if (rule.is_absent || !rule.where.empty() || !source.names_of_copies.empty()) return false;
  if (!CanBeKeys(KeyColumnsOf(rule.fields))) return false;
  if (rule.kind == Kind::kUnique) return true;
  if (rule.kind == Kind::kDependency) return CanBeKeys(KeyColumnsOf(rule.other_fields));
  bool compares = rule.kind == Kind::kReference || rule.kind == Kind::kCapacity;
  bool alike = compares &&
               std::ranges::equal(rule.fields, rule.other_fields, {}, &Field::type, &Field::type);
  if (!alike || rule.kind == Kind::kReference) return alike;
  bool has_plain_limit =
      !rule.limit || (rule.limit->type() == shred::FinalType::kInt64 && ExactShare::Of(rule.share));
  bool once = rule.distinct_by.empty() || CanBeKeys(KeyColumnsOf(rule.distinct_by));
  return has_plain_limit && once && rule.counted_where.empty() &&
         rule.other_table->rows < KeySet::kMostCounted;
}

std::string HasOneOf(const std::vector<const Field*>& fields, const std::string& prefix,
                     const KeyValues& keys) {
  if (keys.empty()) return "false";
  std::string columns, equal;
  for (size_t i = 0; i < fields.size(); ++i) {
    std::vector<std::string> values;
    for (const auto& key : keys) values.push_back(key[i]);
    columns +=
        (i == 0 ? "" : ", ") + Unnested(values, SqlTypeOf(*fields[i])) + fmt::format(" AS k{}", i);
    equal +=
        fmt::format("{}k.k{} = {}{}", i == 0 ? "" : " AND ", i, prefix, SqlName(fields[i]->name));
  }
  if (fields.size() == 1) {
    return prefix + SqlName(fields[0]->name) + " IN (SELECT " + columns + ")";
  }
  return "EXISTS (SELECT 1 FROM (SELECT " + columns + ") k WHERE " + equal + ")";
}

std::string RowsOfOrphans(const Rule& rule, const RowSource& source, const KeyValues& keys) {
  return Orphans(rule, source, HasOneOf(rule.fields, "c.", keys));
}

std::string RowsOfParents(const Rule& rule, const RowSource& source,
                          const std::vector<WrongParent>& parents) {
  std::vector<std::string> counts;
  for (const WrongParent& parent : parents) counts.push_back(std::to_string(parent.children));
  std::string children = "SELECT ";
  for (size_t i = 0; i < rule.fields.size(); ++i) {
    std::vector<std::string> values;
    for (const WrongParent& parent : parents) values.push_back(parent.key[i]);
    children += Unnested(values, SqlTypeOf(*rule.fields[i])) + " AS " +
                SqlName(rule.other_fields[i]->name) + ", ";
  }
  children += Unnested(counts, "BIGINT") + " AS children";
  std::string wrong = "(SELECT p.* FROM " + source.From(*rule.table) + " p JOIN (" + children +
                      ") w ON " + Equal(rule.fields, "p.", rule.other_fields, "w.") + ")";
  return Overfull(rule, wrong, children).bad;
}

SetQueries QueriesOf(const Rule& rule, const RowSource& source) {
  switch (rule.kind) {
    case Kind::kUnique:
      return UniqueQueries(rule, source);
    case Kind::kReference:
      return ReferenceQueries(rule, source);
    case Kind::kCapacity:
      return CapacityQueries(rule, source);
    case Kind::kCompare:
      return CompareQueries(rule, source);
    case Kind::kDependency:
      return DependencyQueries(rule, source);
    case Kind::kNullShare:
      return NullShareQueries(rule, source);
    default:
      return {};
  }
}

}  // namespace roost::validate
