// Turns the values of DuckDB's vectors into text.
//
// One CellText for each column of a result, made from its type, bound to the vector of each chunk
// in turn. Nested values are JSON in every format. Integers and decimals are exact, dates and
// timestamps ISO 8601. Belongs to one thread.
#pragma once

#include <string>
#include <vector>

#include "query/cell_type.h"

namespace roost::query {

class CellText {
 public:
  explicit CellText(CellType type);

  /// Reads from this vector until the next Bind; the chunk must outlive that.
  void Bind(duckdb_vector vector);

  bool IsNull(idx_t row) const;
  /// As a JSON value; null for null.
  void AppendJson(idx_t row, std::string& out) const;
  /// As plain text: like JSON, but texts, times and the like without quotes. Not for nulls.
  void AppendPlain(idx_t row, std::string& out) const;

  const CellType& type() const { return type_; }

 private:
  void BindChildren(duckdb_vector vector);
  void AppendScalar(idx_t row, std::string& out) const;
  void AppendNumber(idx_t row, std::string& out) const;
  void AppendFraction(idx_t row, std::string& out, bool is_json) const;
  void AppendDecimal(idx_t row, std::string& out) const;
  void AppendElements(idx_t begin, idx_t count, std::string& out) const;
  void AppendEntries(idx_t begin, idx_t count, std::string& out) const;
  void AppendMembers(idx_t row, std::string& out) const;
  template <class T>
  const T& At(idx_t row) const {
    return static_cast<const T*>(data_)[row];
  }

  CellType type_;
  std::vector<CellText> children_;
  const void* data_ = nullptr;
  uint64_t* validity_ = nullptr;
};

}  // namespace roost::query
