// Says what one rule is, with its names resolved against the tables it judges.
//
// Made by ReadRules (rules_reader.h) or Suggest (suggest.h). What a kind needs stands beside its
// fields; docs/validate.md says what each kind means to people.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "roost/validation_report.h"
#include "validate/tables.h"
#include "yaml/place.h"

namespace roost::validate {

enum class Kind : uint8_t {
  kNotNull,     // columns[0]
  kNullShare,   // columns[0], least_share: nulls of a file's rows, judged by chance
  kRange,       // columns[0], low, high
  kSet,         // columns[0], values
  kPattern,     // columns[0], text: RE2, the whole text
  kLength,      // columns[0], least, most: characters, or items of a list
  kType,        // columns[0], type
  kExpression,  // text: SQL that is true of good rows; columns: those it mentions
  kUnique,      // columns
  kReference,   // columns -> other_table.other_columns
  kCapacity,    // children in other_table by other_columns; columns: the parent's key;
                // limit_column and share, or least and most
  kCompare,     // text: aggregate over the table [by columns] = limit_column of other_table
                // [by other_columns], within tolerance
  kDependency,  // columns depend on other_columns (same table)
  kFreshness,   // columns[0], span_us, moment_us
  kRows,        // least, most
  kVolume,      // share: of change against the median of earlier runs
  kSchema,      // names, types, is_closed
  kDrift,       // columns[0], share, baseline: a report, or a run; empty: the last run
  kFiles,       // no rejects, no copies
  kSql,         // text: SELECT of bad rows
  kAnomaly,     // columns (none: all), is_forest, is_off: what is strange without a rule
};
const char* NameOf(Kind kind);
/// Whether rows can be judged one by one, without a look at others.
bool IsRowRule(Kind kind);
Dimension DimensionOf(Kind kind);

/// A value as it stands in a rule file.
struct Literal {
  std::string text;
  bool is_number = false, is_bool = false;

  double number() const;  // if it is one
};

/// How many failing rows are too many.
struct Threshold {
  double value = 0;
  bool is_share = false;  // of the rows tested
};

/// What values a type rule accepts.
enum class ValueType : uint8_t { kInteger, kNumber, kBool, kText, kDate, kTimestamp, kList };
inline constexpr std::array kValueTypeNames = {"integer", "number",    "bool", "text",
                                               "date",    "timestamp", "list"};
inline const char* NameOf(ValueType type) { return kValueTypeNames[static_cast<size_t>(type)]; }

struct Rule {
  Kind kind = Kind::kNotNull;
  std::string name;
  const TableInfo* table = nullptr;  // nullptr: rules over several tables, or a table not there yet
  std::vector<const Field*> fields;
  const TableInfo* other_table = nullptr;
  std::vector<const Field*> other_fields;
  const Field* limit = nullptr;           // of the parent table
  std::vector<const Field*> distinct_by;  // of a capacity: the children's own key, by another rule

  Severity severity = Severity::kError;
  std::optional<Threshold> warn, fail;  // rows above which it warns or fails; default: 0 fails
  std::vector<std::string> tags;
  std::string where;          // SQL; only such rows are tested
  std::string counted_where;  // of a capacity: SQL; only such children are counted
  std::string about;          // the author's words
  yaml::Place place;

  std::optional<Literal> low, high;
  bool is_open = false;  // the ends themselves are not allowed
  std::vector<Literal> values;
  std::string text;
  std::string baseline;
  std::string equals;             // of a comparison: what `text` is compared with
  bool is_key = false;            // of a unique rule: nulls fail too
  bool is_rows_for_each = false;  // of a capacity
  bool is_formula = false;        // of an expression: a column is what a formula says
  double least = 0, most = std::numeric_limits<double>::infinity();
  double share = 1, tolerance = 0;
  ValueType type = ValueType::kText;
  int64_t span_us = 0;
  std::optional<int64_t> moment_us;
  std::vector<std::pair<std::string, std::string>> schema;  // name, type or empty
  bool is_closed = false;
  bool is_forest = false, is_off = false;
  bool whole_files = false, distinct_files = false;

  /// Columns or the table are not there (yet), and the file says that this counts as empty.
  bool is_absent = false;
  std::string absent_table;

  bool suggested = false;
  std::string evidence;
  std::optional<double> false_alarm_rate;
};

struct RuleSet {
  std::string source;  // name of the file, or "suggested"
  std::vector<Rule> rules;
  bool is_made_now = false;  // from the data
};

}  // namespace roost::validate
