// Reads JSON and parses it into simdjson's DOM, keeping nothing: how fast a machine could be that
// did no more. Prints the seconds of one thread that reading, inflating and parsing took, as JSON.
//
//   parse_only FILE|FOLDER        files ending in .ndjson or .ndjson.gz are lines, others one value
#include <fcntl.h>
#include <libdeflate.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "simdjson.h"

namespace {

constexpr size_t kChunkBytes = 4 << 20;

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "parse_only: error: %s\n", what.c_str());
  std::exit(3);
}

struct Seconds {
  double wall = 0, cpu = 0;
};

Seconds Now() {
  using Wall = std::chrono::steady_clock;
  timespec cpu;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
  return {std::chrono::duration<double>(Wall::now().time_since_epoch()).count(),
          cpu.tv_sec + cpu.tv_nsec / 1e9};
}

// Charges the time since the last lap to one of the stages.
class Stopwatch {
 public:
  void Lap(Seconds& stage) {
    const Seconds now = Now();
    stage.wall += now.wall - last_.wall;
    stage.cpu += now.cpu - last_.cpu;
    last_ = now;
  }

 private:
  Seconds last_ = Now();
};

class Limit {
 public:
  void TakeFile(const std::string& path) {
    if (path.ends_with(".gz")) {
      ReadWhole(path);
      watch_.Lap(read_);
      Inflate();
      watch_.Lap(inflate_);
      ParseLines(inflated_.data(), inflated_.size() - simdjson::SIMDJSON_PADDING);
    } else if (path.ends_with(".ndjson")) {
      ReadLines(path);
    } else {
      const size_t size = ReadWhole(path);
      watch_.Lap(read_);
      Check(parser_.parse(buffer_.data(), size, false).error());
    }
    watch_.Lap(parse_);
  }

  void Print() const {
    std::printf(
        "{\"input_bytes\": %zu, \"wall\": %.4f, \"cpu\": %.4f, \"read_cpu\": %.4f, "
        "\"inflate_cpu\": "
        "%.4f, "
        "\"parse_cpu\": %.4f}\n",
        bytes_, read_.wall + inflate_.wall + parse_.wall, read_.cpu + inflate_.cpu + parse_.cpu,
        read_.cpu, inflate_.cpu, parse_.cpu);
  }

 private:
  static void Check(simdjson::error_code error) {
    if (error) Fail(simdjson::error_message(error));
  }

  static size_t ReadUpTo(int file, char* to, size_t wanted) {
    size_t got = 0;
    while (got < wanted) {
      const ssize_t n = read(file, to + got, wanted - got);
      if (n < 0) Fail("cannot read");
      if (n == 0) break;
      got += n;
    }
    return got;
  }

  size_t ReadWhole(const std::string& path) {
    const int file = open(path.c_str(), O_RDONLY);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0) Fail("cannot open " + path);
    Grow(status.st_size);
    const size_t size = ReadUpTo(file, buffer_.data(), status.st_size);
    close(file);
    bytes_ += size;
    file_bytes_ = size;
    return size;
  }

  // Chunk by chunk, each cut behind its last line, so that the memory stays warm.
  void ReadLines(const std::string& path) {
    const int file = open(path.c_str(), O_RDONLY);
    if (file < 0) Fail("cannot open " + path);
    Grow(kChunkBytes);
    size_t kept = 0;
    while (true) {
      const size_t got = ReadUpTo(file, buffer_.data() + kept, kChunkBytes - kept);
      bytes_ += got;
      size_t end = kept + got;
      const size_t full = end;
      if (got != 0) {
        while (end > 0 && buffer_[end - 1] != '\n') --end;
      }
      watch_.Lap(read_);
      if (full == 0) break;
      if (end == 0) Fail("a line is longer than 4 MiB");
      ParseLines(buffer_.data(), end);
      watch_.Lap(parse_);
      kept = full - end;
      std::copy(buffer_.data() + end, buffer_.data() + full, buffer_.data());
    }
    close(file);
  }

  void Inflate() {
    // The last four bytes of a gzip member are its inflated size.
    const auto* tail = reinterpret_cast<const unsigned char*>(buffer_.data()) + file_bytes_ - 4;
    const size_t size = tail[0] | tail[1] << 8 | tail[2] << 16 | size_t{tail[3]} << 24;
    inflated_.resize(size + simdjson::SIMDJSON_PADDING);
    libdeflate_decompressor* inflater = libdeflate_alloc_decompressor();
    if (libdeflate_gzip_decompress(inflater, buffer_.data(), file_bytes_, inflated_.data(), size,
                                   nullptr) != LIBDEFLATE_SUCCESS) {
      Fail("not a gzip file of one member");
    }
    libdeflate_free_decompressor(inflater);
  }

  void ParseLines(const char* text, size_t size) {
    simdjson::dom::document_stream documents;
    Check(parser_.parse_many(text, size, 1 << 20).get(documents));
    for (auto document : documents) Check(document.error());
  }

  void Grow(size_t size) {
    if (buffer_.size() < size + simdjson::SIMDJSON_PADDING) {
      buffer_.resize(size + simdjson::SIMDJSON_PADDING);
    }
  }

  simdjson::dom::parser parser_;
  std::vector<char> buffer_, inflated_;
  size_t bytes_ = 0, file_bytes_ = 0;
  Seconds read_, inflate_, parse_;
  Stopwatch watch_;
};

std::vector<std::string> FilesBelow(const std::string& path) {
  if (!std::filesystem::is_directory(path)) return {path};
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) Fail("usage: parse_only FILE|FOLDER");
  Limit limit;
  for (const std::string& file : FilesBelow(argv[1])) limit.TakeFile(file);
  limit.Print();
}
