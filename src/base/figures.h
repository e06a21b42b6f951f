// Writes numbers as people read them. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace roost {

std::string FormatBytes(uint64_t bytes);    // 257 MB
std::string FormatCount(uint64_t count);    // 1,234,567
std::string FormatSeconds(double seconds);  // 0.42 s
/// 1 file, 2,000 files
std::string Counted(uint64_t count, std::string_view noun);

}  // namespace roost
