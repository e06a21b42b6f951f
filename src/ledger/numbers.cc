#include "ledger/numbers.h"

#include <charconv>
#include <cstdio>
#include <optional>
#include <vector>

#include "base/disk.h"
#include "base/disk_entry.h"

namespace roost::ledger {
namespace {

constexpr size_t kDigits = 20;
constexpr uint64_t kMaxNumber = uint64_t{1} << 39;  // of 63 bits, 24 count rows
constexpr size_t kKept = 100;                       // newest blocks whose files stay

std::string BlockName(uint64_t block) {
  char name[32];
  std::snprintf(name, sizeof name, "%020llu", static_cast<unsigned long long>(block));
  return name;
}

bool IsBlock(const std::string& name) {
  return name.size() == kDigits && name.find_first_not_of("0123456789") == std::string::npos;
}

// The number after a block's last; nothing if the block's file is gone.
Result<std::optional<uint64_t>> EndOf(const std::string& path) {
  ROOST_ASSIGN(auto text, disk::ReadIfThere(path));
  if (!text) return std::nullopt;
  uint64_t end = 0;
  auto read = std::from_chars(text->data(), text->data() + text->size(), end);
  if (read.ec != std::errc() || read.ptr == text->data() + text->size() || *read.ptr != '\n')
    return Status::IOError(path, " holds no file number; it was damaged: restore the file");
  return end;
}

Result<std::vector<std::string>> BlocksIn(const std::string& folder) {
  std::vector<std::string> names;
  ROOST_ASSIGN(auto there, disk::Examine(folder));
  if (!there) return names;
  ROOST_TRY(disk::ListFolder(folder).Value(&names));
  std::erase_if(names, [](const std::string& name) { return !IsBlock(name); });
  return names;
}

}  // namespace

// A block is a file, named by its place in the row of blocks, that says where the next one begins.
Result<uint64_t> ReserveNumbers(const std::string& top, uint64_t count, const std::string& writer) {
  const std::string folder = top + "/_roost/numbers";
  for (;;) {
    ROOST_ASSIGN(auto names, BlocksIn(folder));
    uint64_t block = 0, first = 0;
    if (names.empty()) {
      ROOST_TRY(disk::MakeFolders(top, folder));
    } else {
      ROOST_ASSIGN(auto end, EndOf(folder + "/" + names.back()));
      if (!end) continue;
      first = *end;
      block = std::stoull(names.back()) + 1;
      ROOST_TRY(disk::SyncFolder(folder));
    }
    if (count > kMaxNumber - first)
      return Status::CapacityError("all file numbers of ", top,
                                   " are given out; begin a new store");
    ROOST_ASSIGN(bool won, disk::PutIfAbsent(folder, BlockName(block),
                                             std::to_string(first + count) + "\n", writer));
    if (!won) continue;
    for (size_t i = 0; i + kKept < names.size(); ++i)
      ROOST_TRY(disk::RemoveIfThere(folder + "/" + names[i]).status());
    return first;
  }
}

}  // namespace roost::ledger
