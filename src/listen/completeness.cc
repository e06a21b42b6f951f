#include "listen/completeness.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <limits>
#include <memory>
#include <string_view>
#include <thread>

#include "base/buffer.h"
#include "read/source.h"
#include "read/structure_scan.h"

namespace roost::listen {
namespace {

constexpr size_t kPieceBytes = 1 << 18;
constexpr size_t kTokenBytes = 64;  // of the last value, where it has no brackets
constexpr int64_t kNoFloor = std::numeric_limits<int64_t>::min();

/// Whether the last token may end here: a bracket, a quote, a digit, or a word of JSON.
bool MayEnd(std::string_view tail) {
  while (!tail.empty() && read::IsSpace(tail.back())) tail.remove_suffix(1);
  if (tail.empty()) return false;
  const char last = tail.back();
  if (last == '}' || last == ']' || last == '"' || (last >= '0' && last <= '9')) return true;
  for (std::string_view word : {"true", "false", "null"}) {
    if (tail.ends_with(word)) return true;
  }
  return false;
}

/// Follows the text of one file, piece by piece.
class EndWatch {
 public:
  /// 64 bytes behind the text must be writable.
  void Take(char* text, size_t size) {
    std::memset(text + size, 0, Buffer<char>::kSlack);
    has_zero_ |= std::memchr(text, 0, size) != nullptr;
    scan_.Skip(text, 0, size, kNoFloor);
    // Brackets that close too much are a fault in the middle, not at the end.
    if (scan_.depth() < 0) scan_.set_depth(0);
    std::string_view end(text, size);
    end = end.substr(0, end.find_last_not_of(" \t\r\n") + 1);
    tail_.append(end.substr(end.size() - std::min(end.size(), kTokenBytes)));
    if (tail_.size() > kTokenBytes) tail_.erase(0, tail_.size() - kTokenBytes);
  }
  bool IsAtEnd() const {
    return !has_zero_ && scan_.depth() == 0 && !scan_.in_string() && MayEnd(tail_);
  }

 private:
  read::StructureScan scan_;
  bool has_zero_ = false;
  std::string tail_;
};

Inspection InspectWith(const std::string& path, Buffer<char>& piece) {
  Inspection inspection;
  const read::InputFile file{path, 0, true};
  std::atomic<uint64_t> bytes_read{0};
  auto opened = read::Source::Open(file, &bytes_read, nullptr);
  if (!opened.ok()) {
    inspection.fault = opened.status().message();
    return inspection;
  }
  const std::unique_ptr<read::Source> source = *std::move(opened);
  EndWatch watch;
  for (size_t count = kPieceBytes; count == kPieceBytes;) {
    count = source->Read(piece.data(), kPieceBytes);
    if (count > 0) watch.Take(piece.data(), count);
  }
  read::FileFacts facts;
  source->Describe(facts);
  inspection.hash = {facts.hash_low, facts.hash_high};
  const bool is_packed = source->compression() != read::Compression::kNone;
  if (!source->fault().ok()) inspection.fault = source->fault().message();
  if (source->fault().ok()) {
    inspection.completeness = watch.IsAtEnd() ? Completeness::kComplete : Completeness::kTorn;
  } else if (is_packed) {
    inspection.completeness = Completeness::kTorn;
  }
  return inspection;
}

}  // namespace

Inspection Inspect(const std::string& path) {
  Buffer<char> piece;
  piece.Reserve(kPieceBytes);
  return InspectWith(path, piece);
}

std::vector<Inspection> InspectAll(const std::vector<std::string>& paths, unsigned threads) {
  std::vector<Inspection> inspections(paths.size());
  std::atomic<size_t> next{0};
  auto work = [&] {
    Buffer<char> piece;
    piece.Reserve(kPieceBytes);
    for (size_t i; (i = next++) < paths.size();) inspections[i] = InspectWith(paths[i], piece);
  };
  std::vector<std::thread> pool;
  const size_t useful = std::min<size_t>(threads, paths.size());
  for (size_t i = 1; i < useful; ++i) pool.emplace_back(work);
  work();
  for (std::thread& thread : pool) thread.join();
  return inspections;
}

}  // namespace roost::listen
