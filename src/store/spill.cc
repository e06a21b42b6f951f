#include "store/spill.h"

#include "base/disk.h"

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

Status TableSpill::Append(uint64_t rows, int64_t first_id, std::span<OpenChunk* const> chunks) {
  RowGroupFacts group;
  group.rows = rows;
  group.first_id = first_id;
  uint64_t bytes = 0;
  for (const OpenChunk* chunk : chunks) bytes += chunk->facts.bytes;

  std::string path;
  uint64_t offset = 0;
  {
    // Only the place is taken under the lock; threads write beside each other.
    std::lock_guard lock(mutex_);
    ROOST_ASSIGN(size_t number, OpenFile());
    SpillFile& file = files_[number];
    path = file.path;
    offset = file.bytes;
    file.bytes += bytes;
    uint64_t at = offset;
    for (OpenChunk* chunk : chunks) {
      chunk->facts.offset = at;
      at += chunk->facts.bytes;
      group.chunks.push_back(std::move(chunk->facts));
    }
    file.row_groups.push_back(std::move(group));
  }
  ROOST_ASSIGN(disk::File file, disk::File::OpenForUpdate(path));
  for (const OpenChunk* chunk : chunks) {
    for (const Bytes* part : {&chunk->dictionary_page, &chunk->data_pages}) {
      ROOST_TRY(file.WriteAt(offset, {part->data(), part->size()}));
      offset += part->size();
    }
  }
  return file.Close();
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
