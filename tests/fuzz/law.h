// Says which law an input breaks, and ends the program: that is what a fuzzer looks for.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace roost::fuzz {

inline void Ensure(bool holds, const char* law) {
  if (holds) return;
  std::fprintf(stderr, "this does not hold: %s\n", law);
  std::abort();
}

}  // namespace roost::fuzz
