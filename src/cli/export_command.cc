#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/terminal.h"
#include "roost/roost.h"

namespace roost::cli {

void AddExportCommand(CLI::App& app, ExitCode& exit_code) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* command = app.add_subcommand("export", "Gives the original JSON documents back");
  command->footer("Example: roost export ./out --output-dir ./back");
  command->add_option("store", options->store_dir, "output folder of an ingest")->required();
  command->add_option("--output-dir", options->output_dir, "folder for the files; made new")
      ->required();
  command->add_flag("--overwrite", options->overwrite, "replace files that are there already");
  command->callback([options, &exit_code] {
    Result<ExportResult> result = Export(*options);
    if (!result.ok()) {
      exit_code = PrintError(result.status());
      return;
    }
    fmt::print("{}, {}, {}\n", Counted(result->files, "file"), Counted(result->records, "record"),
               FormatBytes(result->bytes));
    constexpr size_t kShown = 10;
    const auto& unread = result->unread_files;
    for (size_t i = 0; i < unread.size() && i < kShown; ++i) {
      fmt::print("left out, as ingest could not read it: {}\n", Printable(unread[i]));
    }
    if (unread.size() > kShown)
      fmt::print("  ... and {} more\n", FormatCount(unread.size() - kShown));
  });
}

}  // namespace roost::cli
