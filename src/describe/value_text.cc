#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <filesystem>

#include "describe/parts.h"
#include "export/part.h"

namespace roost::describe {

namespace {

using relate::Column;
using relate::Storage;

std::string DateText(int64_t days) {
  std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

/// Microseconds since 1970.
std::string MomentText(int64_t microseconds) {
  constexpr int64_t kDay = 86400000000;
  int64_t days = microseconds / kDay - (microseconds % kDay < 0);
  int64_t rest = microseconds - days * kDay;
  std::string text = fmt::format("{}T{:02}:{:02}:{:02}", DateText(days), rest / 3600000000,
                                 rest / 60000000 % 60, rest / 1000000 % 60);
  if (rest % 1000000 != 0) text += fmt::format(".{:06}", rest % 1000000);
  return text;
}

std::string IntegerText(const Column& column, int64_t integer) {
  constexpr int64_t kFarDays = 4000000;  // year 12921
  if (column.storage == Storage::kDate && std::abs(integer) < kFarDays) return DateText(integer);
  if (column.storage == Storage::kTimestamp && std::abs(integer) / 86400000000 < kFarDays) {
    return MomentText(integer);
  }
  return std::to_string(integer);
}

}  // namespace

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
