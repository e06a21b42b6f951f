#include "ledger/writer.h"

#include <unistd.h>

#include <algorithm>
#include <random>

#include "base/disk_entry.h"

namespace roost::ledger {
namespace {

constexpr std::string_view kPart = "part-";
constexpr size_t kNameSize = 32;

bool IsHex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

}  // namespace

std::string NewId() {
  constexpr char kDigits[] = "0123456789abcdef";
  std::random_device device;
  std::string id;
  while (id.size() < kNameSize) {
    auto bits = static_cast<uint32_t>(device());
    for (int i = 0; i < 8; ++i, bits >>= 4) id += kDigits[bits & 15];
  }
  return id;
}

std::string NewTableId() {
  std::string id = NewId();
  id[12] = '4';  // a random UUID
  id[16] = '8';
  for (size_t at : {20u, 16u, 12u, 8u}) id.insert(at, 1, '-');
  return id;
}

Result<Writer> Writer::Start(const std::string& top) {
  const std::string folder = top + "/_roost/writers";
  ROOST_TRY(disk::MakeFolders(top, folder));
  for (;;) {
    std::string name = NewId();
    ROOST_ASSIGN(auto lock,
                 disk::FileLock::TryLock(folder + "/" + name, disk::FileLock::Missing::kCreate));
    if (!lock) continue;  // a sweeper was quicker: that name is his
    ROOST_TRY(disk::SyncFolder(folder));
    ROOST_TRY(lock->Note("process " + std::to_string(::getpid()) + "\n"));
    return Writer(std::move(name), std::move(*lock));
  }
}

Status Writer::End() { return disk::RemoveIfThere(lock_.path()).status(); }

std::string Writer::NextPartName() {
  return std::string(kPart) + name_ + "-" + std::to_string(next_part_++) + ".parquet";
}

bool IsPartName(std::string_view name) {
  if (!name.starts_with(kPart) || !name.ends_with(".parquet")) return false;
  name = name.substr(kPart.size());
  return name.size() > kNameSize + 1 &&
         std::all_of(name.begin(), name.begin() + kNameSize, IsHex) && name[kNameSize] == '-';
}

std::optional<std::string> WriterOf(std::string_view name) {
  if (IsPartName(name)) return std::string(name.substr(kPart.size(), kNameSize));
  const bool holds_takes = name.starts_with("entry-") && name.ends_with(".takes");
  if (!name.starts_with('.') && !holds_takes) return std::nullopt;
  for (size_t begin = 0; begin < name.size();) {
    size_t end = begin;
    while (end < name.size() && IsHex(name[end])) ++end;
    if (end - begin == kNameSize) return std::string(name.substr(begin, kNameSize));
    begin = end + 1;
  }
  return std::nullopt;
}

}  // namespace roost::ledger
