// For tests: a fresh folder that goes away with its holder.
//
// It is in memory where that can be had and TMPDIR does not say otherwise: tests write and sync
// many small files. What fails ends the test program.
#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace roost {

class TestFolder {
 public:
  TestFolder() {
    const std::filesystem::path memory = "/dev/shm";
    const bool is_fast = !::getenv("TMPDIR") && ::access(memory.c_str(), W_OK) == 0;
    const auto base = is_fast ? memory : std::filesystem::temp_directory_path();
    std::string made = (base / "roost-test-XXXXXX").string();
    if (::mkdtemp(made.data()) == nullptr) ::abort();
    path_ = made;
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }
  std::string path(const std::string& name) const { return path_ + "/" + name; }
  std::string operator/(const std::string& name) const { return path(name); }

  /// Writes a file, making the folders above it, and returns its path.
  std::string Write(const std::string& name, const std::string& bytes) const {
    const std::filesystem::path file = path(name);
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << bytes;
    return file;
  }

 private:
  std::string path_;
};

}  // namespace roost
