#include "store/place.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <string_view>
#include <utility>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "store/durable.h"

namespace roost::store {
namespace {

namespace fs = std::filesystem;

constexpr const char* kConfig = "roost.yaml";  // hints may stand there before the store does
constexpr size_t kLetters = 8;                 // that end the name of a private folder

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
  while (letters.size() < kLetters) letters += static_cast<char>('a' + device() % 26);
  return letters;
}

std::string PrivatePrefix(const fs::path& wanted) {
  return (wanted.parent_path() / ("." + wanted.filename().string() + ".roost-")).string();
}

/// Whether this is the name of a private folder. What a run has put aside to give it back if it
/// fails has another ending.
bool IsPrivate(std::string_view name, const std::string& prefix) {
  if (!name.starts_with(prefix)) return false;
  name.remove_prefix(prefix.size());
  const size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
  const std::string_view letters = name.substr(std::min(digits + 1, name.size()));
  return digits > 0 && name.substr(digits).starts_with('-') && letters.size() == kLetters &&
         std::all_of(letters.begin(), letters.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

Place::Place(Place&& other) noexcept
    : wanted_(std::move(other.wanted_)),
      private_(std::exchange(other.private_, {})),
      parent_(std::move(other.parent_)),
      lock_(std::move(other.lock_)),
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
  Sweep(output_dir);
  ROOST_TRY(place.MakePrivate(PrivatePrefix(path)));
  ROOST_TRY(place.KeepConfig());
  return place;
}

// Between the two calls another run may take the folder for that of a dead one.
Status Place::MakePrivate(const std::string& prefix) {
  for (;;) {
    const std::string folder = prefix + std::to_string(::getpid()) + "-" + RandomLetters();
    ROOST_TRY(disk::MakeFolder(folder));
    ROOST_ASSIGN(lock_, disk::FileLock::TryLockFolder(folder));
    if (!lock_) continue;
    private_ = folder;
    return Status::OK();
  }
}

// What cannot be swept is in nobody's way.
void Place::Sweep(const std::string& output_dir) {
  auto path = Resolve(output_dir);
  if (!path.ok()) return;
  const std::string parent = path->parent_path().string();
  auto names = disk::ListFolder(parent);
  if (!names.ok()) return;
  const std::string prefix = PrivatePrefix(*path);
  for (const std::string& name : *names) {
    const std::string folder = (fs::path(parent) / name).string();
    if (!IsPrivate(folder, prefix)) continue;
    auto lock = disk::FileLock::TryLockFolder(folder);
    if (lock.ok() && *lock) (void)disk::RemoveTree(folder);
  }
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
