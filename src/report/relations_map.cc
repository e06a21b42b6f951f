// Tables stand in columns by the length of the longest way to a table that refers to nothing
// further; within a column in the order of the tables that they refer to, so that lines rarely
// cross. A line's label says how many rows it leaves without a parent, and a bar in a table how
// much of its capacity is used.

#include "report/relations_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/escape.h"
#include "base/figures.h"
#include "report/charts.h"
#include "report/wording.h"

namespace roost::report {
namespace {

constexpr int kBoxWidth = 164, kBoxHeight = 64, kColumnGap = 130, kRowGap = 30, kMargin = 8;
constexpr int kPortGap = 22;  // between lines that end at one table: room for a label

struct Box {
  uint64_t rows = 0;
  int level = 0;
  int parents = 0;  // lines that end here
  double wish = 0;  // where it would like to stand, by what it refers to
  int x = 0, y = 0, height = kBoxHeight;
  const RelationUse* capacity = nullptr;
};

using Boxes = std::map<std::string, Box>;

Boxes BoxesOf(const ValidationReport& report) {
  Boxes boxes;
  for (const RelationUse& relation : report.relations) {
    ++boxes[relation.table].parents;
    Box& parent = boxes[relation.ref_table];
    if (relation.has_capacity) parent.capacity = &relation;
  }
  for (const TableProfile& table : report.tables) {
    if (auto box = boxes.find(table.name); box != boxes.end()) box->second.rows = table.rows;
  }
  return boxes;
}

// As often as there are tables at most: references in a circle end there.
void FindLevels(const ValidationReport& report, Boxes& boxes) {
  bool changed = true;
  for (size_t pass = 0; changed && pass < boxes.size(); ++pass) {
    changed = false;
    for (const RelationUse& relation : report.relations) {
      if (relation.table == relation.ref_table) continue;
      Box& child = boxes[relation.table];
      const int level = boxes[relation.ref_table].level + 1;
      if (child.level >= level || level >= static_cast<int>(boxes.size())) continue;
      child.level = level;
      changed = true;
    }
  }
}

void FindWishes(const ValidationReport& report, Boxes& boxes, int level) {
  for (auto& [name, box] : boxes) {
    if (box.level != level) continue;
    double sum = 0, count = 0;
    for (const RelationUse& relation : report.relations) {
      if (relation.table != name || relation.ref_table == name) continue;
      sum += boxes[relation.ref_table].y;
      ++count;
    }
    box.wish = count > 0 ? sum / count : 0;
  }
}

struct Size {
  int width = 0, height = 0;
};

Size Place(const ValidationReport& report, Boxes& boxes) {
  FindLevels(report, boxes);
  int levels = 0;
  for (const auto& [name, box] : boxes) levels = std::max(levels, box.level + 1);
  Size size;
  for (int level = 0; level < levels; ++level) {
    FindWishes(report, boxes, level);
    std::vector<Box*> column;
    for (auto& [name, box] : boxes) {
      if (box.level == level) column.push_back(&box);
    }
    std::stable_sort(column.begin(), column.end(),
                     [](const Box* a, const Box* b) { return a->wish < b->wish; });
    int next = kMargin;
    for (Box* box : column) {
      box->height = std::max(kBoxHeight, (box->parents + 1) * kPortGap);
      box->x = kMargin + level * (kBoxWidth + kColumnGap);
      box->y = std::max(next, static_cast<int>(box->wish));
      next = box->y + box->height + kRowGap;
    }
    size.height = std::max(size.height, next - kRowGap + kMargin);
  }
  size.width = levels * (kBoxWidth + kColumnGap) - kColumnGap + 2 * kMargin;
  return size;
}

// About so many characters fit a box.
std::string Short(const std::string& name) {
  size_t end = 0, characters = 0;
  while (end < name.size() && characters < 17) {
    ++end;
    while (end < name.size() && (name[end] & 0xC0) == 0x80) ++end;
    ++characters;
  }
  return end == name.size() ? InHtml(name) : InHtml(name.substr(0, end)) + "…";
}

std::string BoxSvg(const std::string& name, const Box& box) {
  std::string svg = fmt::format(
      "<g transform=\"translate({} {})\"><rect class=\"box\" width=\"{}\" height=\"{}\" "
      "rx=\"6\"/><text class=\"name\" x=\"12\" y=\"24\">{}</text><text class=\"sub\" x=\"12\" "
      "y=\"42\">{}</text>",
      box.x, box.y, kBoxWidth, box.height, Short(name), Counted(box.rows, "row"));
  if (box.capacity != nullptr) {
    const bool is_over = box.capacity->over_full > 0;
    const int rail = kBoxWidth - 24;
    const double used = std::clamp(box.capacity->capacity_used, 0.0, 1.0);
    svg += fmt::format(
        "<rect class=\"rail\" x=\"12\" y=\"51\" width=\"{}\" height=\"4\"/><rect class=\"{}\" "
        "x=\"12\" y=\"51\" width=\"{:.0f}\" height=\"4\"/>",
        rail, is_over ? "bad" : "used", used * rail);
  }
  return svg + "</g>";
}

struct Line {
  const RelationUse* relation;
  const Box* child;
  const Box* parent;
};

// In a circle, or to itself: only the list says it.
std::vector<Line> LinesOf(const ValidationReport& report, const Boxes& boxes) {
  std::vector<Line> lines;
  for (const RelationUse& relation : report.relations) {
    Line line = {&relation, &boxes.at(relation.table), &boxes.at(relation.ref_table)};
    if (line.child->level > line.parent->level) lines.push_back(line);
  }
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
    return std::pair(a.parent->y, a.parent->x) < std::pair(b.parent->y, b.parent->x);
  });
  return lines;
}

std::string LineSvg(const Line& line, int nth) {
  const int x1 = line.parent->x + kBoxWidth, y1 = line.parent->y + kBoxHeight / 2;
  const int x2 = line.child->x, bend = (x2 - x1) / 2;
  const int y2 = line.child->y + line.child->height * (nth + 1) / (line.child->parents + 1);
  const bool is_bad = line.relation->orphan_rows > 0;
  std::string svg = fmt::format(
      "<path class=\"line{0}\" d=\"M{1} {2}C{3} {2} {3} {4} {5} {4}\"/><circle class=\"dot{0}\" "
      "cx=\"{1}\" cy=\"{2}\" r=\"3\"/>",
      is_bad ? " bad" : "", x1, y1, x1 + bend, y2, x2);
  if (is_bad) {
    svg += fmt::format("<text class=\"edge bad\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
                       x2 - 8, y2 - 6, Counted(line.relation->orphan_rows, "orphan"));
  }
  return svg;
}

}  // namespace

std::string RelationsMap(const ValidationReport& report) {
  Boxes boxes = BoxesOf(report);
  if (boxes.empty() || boxes.size() > kMostMappedTables) return "";
  const Size size = Place(report, boxes);
  std::string svg = fmt::format(
      "<svg class=\"map\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
      "aria-hidden=\"true\">",
      size.width, size.height);
  for (const auto& [name, box] : boxes) svg += BoxSvg(name, box);
  std::map<const Box*, int> ports;
  for (const Line& line : LinesOf(report, boxes)) svg += LineSvg(line, ports[line.child]++);
  return svg + "</svg>";
}

}  // namespace roost::report
