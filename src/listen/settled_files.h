// Remembers files that were taken and stay in place, so that polling passes over them.
//
// 16 bytes a file, twice while a walk goes on: one that a whole walk did not see is forgotten.
// Hashes of 64 bits stand for path and look: that a changed file is overlooked takes a collision.
// Not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "listen/file_look.h"

namespace roost::listen {

class SettledFiles {
 public:
  /// What was seen there is in the tables.
  void Add(const std::string& path, const FileLook& look);
  /// Whether it was added and looks the same.
  bool Has(const std::string& path, const FileLook& look);

  /// What is not asked for, or added, between the two is forgotten.
  void BeginWalk();
  void EndWalk();

  size_t size() const { return current_.count; }

 private:
  struct Entry {
    uint64_t path = 0, look = 0;  // path 0: free
  };
  /// Open addressing, at most two thirds full.
  struct Table {
    std::vector<Entry> entries;
    size_t count = 0;

    Entry* Find(uint64_t path);
    void Put(const Entry& entry);
    void Grow();
  };
  static Entry EntryOf(const std::string& path, const FileLook& look);

  Table current_, next_;
  bool is_walking_ = false;
};

}  // namespace roost::listen
