// For the tests of this folder: files on disk, and what a reader made of them.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "read/reader.h"

namespace roost::read {

/// A unit with its bytes, which outlive the batch.
struct SeenUnit {
  Unit unit;
  std::string text;
};

/// All that came of the files, in the order of file and offset.
struct SeenInput {
  std::map<std::pair<uint32_t, uint64_t>, std::vector<SeenUnit>> units;
  std::map<uint32_t, FileFacts> done;
  std::map<uint32_t, FileFault> faults;

  std::vector<SeenUnit> OfFile(uint32_t file) const {
    std::vector<SeenUnit> all;
    for (const auto& [key, seen] : units) {
      if (key.first == file) all.insert(all.end(), seen.begin(), seen.end());
    }
    return all;
  }
};

class InputReader {
 public:
  InputReader(const FileList& files, const ReaderOptions& options)
      : files_(files), reader_(Reader::Make(files_, options).ValueOrDie()) {}

  SeenInput Read(int threads) {
    std::vector<std::thread> pool;
    for (int i = 0; i < threads; ++i) pool.emplace_back([this] { Work(); });
    for (std::thread& thread : pool) thread.join();
    return std::move(seen_);
  }

 private:
  void Work() {
    Batch batch;
    for (;;) {
      ASSERT_TRUE(reader_->Next(batch).ok());
      if (batch.units.empty() && batch.done.empty() && batch.faults.empty()) return;
      See(batch);
      if (batch.units.empty()) continue;
      const std::shared_ptr<DocumentStream> stream = batch.units[0].stream;
      for (bool last = !stream; !last; last = batch.units[0].last) {
        ASSERT_TRUE(stream->Next(batch).ok());
        ASSERT_EQ(batch.units.size(), 1u);
        See(batch);
      }
    }
  }

  void See(const Batch& batch) {
    std::lock_guard lock(mutex_);
    for (Unit unit : batch.units) {
      EXPECT_EQ(*unit.end, 0);
      unit.stream.reset();
      seen_.units[{unit.file, unit.offset}].push_back({unit, std::string(unit.begin, unit.end)});
    }
    for (const FileFacts& facts : batch.done)
      EXPECT_TRUE(seen_.done.emplace(facts.file, facts).second);
    for (const FileFault& fault : batch.faults)
      EXPECT_TRUE(seen_.faults.emplace(fault.file, fault).second);
  }

  const FileList files_;
  std::unique_ptr<Reader> reader_;
  std::mutex mutex_;
  SeenInput seen_;
};

/// Reads everything with so many threads.
inline SeenInput ReadAll(const FileList& files, const ReaderOptions& options, int threads = 1) {
  return InputReader(files, options).Read(threads);
}

/// The bytes of a file's units one behind the other.
inline std::string Join(const std::vector<SeenUnit>& units) {
  std::string text;
  for (const SeenUnit& seen : units) text += seen.text;
  return text;
}

}  // namespace roost::read
