#include "store/part_sketch_pieces.h"

#include <algorithm>
#include <utility>

#include "sketch/part_sketches.h"

namespace roost::store {
namespace {

bool HasSketch(const PartColumn& column) {
  using shred::FinalType;
  return !column.required && !column.is_binary && !IsList(column.type) &&
         column.type != FinalType::kNull && column.type != FinalType::kJson &&
         column.type != FinalType::kDecimal38;
}

/// Empty if one of them cannot be merged.
std::string Merged(const std::vector<std::string>& pieces) {
  if (pieces.size() == 1) return pieces[0];
  sketch::ColumnSketch all;
  for (const std::string& piece : pieces) {
    auto loaded = sketch::ColumnSketch::Load(piece);
    if (!loaded.ok()) return {};
    all.Merge(*loaded);
  }
  return all.Save();
}

}  // namespace

void PartSketchPieces::Add(size_t column, std::string saved) {
  if (column >= pieces_.size()) pieces_.resize(column + 1);
  pieces_[column].push_back(std::move(saved));
}

std::string PartSketchPieces::Finish(const std::vector<PartColumn>& columns,
                                     uint64_t part_bytes) const {
  sketch::PartSketchWriter writer;
  for (size_t i = 0; i < std::min(columns.size(), pieces_.size()); ++i) {
    auto is_lost = [](const std::string& piece) { return piece.empty(); };
    if (!HasSketch(columns[i]) || std::ranges::any_of(pieces_[i], is_lost)) continue;
    if (std::string saved = Merged(pieces_[i]); !saved.empty())
      writer.Add(columns[i].name, std::move(saved));
  }
  return writer.empty() ? std::string() : writer.Finish(part_bytes);
}

}  // namespace roost::store
