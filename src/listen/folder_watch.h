// Hears from the kernel (inotify) what happens in folders.
//
// Where that cannot be had (limits, other systems' file systems) nothing is heard, and polling does
// all; trouble() says why. When too much happened at once, Read says so: then the folders must be
// walked. Not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "read/descriptor.h"

struct inotify_event;  // of the kernel

namespace roost::listen {

struct Happening {
  std::string path;
  bool is_folder = false;
  bool is_closed = false;  // closed after writing, or renamed to this
};

class FolderWatch {
 public:
  FolderWatch();

  /// From now on what happens in the folder is heard. Again for the same one is fine.
  void Add(const std::string& folder);

  struct Heard {
    std::vector<Happening> happenings;
    bool lost_some = false;
  };
  /// What happened since the last call, at most about `most`; does not wait.
  Heard Read(size_t most);

  /// Readable when something happened; -1 where nothing is ever heard.
  int descriptor() const { return inotify_.get(); }
  const std::string& trouble() const { return trouble_; }

 private:
  void Take(const ::inotify_event& event, Heard& heard);
  void DropBelow(const std::string& folder);

  read::Descriptor inotify_;
  std::unordered_map<int, std::string> folders_;  // by watch
  std::string trouble_;
};

}  // namespace roost::listen
