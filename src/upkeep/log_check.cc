#include "upkeep/log_check.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "ledger/checkpoint.h"
#include "ledger/delta_schema.h"
#include "ledger/ledger.h"

namespace roost::upkeep {
namespace {

constexpr const char* kRestoreLog =
    "restore the file from a copy; without one, export what can be read and ingest it anew";
constexpr size_t kDigits = 20;

bool IsVersion(const std::string& name, std::string_view ending) {
  return name.size() == kDigits + ending.size() && name.ends_with(ending) &&
         name.find_first_not_of("0123456789") == kDigits;
}

std::vector<int64_t> VersionsIn(const std::vector<std::string>& names, std::string_view ending) {
  std::vector<int64_t> versions;
  for (const std::string& name : names)
    if (IsVersion(name, ending)) versions.push_back(std::stoll(name.substr(1, kDigits - 1)));
  return versions;
}

int64_t TransactionOf(const ledger::Commit& commit) {
  for (const ledger::Transaction& transaction : commit.transactions)
    if (transaction.app == ledger::kApp) return transaction.version;
  return -1;
}

/// One table's log, beside the ledger's.
struct Follower {
  LogWalk walk;
  std::optional<ledger::Commit> commit;  // the next one that carries a transaction
};

class LedgerCheck {
 public:
  LedgerCheck(const std::string& top, int64_t last, Findings& findings)
      : top_(top), last_(last), findings_(findings), ledger_(top, "_roost/ledger", findings) {}

  Status AddTable(const std::string& name, const std::string& folder) {
    auto [place, unused] =
        followers_.try_emplace(name, Follower{LogWalk(top_, folder, findings_), std::nullopt});
    ROOST_TRY(place->second.walk.Open());
    Advance(place->second);
    return Status::OK();
  }

  Result<LedgerTakes> Run() {
    LedgerTakes takes;
    ROOST_TRY(ledger_.Open());
    takes.first = ledger_.first();
    while (auto commit = ledger_.Next()) {
      ROOST_TRY(findings_.CheckStop());
      ++findings_.result().commits;
      const int64_t version = ledger_.version();
      if (version > last_) continue;
      const std::string where = "_roost/ledger/_delta_log/" + ledger::CommitName(version);
      auto entry = ledger::EntryOf(*commit, where);
      if (!entry.ok()) {
        findings_.Problem("ledger", where, entry.status().message(), kRestoreLog);
        continue;
      }
      if (!*entry) continue;
      CheckNote((*entry)->note, where);
      if ((*entry)->takes_file) takes.files.emplace_back(version, *(*entry)->takes_file);
      for (const ledger::TableChange& change : (*entry)->tables)
        CheckChange(change, version, where, (*entry)->versions);
    }
    for (auto& [name, follower] : followers_) SkipUntil(follower, last_ + 1);
    for (auto& [name, follower] : followers_)
      while (follower.walk.Next()) continue;
    return takes;
  }

 private:
  static void Advance(Follower& follower) {
    do {
      follower.commit = follower.walk.Next();
    } while (follower.commit && TransactionOf(*follower.commit) < 0);
  }

  /// Commits with a transaction that no entry named are told of.
  void SkipUntil(Follower& follower, int64_t version) {
    while (follower.commit && TransactionOf(*follower.commit) < version) {
      const int64_t carried = TransactionOf(*follower.commit);
      if (carried >= std::max<int64_t>(ledger_.first(), 1))
        findings_.Problem("ledger", follower.walk.where(),
                          "version " + std::to_string(follower.walk.version()) +
                              " carries the commit " + std::to_string(carried) +
                              ", and that entry of the ledger does not name the table",
                          "restore _roost/ledger from a copy that goes with the table");
      Advance(follower);
    }
  }

  void CheckNote(const std::string& note, const std::string& where) {
    if (note.empty()) return;
    const auto json = nlohmann::json::parse(note, nullptr, false);
    const bool is_partial = json.is_object() && json.contains("only_tables");
    if (!json.is_object() ||
        (json.contains("balanced") && json["balanced"] == false && !is_partial))
      findings_.Problem("account", where, "the account of this commit does not balance",
                        "take its files again: roost ingest IN --output-dir NEW");
  }

  void CheckChange(const ledger::TableChange& change, int64_t version, const std::string& where,
                   const std::map<std::string, int64_t>& versions) {
    auto found = followers_.find(change.table);
    if (found == followers_.end() || !found->second.walk.is_there())
      return findings_.Problem("ledger", where,
                               "the table " + change.table + " that it names has no log",
                               "restore the folder of the table");
    Follower& follower = found->second;
    SkipUntil(follower, version);
    if (!follower.commit) {
      if (version < follower.walk.first()) return;
      return TellMissing(follower, version);
    }
    if (TransactionOf(*follower.commit) > version) {
      // The table's log may have been cleaned up further than the ledger's.
      if (follower.walk.before().version >= follower.walk.first()) TellMissing(follower, version);
      return;
    }
    Compare(change, follower, version, versions);
    Advance(follower);
  }

  void TellMissing(const Follower& follower, int64_t version) {
    findings_.Problem("ledger", follower.walk.where(),
                      "no version of its log carries the commit " + std::to_string(version) +
                          ", which the ledger says is finished",
                      kRestoreLog);
  }

  void Compare(const ledger::TableChange& change, const Follower& follower, int64_t version,
               const std::map<std::string, int64_t>& versions) {
    const ledger::Commit& commit = *follower.commit;
    auto tell = [&](const std::string& what) {
      findings_.Problem("ledger", follower.walk.where(),
                        "version " + std::to_string(follower.walk.version()) + " " + what +
                            " as the entry " + std::to_string(version) + " of the ledger says",
                        kRestoreLog);
    };
    for (const ledger::Part& part : change.added) {
      auto same = [&](const ledger::Part& other) {
        return other.path == part.path && other.bytes == part.bytes && other.stats == part.stats &&
               other.tags == part.tags;
      };
      if (std::none_of(commit.added.begin(), commit.added.end(), same))
        tell("does not add " + part.path);
    }
    for (const ledger::Removal& removal : change.removed) {
      auto same = [&](const ledger::Removal& other) { return other.path == removal.path; };
      const bool was_live = follower.walk.before().live.contains(removal.path);
      if (was_live && std::none_of(commit.removed.begin(), commit.removed.end(), same))
        tell("does not remove " + removal.path);
    }
    if (change.schema && (!commit.metadata ||
                          commit.metadata->schema != ledger::WriteSchema(change.schema->columns)))
      tell("does not have the columns");
    auto before = versions.find(change.table);
    if (before != versions.end() && before->second >= follower.walk.version())
      tell("does not come behind version " + std::to_string(before->second));
  }

  const std::string& top_;
  int64_t last_;
  Findings& findings_;
  LogWalk ledger_;
  std::map<std::string, Follower> followers_;
};

}  // namespace

LogWalk::LogWalk(const std::string& top, const std::string& table, Findings& findings)
    : findings_(findings), log_(top, table), where_(table) {}

Status LogWalk::Open() {
  ROOST_ASSIGN(auto there, disk::Examine(log_.log_folder()));
  if (!there) return Status::OK();
  ROOST_ASSIGN(auto names, disk::ListFolder(log_.log_folder()));
  versions_ = VersionsIn(names, ".json");
  checkpoints_ = VersionsIn(names, ".checkpoint.parquet");
  knows_all_ = !versions_.empty() && versions_.front() == 0;
  auto hint = ledger::ReadCheckpointHint(log_.log_folder());
  const std::string hint_path = where_ + "/_delta_log/_last_checkpoint";
  if (!hint.ok()) {
    findings_.Problem("log", hint_path, hint.status().message(),
                      "remove it: the next checkpoint writes it anew");
  } else if (*hint &&
             std::find(checkpoints_.begin(), checkpoints_.end(), **hint) == checkpoints_.end()) {
    findings_.Problem("log", hint_path,
                      "it names the checkpoint " + std::to_string(**hint) + ", which is not there",
                      kRestoreLog);
  }
  for (size_t i = 1; i < versions_.size(); ++i)
    if (versions_[i] != versions_[i - 1] + 1)
      findings_.Problem("log", where_ + "/_delta_log",
                        "the versions after " + std::to_string(versions_[i - 1]) + " and before " +
                            std::to_string(versions_[i]) + " are missing",
                        kRestoreLog);
  if (!versions_.empty() && versions_.front() > 0) {
    // What was cleaned up stands in the checkpoint where reading begins.
    auto from = std::find_if(checkpoints_.begin(), checkpoints_.end(), [&](int64_t version) {
      return version >= versions_.front() - 1 && version <= versions_.back();
    });
    if (from == checkpoints_.end())
      findings_.Problem("log", where_ + "/_delta_log",
                        "it begins at version " + std::to_string(versions_.front()) +
                            " and no checkpoint says what was before",
                        kRestoreLog);
  }
  return Status::OK();
}

std::optional<ledger::Commit> LogWalk::Next() {
  if (pending_) {
    before_.Apply(version_, *pending_);
    before_.removed.clear();  // is not asked for, and would grow
    pending_.reset();
    if (std::binary_search(checkpoints_.begin(), checkpoints_.end(), version_)) CompareCheckpoint();
  }
  if (next_ == versions_.size()) return std::nullopt;
  version_ = versions_[next_++];
  const std::string path = where_ + "/_delta_log/" + ledger::CommitName(version_);
  auto read = log_.CommitAt(version_);
  if (!read.ok()) findings_.Problem("log", path, read.status().message(), kRestoreLog);
  if (read.ok()) pending_ = *std::move(read);
  if (!pending_) pending_.emplace();  // cleaned up since the folder was listed, or told of
  return pending_;
}

void LogWalk::CompareCheckpoint() {
  const std::string path = where_ + "/_delta_log/" + ledger::CheckpointName(version_);
  auto read = ledger::ReadCheckpoint(log_.log_folder(), version_);
  auto still = disk::Examine(log_.log_folder() + "/" + ledger::CheckpointName(version_));
  if (still.ok() && !*still) return;  // cleaned up meanwhile
  if (!read.ok() || !*read) {
    return findings_.Problem(
        "log", path, read.ok() ? "it cannot be read as a checkpoint" : read.status().message(),
        "remove it if all versions from 0 on are there; else restore it");
  }
  const ledger::Snapshot& checkpoint = **read;
  if (!knows_all_) {
    knows_all_ = true;
    before_ = checkpoint;
    before_.removed.clear();
    return;
  }
  const bool is_same =
      checkpoint.live == before_.live && checkpoint.transactions == before_.transactions &&
      checkpoint.metadata == before_.metadata && checkpoint.protocol == before_.protocol;
  if (!is_same)
    findings_.Problem("log", path, "it says something else than the commits before it",
                      "remove it if all versions from 0 on are there; else restore the log");
}

Result<LedgerTakes> CheckLogs(const std::string& top,
                              const std::map<std::string, std::string>& tables, int64_t last,
                              Findings& findings) {
  LedgerCheck check(top, last, findings);
  for (const auto& [name, folder] : tables) ROOST_TRY(check.AddTable(name, folder));
  return check.Run();
}

}  // namespace roost::upkeep
