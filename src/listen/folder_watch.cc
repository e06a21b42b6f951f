#include "listen/folder_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "read/path_text.h"

namespace roost::listen {
namespace {

constexpr uint32_t kEvents = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_ATTRIB | IN_CREATE |
                             IN_ONLYDIR | IN_EXCL_UNLINK;
constexpr size_t kReadBytes = 1 << 16;

std::string WhyNot(int error) {
  if (error == ENOSPC) return "too many folders are watched (fs.inotify.max_user_watches)";
  if (error == EMFILE) return "too many watchers (fs.inotify.max_user_instances)";
  return std::strerror(error);
}

}  // namespace

FolderWatch::FolderWatch() : inotify_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (inotify_.get() < 0) trouble_ = WhyNot(errno);
}

void FolderWatch::Add(const std::string& folder) {
  if (inotify_.get() < 0) return;
  const int watch = ::inotify_add_watch(inotify_.get(), folder.c_str(), kEvents);
  if (watch >= 0) {
    folders_[watch] = folder;
  } else if (errno != ENOENT && errno != ENOTDIR) {
    trouble_ = folder + ": " + WhyNot(errno);
  }
}

FolderWatch::Heard FolderWatch::Read(size_t most) {
  Heard heard;
  alignas(inotify_event) char bytes[kReadBytes];
  while (inotify_.get() >= 0 && heard.happenings.size() < most) {
    const ssize_t count = ::read(inotify_.get(), bytes, sizeof bytes);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    for (ssize_t at = 0; at < count;) {
      inotify_event event;
      std::memcpy(&event, bytes + at, sizeof event);
      Take(*reinterpret_cast<const inotify_event*>(bytes + at), heard);
      at += static_cast<ssize_t>(sizeof event + event.len);
    }
  }
  return heard;
}

void FolderWatch::Take(const inotify_event& event, Heard& heard) {
  if (event.mask & IN_Q_OVERFLOW) heard.lost_some = true;
  const auto found = folders_.find(event.wd);
  if (found == folders_.end()) return;
  if (event.mask & IN_IGNORED) {
    folders_.erase(found);
    return;
  }
  if (event.len == 0) return;  // the folder itself
  Happening happening;
  happening.path = read::JoinPath(found->second, event.name);
  happening.is_folder = event.mask & IN_ISDIR;
  happening.is_closed = event.mask & (IN_CLOSE_WRITE | IN_MOVED_TO);
  if (event.mask & IN_MOVED_FROM) {
    if (happening.is_folder) DropBelow(happening.path);
    return;
  }
  // A new file says nothing until it is closed; polling sees it sooner.
  if ((event.mask & IN_CREATE) && !happening.is_folder) return;
  heard.happenings.push_back(std::move(happening));
}

// Its watches went with it, and would tell paths that are gone.
void FolderWatch::DropBelow(const std::string& folder) {
  for (const auto& [watch, path] : folders_) {
    if (path == folder || path.starts_with(folder + "/")) {
      ::inotify_rm_watch(inotify_.get(), watch);
    }
  }
}

}  // namespace roost::listen
