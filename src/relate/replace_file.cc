#include "relate/replace_file.h"

#include "base/disk.h"

namespace roost::relate {

Status ReplaceFile(const std::string& path, const std::string& text) {
  std::string making = path + ".making";
  ROOST_TRY(disk::RemoveTree(making));
  ROOST_ASSIGN(disk::File file, disk::File::Create(making));
  ROOST_TRY(file.Write(text));
  ROOST_TRY(file.Sync());
  ROOST_TRY(file.Close());
  return disk::Rename(making, path);
}

}  // namespace roost::relate
