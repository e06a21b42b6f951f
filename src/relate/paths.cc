#include "relate/paths.h"

#include <algorithm>

#include "export/part.h"
#include "relate/column_feed.h"
#include "relate/parallel.h"
#include "relate/profile.h"
#include "relate/value_store.h"

namespace roost::relate {

namespace {

constexpr size_t kLongestId = 64, kMachineMade = 16;
constexpr double kNearlyAll = 0.9;
constexpr size_t kLookedAt = 16;
constexpr std::string_view kSeparators = "/:#";

bool IsLetter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsKind(std::string_view word) {
  auto fits = [](char c) { return IsLetter(c) || c == '_' || c == '-'; };
  return word.size() >= 2 && IsLetter(word[0]) && std::all_of(word.begin(), word.end(), fits);
}

bool IsId(std::string_view word) {
  auto fits = [](char c) { return IsLetter(c) || IsDigit(c) || c == '_' || c == '-'; };
  return !word.empty() && word.size() <= kLongestId &&
         std::all_of(word.begin(), word.end(), fits) &&
         (word.size() >= kMachineMade || std::any_of(word.begin(), word.end(), IsDigit));
}

bool AreEqual(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

/// The kind that the texts that the sketch kept agree on, or nothing.
std::string KindOf(const Column& column) {
  const sketch::ColumnSketch& sketch = column.sketch;
  bool possible = sketch.texts() > 0 && sketch.integers() + sketch.fractions() == 0 &&
                  column.storage != Storage::kJson && !column.of_conflict;
  if (!possible) return "";
  std::vector<std::string> texts = {sketch.smallest_text(), sketch.largest_text()};
  for (const auto& entry : sketch.top().Top(kLookedAt)) texts.push_back(entry.text);
  std::string kind;
  size_t fit = 0;
  for (const std::string& text : texts) {
    auto end = SplitPath(text);
    if (end && kind.empty()) kind = end->kind;
    fit += end && AreEqual(end->kind, kind);
  }
  return static_cast<double>(fit) >= kNearlyAll * static_cast<double>(texts.size()) ? kind : "";
}

/// Row group by row group, so that threads can share a column.
Status SketchIds(const Database& database, const Crew& crew, std::vector<Column>& columns) {
  struct Piece {
    Column* column;
    const exporting::Part* part;
    int group;
    sketch::ColumnSketch sketch;
  };
  std::vector<Piece> pieces;
  for (Column& column : columns) {
    for (const auto& part : database.TableOf(column).parts) {
      for (int group = 0; group < part->row_groups(); ++group) {
        pieces.push_back({&column, part.get(), group, {}});
      }
    }
  }
  ROOST_TRY(ForEachTask(pieces.size(), crew, [&](size_t at) {
    Piece& piece = pieces[at];
    ColumnFeed feed{.sketch = &piece.sketch, .path_kind = piece.column->path_kind};
    return FeedGroup(*piece.part, piece.group, piece.column->name, feed, crew);
  }));
  for (Piece& piece : pieces) piece.column->sketch.Merge(piece.sketch);
  for (Column& column : columns) FinishColumn(column);
  return Status::OK();
}

}  // namespace

std::optional<PathEnd> SplitPath(std::string_view text) {
  text = text.substr(0, text.find('?'));
  if (text.ends_with('/')) text.remove_suffix(1);
  size_t at = text.find_last_of(kSeparators);
  if (at == text.npos) return std::nullopt;
  PathEnd end{text.substr(0, at), text.substr(at + 1)};
  size_t before = end.kind.find_last_of(kSeparators);
  if (before != end.kind.npos) end.kind.remove_prefix(before + 1);
  if (!IsKind(end.kind) || !IsId(end.id)) return std::nullopt;
  return end;
}

std::optional<std::string_view> IdOfPath(std::string_view text, std::string_view kind) {
  auto end = SplitPath(text);
  if (!end || !AreEqual(end->kind, kind)) return std::nullopt;
  return end->id;
}

Status AddPathColumns(Database& database, const Crew& crew) {
  std::vector<Column> added;
  for (const Column& column : database.columns) {
    std::string kind = KindOf(column);
    if (kind.empty()) continue;
    Column& ids = added.emplace_back();
    ids.table = column.table;
    ids.position = column.position;
    ids.name = column.name;
    ids.storage = column.storage;
    ids.source = column.id;
    ids.path_kind = kind;
    ids.json_path = column.json_path;
  }
  ROOST_TRY(SketchIds(database, crew, added));
  for (Column& ids : added) {
    const Column& source = database.columns[ids.source];
    if (static_cast<double>(ids.values) < kNearlyAll * static_cast<double>(source.values)) continue;
    ids.id = static_cast<int>(database.columns.size());
    database.columns.push_back(std::move(ids));
  }
  return Status::OK();
}

}  // namespace roost::relate
