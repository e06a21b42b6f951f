#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/terminal.h"
#include "cli/whole_number.h"
#include "roost/original.h"

namespace roost::cli {

void AddOriginalCommand(CLI::App& app, ExitCode& exit_code) {
  CLI::App* original =
      app.add_subcommand("original", "The first, naive system, kept to compare with");
  original->require_subcommand(1);
  auto options = std::make_shared<OriginalGenerateOptions>();
  CLI::App* command =
      original->add_subcommand("generate", "Makes school results with races between workers");
  command->footer("Example: roost original generate --num-results 50 --output-dir ./original");
  command->add_option("--num-results", options->num_results, "files to make")
      ->check(WholeNumber())
      ->capture_default_str();
  command->add_option("--output-dir", options->output_dir, "folder for the files")->required();
  command->add_option("--workers", options->workers, "workers that know nothing of each other")
      ->check(CLI::Range(1u, 1000u))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "of the random numbers; races have none")
      ->check(WholeNumber())
      ->capture_default_str();
  command->callback([options, &exit_code] {
    options->should_stop = WasInterrupted;
    Result<OriginalGenerateResult> result = GenerateOriginal(*options);
    if (!result.ok()) {
      exit_code = PrintError(result.status());
      return;
    }
    fmt::print("{}, {} in {}\n", Counted(result->files, "file"), FormatBytes(result->bytes),
               FormatSeconds(result->seconds));
    if (result->stopped) exit_code = ExitCode::kInterrupted;
  });
}

}  // namespace roost::cli
