#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/terminal.h"
#include "cli/whole_number.h"
#include "roost/original.h"

namespace roost::cli {
namespace {

void PrintGenerated(const OriginalGenerateResult& result) {
  fmt::print("{}, {} in {}\n", Counted(result.files, "file"), FormatBytes(result.bytes),
             FormatSeconds(result.seconds));
}

void PrintListened(const OriginalListenResult& result) {
  if (result.stopped) return;  // nothing was written
  std::vector<std::vector<std::string>> rows;
  for (const auto& [table, count] : result.rows) rows.push_back({table, FormatCount(count)});
  fmt::print("{}", FormatTable({"table", "rows"}, rows, {false, true}));
  fmt::print("\n{}, {} in {}", Counted(result.files, "file"), FormatBytes(result.bytes),
             FormatSeconds(result.seconds));
  if (result.files_skipped) fmt::print(", {} skipped: no JSON", FormatCount(result.files_skipped));
  fmt::print("\n");
}

void PrintRun(const OriginalRunResult& result) {
  fmt::print("made in {}: ", Printable(result.input_dir));
  PrintGenerated(result.generated);
  if (!result.generated.stopped) PrintListened(result.listened);
}

/// The flags that whoever makes results has.
template <typename Options>
void AddWorkers(CLI::App* command, Options& options) {
  command->add_option("--workers", options.workers, "workers that know nothing of each other")
      ->check(CLI::Range(1u, 1000u))
      ->capture_default_str();
  command->add_option("--seed", options.seed, "of the random numbers; races have none")
      ->check(WholeNumber())
      ->capture_default_str();
}

bool WasStopped(const OriginalGenerateResult& result) { return result.stopped; }
bool WasStopped(const OriginalListenResult& result) { return result.stopped; }
bool WasStopped(const OriginalRunResult& result) {
  return WasStopped(result.generated) || WasStopped(result.listened);
}

/// Calls `run` with the options, and `print` with what it returns.
template <typename Options, typename Run, typename Print>
void OnCall(CLI::App* command, std::shared_ptr<Options> options, ExitCode& exit_code, Run run,
            Print print) {
  command->callback([=, &exit_code] {
    options->should_stop = WasInterrupted;
    auto result = run(*options);
    if (!result.ok()) {
      exit_code = PrintError(result.status());
      return;
    }
    print(*result);
    if (WasStopped(*result)) exit_code = ExitCode::kInterrupted;
  });
}

void AddGenerate(CLI::App& original, ExitCode& exit_code) {
  auto options = std::make_shared<OriginalGenerateOptions>();
  CLI::App* command =
      original.add_subcommand("generate", "Makes school results with races between workers");
  command->footer("Example: roost original generate --num-results 50 --output-dir ./original");
  command->add_option("--num-results", options->num_results, "files to make")
      ->check(WholeNumber())
      ->capture_default_str();
  command->add_option("--output-dir", options->output_dir, "folder for the files")->required();
  AddWorkers(command, *options);
  OnCall(command, options, exit_code, GenerateOriginal, PrintGenerated);
}

void AddListen(CLI::App& original, ExitCode& exit_code) {
  auto options = std::make_shared<OriginalListenOptions>();
  CLI::App* command = original.add_subcommand(
      "listen", "Reads school results into four fixed tables; drops all else, checks no key");
  command->footer("Example: roost original listen --input-dir ./original --output-dir ./tables");
  command->add_option("--input-dir", options->input_dir, "folder with files *.json")->required();
  command->add_option("--output-dir", options->output_dir, "folder for the tables")->required();
  command
      ->add_option("--num-results", options->num_results,
                   "wait until so many files were read (default: read what is there)")
      ->check(WholeNumber());
  command
      ->add_option("--check-interval", options->check_interval_seconds, "seconds between two looks")
      ->check(CLI::Range(0.001, 3600.0))
      ->capture_default_str();
  OnCall(command, options, exit_code, ListenOriginal, PrintListened);
}

void AddRun(CLI::App& original, ExitCode& exit_code) {
  auto options = std::make_shared<OriginalRunOptions>();
  CLI::App* command = original.add_subcommand("run", "Both: makes results, then reads them");
  command->footer("Example: roost original run --num-results 50 --output-dir ./original_output");
  command->add_option("--num-results", options->num_results, "files to make")
      ->check(CLI::Range(uint64_t{1}, uint64_t{1} << 40))
      ->capture_default_str();
  command->add_option("--output-dir", options->output_dir, "folder for the tables")->required();
  command->add_option("--input-dir", options->input_dir,
                      "folder for the files (default: --output-dir with _json behind it)");
  AddWorkers(command, *options);
  OnCall(command, options, exit_code, RunOriginal, PrintRun);
}

}  // namespace

void AddOriginalCommand(CLI::App& app, ExitCode& exit_code) {
  CLI::App* original =
      app.add_subcommand("original", "The first, naive system, kept to compare with");
  original->require_subcommand(1);
  AddGenerate(*original, exit_code);
  AddListen(*original, exit_code);
  AddRun(*original, exit_code);
}

}  // namespace roost::cli
