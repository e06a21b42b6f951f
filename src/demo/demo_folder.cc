#include "demo/demo_folder.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include "base/disk_entry.h"
#include "demo/folders.h"

namespace roost::demo {
namespace {

constexpr std::string_view kMarkerText =
    "A roost demo made this folder; roost demo --clean removes what it made.\n";

Status Empty(const std::string& folder) {
  for (const char* name : kDemoFolders) ROOST_TRY(disk::RemoveTree(folder + "/" + name));
  return Status::OK();
}

Status MakeFolderAndThoseAbove(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error) return Status::OK();
  return Status::IOError("cannot make folder ", folder, ": ", error.message(),
                         "; choose another --demo-dir");
}

}  // namespace

Status PrepareFolder(const std::string& folder, bool clean) {
  ROOST_ASSIGN(disk::EntryKind kind, disk::Look(folder));
  if (kind == disk::EntryKind::kOther)
    return Status::Invalid(folder, " is a file; choose another --demo-dir");
  const std::string marker = folder + "/" + kMarkerFile;
  if (kind == disk::EntryKind::kMissing) {
    ROOST_TRY(MakeFolderAndThoseAbove(folder));
    return disk::ReplaceFile(marker, kMarkerText);
  }
  ROOST_ASSIGN(std::vector<std::string> names, disk::ListFolder(folder));
  if (names.empty()) return disk::ReplaceFile(marker, kMarkerText);
  ROOST_ASSIGN(auto text, disk::ReadIfThere(marker));
  if (!text || *text != kMarkerText) {
    return Status::Invalid(
        folder, " has something in it and no demo made it, so nothing there is touched; ",
        "choose another --demo-dir");
  }
  if (!clean) {
    return Status::Invalid(
        folder, " holds an earlier demo; say --clean to replace it, or choose another --demo-dir");
  }
  return Empty(folder);
}

}  // namespace roost::demo
