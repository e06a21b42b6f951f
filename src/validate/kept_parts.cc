#include "validate/kept_parts.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "export/part.h"
#include "sketch/byte_order.h"
#include "validate/key_set.h"

namespace roost::validate {

namespace {

constexpr uint64_t kMoreThanPart = 256 << 10;  // bytes that a file may have beyond its part's
// Times of change have the grain of the system's clock, 4 ms at most: a file that changed just
// before it was looked at may change again without a sign.
constexpr int64_t kSettledNs = 100'000'000;

constexpr std::string_view kNote = "roost kept note 1\n";

/// The part of a file's name in front of its dot.
std::string StemOf(const std::string& identity) {
  XXH128_hash_t hash = XXH3_128bits(identity.data(), identity.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

std::string FileNameOf(const std::string& identity) { return StemOf(identity) + ".kept"; }

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
  return Put(FileNameOf(identity), bytes);
}

Status KeptParts::Put(const std::string& name, const std::string& bytes) const {
  ROOST_TRY(disk::MakeFolderIfMissing(options_.staging).status());
  ROOST_ASSIGN(disk::Folder staging, disk::Folder::Open(options_.staging));
  return staging.Put(name, bytes);
}

Result<bool> KeptParts::HasKeyOf(const exporting::Part& part, const std::string& mark,
                                 const std::vector<int64_t>& keys) const {
  ROOST_ASSIGN(Seen seen, Find(part));
  auto bytes = seen.state.columns.find(mark);
  if (bytes == seen.state.columns.end()) return true;
  sketch::ByteReader from(bytes->second);
  ROOST_ASSIGN(KeySet known, KeySet::Load(from));
  if (known.has_given_up()) return true;
  return std::ranges::any_of(keys, [&](int64_t key) { return known.Has(key); });
}

Result<std::optional<std::string>> KeptParts::FindNote(const exporting::Part& part,
                                                       const std::string& kind,
                                                       const std::string& mark) const {
  std::optional<std::string> nothing;
  ROOST_ASSIGN(std::string identity, IdentityOf(part));
  if (identity.empty() || options_.forget) return nothing;
  ROOST_ASSIGN(auto bytes, disk::ReadIfThere(folder_ + "/" + StemOf(identity) + "." + kind));
  if (!bytes || bytes->size() < kNote.size() + 8 || !bytes->starts_with(kNote)) return nothing;
  std::string_view body = std::string_view(*bytes).substr(0, bytes->size() - 8);
  sketch::ByteReader end(std::string_view(*bytes).substr(body.size()));
  ROOST_ASSIGN(uint64_t sum, end.U64());
  if (sum != XXH3_64bits(body.data(), body.size())) return nothing;
  sketch::ByteReader from(body.substr(kNote.size()));
  ROOST_ASSIGN(std::string own_identity, from.Text());
  ROOST_ASSIGN(std::string own_mark, from.Text());
  if (own_identity != identity || own_mark != mark) return nothing;
  ROOST_ASSIGN(std::string note, from.Text());
  return std::optional(std::move(note));
}

Status KeptParts::KeepNote(const exporting::Part& part, const std::string& kind,
                           const std::string& mark, const std::string& bytes) {
  if (options_.staging.empty()) return Status::OK();
  ROOST_ASSIGN(std::string identity, IdentityOf(part));
  if (identity.empty()) return Status::OK();
  sketch::ByteWriter to;
  to.Raw(kNote);
  for (const std::string& text : {identity, mark, bytes}) to.Text(text);
  std::string body = to.Take();
  sketch::ByteWriter end;
  end.U64(XXH3_64bits(body.data(), body.size()));
  return Put(StemOf(identity) + "." + kind, body + end.Take());
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
      if (!identity.empty()) live.insert(StemOf(identity));
    }
  }
  ROOST_ASSIGN(auto names, disk::ListFolder(folder_));
  for (const std::string& name : names) {
    if (live.contains(name.substr(0, name.find('.')))) continue;
    ROOST_TRY(disk::RemoveIfThere(folder_ + "/" + name).status());
  }
  return Status::OK();
}

}  // namespace roost::validate
