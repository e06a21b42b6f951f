// Computes the values of chosen rows of one table, column by column, when they are asked for.
//
// Rows are any row numbers, in any order: those of a run of documents, or those that another table
// refers to (then the set makes child sets for what it needs from there). Values are 64-bit numbers
// whose meaning is the column's Type. Memory is kept from one use to the next. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "generate/program.h"

namespace roost::generate {

enum class Presence : uint8_t {
  kValue,
  kNull,
  kAbsent,
  kAsText  // a fault: the value in quotes
};

struct Values {
  std::vector<int64_t> numbers;
  std::vector<Presence> presence;  // empty: all are values
  std::vector<uint32_t> first;     // lists: where a row's elements begin in the element's column
  bool ready = false;

  Presence At(size_t i) const { return presence.empty() ? Presence::kValue : presence[i]; }
};

class RowSet {
 public:
  /// `program` must outlive the set, or its next Reset.
  RowSet(const Program& program, int table) { Reset(program, table); }

  /// Forgets rows and values.
  void Reset(const Program& program, int table);
  std::vector<uint64_t>& rows() { return rows_; }
  const std::vector<uint64_t>& rows() const { return rows_; }
  int table_index() const { return table_; }
  const TableProgram& table() const { return program_->table(table_); }

  /// Gives a column its values from outside: seats.
  std::vector<int64_t>& Preset(int column);
  /// The column's values; valid until Reset. Row i of rows() is numbers[i], but for lists'
  /// elements.
  Values& Get(int column);

  /// The set and the row in it where the text of a kFrom column is made.
  struct Origin {
    RowSet* set;
    size_t row;
  };
  Origin FindOrigin(int column, size_t row);

 private:
  struct Child {
    Source source;
    bool in_use = false;
    std::unique_ptr<RowSet> set;
    std::vector<uint32_t> position;  // in the set, of each of our rows
  };
  const Column& column(int i) const { return table().columns[static_cast<size_t>(i)]; }
  void Compute(const Column& column, std::span<const uint64_t> rows, Values& out);
  void ComputePresence(const Column& column, Values& out);
  void ComputeDealt(const Column& column, std::span<const uint64_t> rows, Values& out);
  void ComputeChoice(const Column& column, std::span<const uint64_t> rows, Values& out);
  void ComputeClock(const Column& column, std::span<const uint64_t> rows, Values& out);
  void ComputeFormula(const Column& column, Values& out);
  void ComputeFrom(const Column& column, Values& out);
  void ComputeList(const Column& column, Values& out);
  Child& FindChild(const Source& source);
  void AsDoubles(const Source& source, std::vector<double>* numbers,
                 std::vector<Presence>* presence);

  const Program* program_ = nullptr;
  int table_ = 0;
  std::vector<uint64_t> rows_;
  std::vector<uint64_t> element_rows_;
  std::vector<Values> values_;
  std::vector<std::unique_ptr<Child>> children_;
};

/// 10^decimals.
int64_t PowerOfTen(int decimals);

}  // namespace roost::generate
