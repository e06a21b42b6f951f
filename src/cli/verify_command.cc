#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/status.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "roost/upkeep.h"

namespace roost::cli {
namespace {

struct VerifyFlags {
  VerifyOptions options;
  std::string memory = "256MB";
  bool json = false;
};

void PrintJson(const VerifyResult& result) {
  nlohmann::ordered_json json = {
      {"version", result.version}, {"commits", result.commits},
      {"tables", result.tables},   {"parts", result.parts},
      {"rows", result.rows},       {"bytes", result.bytes},
      {"files", result.files},     {"seconds", result.seconds},
      {"notes", result.notes},     {"problem_count", result.problem_count}};
  json["problems"] = nlohmann::ordered_json::array();
  for (const StoreProblem& problem : result.problems)
    json["problems"].push_back({{"check", problem.check},
                                {"where", problem.where},
                                {"what", problem.what},
                                {"advice", problem.advice}});
  std::puts(json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

void Print(const VerifyResult& result) {
  for (const StoreProblem& problem : result.problems)
    fmt::print("{}: {}: {}\n  {}\n", problem.check, Printable(problem.where),
               Printable(problem.what), Printable(problem.advice));
  if (result.problem_count > result.problems.size())
    fmt::print("... and {} more\n", result.problem_count - result.problems.size());
  for (const std::string& note : result.notes) fmt::print("note: {}\n", Printable(note));
  const std::string seen = fmt::format(
      "{}, {}, {} in {}, {} in {}", Counted(result.commits, "commit"),
      Counted(result.tables, "table"), Counted(result.rows, "row"), Counted(result.parts, "part"),
      FormatBytes(result.bytes), FormatSeconds(result.seconds));
  if (result.problem_count == 0) {
    fmt::print("all is well: {}\n", seen);
  } else {
    fmt::print("{} found: {}\n", Counted(result.problem_count, "problem"), seen);
  }
}

}  // namespace

void AddVerifyCommand(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<VerifyFlags>();
  CLI::App* command = app.add_subcommand(
      "verify", "Looks whether all of a store is as it says; exit code 3 if something is not");
  command->footer("Example: roost verify ./out");
  command->add_option("store", flags->options.store_dir, "output folder of an ingest")->required();
  command->add_flag("--quick", flags->options.quick,
                    "logs, sizes, footers and views only: no checksums, no rows");
  command->add_option("--memory", flags->memory, "memory to work in")->capture_default_str();
  command->add_flag("--json", flags->json, "print as JSON");
  command->callback([flags, &exit_code] {
    auto run = [&]() -> Result<VerifyResult> {
      ROOST_ASSIGN(flags->options.memory_bytes, ParseBytes(flags->memory));
      flags->options.should_stop = WasInterrupted;
      return Verify(flags->options);
    };
    Result<VerifyResult> result = run();
    if (!result.ok()) {
      exit_code = PrintError(result.status());
      return;
    }
    flags->json ? PrintJson(*result) : Print(*result);
    if (result->problem_count > 0) exit_code = ExitCode::kUnreadable;
  });
}

}  // namespace roost::cli
