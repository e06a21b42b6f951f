// Names what a world file says, before anything is worked out from it.
//
// A world is one YAML file (docs/worlds.md is its manual): tables with fields, how the rows of one
// table belong to those of another, how rows are packed into documents, what changes at which
// iteration, and which rules are true of the result. ParseWorld (world_parser.h) makes it and has
// checked every name in it; whether it can be met is for generate/plan.h to say.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "world/expression.h"
#include "world/pattern.h"
#include "yaml/place.h"

namespace roost::world {

using yaml::Place;

/// How a number is drawn. `low` and `high` bound every kind but kWeights.
struct Distribution {
  enum class Kind : uint8_t { kBetween, kNormal, kLognormal, kExponential, kPower, kWeights };
  Kind kind = Kind::kBetween;
  double first = 0;   // mean | median (lognormal) | mean (exponential) | skew (power)
  double second = 0;  // deviation | spread: deviation of the logarithm (lognormal)
  double low = 0, high = 0;
  std::vector<std::pair<double, double>> weights;  // value, weight; by value
};

/// One value that a file may hold.
struct Constant {
  enum class Kind : uint8_t { kNull, kBool, kInt, kNumber, kText } kind = Kind::kText;
  std::string text;  // as it stands in JSON, but without quotes and escapes
};

struct ChoiceList {
  std::vector<Constant> values;
  std::vector<double> weights;  // as many as values, or none: all alike
};

struct Field;

// The kinds of field.
struct Sequence {
  int64_t start = 1, step = 1;
};
struct Index {  // place among the rows of the same owner
  int64_t start = 1;
};
struct Number {
  Distribution distribution;
  int decimals = 0;
  bool dealt = false;  // the rows of one document share the distribution out evenly among them
};
struct Flag {
  double share = 0.5;  // of true
};
struct Choice {
  std::string by;  // field whose value names the list; empty: `lists` has one
  std::vector<std::pair<std::string, ChoiceList>> lists;
};
struct PatternText {
  Pattern pattern;
};
struct TemplateText {
  struct Part {
    std::string literal;  // or
    std::string field;    // its value as text
    int width = 0;        // of a whole number, filled with zeros
  };
  std::vector<Part> parts;
};
struct Clock {
  int64_t start_us = 0;     // since 1970
  int64_t every_us = 0;     // for each iteration
  int64_t spread_us = 0;    // a row's time is drawn from [0, spread) after that
  int fraction_digits = 0;  // 0, 3 or 6
  bool epoch = false;       // written as a number of seconds since 1970
};
struct DateBetween {
  int32_t first_day = 0, last_day = 0;  // since 1970-01-01
};
struct Formula {
  Expression expression;
  int decimals = 0;
};
struct Reference {  // written as the parent's key, unless hidden
  std::string table;
  uint32_t window = 64;    // how many earlier iterations are looked at
  double earlier = 0.5;    // share of references to rows of those
  double popularity = 1;   // 1: all alike; 2, 3, ...: ever fewer rows get ever more
  bool has_seats = false;  // a parent takes at most floor(capacity * utilization) rows
  std::string capacity;    // a field of the parent
  double utilization = 1;
};
struct From {
  std::string source;  // a reference of this table, or the table that owns its rows
  std::string field;   // of that table
};
struct Group {  // a nested object
  std::vector<Field> fields;
};
struct List {  // an array of scalars
  Distribution count;
  std::unique_ptr<Field> element;
  bool distinct = false;  // for choices: no value twice
};

using FieldKind =
    std::variant<Constant, Sequence, Index, Number, Flag, Choice, PatternText, TemplateText, Clock,
                 DateBetween, Formula, Reference, From, Group, List>;

constexpr uint64_t kForever = UINT64_MAX;

struct Field {
  std::string name;
  Place place;
  FieldKind kind;
  double null_share = 0;                 // written as null
  double absent_share = 0;               // left out
  bool hidden = false;                   // for other fields only
  bool unique = false;                   // no two rows alike
  std::string unit, other_unit;          // the fault unit_swap writes the number in the other unit
  double unit_factor = 0;                // one `unit` is so many `other_unit`; 0: no unit
  uint64_t since = 0, until = kForever;  // iterations in which the field is written
  std::vector<std::pair<uint64_t, std::string>> renames;  // from this iteration on: its name
};

struct Table {
  std::string name;
  Place place;
  std::string owner;             // `per`: the table whose rows own these; empty: the document does
  Distribution count;            // rows for each owner
  bool once = false;             // rows stand in iteration 0 only
  std::vector<std::string> key;  // fields
  std::vector<std::string> unique;  // fields that together never repeat
  bool inside = false;              // written inside its owner's object
  std::vector<Field> fields;
};

/// A condition on the rows of a table, and how to break it.
struct Rule {
  std::string name, table;
  Place place;
  std::string holds;  // as SQL
  std::string broken_field;
  Expression broken_value;  // makes `holds` false for every row
  bool can_break = false;
};

struct World {
  enum class Pack : uint8_t { kDocuments, kTables };
  std::string name, about;
  std::string source;  // the file's name, for messages
  std::map<std::string, double> parameters;
  std::string document_name = "result";
  int digits = 6;  // of the iteration in a file's name
  Pack pack = Pack::kDocuments;
  Table document;             // the document's own fields
  std::vector<Table> tables;  // owners before what they own, parents before children
  std::vector<Rule> rules;

  /// The table's index, or -1.
  int Find(const std::string& table) const;
};

/// The field's index in `fields`, or -1.
int FindField(const std::vector<Field>& fields, const std::string& name);

}  // namespace roost::world
