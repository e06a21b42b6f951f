#include "listen/settled_files.h"

#include "read/content_hash.h"

namespace roost::listen {
namespace {

constexpr size_t kFirstEntries = 1024;  // a power of two

}  // namespace

SettledFiles::Entry SettledFiles::EntryOf(const std::string& path, const FileLook& look) {
  const uint64_t words[] = {look.facts.device, look.facts.inode,
                            static_cast<uint64_t>(look.facts.born_ns), look.facts.bytes,
                            static_cast<uint64_t>(look.facts.modified_ns)};
  const uint64_t hash = read::HashOf(path.data(), path.size()).low;
  return {hash ? hash : 1, read::HashOf(reinterpret_cast<const char*>(words), sizeof words).low};
}

// The slot of the path, or the free one where it belongs.
SettledFiles::Entry* SettledFiles::Table::Find(uint64_t path) {
  const size_t mask = entries.size() - 1;
  size_t at = path & mask;
  while (entries[at].path != 0 && entries[at].path != path) at = (at + 1) & mask;
  return &entries[at];
}

void SettledFiles::Table::Put(const Entry& entry) {
  if (3 * (count + 1) > 2 * entries.size()) Grow();
  Entry* slot = Find(entry.path);
  count += slot->path == 0;
  *slot = entry;
}

void SettledFiles::Table::Grow() {
  Table grown;
  grown.entries.resize(entries.empty() ? kFirstEntries : entries.size() * 2);
  for (const Entry& entry : entries) {
    if (entry.path != 0) *grown.Find(entry.path) = entry;
  }
  entries = std::move(grown.entries);
}

void SettledFiles::Add(const std::string& path, const FileLook& look) {
  const Entry entry = EntryOf(path, look);
  current_.Put(entry);
  if (is_walking_) next_.Put(entry);
}

bool SettledFiles::Has(const std::string& path, const FileLook& look) {
  if (current_.count == 0) return false;
  const Entry wanted = EntryOf(path, look);
  const Entry* found = current_.Find(wanted.path);
  const bool has = found->path == wanted.path && found->look == wanted.look;
  if (has && is_walking_) next_.Put(wanted);
  return has;
}

void SettledFiles::BeginWalk() {
  is_walking_ = true;
  next_ = {};
}

void SettledFiles::EndWalk() {
  if (is_walking_) current_ = std::move(next_);
  next_ = {};
  is_walking_ = false;
}

}  // namespace roost::listen
