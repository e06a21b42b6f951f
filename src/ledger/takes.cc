#include "ledger/takes.h"

#include <xxhash.h>

#include <algorithm>
#include <array>

#include "base/disk_entry.h"
#include "ledger/take_run.h"

namespace roost::ledger {
namespace {

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

TakeRecord RecordOf(int64_t version, const Take& take) {
  const Hash instance = InstanceKey(take.file);
  TakeRecord record;
  record.key = take.by == KnownBy::kPath ? PathKey(take.file) : instance;
  record.content = {take.hash_high, take.hash_low};
  record.instance = instance.low;
  record.stamp = StampOf(take.file);
  record.first_number = take.first_number;
  record.numbers = take.numbers;
  record.version = static_cast<uint32_t>(version);
  return record;
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

}  // namespace

Result<Takes> Takes::Open(const std::string& top) {
  Takes takes(top + "/_roost/takes");
  ROOST_TRY(disk::MakeFolders(top, takes.folder_));
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

void Takes::Add(int64_t version, std::span<const Take> takes) {
  if (version <= covered()) return;
  for (const Take& take : takes) {
    const TakeRecord record = RecordOf(version, take);
    TakeRecord& kept = recent_[record.key];
    if (kept.version <= record.version) kept = record;
  }
}

// Where the record would be if keys were spread evenly, which hashes are; then nearer and nearer.
Status Takes::FindOne(const Run& run, Probe& probe) {
  constexpr uint64_t kBlock = 64;  // records: 4 kB
  TakeRecord block[kBlock];
  uint64_t low = 0, high = run.records;
  double low_key = 0, high_key = 0x1p64;
  const auto key = static_cast<double>(probe.key.high);
  for (int step = 0; low < high; ++step) {
    const double share =
        step < 8 && high_key > low_key ? (key - low_key) / (high_key - low_key) : 0.5;
    auto middle = low + static_cast<uint64_t>(share * static_cast<double>(high - low));
    uint64_t begin = std::clamp(middle < kBlock / 2 ? 0 : middle - kBlock / 2, low, high - 1);
    const uint64_t count = std::min(kBlock, high - begin);
    ROOST_TRY(run.file.ReadAt(sizeof(RunHeader) + begin * sizeof(TakeRecord), block,
                              count * sizeof(TakeRecord)));
    auto before = [](const TakeRecord& record, const Hash& wanted) { return record.key < wanted; };
    const TakeRecord* found = std::lower_bound(block, block + count, probe.key, before);
    if (found != block + count && found->key == probe.key) {
      probe.found = *found;
      probe.is_found = true;
      return Status::OK();
    }
    if (found == block) {
      high = begin;
      high_key = static_cast<double>(block[0].key.high);
    } else if (found == block + count) {
      low = begin + count;
      low_key = static_cast<double>(block[count - 1].key.high);
    } else {
      return Status::OK();  // it would be between two neighbours
    }
  }
  return Status::OK();
}

Status Takes::FindByScan(const Run& run, std::span<Probe*> probes) {
  RunReader reader(run.file, run.records);
  ROOST_ASSIGN(const TakeRecord* record, reader.Next());
  for (Probe* probe : probes) {
    auto is_before = [&] { return record->key < probe->key; };
    while (record != nullptr && is_before()) ROOST_TRY(reader.Next().Value(&record));
    if (record == nullptr) return Status::OK();
    if (record->key != probe->key) continue;
    probe->found = *record;
    probe->is_found = true;
  }
  return Status::OK();
}

Status Takes::Find(std::span<Probe*> probes) const {
  std::vector<Probe*> open;
  for (Probe* probe : probes) {
    auto found = recent_.find(probe->key);
    probe->is_found = found != recent_.end();
    if (probe->is_found) probe->found = found->second;
    if (!probe->is_found) open.push_back(probe);
  }
  std::sort(open.begin(), open.end(),
            [](const Probe* a, const Probe* b) { return a->key < b->key; });
  for (size_t i = runs_.size(); i-- > 0 && !open.empty();) {
    // A scan reads 64 bytes a record at memory's speed; a lookup some three blocks of 4 kB.
    if (open.size() * 128 > runs_[i].records) {
      ROOST_TRY(FindByScan(runs_[i], open));
    } else {
      for (Probe* probe : open) ROOST_TRY(FindOne(runs_[i], *probe));
    }
    std::erase_if(open, [](const Probe* probe) { return probe->is_found; });
  }
  return Status::OK();
}

Result<std::vector<Verdict>> Takes::Classify(std::span<const Candidate> candidates) const {
  std::vector<Probe> by_path(candidates.size()), by_instance(candidates.size());
  std::vector<Probe*> probes;
  for (size_t i = 0; i < candidates.size(); ++i) {
    by_path[i].key = PathKey(candidates[i].file);
    by_instance[i].key = InstanceKey(candidates[i].file);
    probes.push_back(&by_path[i]);
    probes.push_back(&by_instance[i]);
  }
  ROOST_TRY(Find(probes));
  std::vector<Verdict> verdicts(candidates.size());
  for (size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& candidate = candidates[i];
    const Probe& path = by_path[i];
    const Probe& instance = by_instance[i];
    // A take by path says nothing of another file that came there later and is moved when taken.
    const bool path_counts =
        path.is_found &&
        (candidate.by == KnownBy::kPath || path.found.instance == InstanceKey(candidate.file).low);
    const bool path_first = candidate.by == KnownBy::kPath || !instance.is_found;
    if (path_counts && path_first) {
      verdicts[i] = Judge(candidate, path.found);
    } else if (instance.is_found) {
      verdicts[i] = Judge(candidate, instance.found);
    }
  }
  return verdicts;
}

Status Takes::WriteRun(int64_t last, const std::string& writer) {
  if (recent_.empty() || last <= covered()) return Status::OK();
  std::vector<const TakeRecord*> sorted;
  for (const auto& [key, record] : recent_) sorted.push_back(&record);
  std::sort(sorted.begin(), sorted.end(),
            [](const TakeRecord* a, const TakeRecord* b) { return a->key < b->key; });
  const int64_t first = covered() + 1;
  ROOST_ASSIGN(auto run, RunWriter::Create(folder_, first, last, writer));
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
  ROOST_ASSIGN(auto merged, RunWriter::Create(folder_, older.first, newer.last, writer));
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
  ROOST_ASSIGN(auto run, OpenRun(folder_, RunName(older.first, newer.last)));
  if (!run) return OpenRuns();
  runs_.pop_back();
  runs_.back() = std::move(*run);
  return Status::OK();
}

Status Takes::RemoveCovered() const {
  ROOST_ASSIGN(auto names, disk::ListFolder(folder_));
  for (const std::string& name : names) {
    auto versions = VersionsOfRun(name);
    if (!versions) continue;
    for (const Run& run : runs_)
      if (run.name != name && run.first <= versions->first && versions->second <= run.last)
        ROOST_TRY(disk::RemoveIfThere(folder_ + "/" + name).status());
  }
  return Status::OK();
}

Status Takes::Verify() const {
  for (const Run& run : runs_) {
    RunReader reader(run.file, run.records);
    Hash last;
    for (uint64_t i = 0; i < run.records; ++i) {
      ROOST_ASSIGN(const TakeRecord* record, reader.Next());
      if (i > 0 && record->key <= last)
        return Status::IOError(run.file.path(), " is out of order at record ", i);
      last = record->key;
    }
    if (reader.checksum() != run.checksum)
      return Status::IOError(run.file.path(), " differs from its checksum: it was damaged");
  }
  return Status::OK();
}

}  // namespace roost::ledger
