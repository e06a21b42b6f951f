#include "read/input.h"

#include <fnmatch.h>
#include <sys/stat.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "read/descriptor.h"
#include "read/folder_listing.h"
#include "read/name_filter.h"
#include "read/path_text.h"

namespace roost::read {
namespace {

constexpr size_t kExamples = 3;

class Search {
 public:
  explicit Search(const DiscoveryOptions& options) : filter_(options.pattern) {}

  Status Take(const std::string& input);
  /// Walks the linked folders that nothing else led to, sorts and removes repeats.
  Result<Discovery> Finish();

 private:
  using FileKey = std::pair<uint64_t, uint64_t>;  // device, inode

  Status TakeNamed(std::string path, const struct stat& found);
  Status TakeGlob(const std::string& base, std::string_view rest);
  Status TakeGlobEntry(const FolderListing& folder, const FolderListing::Entry& entry,
                       const std::string& base, std::string_view rest);
  Status Walk(const std::string& folder);
  Status WalkLinks();
  void AddListed(std::string path, bool is_regular);
  void Ignore(std::string path);

  NameFilter filter_;
  Discovery found_;
  std::unordered_set<std::string> walked_;  // paths of folders
  std::set<FileKey> walked_folders_;
  std::set<std::string> links_;  // to folders, still to be looked at
  bool glob_matched_ = false;
};

// A name that is there is taken as it is, even if it looks like a glob.
Status Search::Take(const std::string& input) {
  if (input.empty()) return Status::Invalid("an input path is empty; name a file, a folder or -");
  if (input == "-") {
    found_.files.Add({"-", 0, false});
    return Status::OK();
  }
  struct stat found;
  if (::stat(input.c_str(), &found) == 0) return TakeNamed(NormalPath(input), found);
  if (!IsGlob(input) || errno != ENOENT) return SystemFault("find", input);
  glob_matched_ = false;
  ROOST_TRY(TakeGlob(input[0] == '/' ? "/" : ".", input));
  if (glob_matched_) return Status::OK();
  return Status::IOError("no file matches '", input, "'; check the pattern and the folder");
}

Status Search::TakeNamed(std::string path, const struct stat& found) {
  if (S_ISDIR(found.st_mode)) return Walk(path);
  const bool is_regular = S_ISREG(found.st_mode);
  found_.knows_sizes &= is_regular;
  found_.files.Add(
      {std::move(path), is_regular ? static_cast<uint64_t>(found.st_size) : 0, is_regular});
  return Status::OK();
}

// `rest` is what the glob asks of the names below `base`.
Status Search::TakeGlob(const std::string& base, std::string_view rest) {
  while (rest.starts_with('/')) rest.remove_prefix(1);
  const std::string segment(rest.substr(0, rest.find('/')));
  const std::string_view behind = rest.substr(segment.size());
  if (!IsGlob(segment)) {
    const std::string path = segment.empty() ? base : JoinPath(base, segment);
    struct stat found;
    if (::stat(path.c_str(), &found) != 0) return Status::OK();
    if (!behind.empty()) return S_ISDIR(found.st_mode) ? TakeGlob(path, behind) : Status::OK();
    glob_matched_ = true;
    return TakeNamed(path, found);
  }
  // ** also stands for no folder at all.
  if (segment == "**") ROOST_TRY(TakeGlob(base, behind.empty() ? "*" : behind));
  ROOST_ASSIGN(const FolderListing folder, FolderListing::Read(base));
  for (const FolderListing::Entry& entry : folder.entries()) {
    ROOST_TRY(TakeGlobEntry(folder, entry, base, rest));
  }
  return Status::OK();
}

Status Search::TakeGlobEntry(const FolderListing& folder, const FolderListing::Entry& entry,
                             const std::string& base, std::string_view rest) {
  const std::string segment(rest.substr(0, rest.find('/')));
  const std::string_view behind = rest.substr(segment.size());
  const bool is_folder = entry.kind == EntryKind::kFolder || entry.kind == EntryKind::kLinkToFolder;
  std::string name(folder.name(entry));
  if (entry.kind == EntryKind::kFolder) name.pop_back();
  if (segment == "**") {
    const bool descend = entry.kind == EntryKind::kFolder && name[0] != '.';
    return descend ? TakeGlob(JoinPath(base, name), rest) : Status::OK();
  }
  if (::fnmatch(segment.c_str(), name.c_str(), FNM_PERIOD) != 0) return Status::OK();
  std::string path = JoinPath(base, name);
  if (!behind.empty()) return is_folder ? TakeGlob(path, behind) : Status::OK();
  glob_matched_ = true;
  if (is_folder) return Walk(path);
  AddListed(std::move(path), entry.kind == EntryKind::kFile);
  return Status::OK();
}

Status Search::Walk(const std::string& folder) {
  if (!walked_.insert(folder).second) return Status::OK();
  ROOST_ASSIGN(const FolderListing listing, FolderListing::Read(folder));
  walked_folders_.emplace(listing.device(), listing.inode());
  for (const FolderListing::Entry& entry : listing.entries()) {
    const std::string_view name = listing.name(entry);
    const bool is_folder = entry.kind == EntryKind::kFolder;
    std::string path = JoinPath(folder, is_folder ? name.substr(0, name.size() - 1) : name);
    if (filter_.IsHidden(name)) {
      Ignore(std::move(path));
    } else if (is_folder) {
      ROOST_TRY(Walk(path));
    } else if (entry.kind == EntryKind::kLinkToFolder) {
      links_.insert(std::move(path));
    } else if (entry.kind == EntryKind::kFile && filter_.IsWanted(name)) {
      AddListed(std::move(path), true);
    } else {
      Ignore(std::move(path));
    }
  }
  return Status::OK();
}

Status Search::WalkLinks() {
  while (!links_.empty()) {
    const std::string link = std::move(links_.extract(links_.begin()).value());
    struct stat found;
    if (::stat(link.c_str(), &found) != 0) return SystemFault("read the folder", link);
    if (walked_folders_.contains(FileKey(found.st_dev, found.st_ino))) continue;
    ROOST_TRY(Walk(link));
  }
  return Status::OK();
}

Result<Discovery> Search::Finish() {
  ROOST_TRY(WalkLinks());
  found_.files.Sort();
  return std::move(found_);
}

void Search::AddListed(std::string path, bool is_regular) {
  found_.knows_sizes = false;
  found_.files.Add({std::move(path), 0, is_regular});
}

void Search::Ignore(std::string path) {
  ++found_.ignored_files;
  if (found_.ignored_examples.size() < kExamples)
    found_.ignored_examples.push_back(std::move(path));
}

}  // namespace

Result<Discovery> Discover(const std::vector<std::string>& inputs,
                           const DiscoveryOptions& options) {
  Search search(options);
  for (const std::string& input : inputs) ROOST_TRY(search.Take(input));
  return search.Finish();
}

}  // namespace roost::read
