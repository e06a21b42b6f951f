// Holds the four tables that the first listener knows, and takes rows into them.
//
// A field has the type that was written down when the system was made: a value of another type is
// bent to it as far as a plain conversion goes, and is null where that goes nowhere. Fields that
// are not written down are not looked at. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"

namespace arrow {
class ArrayBuilder;
}

namespace roost::original {

class FixedTables {
 public:
  FixedTables();
  FixedTables(FixedTables&&) noexcept;
  ~FixedTables();

  /// Appends the rows of one document.
  Status Add(const nlohmann::json& document);
  /// Puts <table>.parquet into the folder, for each table.
  Status Write(const std::string& folder);
  std::vector<std::pair<std::string, uint64_t>> RowCounts() const;

 private:
  struct Table;
  static Status AddRow(Table& table, const nlohmann::json& row);

  std::vector<Table> tables_;
};

}  // namespace roost::original
