#include "relate/sketch_files.h"

#include <algorithm>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "export/part.h"

namespace roost::relate {

namespace {

constexpr uint64_t kShareOfMemory = 10;
// Sets of long texts can take more bytes than the column itself; then that is read again.
constexpr uint64_t kSmallBytes = 64 << 10, kShareOfPart = 16;

std::string FolderOf(const std::string& path) { return path.substr(0, path.rfind('/')); }
std::string NameOf(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// Files of sketches whose part is in the folder no more.
Status RemoveStale(const std::string& folder, const std::string& parts_folder) {
  ROOST_ASSIGN(auto files, disk::ListFolder(folder));
  for (const std::string& file : files) {
    ROOST_ASSIGN(auto part, disk::Examine(parts_folder + "/" + file.substr(0, file.rfind('.'))));
    if (!part) ROOST_TRY(disk::RemoveIfThere(folder + "/" + file).status());
  }
  return Status::OK();
}

}  // namespace

SketchFiles::SketchFiles(const Database& database, uint64_t memory_bytes)
    : database_(database), left_bytes_(memory_bytes / kShareOfMemory) {
  parts_.resize(database.tables.size());
  if (!database.is_store) return;
  for (const Table& table : database.tables) {
    for (const auto& part : table.parts) {
      OfPart& of_part = parts_[table.id].emplace_back();
      of_part.file = sketch::SketchFileOf(database.folder, table.name, part->path());
      of_part.old = sketch::PartSketches::Open(of_part.file, part->bytes());
    }
  }
}

std::optional<sketch::ColumnSketch> SketchFiles::Read(const Column& column, size_t part) const {
  const std::vector<OfPart>& parts = parts_[column.table];
  if (parts.empty()) return std::nullopt;
  return parts[part].old.Read(column.name);
}

bool SketchFiles::HasSome(const Column& column) const {
  for (const OfPart& part : parts_[column.table]) {
    if (part.old.Has(column.name)) return true;
  }
  return false;
}

void SketchFiles::Add(const Column& column, size_t part, const sketch::ColumnSketch& sketch) {
  std::vector<OfPart>& parts = parts_[column.table];
  if (parts.empty()) return;
  std::string saved = sketch.Save();
  uint64_t part_bytes = database_.TableOf(column).parts[part]->bytes();
  if (saved.size() > std::max(kSmallBytes, part_bytes / kShareOfPart)) return;
  std::lock_guard lock(mutex_);
  if (saved.size() > left_bytes_) return;
  left_bytes_ -= saved.size();
  parts[part].added.Add(column.name, std::move(saved));
}

void SketchFiles::WriteTable(const Table& table) {
  auto write = [&]() -> Status {
    const std::string folder = FolderOf(parts_[table.id].front().file);
    ROOST_TRY(disk::MakeFolderIfMissing(FolderOf(folder)).status());
    ROOST_TRY(disk::MakeFolderIfMissing(folder).status());
    ROOST_ASSIGN(disk::Folder into, disk::Folder::Open(folder));
    for (size_t i = 0; i < table.parts.size(); ++i) {
      OfPart& part = parts_[table.id][i];
      if (part.added.empty()) continue;
      part.added.AddOthers(part.old);
      ROOST_TRY(into.Put(NameOf(part.file), part.added.Finish(table.parts[i]->bytes())));
    }
    return RemoveStale(folder, FolderOf(table.parts.front()->path()));
  };
  (void)write();  // nobody needs them
}

void SketchFiles::Write() {
  for (const Table& table : database_.tables) {
    bool has_new = false;
    for (const OfPart& part : parts_[table.id]) has_new |= !part.added.empty();
    if (has_new) WriteTable(table);
  }
}

}  // namespace roost::relate
