// The first, naive system, kept to compare with. Its workers know nothing of each other, so that
// references are orphans, classes over-full and grades do not fit ages; its listener knows four
// tables by heart, drops what is not in them and looks at no key.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "roost/status.h"

namespace roost {

struct OriginalGenerateOptions {
  uint64_t num_results = 50;
  std::string output_dir;
  unsigned workers = 4;
  uint64_t seed = 1;  // of the values; which references are orphans is left to chance
  std::function<bool()> should_stop;  // polled
};

struct OriginalGenerateResult {
  uint64_t files = 0, bytes = 0;
  bool stopped = false;
  double seconds = 0;
};
Result<OriginalGenerateResult> GenerateOriginal(const OriginalGenerateOptions& options);

struct OriginalListenOptions {
  std::string input_dir;     // its *.json files, in the order of their names
  std::string output_dir;    // teachers, classes, students and enrollments.parquet; made if missing
  uint64_t num_results = 0;  // goes on looking until it has read so many files; 0: once
  double check_interval_seconds = 0.1;  // between two looks
  std::function<bool()> should_stop;    // polled; nothing is written then
};

/// What the listener itself knows. Of what it lost it knows nothing.
struct OriginalListenResult {
  std::vector<std::pair<std::string, uint64_t>> rows;  // by table
  uint64_t files = 0, bytes = 0;
  uint64_t files_skipped = 0;  // of these: could not be read, or are not JSON
  bool stopped = false;
  double seconds = 0;
};
Result<OriginalListenResult> ListenOriginal(const OriginalListenOptions& options);

struct OriginalRunOptions {
  uint64_t num_results = 50;
  std::string output_dir;
  std::string input_dir;  // for the JSON files; empty: `output_dir` with _json behind it
  unsigned workers = 4;
  uint64_t seed = 1;
  std::function<bool()> should_stop;
};

struct OriginalRunResult {
  std::string input_dir;
  OriginalGenerateResult generated;
  OriginalListenResult listened;
};
/// The generator, then the listener on what it made.
Result<OriginalRunResult> RunOriginal(const OriginalRunOptions& options);

}  // namespace roost
