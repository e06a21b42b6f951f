#include "store/place.h"

#include <unistd.h>

#include <filesystem>
#include <random>
#include <utility>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "store/durable.h"

namespace roost::store {
namespace {

namespace fs = std::filesystem;

constexpr const char* kConfig = "roost.yaml";  // hints may stand there before the store does

// The path without links, dots and a slash at its end, so that its name and parent can be told.
Result<fs::path> Resolve(const std::string& output_dir) {
  if (output_dir.empty()) return Status::Invalid("no output folder given: name one");
  std::error_code error;
  fs::path path = fs::weakly_canonical(fs::absolute(output_dir, error), error);
  if (error)
    return Status::IOError("cannot resolve the output folder ", output_dir, ": ", error.message(),
                           "; check the path");
  if (!path.has_filename()) path = path.parent_path();
  if (!path.has_filename())
    return Status::Invalid("the output folder ", output_dir,
                           " is the root of the file system: name a folder below it");
  return path;
}

// True where a folder with something in it stands at `path`, which may then be replaced.
Result<bool> StandsInTheWay(const std::string& path, bool overwrite) {
  ROOST_ASSIGN(disk::EntryKind kind, disk::Look(path));
  if (kind == disk::EntryKind::kMissing) return false;
  if (kind == disk::EntryKind::kOther)
    return Status::Invalid("the output folder ", path,
                           " is a file: name another folder or remove it");
  ROOST_ASSIGN(auto names, disk::ListFolder(path));
  if (names.empty()) return false;
  if (names.size() == 1 && names.front() == kConfig) return true;
  if (!overwrite)
    return Status::Invalid("the output folder ", path,
                           " is not empty: name another, or replace it with --overwrite");
  ROOST_ASSIGN(disk::EntryKind ledger, disk::Look(path + "/_roost/ledger"));
  if (ledger != disk::EntryKind::kFolder)
    return Status::Invalid("the output folder ", path,
                           " was not written by roost (it has no _roost/ledger), so it is not "
                           "overwritten: name another, or empty it yourself");
  return true;
}

std::string RandomLetters() {
  std::random_device device;
  std::string letters;
  for (int i = 0; i < 8; ++i) letters += static_cast<char>('a' + device() % 26);
  return letters;
}

}  // namespace

Place::Place(Place&& other) noexcept
    : wanted_(std::move(other.wanted_)),
      private_(std::exchange(other.private_, {})),
      parent_(std::move(other.parent_)),
      made_parents_(std::exchange(other.made_parents_, {})),
      overwrite_(other.overwrite_),
      replaces_(other.replaces_) {}

Place::~Place() {
  // Failures leave rubbish behind, which no one can be told of any more.
  if (!private_.empty()) (void)disk::RemoveTree(private_);
  while (!made_parents_.empty()) {
    (void)disk::RemoveFolder(made_parents_.back());
    made_parents_.pop_back();
  }
}

Status Place::MakeParents(const std::string& parent) {
  ROOST_ASSIGN(disk::EntryKind kind, disk::Look(parent));
  if (kind != disk::EntryKind::kMissing) return Status::OK();
  ROOST_TRY(MakeParents(fs::path(parent).parent_path().string()));
  ROOST_TRY(disk::MakeFolder(parent));
  made_parents_.push_back(parent);
  return Status::OK();
}

Result<Place> Place::Make(const std::string& output_dir, bool overwrite) {
  ROOST_ASSIGN(fs::path path, Resolve(output_dir));
  Place place;
  place.overwrite_ = overwrite;
  place.wanted_ = path.string();
  place.parent_ = path.parent_path().string();
  ROOST_ASSIGN(place.replaces_, StandsInTheWay(place.wanted_, overwrite));
  ROOST_TRY(place.MakeParents(place.parent_));
  std::string folder = (path.parent_path() / ("." + path.filename().string() + ".roost-" +
                                              std::to_string(::getpid()) + "-" + RandomLetters()))
                           .string();
  ROOST_TRY(disk::MakeFolder(folder));
  place.private_ = folder;
  ROOST_TRY(place.KeepConfig());
  return place;
}

Status Place::KeepConfig() const {
  const std::string config = wanted_ + "/" + kConfig;
  ROOST_ASSIGN(auto facts, disk::Examine(config));
  if (!facts || facts->is_folder) return Status::OK();
  return disk::CopyFile(config, private_ + "/" + kConfig);
}

Status Place::Take() {
  ROOST_TRY(SyncTree(private_));
  // What stands there may have changed since the run began.
  ROOST_ASSIGN(replaces_, StandsInTheWay(wanted_, overwrite_ && replaces_));
  if (replaces_ && overwrite_) {
    ROOST_TRY(Replace());
  } else if (replaces_) {
    ROOST_TRY(ReplaceConfig());
  } else {
    ROOST_TRY(disk::Rename(private_, wanted_));
    private_.clear();
  }
  made_parents_.clear();
  return disk::SyncFolder(parent_);
}

// Not by an exchange: another run may have made a store there this very moment, which must win.
Status Place::ReplaceConfig() {
  const std::string config = wanted_ + "/" + kConfig;
  ROOST_TRY(disk::RemoveIfThere(config).status());
  Status renamed = disk::Rename(private_, wanted_);
  if (renamed.ok()) {
    private_.clear();
  } else {
    (void)disk::CopyFile(private_ + "/" + kConfig, config);
  }
  return renamed;
}

Status Place::RemoveReplaced(const std::string& old) {
  Status removed = disk::RemoveTree(old);
  if (removed.ok()) return removed;
  return Status::IOError("the output stands complete at ", wanted_,
                         ", but the one that it replaced could not be removed from ", old, ": ",
                         removed.message());
}

Status Place::Replace() {
  Status exchanged = disk::Exchange(private_, wanted_);
  if (exchanged.ok()) {
    // The private name now has the old folder.
    return RemoveReplaced(std::exchange(private_, {}));
  }
  if (!exchanged.IsNotImplemented()) return exchanged;
  std::string old = private_ + "-old";
  ROOST_TRY(disk::Rename(wanted_, old));
  Status taken = disk::Rename(private_, wanted_);
  if (!taken.ok()) {
    ROOST_TRY(disk::Rename(old, wanted_));
    return taken;
  }
  private_.clear();
  return RemoveReplaced(old);
}

}  // namespace roost::store
