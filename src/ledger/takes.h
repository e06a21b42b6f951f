// Knows which input files were taken: by path or by what they are, with their content.
//
// Like a log-structured merge tree: what recent ledger entries took is in memory; older takes lie
// in runs, files of sorted records of 64 bytes in `_roost/takes`, which a lookup reads here and
// there, or from front to end when many files are asked for. So memory and the time to open do not
// grow with the number of files. Runs never change; any writer may write one, merge some, and
// remove what a larger one covers. Of several takes under one key the latest counts. One thread at
// a time. docs/formats/store.md has the layout.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/disk.h"
#include "base/status.h"
#include "ledger/entry.h"

namespace roost::ledger {

enum class Standing : uint8_t {
  kNew,      // never taken
  kKnown,    // taken, with this content
  kChanged,  // taken with other content: its rows are to be replaced
  kUnsure    // taken, looks different since: read it and ask again with its hash
};

/// Ordered by `high`, then `low`.
struct Hash {
  uint64_t high = 0, low = 0;
  auto operator<=>(const Hash&) const = default;
};

struct HashOfHash {
  size_t operator()(const Hash& hash) const { return hash.low; }
};

struct Candidate {
  InputFile file;
  std::optional<Hash> hash;  // of its content, if it was read
  KnownBy by = KnownBy::kPath;
};

struct Verdict {
  Standing standing = Standing::kNew;
  // Of the latest take, unless kNew: which commit took it, and the file numbers of its rows.
  int64_t version = -1;
  uint64_t first_number = 0;
  uint32_t numbers = 0;
};

/// What a run holds of one take; the layout on disk.
struct TakeRecord {
  Hash key;
  Hash content;
  uint64_t instance = 0, stamp = 0;  // hashes of what the file is, and of that with size and time
  uint64_t first_number = 0;
  uint32_t numbers = 0, version = 0;
};
static_assert(sizeof(TakeRecord) == 64);
TakeRecord RecordOf(int64_t version, const Take& take);

class Takes {
 public:
  /// Opens the runs below `top`.
  static Result<Takes> Open(const std::string& top);
  /// The same, but writes nothing, not even the folder.
  static Result<Takes> OpenToRead(const std::string& top);

  /// The last ledger version whose takes are in runs, -1 without runs.
  int64_t covered() const { return runs_.empty() ? -1 : runs_.back().last; }
  /// Takes of a ledger version; in any order of versions. Those that runs cover are known.
  void Add(int64_t version, std::vector<Take> takes);
  void Add(int64_t version, const TakesFile& file);
  /// Makes a durable file of what a commit of this version is to take.
  Result<TakesFile> WriteFile(int64_t version, std::span<const Take> takes,
                              const std::string& writer) const;
  /// Asks for all of them again and again, and takes 16 MB, however many they are.
  Result<TakesFile> WriteFile(int64_t version, const TakeSource& takes,
                              const std::string& writer) const;
  Status DropFile(const TakesFile& file) const;
  size_t in_memory() const { return recent_.size() + added_takes_; }

  Result<std::vector<Verdict>> Classify(std::span<const Candidate> candidates);

  /// Makes a run of what is in memory, all of which is up to `last`, and merges runs of like size.
  Status WriteRun(int64_t last, const std::string& writer);
  /// Reads all runs, and the files that were added: there, records in order, checksums right.
  Status Verify() const;

 private:
  struct Run {
    int64_t first = 0, last = -1;  // ledger versions
    uint64_t records = 0;
    uint64_t checksum = 0;
    std::string name;
    disk::File file;
  };
  struct Probe {
    Hash key;
    size_t candidate;
  };
  /// What is to be done with a record that was found; false: it does not count.
  using OnFound = std::function<bool(const Probe&, const TakeRecord&)>;

  explicit Takes(std::string folder) : folder_(std::move(folder)) {}
  Status OpenRuns();
  Status IndexAdded();
  Status IndexFile(int64_t version, const TakesFile& file);
  void Index(const TakeRecord& record);
  static Status VerifyRun(const Run& run);
  static Result<std::optional<Run>> OpenRun(const std::string& folder, const std::string& name);
  /// Takes out of `probes` those for which `on_found` says true.
  Status Find(std::vector<Probe>& probes, const OnFound& on_found) const;
  static Status FindByScan(const Run& run, std::vector<Probe>& probes, const OnFound& on_found);
  static Status FindOneByOne(const Run& run, std::vector<Probe>& probes, const OnFound& on_found);
  static Result<std::optional<TakeRecord>> FindOne(const Run& run, const Hash& key);
  Status MergeLast(const std::string& writer);
  Status RemoveCovered() const;

  std::string folder_;
  std::vector<Run> runs_;  // oldest first
  std::unordered_map<Hash, TakeRecord, HashOfHash> recent_;
  // Not in recent_ yet: of a process that ends after its commit, nobody ever asks.
  std::vector<std::pair<int64_t, std::vector<Take>>> added_;  // with their versions
  std::vector<std::pair<int64_t, TakesFile>> added_files_;
  size_t added_takes_ = 0;
};

}  // namespace roost::ledger
