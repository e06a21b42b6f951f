// Names a world as it is run: tables of columns, each with everything that its values need.
//
// Made once from a parsed World (compile.h), then read by all threads. A world that changes at
// some iterations has one Program for each stretch between. Table 0 is the document itself, one row
// an iteration; every other table has an owner above it.
//
// Rows have numbers that nothing ever shifts: row j of owner row o is o * max_count + j, whether or
// not the rows before it exist. So a row's owner and document follow from its number alone, and
// numbers have gaps where owners have fewer rows than the most. The extra rows that faults need
// (phantoms) have numbers of their own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "generate/padded_text.h"
#include "generate/sampler.h"
#include "world/world.h"

namespace roost::generate {

struct FaultPlan;

constexpr int kDocument = 0;
constexpr uint64_t kPhantom = uint64_t{1} << 52;  // in tables owned by the document
constexpr uint64_t kPhantomsPerDocument = 1024;
constexpr uint64_t kMaxListLength = 1024;

enum class Op : uint8_t {
  kConstant,
  kSequence,
  kIndex,
  kNumber,
  kDealt,
  kCountedNumber,
  kFlag,
  kChoice,
  kPattern,
  kCountedPattern,
  kTemplate,
  kClock,
  kDate,
  kFormula,
  kPick,
  kSeat,
  kFrom,
  kGroup,
  kList
};

/// What a column's 64-bit values mean.
enum class Type : uint8_t {
  kConstant,  // nothing: the text is always the same
  kNumber,    // multiples of 10^-decimals
  kBool,
  kEntry,     // index into `entries`
  kCode,      // of `pattern`
  kTemplate,  // nothing: made of other columns
  kTime,      // microseconds since 1970
  kDate,      // days since 1970
  kRow,       // row number in another table; never written
  kGroup,
  kList
};

/// A value of the world file, ready to be copied.
struct Entry {
  explicit Entry(world::Constant value);

  world::Constant constant;
  PaddedText text;     // without quotes
  PaddedText escaped;  // as between the quotes of a JSON string
  PaddedText json;
};

/// How a row of another table is picked, without regard to capacity.
struct Pick {
  int table = -1;
  uint32_t window = 0;
  uint64_t earlier_below = 0;  // threshold
  double earlier = 0;
  Skew skew;
  bool distinct = false;  // among the rows of one owner
};

struct TemplatePart {
  PaddedText literal, escaped;
  int column = -1;  // or its text
  int width = 0;
};

/// Where the value of a name comes from: a column of this table, or of a row it points to.
struct Source {
  enum class Via : uint8_t { kSelf, kSelection, kOwner, kDocument } via = Via::kSelf;
  int selection = -1;  // kSelection: the column that holds the row's number
  int table = -1;      // kSelection, kOwner, kDocument: the other table
  int column = -1;     // in that table
};

struct Column {
  std::string name;  // as written in this stretch
  std::string path;  // names as first given, joined by dots
  Op op = Op::kConstant;
  Type type = Type::kConstant;
  bool written = true;
  bool unique = false;
  int group = -1;    // the object around it
  uint64_t key = 0;  // of its random numbers
  uint64_t presence_key = 0;
  uint64_t null_below = 0,
           absent_below = 0;    // thresholds; null below the first, absent below the second
  int64_t start = 0, step = 0;  // kSequence, kIndex; kClock: every, in microseconds
  Sampler sampler;              // kNumber, kDealt, kDate; kList: the count; kClock: the spread
  int decimals = 0;             // of numbers; of seconds for times
  bool epoch = false;           // times as a number of seconds
  uint64_t true_below = 0;      // kFlag
  std::shared_ptr<const Entry> constant;  // kConstant
  std::vector<Entry> entries;             // kChoice: of all its lists
  struct EntryList {
    uint32_t first;
    WeightedIndex index;
  };
  std::vector<EntryList> lists;
  std::vector<uint32_t> weights;  // of the entries of a distinct list
  uint64_t total_weight = 0;
  int by = -1;                          // column whose entry names the list
  std::vector<uint32_t> list_of_entry;  // of `by`
  std::shared_ptr<const world::Pattern> pattern;
  std::vector<TemplatePart> parts;
  std::shared_ptr<const world::Expression> expression;
  std::vector<Source> inputs;                 // of the expression
  Source source;                              // kFrom
  int origin_table = -1, origin_column = -1;  // kFrom: where the text is made
  Pick pick;                                  // kPick, kSeat
  int capacity = -1;                          // kSeat: column of the parent
  double utilization = 1;
  bool distinct = false;   // kList
  int element = -1;        // kList: column of its elements
  bool has_range = false;  // numbers: [sampler.low(), sampler.high()] is a rule
  std::string unit, other_unit;
  double unit_factor = 0;
};

struct TableProgram {
  std::string name;
  int owner = -1;
  bool once = false;
  bool inside = false;
  uint64_t max_count = 1;  // rows of one owner at most
  Sampler count;
  uint64_t count_key = 0;
  std::vector<Column> columns;
  std::vector<int> key, unique;  // columns
  int seat = -1;                 // the column that is a seat, if any
  std::vector<int> children;     // tables that it owns
};

struct Program {
  const world::World* world = nullptr;
  const FaultPlan* faults = nullptr;  // null: none
  uint64_t seed = 0;
  uint64_t begin = 0, end = world::kForever;  // iterations
  bool integrity = true;   // false: references look ahead, as if nobody kept track
  bool validation = true;  // false: capacity, uniqueness and rules are not kept
  std::vector<TableProgram> tables;

  const TableProgram& table(int index) const { return tables[static_cast<size_t>(index)]; }
  /// The table below the document that owns `table` in the end (or is it).
  int RootOf(int table) const;
  /// The iteration whose document holds the row.
  uint64_t DocumentOf(int table, uint64_t row) const;
  /// How many rows of `table` the owner's row has; for a table with seats: wishes for.
  uint64_t Count(int table, uint64_t owner_row) const;
  /// The same for all rows that `parent_row` has of the table's owner.
  void CountSiblings(int table, uint64_t parent_row, std::vector<uint32_t>* counts) const;
  /// The column with this path, or -1.
  int FindColumn(int table, const std::string& path) const;
  /// True if documents of this iteration are damaged, so that nothing may refer to their rows.
  bool IsLost(uint64_t iteration) const;
};

}  // namespace roost::generate
