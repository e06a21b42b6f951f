// Runs the command that the first argument names.
#include <cstdio>
#include <exception>
#include <new>

#include "base/cpu_check.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/terminal.h"

namespace {

int Run(int argc, char** argv) {
  using namespace roost;
  using namespace roost::cli;
  if (Status cpu = CheckCpu(); !cpu.ok()) return static_cast<int>(PrintError(cpu));
  CLI::App app(
      "roost: result files of distributed jobs to related, documented Parquet tables, without "
      "loss.\nExample: roost ingest ./results --output-dir ./out && roost schema ./out",
      "roost");
  app.set_version_flag("--version", "roost " ROOST_VERSION);
  app.failure_message(CLI::FailureMessage::simple);
  ExitCode exit_code = ExitCode::kOk;
  AddIngestCommand(app, exit_code);
  AddListenCommand(app, exit_code);
  AddExportCommand(app, exit_code);
  AddQueryCommand(app, exit_code);
  AddSchemaCommand(app, exit_code);
  AddGenerateCommand(app, exit_code);
  AddRelateCommand(app, exit_code);
  AddDescribeCommand(app, exit_code);
  AddValidateCommand(app, exit_code);
  AddDiffCommand(app, exit_code);
  AddDemoCommand(app, exit_code);
  AddStatusCommand(app, exit_code);
  AddVerifyCommand(app, exit_code);
  AddCompactCommand(app, exit_code);
  AddRetryCommand(app, exit_code);
  AddOriginalCommand(app, exit_code);
  if (Status known = CheckArguments(app, argc, argv); !known.ok())
    return static_cast<int>(PrintError(known));
  try {
    app.parse(argc, argv);
    if (app.get_subcommands().empty()) {
      return static_cast<int>(
          PrintError(Status::Invalid("which command? `roost --help` lists them; the first is "
                                     "`roost ingest FOLDER --output-dir "
                                     "OUT`")));
    }
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "roost: %s\n", Printable(error.what()).c_str());
    std::fprintf(stderr, "Run `roost --help` or `roost COMMAND --help` for what can be said.\n");
    return static_cast<int>(ExitCode::kUsage);
  }
  return static_cast<int>(exit_code);
}

}  // namespace

int main(int argc, char** argv) {
  roost::cli::CatchInterrupts();
  try {
    return Run(argc, argv);
  } catch (const std::bad_alloc&) {
    std::fputs("roost: out of memory: try a smaller --memory\n", stderr);
    return static_cast<int>(roost::ExitCode::kUnreadable);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "roost: bug: %s\n", error.what());
    return static_cast<int>(roost::ExitCode::kBug);
  }
}
