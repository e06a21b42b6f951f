// Reads what people have said of keys and references, in roost.yaml, and writes it there.
//
// Only the entries `keys` and `relations` are looked at; all others belong to others:
//
//   keys:
//     students: student_id
//     enrollments: [student_id, class_id]
//   relations:
//     confirmed:
//       - enrollments.class_id=classes.class_id
//     refused:
//       - grades.(term, year)=terms.(term, year)
#pragma once

#include <map>
#include <string>
#include <vector>

#include "relate/database.h"

namespace roost::relate {

/// A reference as people write it.
struct SaidReference {
  std::string table, ref_table;
  std::vector<std::string> columns, ref_columns;
};
/// Takes "a.x=b.y" or "a.(x, y)=b.(x, y)". A dot in a table's name is fine, in a column's is not.
Result<SaidReference> ParseReference(const std::string& text);

/// What was said, as ids of columns that exist.
struct Overrides {
  struct Columns {
    std::vector<int> children, parents;
  };
  std::vector<Columns> confirmed, refused;
  std::map<int, std::vector<int>> keys;  // table id -> columns

  bool Refuses(const std::vector<int>& children, const std::vector<int>& parents) const;
};

/// Invalid if the file is no YAML, or names what is not there. No file: nothing was said.
Result<Overrides> ReadOverrides(const std::string& path, const Database& database);

/// Adds to the file, which is made if missing. Names that are not there are refused; comments and
/// other entries stay as they are. What is confirmed is no longer refused, and the reverse.
Status WriteOverrides(const std::string& path, const Database& database,
                      const std::vector<std::string>& confirm,
                      const std::vector<std::string>& refuse);

}  // namespace roost::relate
