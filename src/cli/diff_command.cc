#include <cstdio>

#include "cli/commands.h"
#include "cli/terminal.h"
#include "roost/report.h"

namespace roost::cli {
namespace {

struct DiffFlags {
  std::string folder;
  int64_t run_a = -1, run_b = 0;
  bool json = false;
};

}  // namespace

void AddDiffCommand(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<DiffFlags>();
  CLI::App* command = app.add_subcommand("diff", "Says what two validations of a folder differ in");
  command->footer("Example: roost diff ./out 3 4");
  command->add_option("folder", flags->folder, "folder that roost validate judged")->required();
  command->add_option("run_a", flags->run_a, "number of a run; 0 is the latest, -1 the one before")
      ->capture_default_str();
  command->add_option("run_b", flags->run_b, "number of the run to compare with it")
      ->capture_default_str();
  command->add_flag("--json", flags->json, "print as JSON");
  command->callback([flags, &exit_code] {
    Result<RunDiff> diff = DiffRuns(flags->folder, flags->run_a, flags->run_b);
    if (!diff.ok()) {
      exit_code = PrintError(diff.status());
      return;
    }
    TerminalView view;
    view.colours = ShowsColours();
    view.width = TerminalWidth();
    std::fputs((flags->json ? DiffJson(*diff) : DiffText(*diff, view)).c_str(), stdout);
  });
}

}  // namespace roost::cli
