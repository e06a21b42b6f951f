#include "store/spill.h"

#include "base/disk.h"
#include "store/facts_packing.h"

namespace roost::store {

using shred::ColumnId;

const ColumnId kIdColumn{"!id", shred::Slot::kNumber};
const ColumnId kParentColumn{"!parent", shred::Slot::kNumber};
const ColumnId kIndexColumn{"!index", shred::Slot::kNumber};
const ColumnId kShapeColumn{"!shape", shred::Slot::kNumber};

const ColumnId* ColumnIds::Intern(const ColumnId& id) {
  std::lock_guard lock(mutex_);
  return &*ids_.insert(id).first;
}

const ColumnId* ColumnIds::Find(const ColumnId& id) const {
  std::lock_guard lock(mutex_);
  auto found = ids_.find(id);
  return found == ids_.end() ? nullptr : &*found;
}

namespace {

// Writes chunks behind each other, many small ones in one go.
Status WriteChunks(const std::string& path, uint64_t offset, std::span<OpenChunk* const> chunks) {
  constexpr size_t kPiece = 1 << 18;
  ROOST_ASSIGN(disk::File file, disk::File::OpenForUpdate(path));
  Bytes piece;
  auto flush = [&]() -> Status {
    ROOST_TRY(file.WriteAt(offset, {piece.data(), piece.size()}));
    offset += piece.size();
    piece.Clear();
    return Status::OK();
  };
  for (const OpenChunk* chunk : chunks) {
    for (const Bytes* part : {&chunk->dictionary_page, &chunk->data_pages}) {
      if (piece.size() + part->size() > kPiece) ROOST_TRY(flush());
      if (part->size() < kPiece) {
        piece.Append(part->data(), part->size());
        continue;
      }
      ROOST_TRY(file.WriteAt(offset, {part->data(), part->size()}));
      offset += part->size();
    }
  }
  ROOST_TRY(flush());
  return file.Close();
}

}  // namespace

// The number of the file that takes the next row group; mutex_ is held.
Result<size_t> TableSpill::OpenFile() {
  if (!files_.empty() && files_.back().bytes < folder_.part_bytes) return files_.size() - 1;
  SpillFile file;
  file.path = folder_.path + "/" + std::to_string(folder_.files.fetch_add(1)) + ".parquet";
  ROOST_ASSIGN(disk::File made, disk::File::Create(file.path));
  ROOST_TRY(made.Write("PAR1"));
  ROOST_TRY(made.Close());
  file.bytes = 4;
  files_.push_back(std::move(file));
  return files_.size() - 1;
}

void TableSpill::KeepSketches(std::span<OpenChunk* const> chunks, SpilledRowGroup& group) {
  for (OpenChunk* chunk : chunks) {
    auto bytes = static_cast<int64_t>(chunk->saved_sketch.size());
    if (bytes == 0 || folder_.sketch_bytes.fetch_sub(bytes) < bytes) continue;
    group.sketches.emplace(chunk->facts.id, std::move(chunk->saved_sketch));
  }
}

Status TableSpill::Append(uint64_t rows, int64_t first_id, std::span<OpenChunk* const> chunks) {
  std::vector<const ChunkFacts*> facts;
  uint64_t bytes = 0;
  for (const OpenChunk* chunk : chunks) {
    facts.push_back(&chunk->facts);
    bytes += chunk->facts.bytes;
  }
  SpilledRowGroup group{0, PackFacts(rows, first_id, facts), {}};
  KeepSketches(chunks, group);
  std::string path;
  uint64_t offset = 0;
  {
    // Only the place is taken under the lock; threads write beside each other.
    std::lock_guard lock(mutex_);
    ROOST_ASSIGN(size_t number, OpenFile());
    SpillFile& file = files_[number];
    path = file.path;
    offset = group.offset = file.bytes;
    file.bytes += bytes;
    file.row_groups.push_back(std::move(group));
  }
  return WriteChunks(path, offset, chunks);
}

TableSpill& Spill::Table(const std::string& identity) {
  std::lock_guard lock(mutex_);
  auto& table = tables_[identity];
  if (!table) table = std::make_unique<TableSpill>(folder_);
  return *table;
}

TableSpill* Spill::Find(const std::string& identity) {
  auto found = tables_.find(identity);
  return found == tables_.end() ? nullptr : found->second.get();
}

Status Spill::Remove() {
  for (auto& [identity, table] : tables_)
    for (const SpillFile& file : table->files()) ROOST_TRY(disk::RemoveFile(file.path));
  tables_.clear();
  return Status::OK();
}

}  // namespace roost::store
