#include "listen/mover.h"

#include <algorithm>

#include "ledger/writer.h"
#include "read/path_text.h"

namespace roost::listen {
namespace {

constexpr const char* kStaging = ".roost-staging";
constexpr const char* kLockEnding = ".lock";
constexpr int kTries = 100;
constexpr uint64_t kMostClashes = 1'000'000;

const char* NameOf(MoveTo to) { return to == MoveTo::kProcessed ? "processed" : "failed"; }

std::string ParentOf(const std::string& path) { return path.substr(0, path.rfind('/')); }

Result<bool> HaveSameBytes(const std::string& one, const std::string& other) {
  ROOST_ASSIGN(const auto a, disk::Examine(one));
  ROOST_ASSIGN(const auto b, disk::Examine(other));
  if (!a || !b || a->bytes != b->bytes) return false;
  ROOST_ASSIGN(const disk::File left, disk::File::OpenForReading(one));
  ROOST_ASSIGN(const disk::File right, disk::File::OpenForReading(other));
  std::string pieces[2];
  for (uint64_t at = 0; at < a->bytes; at += pieces[0].size()) {
    for (std::string& piece : pieces) piece.resize(std::min<uint64_t>(1 << 20, a->bytes - at));
    ROOST_TRY(left.ReadAt(at, pieces[0].data(), pieces[0].size()));
    ROOST_TRY(right.ReadAt(at, pieces[1].data(), pieces[1].size()));
    if (pieces[0] != pieces[1]) return false;
  }
  return true;
}

/// Removes the folders that hold nothing but folders; others stay.
void RemoveEmptyFolders(const std::string& folder) {
  const auto names = disk::ListFolder(folder);
  if (!names.ok()) return;
  for (const std::string& name : *names) {
    const auto kind = disk::Look(folder + "/" + name);
    if (kind.ok() && *kind == disk::EntryKind::kFolder) RemoveEmptyFolders(folder + "/" + name);
  }
  (void)disk::RemoveFolder(folder);
}

Status MakeFolderWithParents(const std::string& path) {
  const std::string parent = path.find('/') == std::string::npos ? "." : ParentOf(path);
  if (!parent.empty()) {
    ROOST_ASSIGN(const disk::EntryKind kind, disk::Look(parent));
    if (kind == disk::EntryKind::kMissing) ROOST_TRY(MakeFolderWithParents(parent));
  }
  return disk::MakeFolderIfMissing(path).status();
}

}  // namespace

Mover::Mover(MoverOptions options, std::string id, disk::FileLock lock)
    : options_(std::move(options)),
      staging_(read::JoinPath(options_.input_dir, kStaging)),
      id_(std::move(id)),
      lock_(std::move(lock)) {
  generation_ = NextGeneration();
}

Result<std::unique_ptr<Mover>> Mover::Open(MoverOptions options) {
  for (std::string* path : {&options.input_dir, &options.processed_dir, &options.failed_dir}) {
    if (!path->empty()) *path = read::NormalPath(*path);
  }
  ROOST_TRY(MakeFolderWithParents(options.processed_dir));
  if (!options.failed_dir.empty()) ROOST_TRY(MakeFolderWithParents(options.failed_dir));
  const std::string staging = read::JoinPath(options.input_dir, kStaging);
  // Another mover that closes may remove the empty folder just now.
  for (int tries = 1;; ++tries) {
    ROOST_TRY(disk::MakeFolderIfMissing(staging).status());
    const std::string id = ledger::NewId();
    auto lock = disk::FileLock::TryLock(read::JoinPath(staging, id + kLockEnding),
                                        disk::FileLock::Missing::kCreate);
    if (lock.ok() && *lock) {
      return std::unique_ptr<Mover>(new Mover(std::move(options), id, **std::move(lock)));
    }
    if (tries == kTries) return lock.status();
  }
}

Status Mover::Close() {
  ROOST_TRY(FinishPlacing());
  ROOST_ASSIGN(const auto names, disk::ListFolder(staging_));
  for (const std::string& name : names) {
    if (name.starts_with(id_ + "-")) RemoveEmptyFolders(staging_ + "/" + name);
  }
  for (MoveTo to : {MoveTo::kProcessed, MoveTo::kFailed}) {
    const std::string copies = FolderOf(to) + "/" + kStaging;
    RemoveEmptyFolders(copies + "/" + id_);
    (void)disk::RemoveFolder(copies);
  }
  ROOST_TRY(disk::RemoveIfThere(lock_.path()).status());
  (void)disk::RemoveFolder(staging_);  // others may use it
  return Status::OK();
}

const std::string& Mover::FolderOf(MoveTo to) const {
  return to == MoveTo::kFailed && !options_.failed_dir.empty() ? options_.failed_dir
                                                               : options_.processed_dir;
}

Status Mover::MakeFolderOf(const std::string& path) {
  const std::string folder = ParentOf(path);
  if (folders_.contains(folder)) return Status::OK();
  ROOST_TRY(MakeFolderWithParents(folder));
  folders_.insert(folder);
  return Status::OK();
}

// A path that is staged already was delivered again meanwhile: it needs another folder.
Result<std::string> Mover::StagingPath(const std::string& below, MoveTo to) {
  auto path = [&] { return generation_ + "/" + NameOf(to) + "/" + below; };
  if (staged_.contains(path())) generation_ = NextGeneration();
  ROOST_TRY(MakeFolderOf(path()));
  return path();
}

Result<std::optional<StagedFile>> Mover::Stage(const std::string& path, MoveTo to) {
  if (auto staged = StagedAt(path)) return staged;
  if (!path.starts_with(options_.input_dir + "/")) {
    return Status::Invalid("cannot move '", path, "': it is not in ", options_.input_dir);
  }
  ROOST_ASSIGN(std::string staged, StagingPath(path.substr(options_.input_dir.size() + 1), to));
  ROOST_ASSIGN(const bool is_moved, disk::RenameIfThere(path, staged));
  if (!is_moved) return std::nullopt;
  staged_.insert(staged);
  return StagedFile{std::move(staged), path, to};
}

std::optional<StagedFile> Mover::StagedAt(const std::string& path) const {
  if (!staged_.contains(path)) return std::nullopt;
  // staging/<mover>-<n>/<to>/<below>
  const size_t to_begin = path.find('/', staging_.size() + 1) + 1;
  const size_t to_end = path.find('/', to_begin);
  const bool failed = path.substr(to_begin, to_end - to_begin) == NameOf(MoveTo::kFailed);
  return StagedFile{path, options_.input_dir + path.substr(to_end),
                    failed ? MoveTo::kFailed : MoveTo::kProcessed};
}

Result<std::vector<StagedFile>> Mover::Adopt() {
  std::vector<StagedFile> adopted;
  ROOST_ASSIGN(const auto names, disk::ListFolder(staging_));
  std::set<std::string> movers;
  for (const std::string& name : names) movers.insert(name.substr(0, name.find_first_of(".-")));
  movers.erase(id_);
  for (const std::string& mover : movers) {
    // Who holds the lock is alive. The dead one's is held while its folders are taken over.
    const std::string lock_path = staging_ + "/" + mover + kLockEnding;
    ROOST_ASSIGN(auto lock, disk::FileLock::TryLock(lock_path, disk::FileLock::Missing::kCreate));
    if (!lock) continue;
    ROOST_ASSIGN(const auto now, disk::ListFolder(staging_));
    for (const std::string& name : now) {
      if (name.starts_with(mover + "-")) ROOST_TRY(AdoptFolder(staging_ + "/" + name, adopted));
    }
    for (MoveTo to : {MoveTo::kProcessed, MoveTo::kFailed}) {
      ROOST_TRY(disk::RemoveTree(FolderOf(to) + "/" + kStaging + "/" + mover));
    }
    ROOST_TRY(disk::RemoveIfThere(lock_path).status());
  }
  return adopted;
}

Status Mover::AdoptFolder(const std::string& folder, std::vector<StagedFile>& adopted) {
  const std::string own = NextGeneration();
  ROOST_TRY(disk::Rename(folder, own));
  for (MoveTo to : {MoveTo::kProcessed, MoveTo::kFailed}) {
    const std::string files = own + "/" + NameOf(to);
    ROOST_ASSIGN(const disk::EntryKind kind, disk::Look(files));
    if (kind == disk::EntryKind::kFolder) ROOST_TRY(AdoptFiles(files, "", to, adopted));
  }
  return Status::OK();
}

Status Mover::AdoptFiles(const std::string& folder, const std::string& below, MoveTo to,
                         std::vector<StagedFile>& adopted) {
  ROOST_ASSIGN(const auto names, disk::ListFolder(folder + below));
  for (const std::string& name : names) {
    const std::string path = folder + below + "/" + name;
    ROOST_ASSIGN(const disk::EntryKind kind, disk::Look(path));
    if (kind == disk::EntryKind::kFolder) {
      ROOST_TRY(AdoptFiles(folder, below + "/" + name, to, adopted));
    } else {
      staged_.insert(path);
      adopted_.insert(path);
      adopted.push_back({path, options_.input_dir + below + "/" + name, to});
    }
  }
  return Status::OK();
}

Status Mover::Place(const StagedFile& staged) {
  const std::string& folder = FolderOf(staged.to);
  const std::string target = folder + staged.name.substr(options_.input_dir.size());
  ROOST_TRY(MakeFolderOf(target));
  ROOST_ASSIGN(const bool is_here, IsOnInputsDisk(staged.to));
  return is_here ? PlaceHere(staged.path, target) : PlaceElsewhere(staged, target);
}

Result<bool> Mover::IsOnInputsDisk(MoveTo to) {
  std::optional<bool>& known = is_on_inputs_disk_[static_cast<size_t>(to)];
  if (known) return *known;
  ROOST_ASSIGN(const auto here, disk::Examine(staging_));
  ROOST_ASSIGN(const auto there, disk::Examine(FolderOf(to)));
  if (!here || !there) return Status::IOError("cannot move to '", FolderOf(to), "': it is gone");
  known = here->device == there->device;
  return *known;
}

Status Mover::PlaceHere(const std::string& path, const std::string& target) {
  ROOST_TRY(LinkTo(path, target, false));
  ROOST_TRY(disk::RemoveIfThere(path).status());
  staged_.erase(path);
  adopted_.erase(path);
  return Status::OK();
}

Status Mover::PlaceElsewhere(const StagedFile& staged, const std::string& target) {
  const std::string copies = FolderOf(staged.to) + "/" + kStaging + "/" + id_;
  const std::string copy = copies + "/" + std::to_string(next_copy_++);
  ROOST_TRY(MakeFolderOf(copy));
  ROOST_TRY(disk::RemoveIfThere(copy).status());
  Status copied = disk::CopyFile(staged.path, copy);
  // An adopted file may have been copied before its mover died.
  if (copied.ok()) copied = LinkTo(copy, target, adopted_.contains(staged.path));
  if (!copied.ok()) {
    (void)disk::RemoveIfThere(copy);
    return copied;
  }
  unsynced_.insert(ParentOf(target));
  copied_.push_back(staged.path);
  return disk::RemoveIfThere(copy).status();
}

Status Mover::FinishPlacing() {
  for (const std::string& folder : unsynced_) ROOST_TRY(disk::SyncFolder(folder));
  unsynced_.clear();
  while (!copied_.empty()) {
    ROOST_TRY(disk::RemoveIfThere(copied_.back()).status());
    staged_.erase(copied_.back());
    adopted_.erase(copied_.back());
    copied_.pop_back();
  }
  return Status::OK();
}

Status Mover::LinkTo(const std::string& path, const std::string& target, bool may_be_done) {
  for (uint64_t clash = 1; clash <= kMostClashes; ++clash) {
    const std::string name = clash == 1 ? target : target + "." + std::to_string(clash);
    ROOST_ASSIGN(disk::LinkOutcome outcome, disk::Link(path, name));
    if (outcome == disk::LinkOutcome::kMissing) {
      // The folder may have been tidied away.
      folders_.erase(ParentOf(target));
      ROOST_TRY(MakeFolderOf(target));
      ROOST_ASSIGN(outcome, disk::Link(path, name));
    }
    if (outcome == disk::LinkOutcome::kLinked) return Status::OK();
    if (outcome == disk::LinkOutcome::kMissing) {
      return Status::IOError("cannot move to '", name, "': '", path,
                             "' is gone; check that nothing else works in ", staging_);
    }
    if (!may_be_done) continue;
    ROOST_ASSIGN(const bool is_done, HaveSameBytes(path, name));
    if (is_done) return Status::OK();
  }
  return Status::IOError("cannot move to '", target, "': too many files have that name");
}

}  // namespace roost::listen
