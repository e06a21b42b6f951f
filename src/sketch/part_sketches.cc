#include "sketch/part_sketches.h"

#include <xxhash.h>

#include <utility>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "sketch/byte_order.h"

namespace roost::sketch {

namespace {

constexpr std::string_view kMagic = "RSKETCH1";
constexpr uint64_t kHeadBytes = 24;  // magic, size of the index, its checksum
constexpr uint64_t kMostIndexBytes = 64 << 20;

uint64_t ChecksumOf(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

Result<std::string> ReadIndex(const disk::File& file, uint64_t file_bytes) {
  std::string head(kHeadBytes, '\0');
  ROOST_TRY(file.ReadAt(0, head.data(), head.size()));
  ByteReader from(head);
  ROOST_ASSIGN(std::string_view magic, from.Raw(kMagic.size()));
  ROOST_ASSIGN(uint64_t bytes, from.U64());
  ROOST_ASSIGN(uint64_t checksum, from.U64());
  if (magic != kMagic || bytes > kMostIndexBytes || bytes > file_bytes - kHeadBytes)
    return Status::Invalid("no file of sketches");
  std::string index(bytes, '\0');
  ROOST_TRY(file.ReadAt(kHeadBytes, index.data(), index.size()));
  if (ChecksumOf(index) != checksum) return Status::Invalid("the index is damaged");
  return index;
}

}  // namespace

std::string SketchFileOf(const std::string& store_folder, const std::string& table,
                         const std::string& part_path) {
  std::string name = part_path.substr(part_path.rfind('/') + 1);
  return store_folder + "/_roost/sketches/" + table + "/" + name + ".sketches";
}

PartSketches PartSketches::Open(const std::string& path, uint64_t part_bytes) {
  PartSketches sketches;
  auto open = [&]() -> Status {
    ROOST_ASSIGN(auto facts, disk::Examine(path));
    if (!facts || facts->is_folder || facts->bytes < kHeadBytes) return Status::OK();
    ROOST_ASSIGN(disk::File file, disk::File::OpenForReading(path));
    ROOST_ASSIGN(std::string index, ReadIndex(file, facts->bytes));
    ByteReader from(index);
    ROOST_ASSIGN(uint64_t of_bytes, from.U64());
    if (of_bytes != part_bytes) return Status::Invalid("sketches of another part");
    uint64_t offset = kHeadBytes + index.size();
    std::map<std::string, Place> places;
    while (!from.AtEnd()) {
      ROOST_ASSIGN(std::string column, from.Text());
      Place place{offset, 0, 0};
      ROOST_ASSIGN(place.bytes, from.U64());
      ROOST_ASSIGN(place.checksum, from.U64());
      if (place.bytes > facts->bytes - offset) return Status::Invalid("the file is too short");
      offset += place.bytes;
      places.emplace(std::move(column), place);
    }
    sketches.places_ = std::move(places);
    sketches.path_ = path;
    return Status::OK();
  };
  (void)open();  // what cannot be read is made again
  return sketches;
}

std::vector<std::string> PartSketches::columns() const {
  std::vector<std::string> names;
  for (const auto& [column, place] : places_) names.push_back(column);
  return names;
}

std::optional<std::string> PartSketches::ReadBytes(const Place& place) const {
  auto file = disk::File::OpenForReading(path_);
  std::string bytes(place.bytes, '\0');
  if (!file.ok() || !file->ReadAt(place.offset, bytes.data(), bytes.size()).ok())
    return std::nullopt;
  if (ChecksumOf(bytes) != place.checksum) return std::nullopt;
  return bytes;
}

std::optional<ColumnSketch> PartSketches::Read(const std::string& column) const {
  auto place = places_.find(column);
  if (place == places_.end()) return std::nullopt;
  auto bytes = ReadBytes(place->second);
  if (!bytes) return std::nullopt;
  auto sketch = ColumnSketch::Load(*bytes);
  if (!sketch.ok()) return std::nullopt;
  return std::move(sketch).ValueUnsafe();
}

void PartSketchWriter::Add(const std::string& column, std::string saved) {
  std::string& place = saved_[column];
  held_bytes_ += saved.size() - place.size();
  place = std::move(saved);
}

void PartSketchWriter::AddOthers(const PartSketches& old) {
  for (const auto& [column, place] : old.places_) {
    if (saved_.contains(column)) continue;
    if (auto bytes = old.ReadBytes(place)) Add(column, std::move(*bytes));
  }
}

std::string PartSketchWriter::Finish(uint64_t part_bytes) const {
  ByteWriter index;
  index.U64(part_bytes);
  for (const auto& [column, saved] : saved_) {
    index.Text(column);
    index.U64(saved.size());
    index.U64(ChecksumOf(saved));
  }
  std::string index_bytes = index.Take();
  ByteWriter file;
  file.Raw(kMagic);
  file.U64(index_bytes.size());
  file.U64(ChecksumOf(index_bytes));
  file.Raw(index_bytes);
  for (const auto& [column, saved] : saved_) file.Raw(saved);
  return file.Take();
}

}  // namespace roost::sketch
