#include "ledger/takes.h"

#include <xxhash.h>

#include <algorithm>
#include <array>

#include "base/disk_entry.h"
#include "ledger/take_run.h"

namespace roost::ledger {
namespace {

constexpr uint64_t kPassRecords = 1 << 18;  // sorted at a time: 16 MB

enum class KeyOf : uint64_t { kPath = 1, kInstance = 2, kStamp = 3 };

Hash HashOf(KeyOf what, const void* bytes, size_t size) {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(bytes, size, static_cast<uint64_t>(what));
  return {hash.high64, hash.low64};
}

// A file system that does not know when a file was born tells files apart by their time.
std::array<uint64_t, 3> InstanceOf(const InputFile& file) {
  const int64_t time = file.born_ns >= 0 ? file.born_ns : file.modified_ns;
  return {file.device, file.inode, static_cast<uint64_t>(time)};
}

Hash PathKey(const InputFile& file) {
  return HashOf(KeyOf::kPath, file.path.data(), file.path.size());
}

Hash InstanceKey(const InputFile& file) {
  const auto instance = InstanceOf(file);
  return HashOf(KeyOf::kInstance, instance.data(), sizeof instance);
}

uint64_t StampOf(const InputFile& file) {
  const auto instance = InstanceOf(file);
  const uint64_t seen[] = {instance[0], instance[1], instance[2], file.bytes,
                           static_cast<uint64_t>(file.modified_ns)};
  return HashOf(KeyOf::kStamp, seen, sizeof seen).low;
}

Verdict Judge(const Candidate& candidate, const TakeRecord& record) {
  Verdict verdict{Standing::kUnsure, record.version, record.first_number, record.numbers};
  if (candidate.hash) {
    verdict.standing = *candidate.hash == record.content ? Standing::kKnown : Standing::kChanged;
  } else if (record.stamp == StampOf(candidate.file)) {
    verdict.standing = Standing::kKnown;
  }
  return verdict;
}

Hash KeyOfTake(const Take& take) {
  return take.by == KnownBy::kPath ? PathKey(take.file) : InstanceKey(take.file);
}

TakeRecord RecordOf(int64_t version, const Take& take, const Hash& key) {
  TakeRecord record;
  record.key = key;
  record.content = {take.hash_high, take.hash_low};
  record.instance = InstanceKey(take.file).low;
  record.stamp = StampOf(take.file);
  record.first_number = take.first_number;
  record.numbers = take.numbers;
  record.version = static_cast<uint32_t>(version);
  return record;
}

}  // namespace

TakeRecord RecordOf(int64_t version, const Take& take) {
  return RecordOf(version, take, KeyOfTake(take));
}

Result<Takes> Takes::Open(const std::string& top) {
  ROOST_TRY(disk::MakeFolders(top, top + "/_roost/takes"));
  return OpenToRead(top);
}

Result<Takes> Takes::OpenToRead(const std::string& top) {
  Takes takes(top + "/_roost/takes");
  ROOST_TRY(takes.OpenRuns());
  return takes;
}

Result<std::optional<Takes::Run>> Takes::OpenRun(const std::string& folder,
                                                 const std::string& name) {
  const std::string path = folder + "/" + name;
  ROOST_ASSIGN(auto facts, disk::Examine(path));
  if (!facts) return std::nullopt;
  auto opened = disk::File::OpenForReading(path);
  if (!opened.ok()) {
    ROOST_ASSIGN(auto still, disk::Examine(path));
    if (!still) return std::nullopt;
    return opened.status();
  }
  disk::File file = std::move(opened).ValueUnsafe();
  ROOST_ASSIGN(auto header, ReadRunHeader(file, facts->bytes));
  return Run{header->first, header->last,   header->records, header->records_checksum,
             name,          std::move(file)};
}

// Of the runs that go on from what is covered, the one that reaches furthest; again where one goes
// away meanwhile, since a larger one is there then.
Status Takes::OpenRuns() {
  for (int attempt = 0; attempt < 100; ++attempt) {
    runs_.clear();
    ROOST_ASSIGN(auto names, disk::ListFolder(folder_));
    bool is_complete = true;
    for (;;) {
      std::string best;
      int64_t last = covered();
      for (const std::string& name : names) {
        auto versions = VersionsOfRun(name);
        if (!versions || versions->first > covered() + 1 || versions->second <= last) continue;
        last = versions->second;
        best = name;
      }
      if (best.empty()) break;
      ROOST_ASSIGN(auto run, OpenRun(folder_, best));
      is_complete = run.has_value();
      if (!is_complete) break;
      runs_.push_back(std::move(*run));
    }
    if (is_complete) return Status::OK();
  }
  return Status::IOError(folder_, " changes whenever it is read; check what removes files there");
}

void Takes::Add(int64_t version, std::vector<Take> takes) {
  if (version <= covered() || takes.empty()) return;
  added_takes_ += takes.size();
  added_.emplace_back(version, std::move(takes));
}

void Takes::Add(int64_t version, const TakesFile& file) {
  if (version <= covered()) return;
  added_takes_ += file.files;
  added_files_.emplace_back(version, file);
}

void Takes::Index(const TakeRecord& record) {
  TakeRecord& kept = recent_[record.key];
  if (kept.version <= record.version) kept = record;
}

// Where the file is gone, somebody has made a run that covers it.
Status Takes::IndexFile(int64_t version, const TakesFile& file) {
  if (version <= covered()) return Status::OK();
  ROOST_ASSIGN(auto run, OpenRun(folder_, file.name));
  if (!run) {
    ROOST_TRY(OpenRuns());
    std::erase_if(recent_, [&](const auto& item) { return item.second.version <= covered(); });
    if (version <= covered()) return Status::OK();
    return Status::IOError(folder_, "/", file.name,
                           " is missing, which says what a commit took; restore it");
  }
  RunReader reader(run->file, run->records);
  for (;;) {
    ROOST_ASSIGN(const TakeRecord* record, reader.Next());
    if (record == nullptr) break;
    Index(*record);
  }
  if (reader.checksum() == run->checksum && run->records == file.files) return Status::OK();
  return Status::IOError(run->file.path(), " differs from its checksum: it was damaged");
}

Status Takes::IndexAdded() {
  for (const auto& [version, file] : added_files_) ROOST_TRY(IndexFile(version, file));
  for (const auto& [version, takes] : added_) {
    if (version <= covered()) continue;
    for (const Take& take : takes) Index(RecordOf(version, take));
  }
  added_files_.clear();
  added_.clear();
  added_takes_ = 0;
  return Status::OK();
}

Result<TakesFile> Takes::WriteFile(int64_t version, std::span<const Take> takes,
                                   const std::string& writer) const {
  const auto for_each = [takes](const std::function<void(const Take&)>& take_one) {
    for (const Take& take : takes) take_one(take);
  };
  return WriteFile(version, TakeSource{takes.size(), for_each}, writer);
}

// Keys are hashes: each pass sorts those of one range.
Result<TakesFile> Takes::WriteFile(int64_t version, const TakeSource& takes,
                                   const std::string& writer) const {
  TakesFile file{EntryRunName(version, writer), 0};
  ROOST_TRY(DropFile(file));  // of a plan that lost
  ROOST_ASSIGN(auto run, RunWriter::Create(folder_, file.name, version, version, writer));
  const uint64_t passes = takes.most / kPassRecords + 1;
  std::vector<TakeRecord> records;
  for (uint64_t pass = 0; pass < passes; ++pass) {
    records.clear();
    takes.for_each([&](const Take& take) {
      const Hash key = KeyOfTake(take);
      if (static_cast<uint64_t>(static_cast<unsigned __int128>(key.high) * passes >> 64) == pass)
        records.push_back(RecordOf(version, take, key));
    });
    std::sort(records.begin(), records.end(),
              [](const TakeRecord& a, const TakeRecord& b) { return a.key < b.key; });
    for (const TakeRecord& record : records) ROOST_TRY(run.Append(record));
    file.files += records.size();
  }
  ROOST_TRY(run.Finish());
  return file;
}

Status Takes::DropFile(const TakesFile& file) const {
  return disk::RemoveIfThere(folder_ + "/" + file.name).status();
}

// Where the record would be if keys were spread evenly, which hashes are; then nearer and nearer.
Result<std::optional<TakeRecord>> Takes::FindOne(const Run& run, const Hash& key) {
  constexpr uint64_t kBlock = 64;  // records: 4 kB
  TakeRecord block[kBlock];
  uint64_t low = 0, high = run.records;
  double low_key = 0, high_key = 0x1p64;
  const auto wanted = static_cast<double>(key.high);
  for (int step = 0; low < high; ++step) {
    const bool guess = step < 8 && high_key > low_key;
    const double share =
        guess ? std::clamp((wanted - low_key) / (high_key - low_key), 0.0, 1.0) : 0.5;
    const auto middle = low + static_cast<uint64_t>(share * static_cast<double>(high - low));
    const uint64_t begin = std::clamp(middle < kBlock / 2 ? 0 : middle - kBlock / 2, low, high - 1);
    const uint64_t count = std::min(kBlock, high - begin);
    ROOST_TRY(run.file.ReadAt(sizeof(RunHeader) + begin * sizeof(TakeRecord), block,
                              count * sizeof(TakeRecord)));
    auto before = [](const TakeRecord& record, const Hash& hash) { return record.key < hash; };
    const TakeRecord* found = std::lower_bound(block, block + count, key, before);
    if (found != block + count && found->key == key) return *found;
    if (found == block) {
      high = begin;
      high_key = static_cast<double>(block[0].key.high);
    } else if (found == block + count) {
      low = begin + count;
      low_key = static_cast<double>(block[count - 1].key.high);
    } else {
      return std::nullopt;  // it would be between two neighbours
    }
  }
  return std::nullopt;
}

Status Takes::FindOneByOne(const Run& run, std::vector<Probe>& probes, const OnFound& on_found) {
  Status status;
  std::erase_if(probes, [&](const Probe& probe) {
    if (!status.ok()) return false;
    auto found = FindOne(run, probe.key);
    status = found.status();
    return status.ok() && *found && on_found(probe, **found);
  });
  return status;
}

Status Takes::FindByScan(const Run& run, std::vector<Probe>& probes, const OnFound& on_found) {
  RunReader reader(run.file, run.records);
  auto probe = probes.begin(), kept = probes.begin();
  while (probe != probes.end()) {
    ROOST_ASSIGN(auto records, reader.NextPiece());
    if (records.empty()) break;
    const TakeRecord* record = records.data();
    const TakeRecord* end = record + records.size();
    for (; probe != probes.end() && !(records.back().key < probe->key); ++probe) {
      while (record != end && record->key < probe->key) ++record;
      const bool found = record != end && record->key == probe->key && on_found(*probe, *record);
      if (!found) *kept++ = *probe;
    }
  }
  probes.erase(kept, probe);
  return Status::OK();
}

Status Takes::Find(std::vector<Probe>& probes, const OnFound& on_found) const {
  std::erase_if(probes, [&](const Probe& probe) {
    auto found = recent_.find(probe.key);
    return found != recent_.end() && on_found(probe, found->second);
  });
  std::sort(probes.begin(), probes.end(),
            [](const Probe& a, const Probe& b) { return a.key < b.key; });
  for (size_t i = runs_.size(); i-- > 0 && !probes.empty();) {
    // A scan reads 64 bytes a record at memory's speed; a lookup some three blocks of 4 kB.
    const bool scan = probes.size() * 128 > runs_[i].records;
    ROOST_TRY(scan ? FindByScan(runs_[i], probes, on_found)
                   : FindOneByOne(runs_[i], probes, on_found));
  }
  return Status::OK();
}

// First by what each file is to be known by, then the rest by the other: a listener that moves
// files may follow a run that left them in place, and the other way round.
Result<std::vector<Verdict>> Takes::Classify(std::span<const Candidate> candidates) {
  ROOST_TRY(IndexAdded());
  std::vector<Verdict> verdicts(candidates.size());
  std::vector<Probe> probes(candidates.size());
  for (size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& candidate = candidates[i];
    probes[i] = {
        candidate.by == KnownBy::kPath ? PathKey(candidate.file) : InstanceKey(candidate.file), i};
  }
  auto judge = [&](const Probe& probe, const TakeRecord& record) {
    verdicts[probe.candidate] = Judge(candidates[probe.candidate], record);
    return true;
  };
  ROOST_TRY(Find(probes, judge));
  for (Probe& probe : probes) {
    const Candidate& candidate = candidates[probe.candidate];
    probe.key =
        candidate.by == KnownBy::kPath ? InstanceKey(candidate.file) : PathKey(candidate.file);
  }
  ROOST_TRY(Find(probes, [&](const Probe& probe, const TakeRecord& record) {
    // A take by path says nothing of another file that came there later and is moved when taken.
    const Candidate& candidate = candidates[probe.candidate];
    const bool is_other =
        candidate.by == KnownBy::kInstance && record.instance != InstanceKey(candidate.file).low;
    return is_other || judge(probe, record);
  }));
  return verdicts;
}

Status Takes::WriteRun(int64_t last, const std::string& writer) {
  ROOST_TRY(IndexAdded());
  if (recent_.empty() || last <= covered()) return Status::OK();
  std::vector<const TakeRecord*> sorted;
  for (const auto& [key, record] : recent_) sorted.push_back(&record);
  std::sort(sorted.begin(), sorted.end(),
            [](const TakeRecord* a, const TakeRecord* b) { return a->key < b->key; });
  const int64_t first = covered() + 1;
  ROOST_ASSIGN(auto run, RunWriter::Create(folder_, RunName(first, last), first, last, writer));
  for (const TakeRecord* record : sorted) ROOST_TRY(run.Append(*record));
  ROOST_TRY(run.Finish());
  ROOST_ASSIGN(auto opened, OpenRun(folder_, RunName(first, last)));
  if (!opened) return OpenRuns();  // somebody merged it already; memory is kept this time
  runs_.push_back(std::move(*opened));
  recent_.clear();
  while (runs_.size() > 1 && runs_[runs_.size() - 2].records <= 2 * runs_.back().records)
    ROOST_TRY(MergeLast(writer));
  return RemoveCovered();
}

// Two sorted runs into one; of a key in both, the newer take.
Status Takes::MergeLast(const std::string& writer) {
  const Run& older = runs_[runs_.size() - 2];
  const Run& newer = runs_.back();
  const std::string name = RunName(older.first, newer.last);
  ROOST_ASSIGN(auto merged, RunWriter::Create(folder_, name, older.first, newer.last, writer));
  RunReader left(older.file, older.records), right(newer.file, newer.records);
  ROOST_ASSIGN(const TakeRecord* a, left.Next());
  ROOST_ASSIGN(const TakeRecord* b, right.Next());
  while (a != nullptr || b != nullptr) {
    const bool take_a = b == nullptr || (a != nullptr && a->key < b->key);
    const bool same = !take_a && a != nullptr && a->key == b->key;
    ROOST_TRY(merged.Append(take_a ? *a : *b));
    if (take_a || same) ROOST_TRY(left.Next().Value(&a));
    if (!take_a) ROOST_TRY(right.Next().Value(&b));
  }
  ROOST_TRY(merged.Finish());
  ROOST_ASSIGN(auto run, OpenRun(folder_, name));
  if (!run) return OpenRuns();
  runs_.pop_back();
  runs_.back() = std::move(*run);
  return Status::OK();
}

Status Takes::RemoveCovered() const {
  ROOST_ASSIGN(auto names, disk::ListFolder(folder_));
  for (const std::string& name : names) {
    const auto entry = VersionOfEntryRun(name);
    if (entry && *entry <= covered()) ROOST_TRY(disk::RemoveIfThere(folder_ + "/" + name).status());
    auto versions = VersionsOfRun(name);
    if (!versions) continue;
    for (const Run& run : runs_)
      if (run.name != name && run.first <= versions->first && versions->second <= run.last)
        ROOST_TRY(disk::RemoveIfThere(folder_ + "/" + name).status());
  }
  return Status::OK();
}

Status Takes::VerifyRun(const Run& run) {
  RunReader reader(run.file, run.records);
  Hash last;
  for (uint64_t i = 0; i < run.records; ++i) {
    ROOST_ASSIGN(const TakeRecord* record, reader.Next());
    if (i > 0 && record->key <= last)
      return Status::IOError(run.file.path(), " is out of order at record ", i);
    last = record->key;
  }
  if (reader.checksum() == run.checksum) return Status::OK();
  return Status::IOError(run.file.path(), " differs from its checksum: it was damaged");
}

Status Takes::Verify() const {
  for (const Run& run : runs_) ROOST_TRY(VerifyRun(run));
  for (const auto& [version, file] : added_files_) {
    ROOST_ASSIGN(auto run, OpenRun(folder_, file.name));
    if (!run)
      return Status::IOError(folder_, "/", file.name, " is missing, which the ledger's entry ",
                             version, " names");
    ROOST_TRY(VerifyRun(*run));
  }
  return Status::OK();
}

}  // namespace roost::ledger
