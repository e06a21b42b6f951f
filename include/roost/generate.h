// Makes documents of a world: related data in which every reference holds and every planted fault
// is written down. docs/worlds.md is the manual of world files.
//
// A document depends on the world, the seed, its iteration and the faults asked for, and on nothing
// else: not on how many documents are made, where a run starts, or how many threads it has.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "roost/roost.h"
#include "roost/status.h"

namespace roost {

/// How documents are made; the same for all worlds.
struct GenerationConfig {
  double generation_rate = 0;               // files per second; 0: as fast as possible
  int max_enrollments_per_student = 5;      // the world's parameter max_enrollments
  double class_capacity_utilization = 0.8;  // the world's parameter capacity_utilization
  bool enforce_referential_integrity =
      true;                        // false: references may run ahead of what they refer to
  bool validation_enabled = true;  // false: capacities, uniqueness and rules are not kept
};

enum class GenerateFormat {
  kJson,     // a file for each document (or for each table and iteration, if the world says so)
  kNdjson,   // one file, a document (or row) on each line
  kParquet,  // the tables
};

struct GenerateOptions {
  std::string output_dir;                    // made if missing; "-" writes kNdjson by `write`
  std::string world = "school";              // built-in name, or a file that ends in .yaml or .yml
  std::map<std::string, double> parameters;  // of the world, by name
  GenerationConfig config;
  uint64_t num_iterations = 100;
  uint64_t start = 0;  // the first iteration
  uint64_t seed = 1;
  std::string inject;  // "orphan=0.01,duplicate=0.005"; see docs/worlds.md
  GenerateFormat format = GenerateFormat::kJson;
  bool in_place = false;   // kJson: final name at once, mode 0600, grown in pieces, then 0644
  bool overwrite = false;  // kParquet: replace tables that are there
  unsigned threads = 0;    // 0: one per core
  std::function<Status(std::string_view)> write;  // for output_dir "-", piece by piece
  std::function<void(const Progress&)> on_progress;
  std::function<bool()> should_stop;  // polled; true ends the run behind a whole document
};

struct GenerateResult {
  uint64_t documents = 0, files = 0, rows = 0, bytes = 0, faults = 0;
  bool stopped = false;  // by should_stop, before the last document
  double seconds = 0;
};
/// Leaves complete files only; on an error, none that this run had not finished.
Result<GenerateResult> Generate(const GenerateOptions& options);

/// The text of a world that ships inside the library: school, pool or shop.
Result<std::string> BuiltinWorldText(const std::string& name);

}  // namespace roost
