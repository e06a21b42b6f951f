#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/commands.h"
#include "cli/terminal.h"
#include "cli/whole_number.h"
#include "roost/demo.h"

namespace roost::cli {
namespace {

void PrintStage(const DemoStage& stage) {
  const double seconds = std::max(stage.seconds, 1e-9);
  auto rate = [&](uint64_t count, const char* unit) {
    if (count == 0) return std::string();
    return FormatCount(static_cast<uint64_t>(static_cast<double>(count) / seconds)) + unit;
  };
  fmt::print("  {:<10}{:<10}{:<31}{:>7}{:>16}{:>18}{:>9}\n", stage.system, stage.name, stage.about,
             FormatSeconds(stage.seconds), rate(stage.files, " files/s"),
             rate(stage.rows, " rows/s"), FormatBytes(stage.peak_memory_bytes));
  std::fflush(stdout);
}

// By the world's rules, and what rules that were suggested reach alone.
void PrintFaults(const DemoResult& result) {
  std::vector<std::vector<std::string>> rows;
  for (const FaultScore& score : result.faults) {
    rows.push_back({score.kind, FormatCount(score.planted), FormatCount(score.found),
                    FormatCount(score.healed), fmt::format("{:.3f}", score.recall),
                    fmt::format("{:.3f}", score.precision)});
    for (const FaultScore& suggested : result.suggested_faults) {
      if (suggested.kind != score.kind) continue;
      rows.back().push_back(fmt::format("{:.3f}", suggested.recall));
      rows.back().push_back(fmt::format("{:.3f}", suggested.precision));
    }
  }
  fmt::print("\n{}", FormatTable({"fault", "planted", "found", "healed", "recall", "precision",
                                  "recall*", "precision*"},
                                 rows, {false, true, true, true, true, true, true, true}));
  fmt::print("  * by rules that were suggested from the faulty tables alone\n");
}

void PrintResult(const DemoResult& result) {
  fmt::print("\nEnhanced vs original\n");
  for (const DemoComparison& line : result.comparisons) {
    fmt::print("  {}\n    original  {}\n    enhanced  {}\n", line.feature, line.original,
               line.enhanced);
  }
  PrintFaults(result);
  if (!result.claims.empty()) fmt::print("\nWhat was claimed, and what was reached\n");
  for (const DemoClaim& claim : result.claims) {
    fmt::print("  {} {}: {}\n", claim.reached ? "yes" : "no ", claim.claim, claim.measured);
  }
  fmt::print("\n{0}/{1}\n{0}/{2}\n{0}/quality_report.html\n", Printable(result.folder),
             kDemoSummaryFile, kDemoJsonFile);
}

struct DemoFlags {
  DemoOptions options;
  bool json = false, quiet = false;
};

}  // namespace

void AddDemoCommand(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<DemoFlags>();
  DemoOptions& options = flags->options;
  CLI::App* command =
      app.add_subcommand("demo", "Goes the whole way, measured, beside the first system");
  command->footer("Example: roost demo --demo-dir ./complete_demo --num-files 200 --clean");
  command->add_option("--demo-dir", options.demo_dir, "folder for all of it; made if missing")
      ->capture_default_str();
  command->add_option("--num-files", options.num_files, "documents to make")
      ->check(CLI::Range(uint64_t{1}, uint64_t{10'000'000}))
      ->capture_default_str();
  command->add_flag("--clean", options.clean, "replace what an earlier demo left there");
  command->add_option("--seed", options.seed, "of all random numbers")
      ->check(WholeNumber())
      ->capture_default_str();
  command->add_flag("!--no-claims", options.claims,
                    "leave out the sizes up to 10,000 files at which claims are measured");
  command->add_option("--threads", options.threads, "default: one per core");
  command->add_flag("--json", flags->json, "print the report as JSON");
  command->add_flag("--quiet", flags->quiet, "print nothing but errors");
  command->callback([flags, &exit_code] {
    DemoOptions& options = flags->options;
    options.should_stop = WasInterrupted;
    if (!flags->json && !flags->quiet) options.on_stage = PrintStage;
    Result<DemoResult> result = RunDemo(options);
    if (!result.ok()) {
      exit_code = PrintError(result.status());
    } else if (flags->json) {
      std::fputs(DemoJson(*result).c_str(), stdout);
    } else if (!flags->quiet) {
      PrintResult(*result);
    }
  });
}

}  // namespace roost::cli
