// Lists what may stand in a rule file: the keys of each mapping, and what each of them holds.
//
// The reader (rules_parser.h) takes the keys from here, the JSON Schema for editors all of it, so
// that both know the same. What a value means is the reader's business.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "validate/rule.h"

namespace roost::validate {

enum class Shape : uint8_t {
  kText,
  kTexts,
  kNumber,
  kTextOrNumber,
  kFlag,
  kShare,
  kSpan,
  kColumns,      // a name or several
  kColumnTypes,  // names, or names with types
  kBetween,      // two numbers
  kEnds,         // two numbers, dates or timestamps
  kValues,
  kLength,
  kType,
  kSeverity,
  kThreshold,
};

struct Entry {
  std::string_view key;
  Shape shape;
  std::string_view about = {};
  bool is_needed = false;
};

/// The keys of a rule that are its own; kOptions come to them.
struct Form {
  std::span<const Entry> entries;
  std::string_view about = {};
  bool needs_name = false;
};

constexpr bool kNeeded = true;

/// What every rule may have.
inline constexpr std::array kOptions = {
    Entry{"name", Shape::kText, "how reports call it; default: table, column and kind"},
    Entry{"severity", Shape::kSeverity},
    Entry{"warn", Shape::kThreshold},
    Entry{"fail", Shape::kThreshold},
    Entry{"where", Shape::kText, "SQL; only such rows are tested"},
    Entry{"tags", Shape::kTexts},
    Entry{"about", Shape::kText, "the rule in your own words"},
};

namespace entries {

inline constexpr std::array kFiles = {
    Entry{"whole", Shape::kFlag, "every record of every file could be read"},
    Entry{"distinct", Shape::kFlag, "no two files have the same content"}};
inline constexpr std::array kKey = {Entry{"columns", Shape::kColumns, {}, kNeeded}};
inline constexpr std::array kReference = {Entry{"columns", Shape::kColumns, {}, kNeeded},
                                          Entry{"table", Shape::kText, {}, kNeeded},
                                          Entry{"key", Shape::kColumns}};
inline constexpr std::array kParentCapacity = {
    Entry{"count", Shape::kText, "table whose rows are counted", kNeeded},
    Entry{"by", Shape::kColumns, {}, kNeeded},
    Entry{"key", Shape::kColumns},
    Entry{"max", Shape::kTextOrNumber, "column of this table, or a number"},
    Entry{"utilization", Shape::kNumber},
    Entry{"between", Shape::kBetween}};
inline constexpr std::array kChildCapacity = {Entry{"count_by", Shape::kColumns, {}, kNeeded},
                                              Entry{"table", Shape::kText, {}, kNeeded},
                                              Entry{"key", Shape::kColumns},
                                              Entry{"limit", Shape::kText},
                                              Entry{"utilization", Shape::kNumber},
                                              Entry{"between", Shape::kBetween}};
inline constexpr std::array kRowsForEach = {
    Entry{"table", Shape::kText, {}, kNeeded}, Entry{"by", Shape::kColumns, {}, kNeeded},
    Entry{"key", Shape::kColumns}, Entry{"least", Shape::kNumber}, Entry{"most", Shape::kNumber}};
inline constexpr std::array kDependency = {
    Entry{"columns", Shape::kColumns, {}, kNeeded}, Entry{"on", Shape::kColumns},
    Entry{"equals", Shape::kText, "a formula in SQL"}, Entry{"tolerance", Shape::kNumber}};
inline constexpr std::array kComparison = {
    Entry{"value", Shape::kText, "an aggregate of this table", kNeeded},
    Entry{"by", Shape::kColumns},
    Entry{"table", Shape::kText, {}, kNeeded},
    Entry{"key", Shape::kColumns},
    Entry{"equals", Shape::kText, {}, kNeeded},
    Entry{"tolerance", Shape::kNumber}};
inline constexpr std::array kRowCount = {Entry{"between", Shape::kBetween, {}, kNeeded}};
inline constexpr std::array kVolume = {Entry{"change", Shape::kNumber, {}, kNeeded}};
inline constexpr std::array kFreshness = {Entry{"column", Shape::kText, {}, kNeeded},
                                          Entry{"within", Shape::kSpan, {}, kNeeded},
                                          Entry{"of", Shape::kText}};
inline constexpr std::array kAnomalies = {
    Entry{"columns", Shape::kColumns, "only these; default: all"},
    Entry{"method", Shape::kText, "of rows: mean_rank (default) or forest"}};
inline constexpr std::array kSchema = {Entry{"columns", Shape::kColumnTypes, {}, kNeeded},
                                       Entry{"closed", Shape::kFlag, "no other columns"}};
inline constexpr std::array kCondition = {
    Entry{"holds", Shape::kText, "SQL that is true of good rows"},
    Entry{"sql", Shape::kText, "SELECT of bad rows"}};
inline constexpr std::array kBaseline = {
    Entry{"baseline", Shape::kTextOrNumber,
          "a run's number, a JSON report, or a folder that was judged; default: the last run"}};
inline constexpr std::array kQuery = {Entry{"sql", Shape::kText, "SELECT of bad rows", kNeeded}};

}  // namespace entries

inline constexpr Form kFilesForm = {entries::kFiles};
inline constexpr Form kKeyForm = {entries::kKey};
inline constexpr Form kReferenceForm = {entries::kReference,
                                        "each row refers to one of another table"};
inline constexpr Form kParentCapacityForm = {entries::kParentCapacity,
                                             "each row of this table has so many of another"};
inline constexpr Form kChildCapacityForm = {entries::kChildCapacity,
                                            "the same, said at the table whose rows are counted"};
inline constexpr Form kRowsForEachForm = {entries::kRowsForEach,
                                          "each row of another table has so many of these"};
inline constexpr Form kDependencyForm = {entries::kDependency,
                                         "columns that follow from others, or from a formula"};
inline constexpr Form kComparisonForm = {entries::kComparison};
inline constexpr Form kRowCountForm = {entries::kRowCount};
inline constexpr Form kVolumeForm = {entries::kVolume};
inline constexpr Form kFreshnessForm = {entries::kFreshness};
inline constexpr Form kAnomaliesForm = {entries::kAnomalies};
inline constexpr Form kSchemaForm = {entries::kSchema};
inline constexpr Form kConditionForm = {entries::kCondition, {}, true};
inline constexpr Form kQueryForm = {entries::kQuery, {}, true};

/// What a column may have: a value, or a mapping with the value under `is`.
struct Facet {
  Kind kind;
  Entry entry;
  std::span<const Entry> more = {};  // of the mapping
};
inline constexpr std::array kFacets = {
    Facet{Kind::kNotNull, {"required", Shape::kFlag, "every row has a value"}},
    Facet{Kind::kNullShare,
          {"null_share", Shape::kShare,
           "rows may lack a value, this share of them, but no file lacks all of them"}},
    Facet{Kind::kRange,
          {"range", Shape::kEnds, "[least, most]; numbers, dates or timestamps; null for none"}},
    Facet{Kind::kSet, {"set", Shape::kValues, "all values that are allowed"}},
    Facet{Kind::kPattern, {"pattern", Shape::kText, "RE2 that the whole text must match"}},
    Facet{Kind::kLength, {"length", Shape::kLength, "characters of a text, items of a list"}},
    Facet{Kind::kType, {"type", Shape::kType, "every value is of this type"}},
    Facet{Kind::kDrift,
          {"drift", Shape::kNumber, "how far the distribution may be from the last run's"},
          entries::kBaseline},
};

}  // namespace roost::validate
