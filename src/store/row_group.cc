#include "store/row_group.h"

#include <algorithm>

namespace roost::store {

// Thousands of columns are mostly rare ones: their chunks would wait for long.
constexpr size_t kManyChunks = 1024;

OpenChunk& OpenRowGroup::ChunkOf(const shred::SlabColumn& column) {
  if (column.token >= chunks_.size()) chunks_.resize(column.token + 1);
  auto& chunk = chunks_[column.token];
  if (!chunk) {
    chunk = std::make_unique<OpenChunk>();
    chunk->facts.id = ids_.Intern(*column.id);
  }
  return *chunk;
}

Status OpenRowGroup::Add(PageEncoder& encoder, const shred::Slab& slab) {
  if (slab.rows == 0) return Status::OK();
  if (rows_ == 0) first_id_ = slab.id[0];
  held_bytes_ = 0;
  ROOST_TRY(encoder.AddRequired(id_, slab.id, slab.rows));
  if (slab.parent != nullptr) {
    ROOST_TRY(encoder.AddRequired(parent_, slab.parent, slab.rows));
    wide_index_.Reserve(slab.rows);
    std::copy(slab.index, slab.index + slab.rows, wide_index_.data());
    ROOST_TRY(encoder.AddRequired(index_, wide_index_.data(), slab.rows));
  }
  ROOST_TRY(shape_.Add(encoder, slab.shape, slab.rows, slab.shapes));
  for (const shred::SlabColumn& column : slab.columns) {
    OpenChunk& chunk = ChunkOf(column);
    if (chunks_.size() > kManyChunks) chunk.sketch.GiveUp();
    ROOST_TRY(encoder.Add(chunk, *column.column, rows_, slab.rows));
  }
  rows_ += slab.rows;
  held_bytes_ =
      id_.held_bytes() + parent_.held_bytes() + index_.held_bytes() + shape_.chunk().held_bytes();
  for (const auto& chunk : chunks_)
    if (chunk) held_bytes_ += chunk->held_bytes();
  return Status::OK();
}

Status OpenRowGroup::End(PageEncoder& encoder, std::span<const shred::SlabColumn> columns) {
  if (rows_ == 0) return Status::OK();
  std::vector<const shred::Column*> by_token(chunks_.size());
  for (const shred::SlabColumn& column : columns)
    if (column.token < by_token.size()) by_token[column.token] = column.column;

  std::vector<OpenChunk*> finished;
  auto technical = [&](OpenChunk& chunk, const shred::ColumnId& id) {
    if (chunk.facts.pages.empty()) return;
    chunk.facts.id = ids_.Intern(id);
    finished.push_back(&chunk);
  };
  ROOST_TRY(encoder.FinishRequired(id_, nullptr, 0));
  ROOST_TRY(encoder.FinishRequired(parent_, nullptr, 0));
  ROOST_TRY(encoder.FinishRequired(index_, nullptr, 0));
  ROOST_TRY(shape_.Finish(encoder));
  technical(id_, kIdColumn);
  technical(parent_, kParentColumn);
  technical(index_, kIndexColumn);
  technical(shape_.chunk(), kShapeColumn);
  for (size_t token = 0; token < chunks_.size(); ++token) {
    OpenChunk* chunk = chunks_[token].get();
    if (chunk == nullptr || chunk->facts.pages.empty()) continue;
    ROOST_TRY(encoder.Finish(*chunk, rows_, by_token[token]));
    finished.push_back(chunk);
  }
  ROOST_TRY(spill_.Append(rows_, first_id_, finished));
  for (OpenChunk* chunk : {&id_, &parent_, &index_}) chunk->Reset();
  shape_.Reset();
  for (auto& chunk : chunks_) {
    if (chunks_.size() > kManyChunks) chunk.reset();
    if (chunk) chunk->Reset();
  }
  rows_ = held_bytes_ = 0;
  return Status::OK();
}

}  // namespace roost::store
