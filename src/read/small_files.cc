#include "read/small_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "read/content_hash.h"
#include "read/decoder.h"

namespace roost::read {
namespace {

// From so many files of one folder in a run, opening the folder first is worth it.
constexpr uint32_t kFilesForFolder = 4;

class RunReader {
 public:
  RunReader(const FileList& files, FileRun run, const ReadContext& context, Batch& batch)
      : files_(files),
        run_(run),
        context_(context),
        batch_(batch),
        limit_(2 * context.options.unit_bytes) {}

  Result<RunOutcome> Read();

 private:
  enum class Outcome : uint8_t { kRead, kTooLong };

  Result<Outcome> ReadFile(uint32_t file);
  Result<Descriptor> Open(uint32_t file, const std::string& path);
  void EnterFolder(uint32_t file);
  Result<size_t> Fill(const Descriptor& descriptor, const FileState& state, const std::string& path,
                      size_t begin);
  Result<bool> Unpack(FileFacts& facts, size_t begin, size_t raw_bytes);
  void Emit(const FileFacts& facts, size_t begin);

  const FileList& files_;
  const FileRun run_;
  const ReadContext& context_;
  Batch& batch_;
  const size_t limit_;
  std::string_view folder_;       // of the files around, with its slash
  Descriptor folder_descriptor_;  // open if it is worth it
  std::vector<size_t> begins_;    // of the units in batch_.bytes, which may move
};

Result<RunOutcome> RunReader::Read() {
  RunOutcome outcome;
  uint64_t bytes_read = 0;
  uint32_t file = run_.begin;
  for (; file < run_.end && batch_.bytes.size() < context_.options.unit_bytes; ++file) {
    const auto result = ReadFile(file);
    if (!result.ok())
      batch_.faults.push_back({file, result.status().message(), {.file = file}});
    else if (*result == Outcome::kTooLong)
      outcome.too_long.push_back(file);
    else
      bytes_read += batch_.done.back().bytes;
  }
  context_.bytes_read->fetch_add(bytes_read, std::memory_order_relaxed);
  for (size_t i = 0; i < begins_.size(); ++i) {
    Unit& unit = batch_.units[i];
    unit.begin = batch_.bytes.data() + begins_[i];
    unit.end = unit.begin + batch_.done[i].decoded_bytes;
  }
  outcome.next = file;
  return outcome;
}

void RunReader::EnterFolder(uint32_t file) {
  const std::string_view folder = files_.folder(file);
  if (file > run_.begin && folder == folder_) return;
  folder_ = folder;
  folder_descriptor_ = Descriptor();
  const uint32_t far = file + kFilesForFolder - 1;
  if (folder.empty() || far >= run_.end || files_.folder(far) != folder) return;
  const int opened = ::open(std::string(folder).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (opened >= 0) folder_descriptor_ = Descriptor(opened);
}

Result<Descriptor> RunReader::Open(uint32_t file, const std::string& path) {
  EnterFolder(file);
  if (folder_descriptor_.get() < 0) return Descriptor::Open(AT_FDCWD, path.c_str(), path);
  return Descriptor::Open(folder_descriptor_.get(), path.c_str() + folder_.size(), path);
}

Result<RunReader::Outcome> RunReader::ReadFile(uint32_t file) {
  const std::string path = files_.path(file);
  ROOST_ASSIGN(const Descriptor descriptor, Open(file, path));
  ROOST_ASSIGN(const FileState state, LookAt(descriptor.get(), path));
  if (!state.is_regular || state.bytes > limit_) return Outcome::kTooLong;
  const size_t begin = batch_.bytes.size();
  const auto filled = Fill(descriptor, state, path, begin);
  // What can be had of a file before its fault is LargeFile's to hand out.
  if (!filled.ok() || *filled > limit_) return Outcome::kTooLong;
  const size_t size = *filled;
  const char* bytes = batch_.bytes.data() + begin;
  FileFacts facts;
  facts.file = file;
  facts.bytes = facts.decoded_bytes = size;
  facts.modified_ns = state.modified_ns;
  facts.device = state.device;
  facts.inode = state.inode;
  facts.born_ns = state.born_ns;
  const auto compression = FindCompression({bytes, size});
  // A format that cannot be unpacked, too, is put into words by LargeFile.
  if (!compression.ok()) return Outcome::kTooLong;
  const Hash128 hash = HashOf(bytes, size);
  facts.hash_low = hash.low;
  facts.hash_high = hash.high;
  facts.compression = *compression;
  if (facts.compression != Compression::kNone) {
    ROOST_ASSIGN(const bool fits, Unpack(facts, begin, size));
    if (!fits) return Outcome::kTooLong;
  }
  Emit(facts, begin);
  return Outcome::kRead;
}

// Reads to the end of the file, or just over the limit. One byte more than there should be is asked
// for, so that the one call that reads all of it also tells that it is all.
Result<size_t> RunReader::Fill(const Descriptor& descriptor, const FileState& state,
                               const std::string& path, size_t begin) {
  size_t size = 0;
  for (size_t room = state.bytes + 1; size <= limit_; room = size + 4096) {
    batch_.bytes.Reserve(begin + room + kPadding);
    ROOST_ASSIGN(const size_t count,
                 ReadSome(descriptor.get(), batch_.bytes.data() + begin + size, room - size, path));
    size += count;
    if (count == 0 || (size == state.bytes && room == size + 1)) break;
  }
  return size;
}

// Unpacks the file behind itself and moves it to its place; false if that is longer than one unit
// can be, or goes wrong: then LargeFile starts over and hands out what there is.
Result<bool> RunReader::Unpack(FileFacts& facts, size_t begin, size_t raw_bytes) {
  const std::unique_ptr<Decoder> decoder = Decoder::Make(facts.compression);
  Buffer<char>& bytes = batch_.bytes;
  const size_t unpacked = begin + raw_bytes;
  size_t consumed = 0, produced = 0;
  for (;;) {
    const size_t room = std::min(limit_ + 1, std::max(4 * raw_bytes, 2 * produced));
    bytes.Reserve(unpacked + room + kPadding);
    const auto done = decoder->Decode({bytes.data() + begin + consumed, raw_bytes - consumed},
                                      bytes.data() + unpacked + produced, room - produced);
    if (!done.ok()) return false;
    consumed += done->consumed;
    produced += done->produced;
    if (produced > limit_) return false;
    if (produced < room && done->consumed + done->produced == 0) break;
  }
  if (!decoder->may_end()) return false;
  std::memmove(bytes.data() + begin, bytes.data() + unpacked, produced);
  facts.decoded_bytes = produced;
  return true;
}

void RunReader::Emit(const FileFacts& facts, size_t begin) {
  Pad(batch_.bytes, begin + facts.decoded_bytes);
  batch_.bytes.SetSize(begin + facts.decoded_bytes + kPadding);
  begins_.push_back(begin);
  batch_.done.push_back(facts);
  FileFacts& kept = batch_.done.back();
  const NumberBlock block = context_.numbers->Of(facts.file, facts.decoded_bytes);
  kept.first_number = block.first;
  kept.numbers = block.count;
  Unit unit;
  unit.file = facts.file;
  unit.number = block.first;
  unit.last = true;
  batch_.units.push_back(std::move(unit));
}

}  // namespace

Result<RunOutcome> ReadSmallFiles(const FileList& files, FileRun run, const ReadContext& context,
                                  Batch& batch) {
  return RunReader(files, run, context, batch).Read();
}

}  // namespace roost::read
