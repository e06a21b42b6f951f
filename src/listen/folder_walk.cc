#include "listen/folder_walk.h"

#include <sys/stat.h>

#include <utility>

#include "read/descriptor.h"
#include "read/path_text.h"

namespace roost::listen {

using read::EntryKind;
using read::FolderListing;

void InputFolder::LeaveOut(const std::string& folder) {
  if (folder.empty()) return;
  const auto look = LookAt(folder);
  if (look.ok() && *look) left_out.emplace((*look)->facts.device, (*look)->facts.inode);
}

void FolderWalk::StartAt(const std::string& folder, bool follows_links) {
  follows_links_ = follows_links;
  open_.clear();
  links_.clear();
  walked_.clear();
  files_ = ignored_ = faults_ = 0;
  first_fault_.clear();
  Enter(folder);
}

void FolderWalk::Go(size_t most, std::vector<Sighting>& sightings) {
  for (size_t looked = 0; looked < most && !is_over();) {
    if (open_.empty()) {
      EnterLink();
      continue;
    }
    OpenFolder& folder = open_.back();
    if (folder.next == folder.listing.entries().size()) {
      open_.pop_back();
      continue;
    }
    ++looked;
    Visit(folder, folder.listing.entries()[folder.next++], sightings);
  }
}

void FolderWalk::Enter(const std::string& folder) {
  const auto look = LookAt(folder);
  if (!look.ok()) return NoteFault(look.status());
  if (!*look) {
    if (folder == input_.path)
      NoteFault(Status::IOError("the input folder '", folder, "' is gone"));
    return;
  }
  if (input_.IsLeftOut((*look)->facts)) {
    ++ignored_;
    return;
  }
  if (!walked_.emplace((*look)->facts.device, (*look)->facts.inode).second) return;
  on_folder_(folder);
  auto descriptor = read::Descriptor::OpenFolder(folder);
  if (!descriptor.ok()) return NoteFault(descriptor.status());
  auto listing = FolderListing::Read(folder);
  if (!listing.ok()) return NoteFault(listing.status());
  open_.push_back({folder, *std::move(descriptor), *std::move(listing)});
}

void FolderWalk::EnterLink() {
  const std::string link = std::move(links_.extract(links_.begin()).value());
  Enter(link);
}

void FolderWalk::Visit(OpenFolder& folder, const FolderListing::Entry& entry,
                       std::vector<Sighting>& sightings) {
  std::string_view name = folder.listing.name(entry);
  const bool is_folder = entry.kind == EntryKind::kFolder;
  if (is_folder) name.remove_suffix(1);
  if (input_.filter.IsHidden(name)) {
    ++ignored_;
    return;
  }
  std::string path = read::JoinPath(folder.path, name);
  if (is_folder) return Enter(path);  // `folder` may have moved from here on
  if (entry.kind == EntryKind::kLinkToFolder) {
    if (follows_links_) links_.insert(std::move(path));
    return;
  }
  if (entry.kind != EntryKind::kFile || !input_.filter.IsWanted(name)) {
    ++ignored_;
    return;
  }
  const auto look = LookAt(folder.descriptor.get(), std::string(name).c_str(), path);
  if (!look.ok()) return NoteFault(look.status());
  if (!*look || !(*look)->is_regular) return;  // gone meanwhile, or a link to nothing
  ++files_;
  sightings.push_back({std::move(path), **look, false});
}

void FolderWalk::NoteFault(const Status& status) {
  if (++faults_ == 1) first_fault_ = status.message();
}

}  // namespace roost::listen
