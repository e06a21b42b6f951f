#include "base/free_space.h"

#include <sys/statvfs.h>

#include "base/disk_call.h"

namespace roost::disk {

Result<uint64_t> FreeBytes(const std::string& folder) {
  struct statvfs facts;
  ROOST_TRY(Try(Call::kOpen, "look at the disk of", folder, [&] {
              return ::statvfs(folder.c_str(), &facts);
            }).status());
  return static_cast<uint64_t>(facts.f_bavail) * facts.f_frsize;
}

}  // namespace roost::disk
