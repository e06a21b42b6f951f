// Walks over the input folder, piece by piece: what polling sees.
//
// Takes the names that `roost ingest` takes, in all folders below, and leaves out the folders that
// roost itself writes. Linked folders are walked after all others, each only if nothing else led to
// it. A folder or file that cannot be looked at costs no other; it is counted, and the first is
// told. Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "listen/file_look.h"
#include "read/descriptor.h"
#include "read/folder_listing.h"
#include "read/name_filter.h"

namespace roost::listen {

/// A file that is input by its name, as it was just seen.
struct Sighting {
  std::string path;
  FileLook look;
  bool is_closed = false;  // its writer closed it, or it came by a rename
};

using FileKey = std::pair<uint64_t, uint64_t>;  // device, inode

struct InputFolder {
  std::string path;
  read::NameFilter filter{""};
  std::set<FileKey> left_out{};  // folders that are no input

  /// Also the folders that hold roost's own files, if they lie below.
  void LeaveOut(const std::string& folder);
  bool IsLeftOut(const disk::Facts& facts) const {
    return left_out.contains({facts.device, facts.inode});
  }
};

class FolderWalk {
 public:
  /// `on_folder` is called before a folder is listed: from then on it can be watched, and nothing
  /// falls between. `input` must outlive the walk.
  FolderWalk(const InputFolder& input, std::function<void(const std::string& folder)> on_folder)
      : input_(input), on_folder_(std::move(on_folder)) {}

  /// Begins anew.
  void Start() { StartAt(input_.path, true); }
  /// The same for a folder below, without what links in it lead to: that may be elsewhere below.
  void StartBelow(const std::string& folder) { StartAt(folder, false); }
  bool is_over() const { return open_.empty() && links_.empty(); }
  /// Looks at `most` more names; appends the files among them.
  void Go(size_t most, std::vector<Sighting>& sightings);

  uint64_t files() const { return files_; }      // since Start
  uint64_t ignored() const { return ignored_; }  // by name; a folder that is left out counts once
  uint64_t faults() const { return faults_; }
  const std::string& first_fault() const { return first_fault_; }

 private:
  struct OpenFolder {
    std::string path;
    read::Descriptor descriptor;
    read::FolderListing listing;
    size_t next = 0;  // entry
  };

  void StartAt(const std::string& folder, bool follows_links);
  void Enter(const std::string& folder);
  void EnterLink();
  void Visit(OpenFolder& folder, const read::FolderListing::Entry& entry,
             std::vector<Sighting>& sightings);
  void NoteFault(const Status& status);

  const InputFolder& input_;
  std::function<void(const std::string& folder)> on_folder_;
  std::vector<OpenFolder> open_;  // from the outermost on
  std::set<std::string> links_;   // to folders, still to be walked
  std::set<FileKey> walked_;
  bool follows_links_ = true;
  uint64_t files_ = 0, ignored_ = 0, faults_ = 0;
  std::string first_fault_;
};

}  // namespace roost::listen
