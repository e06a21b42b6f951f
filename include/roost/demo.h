// Goes the whole way once, measured: makes documents without faults and with, ingests, relates and
// validates them, and gives the first system (original.h) the same work.
//
// docs/demo.md says how each figure is measured.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "roost/status.h"
#include "roost/validation_report.h"

namespace roost {

constexpr const char* kDemoJsonFile = "COMPREHENSIVE_DEMO_REPORT.json";
constexpr const char* kDemoSummaryFile = "EXECUTIVE_SUMMARY.md";

/// One step, measured. Memory: the most that was resident during it, the program's own included.
struct DemoStage {
  std::string name;    // "ingest"
  std::string system;  // "enhanced" or "original"
  std::string about;   // "documents with faults"
  uint64_t files = 0, rows = 0, bytes = 0;
  double seconds = 0;
  uint64_t peak_memory_bytes = 0;
  uint64_t memory_before_bytes = 0;  // resident when it began
};

struct DemoOptions {
  std::string demo_dir = "./complete_demo";
  uint64_t num_files = 200;
  uint64_t seed = 1;
  bool clean = false;  // remove what an earlier demo left; only a folder that a demo made
  bool claims = true;  // measure the first system's claims at their sizes: up to 10,000 files
  unsigned threads = 0;
  std::function<void(const DemoStage&)> on_stage;  // when it is done
  std::function<bool()> should_stop;               // polled between stages, and by long ones
};

/// A line of "Enhanced vs Original": figures in words.
struct DemoComparison {
  std::string feature, original, enhanced;
};

struct DemoClaim {
  std::string claim, measured;
  bool reached = false;
};

struct DemoResult {
  std::string folder;  // of the enhanced system's tables and all reports
  std::vector<DemoStage> stages;
  std::vector<DemoComparison> comparisons;
  std::vector<FaultScore> faults;            // planted against found, by the world's own rules
  std::vector<FaultScore> suggested_faults;  // by rules that roost made from the faulty tables
  std::vector<DemoClaim> claims;
  double clean_score = 0, faulty_score = 0, original_score = 0;
  uint64_t files = 0, seed = 0;
};
/// Writes both reports into `demo_dir`/output. Cancelled if `should_stop` said so.
Result<DemoResult> RunDemo(const DemoOptions& options);

std::string DemoJson(const DemoResult& result);
std::string DemoSummary(const DemoResult& result);

}  // namespace roost
