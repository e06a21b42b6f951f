// This file is compiled for any x86-64 (see cmake/flags.cmake).
#include "base/cpu_check.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <string>

namespace roost {

#if defined(__x86_64__)
namespace {

struct Feature {
  const char* name;
  bool present;
};

// CPUID is read by hand because GCC 12 knows neither lzcnt nor movbe in __builtin_cpu_supports.
std::string MissingFeatures() {
  unsigned a = 0, b1 = 0, c1 = 0, d = 0;
  if (__get_cpuid(1, &a, &b1, &c1, &d) == 0) c1 = 0;
  unsigned b7 = 0, c7 = 0;
  if (__get_cpuid_count(7, 0, &a, &b7, &c7, &d) == 0) b7 = 0;
  unsigned b_ext = 0, c_ext = 0;
  if (__get_cpuid(0x80000001, &a, &b_ext, &c_ext, &d) == 0) c_ext = 0;

  // The system must save the wide registers too, or AVX traps.
  unsigned saved = 0, saved_high = 0;
  if (c1 & bit_OSXSAVE) __asm__("xgetbv" : "=a"(saved), "=d"(saved_high) : "c"(0));
  const bool wide = (saved & 6) == 6;

  const Feature features[] = {
      {"avx", wide && (c1 & bit_AVX)},  {"avx2", wide && (b7 & bit_AVX2)},
      {"fma", wide && (c1 & bit_FMA)},  {"f16c", wide && (c1 & bit_F16C)},
      {"bmi1", (b7 & bit_BMI) != 0},    {"bmi2", (b7 & bit_BMI2) != 0},
      {"movbe", (c1 & bit_MOVBE) != 0}, {"lzcnt", (c_ext & bit_LZCNT) != 0},
  };
  std::string missing;
  for (const Feature& feature : features) {
    if (!feature.present) missing.append(missing.empty() ? "" : ", ").append(feature.name);
  }
  return missing;
}

}  // namespace

Status CheckCpu() {
  const std::string missing = MissingFeatures();
  if (missing.empty()) return Status::OK();
  return Status::Invalid(
      "this processor lacks ", missing,
      "; roost is compiled for x86-64-v3 (Haswell, Excavator or later). Build it "
      "from source without -march in cmake/flags.cmake to run it here");
}

#else

Status CheckCpu() { return Status::OK(); }

#endif

}  // namespace roost
