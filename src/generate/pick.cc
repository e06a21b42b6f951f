#include "generate/pick.h"

#include <algorithm>

namespace roost::generate {

namespace {

// Which document to look in; its own where the draw falls on one that is damaged or before the
// first.
uint64_t PickDocument(const Program& program, const Pick& pick, uint64_t document, uint64_t bits) {
  uint64_t back = std::min<uint64_t>(pick.window, document);
  if (!program.integrity) {
    // As a worker does that knows how far the others should be, but not how far they are.
    uint64_t ahead = std::max<uint64_t>(1, pick.window / 8);
    return document - back + Below(bits, back + 1 + ahead);
  }
  if (back == 0 || bits >= pick.earlier_below) return document;
  uint64_t lag = 1 + Below(bits * 0x9e3779b97f4a7c15, back);
  return program.IsLost(document - lag) ? document : document - lag;
}

// Distinct for the rows of one owner: positions floor(part of n - k + 1) + j rise strictly with j.
uint64_t PickDistinct(const Program& program, int table, const Column& column, uint64_t row,
                      uint64_t n) {
  const TableProgram& t = program.table(table);
  uint64_t owner = row / t.max_count;
  uint64_t k = std::max<uint64_t>(1, program.Count(table, owner));
  uint64_t j = Permutation(Draw(column.key + 6, owner), k)(row % t.max_count % k);
  uint64_t part = ((j << 32) + (Draw(column.key + 8, owner) >> 32)) / k << 32;
  return Below(column.pick.skew.Power(part), n - k + 1) + j;
}

uint64_t PickInDocument(const Program& program, int table, const Column& column, uint64_t row,
                        int root, uint64_t document) {
  const TableProgram& target = program.table(root);
  uint64_t n = std::max<uint64_t>(1, program.Count(root, document));
  uint64_t index = column.pick.distinct ? PickDistinct(program, table, column, row, n)
                                        : column.pick.skew.Index(Draw(column.key, row), n);
  uint64_t who_is_popular = Draw(column.key + 4, document);
  return document * target.max_count + Permutation(who_is_popular, n)(index);
}

}  // namespace

uint64_t PickRow(const Program& program, int table, const Column& column, uint64_t row) {
  const Pick& pick = column.pick;
  int root = program.RootOf(pick.table);
  uint64_t document = 0;
  if (!program.table(root).once) {
    document =
        PickDocument(program, pick, program.DocumentOf(table, row), Draw(column.key + 2, row));
  }
  uint64_t picked = PickInDocument(program, table, column, row, root, document);
  // Down to the table that is meant: from each owner to one of its rows.
  for (int at = root; at != pick.table;) {
    int next = pick.table;
    while (program.table(next).owner != at) next = program.table(next).owner;
    uint64_t bits = Draw(column.key + 10 + 2 * static_cast<uint64_t>(next), row);
    picked = picked * program.table(next).max_count +
             Below(bits, std::max<uint64_t>(1, program.Count(next, picked)));
    at = next;
  }
  return picked;
}

}  // namespace roost::generate
