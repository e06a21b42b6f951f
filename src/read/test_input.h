// For the tests of this folder: files on disk, and what a reader made of them.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "read/reader.h"

namespace roost::read {

/// A folder that lasts as long as the test.
class TestFolder {
 public:
  TestFolder() {
    std::string path = std::filesystem::temp_directory_path() / "roost_read_XXXXXX";
    path_ = ::mkdtemp(path.data());
  }
  ~TestFolder() { std::filesystem::remove_all(path_); }

  std::string path(const std::string& name = "") const {
    return name.empty() ? path_.string() : (path_ / name).string();
  }
  std::string Write(const std::string& name, const std::string& bytes) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << bytes;
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

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

/// Reads everything with so many threads.
inline SeenInput ReadAll(const std::vector<InputFile>& files, const ReaderOptions& options,
                         int threads = 1) {
  SeenInput seen;
  std::mutex mutex;
  auto reader = Reader::Make(files, options).ValueOrDie();
  auto work = [&] {
    Batch batch;
    for (;;) {
      ASSERT_TRUE(reader->Next(batch).ok());
      if (batch.units.empty() && batch.done.empty() && batch.faults.empty()) return;
      std::lock_guard lock(mutex);
      for (const Unit& unit : batch.units) {
        EXPECT_EQ(*unit.end, 0);
        seen.units[{unit.file, unit.offset}].push_back({unit, std::string(unit.begin, unit.end)});
      }
      for (const FileFacts& facts : batch.done)
        EXPECT_TRUE(seen.done.emplace(facts.file, facts).second);
      for (const FileFault& fault : batch.faults)
        EXPECT_TRUE(seen.faults.emplace(fault.file, fault).second);
    }
  };
  std::vector<std::thread> pool;
  for (int i = 0; i < threads; ++i) pool.emplace_back(work);
  for (std::thread& thread : pool) thread.join();
  return seen;
}

}  // namespace roost::read
