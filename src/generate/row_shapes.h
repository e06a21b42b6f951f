// Numbers the shapes of a table's rows: which keys each has, and whether its lists are empty.
//
// The text of a shape is that of docs/formats/tables.md, so that tables made here and tables made
// from the JSON of the same documents have the same shapes. One thread.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "generate/chunk.h"
#include "shred/slab.h"

namespace roost::generate {

class RowShapes {
 public:
  RowShapes(const Program& program, int table);

  /// The number of the shape of row `i` of document `d`.
  uint32_t NumberOf(Chunk& chunk, size_t i, size_t d);

  const std::vector<shred::SlabShape>& hashes() const { return hashes_; }
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  char StateOf(Chunk& chunk, int column, size_t i) const;
  char ChildState(Chunk& chunk, int child, size_t i, size_t d) const;
  void AppendMembers(int group, std::string* text) const;
  uint32_t Add();

  const Program& program_;
  int table_;
  std::vector<int> columns_;          // whose state tells shapes apart
  std::vector<int> children_;         // tables whose arrays stand in the row
  std::vector<size_t> varying_;       // of columns_: the others are scalars in every row
  std::string states_, last_states_;  // of the current row and the last: one letter each
  uint32_t last_number_ = 0;
  std::unordered_map<std::string, uint32_t> numbers_;
  std::vector<shred::SlabShape> hashes_;
  std::vector<std::string> texts_;
};

}  // namespace roost::generate
