// Knows the tables of a folder as rules name them: by stored name or by JSON key, columns by stored
// name or by their path in a row, and which sibling columns hold the values of one field.
//
// A store's tables come from its catalog; those of any other folder from the schemas of its Parquet
// files. Then only read; pointers hold as long as the object.
#pragma once

#include <arrow/type_fwd.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "export/catalog.h"

namespace roost::validate {

/// A field of the rows: the column of its name, and the siblings of other types.
struct Field {
  std::string name;       // of the main column
  std::string path;       // in the row: guardian.phone; the name where nothing is known
  std::string json_path;  // $.students[*].guardian.phone
  std::vector<const shred::FinalColumn*> columns;  // the main one first

  shred::FinalType type() const { return columns.front()->type; }
};

struct TableInfo {
  const exporting::StoredTable* stored = nullptr;
  std::vector<std::shared_ptr<const exporting::Part>> parts;
  std::vector<Field> fields;  // in order of columns
  uint64_t rows = 0, bytes = 0;
  std::string id;  // name of the column of row ids; in views of a session with technical columns

  const std::string& name() const { return stored->name(); }
  /// By name, or by path in the row; nullptr if there is none.
  const Field* Find(std::string_view name) const;
  std::vector<std::string> FieldNames() const;
};

/// The names and types of its columns, a line each.
std::string ColumnsText(const TableInfo& table);

/// Sees batches that have all columns of their part, those of a row group in order.
using OnBatch = std::function<Status(const exporting::Part&, int group, const arrow::RecordBatch&)>;

class Tables {
 public:
  static Result<Tables> Open(const std::string& folder);

  /// By stored name, else by the last key of its JSON path if only one table has it.
  const TableInfo* Find(std::string_view name) const;
  const std::vector<TableInfo>& all() const { return tables_; }
  const exporting::Catalog& catalog() const { return *catalog_; }
  std::vector<std::string> Names() const;
  bool is_store() const { return is_store_; }
  const std::string& folder() const { return folder_; }  // absolute
  /// When Open began, in nanoseconds since 1970.
  int64_t opened_ns() const { return opened_ns_; }

 private:
  std::string folder_;
  bool is_store_ = false;
  int64_t opened_ns_ = 0;
  std::unique_ptr<exporting::Catalog> catalog_;
  std::vector<TableInfo> tables_;  // by name
};

/// A type's kind of values, for rules: what a range, a pattern, a length can be said of.
enum class ValueKind : uint8_t { kNone, kNumber, kBool, kText, kDate, kTimestamp, kJson, kList };
ValueKind KindOf(shred::FinalType type);

}  // namespace roost::validate
