// Adds the commands to the program, one file for each.
//
// A command parses its flags, calls one function of include/roost/, prints what it returns, and
// leaves its exit code in `exit_code`.
#pragma once

#include <CLI/CLI.hpp>

#include "roost/status.h"

namespace roost::cli {

void AddIngestCommand(CLI::App& app, ExitCode& exit_code);
void AddListenCommand(CLI::App& app, ExitCode& exit_code);
void AddExportCommand(CLI::App& app, ExitCode& exit_code);
void AddQueryCommand(CLI::App& app, ExitCode& exit_code);
void AddSchemaCommand(CLI::App& app, ExitCode& exit_code);
void AddGenerateCommand(CLI::App& app, ExitCode& exit_code);
void AddRelateCommand(CLI::App& app, ExitCode& exit_code);
void AddDescribeCommand(CLI::App& app, ExitCode& exit_code);
void AddValidateCommand(CLI::App& app, ExitCode& exit_code);
void AddDiffCommand(CLI::App& app, ExitCode& exit_code);
void AddDemoCommand(CLI::App& app, ExitCode& exit_code);
void AddStatusCommand(CLI::App& app, ExitCode& exit_code);
void AddVerifyCommand(CLI::App& app, ExitCode& exit_code);
void AddRetryCommand(CLI::App& app, ExitCode& exit_code);
void AddCompactCommand(CLI::App& app, ExitCode& exit_code);
void AddOriginalCommand(CLI::App& app, ExitCode& exit_code);

}  // namespace roost::cli
