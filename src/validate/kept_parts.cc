#include "validate/kept_parts.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "export/part.h"

namespace roost::validate {

namespace {

constexpr uint64_t kMoreThanPart = 256 << 10;  // bytes that a file may have beyond its part's
// Times of change have the grain of the system's clock, 4 ms at most: a file that changed just
// before it was looked at may change again without a sign.
constexpr int64_t kSettledNs = 100'000'000;

std::string FileNameOf(const std::string& identity) {
  XXH128_hash_t hash = XXH3_128bits(identity.data(), identity.size());
  return fmt::format("{:016x}{:016x}.kept", hash.high64, hash.low64);
}

}  // namespace

KeptParts::KeptParts(const Tables& tables, Options options)
    : tables_(tables),
      options_(std::move(options)),
      folder_(tables.folder() + "/_roost/validate") {}

Result<std::string> KeptParts::IdentityOf(const exporting::Part& part) const {
  ROOST_ASSIGN(std::optional<disk::Facts> facts, disk::Examine(part.path()));
  if (!facts || facts->bytes != part.bytes()) return std::string();
  // Nobody changes the parts of a store.
  bool settled = tables_.is_store() || facts->modified_ns < tables_.opened_ns() - kSettledNs;
  if (!settled) return std::string();
  std::string path = std::filesystem::path(part.path()).lexically_relative(tables_.folder());
  return fmt::format("{}\n{}\n{}\n{}", path, facts->bytes, facts->modified_ns, facts->inode);
}

Result<KeptParts::Seen> KeptParts::Find(const exporting::Part& part) const {
  Seen seen;
  ROOST_ASSIGN(seen.identity, IdentityOf(part));
  if (seen.identity.empty() || options_.forget) return seen;
  ROOST_ASSIGN(auto bytes, disk::ReadIfThere(folder_ + "/" + FileNameOf(seen.identity)));
  if (!bytes) return seen;
  auto state = PartState::Load(*bytes, seen.identity);
  if (state.ok()) seen.state = std::move(state).ValueUnsafe();
  return seen;
}

Status KeptParts::Keep(const exporting::Part& part, const Seen& seen) {
  if (options_.staging.empty() || seen.identity.empty()) return Status::OK();
  ROOST_ASSIGN(std::string identity, IdentityOf(part));
  if (identity != seen.identity) return Status::OK();
  PartState state = seen.state;
  std::string bytes = state.Save(identity);
  while (bytes.size() > part.bytes() + kMoreThanPart && !state.columns.empty()) {
    state.columns.erase(std::ranges::max_element(
        state.columns, {}, [](const auto& column) { return column.second.size(); }));
    bytes = state.Save(identity);
  }
  ROOST_TRY(disk::MakeFolderIfMissing(options_.staging).status());
  ROOST_ASSIGN(disk::Folder staging, disk::Folder::Open(options_.staging));
  return staging.Put(FileNameOf(identity), bytes);
}

Status KeptParts::Finish() {
  if (options_.staging.empty()) return Status::OK();
  ROOST_TRY(disk::MakeFolderIfMissing(folder_).status());
  ROOST_ASSIGN(disk::EntryKind staged, disk::Look(options_.staging));
  if (staged == disk::EntryKind::kFolder) {
    ROOST_ASSIGN(auto names, disk::ListFolder(options_.staging));
    for (const std::string& name : names) {
      ROOST_TRY(disk::Rename(options_.staging + "/" + name, folder_ + "/" + name));
    }
    ROOST_TRY(disk::RemoveFolder(options_.staging));
  }
  std::set<std::string> live;
  for (const TableInfo& table : tables_.all()) {
    for (const auto& part : table.parts) {
      ROOST_ASSIGN(std::string identity, IdentityOf(*part));
      if (!identity.empty()) live.insert(FileNameOf(identity));
    }
  }
  ROOST_ASSIGN(auto names, disk::ListFolder(folder_));
  for (const std::string& name : names) {
    if (live.contains(name)) continue;
    ROOST_TRY(disk::RemoveIfThere(folder_ + "/" + name).status());
  }
  return Status::OK();
}

}  // namespace roost::validate
