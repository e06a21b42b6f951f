#include "demo/stage_meter.h"

#include <arrow/memory_pool.h>
#include <malloc.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

namespace roost::demo {
namespace {

uint64_t MemoryBytes(const char* which) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(which))
      return std::strtoull(line.c_str() + std::strlen(which), nullptr, 10) * 1024;
  }
  return 0;
}

}  // namespace

StageMeter::StageMeter() {
  arrow::default_memory_pool()->ReleaseUnused();
  ::malloc_trim(0);
  std::ofstream file("/proc/self/clear_refs");
  is_exact_ = static_cast<bool>(file << "5" << std::flush);
  memory_before_bytes_ = MemoryBytes("VmRSS:");
  started_ = std::chrono::steady_clock::now();
}

double StageMeter::Seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
}

uint64_t StageMeter::PeakMemoryBytes() const { return MemoryBytes("VmHWM:"); }

}  // namespace roost::demo
