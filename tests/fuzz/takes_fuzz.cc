// Any bytes in a run of takes are told from a sorted one, and no search goes astray in them.
// Input: what is to be wrong: 1 the header's count, 2 its checksum of the records, 4 the file's
// length, 8 the records' order; eight bytes of the one or the other; then records.
#include <xxhash.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "base/test_folder.h"
#include "ledger/take_run.h"

namespace {

using namespace roost::ledger;

constexpr size_t kHead = 9;
constexpr uint8_t kOtherCount = 1, kOtherChecksum = 2, kTornRecord = 4, kUnsorted = 8;

struct Store {
  roost::TestFolder folder;
  std::string path;

  Store() : path(folder.Write("_roost/takes/" + RunName(0, 0), "")) {}
  void Put(const std::string& bytes) const {
    std::FILE* file = std::fopen(path.c_str(), "wb");
    const bool is_put = file && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
    if (!is_put || std::fclose(file) != 0) std::abort();
  }
};

void Sort(std::vector<TakeRecord>& records) {
  std::ranges::sort(records, {}, &TakeRecord::key);
  auto equal = std::ranges::unique(records, {}, &TakeRecord::key);
  records.erase(equal.begin(), equal.end());
}

std::string FileOf(uint8_t wrong, uint64_t other, const std::vector<TakeRecord>& records) {
  const size_t bytes = records.size() * sizeof(TakeRecord);
  RunHeader header;
  header.records = wrong & kOtherCount ? other : records.size();
  header.records_checksum = bytes > 0 ? XXH3_64bits_withSeed(records.data(), bytes, 0) : 0;
  if (wrong & kOtherChecksum) header.records_checksum = other;
  header.header_checksum = XXH3_64bits(&header, offsetof(RunHeader, header_checksum));
  std::string file(reinterpret_cast<const char*>(&header), sizeof header);
  file.append(reinterpret_cast<const char*>(records.data()), bytes);
  if (wrong & kTornRecord) file.resize(other % (file.size() + 1));
  return file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Store store;
  if (size < kHead) return 0;
  uint64_t other = 0;
  std::memcpy(&other, data + 1, sizeof other);
  std::vector<TakeRecord> records((size - kHead) / sizeof(TakeRecord));
  if (!records.empty())
    std::memcpy(records.data(), data + kHead, records.size() * sizeof(TakeRecord));
  if (!(data[0] & kUnsorted)) Sort(records);
  store.Put(FileOf(data[0], other, records));
  auto takes = Takes::OpenToRead(store.folder.path());
  if (!takes.ok()) {
    if (data[0] == 0) std::abort();
    return 0;
  }
  if (data[0] == 0 && !takes->Verify().ok()) std::abort();
  std::vector<Candidate> files;
  for (uint64_t i = 0; i < 3; ++i)
    files.push_back({{"in/" + std::to_string(i), 1, i, 3, -1, 5}, Hash{1, i}, KnownBy::kPath});
  const auto first = takes->Classify(std::span(files).first(1));
  const auto all = takes->Classify(files);
  if (!first.ok() || !all.ok() || all->size() != files.size()) std::abort();
  return 0;
}
