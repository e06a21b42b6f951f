#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "describe/parts.h"
#include "export/part.h"
#include "relate/integer_text.h"

namespace roost::describe {

using relate::Column;
using relate::IntegerText;
using relate::Storage;

std::string NumberText(const Column& column, double number) {
  bool whole = std::abs(number) < 1e15 && number == std::floor(number);
  bool moment = column.storage == Storage::kTimestamp && std::abs(number) < 9e18;
  if (whole || moment) return IntegerText(column, static_cast<int64_t>(number));
  return fmt::format("{}", number);
}

std::string SmallestText(const Column& column) {
  const sketch::ColumnSketch& sketch = column.sketch;
  if (sketch.texts() > 0) return sketch.smallest_text();
  if (sketch.only_integers()) return IntegerText(column, sketch.smallest_integer());
  return sketch.values() == 0 ? "" : NumberText(column, sketch.smallest_number());
}

std::string LargestText(const Column& column) {
  const sketch::ColumnSketch& sketch = column.sketch;
  if (sketch.texts() > 0) return sketch.largest_text();
  if (sketch.only_integers()) return IntegerText(column, sketch.largest_integer());
  return sketch.values() == 0 ? "" : NumberText(column, sketch.largest_number());
}

std::string NameOf(RelationTier tier) {
  constexpr const char* kNames[] = {"certain", "probable", "possible"};
  return kNames[static_cast<int>(tier)];
}

std::string JoinedNames(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string PathOf(const relate::Database& database, const relate::Table& table) {
  namespace fs = std::filesystem;
  // A store's own folder of a table also holds parts that are no longer of it; its view does not.
  std::string view = table.name + ".parquet";
  std::error_code error;
  if (database.is_store && fs::is_directory(fs::path(database.folder) / view, error)) {
    return view + "/*.parquet";
  }
  fs::path part = fs::weakly_canonical(table.parts.front()->path());
  fs::path inside = part.lexically_relative(fs::weakly_canonical(database.folder));
  return inside.has_parent_path() ? (inside.parent_path() / "*.parquet").string() : inside.string();
}

std::vector<const Relation*> Subject::RelationsFrom(const relate::Table& table) const {
  std::vector<const Relation*> found;
  for (const Relation& relation : relations.relations) {
    if (relation.table == table.name) found.push_back(&relation);
  }
  return found;
}

std::vector<const Relation*> Subject::RelationsTo(const relate::Table& table) const {
  std::vector<const Relation*> found;
  for (const Relation& relation : relations.relations) {
    if (relation.ref_table == table.name) found.push_back(&relation);
  }
  return found;
}

}  // namespace roost::describe
