#include <fmt/format.h>

#include <cstdio>

#include "base/status.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "roost/validate.h"

namespace roost::cli {
namespace {

struct ValidateFlags {
  ValidateOptions options;
  std::string memory = "1GB", on_finding;
  double min_score = -1;
  bool quiet = false, print_schema = false, explain = false;
};

std::string ShownScore(const Score& score) {
  if (!score.overall) return "not assessed";
  std::string text = fmt::format("{:.1f} of 100", *score.overall);
  if (score.cap < score.before_cap) {
    text += fmt::format(" ({:.1f}, capped at {:.0f}: {})", score.before_cap, score.cap,
                        Printable(score.cap_reason));
  }
  return text;
}

void PrintRule(const RuleResult& rule) {
  fmt::print("{} {} {}: {}\n", NameOf(rule.outcome), NameOf(rule.severity), Printable(rule.name),
             Printable(rule.message));
  if (rule.samples.empty()) return;
  const FailingRow& row = rule.samples.front();
  std::string place =
      Printable(row.file) + (row.json_path.empty() ? "" : " " + Printable(row.json_path));
  fmt::print("    {}{}{}\n", place, place.empty() ? "" : ": ", Printable(row.reason));
}

void PrintReport(const ValidationReport& report) {
  for (const RuleResult& rule : report.rules) {
    if (rule.outcome != Outcome::kPassed) PrintRule(rule);
  }
  const Score& score = report.score;
  fmt::print("\nscore     {}\n", ShownScore(score));
  for (const DimensionScore& dimension : score.dimensions) {
    fmt::print("  {:<14}{:>6.1f}  {}\n", NameOf(dimension.dimension), dimension.score,
               Counted(dimension.rules, "rule"));
  }
  fmt::print("coverage  {} of {} run, {} of {} have one\n", FormatCount(score.rules_run),
             Counted(score.rules_declared, "rule"), FormatCount(score.columns_with_rule),
             Counted(score.columns, "column"));
  for (const std::string& change : report.changes) fmt::print("since     {}\n", Printable(change));
  for (const std::string& note : report.notes) fmt::print("note: {}\n", Printable(note));
}

/// The finding as JSON on the command's standard input.
Status TellCommand(const std::string& command, const RuleResult& rule) {
  std::FILE* pipe = ::popen(command.c_str(), "w");
  if (pipe == nullptr) return Status::IOError("--on-finding: cannot run ", command);
  std::string text = FindingJson(rule) + "\n";
  std::fwrite(text.data(), 1, text.size(), pipe);
  int code = ::pclose(pipe);
  if (code == 0) return Status::OK();
  return Status::IOError("--on-finding: the command ended with ", code >> 8, ": ", command);
}

ExitCode ExitCodeOf(const ValidationReport& report, double min_score) {
  bool failed = false;
  for (const RuleResult& rule : report.rules) {
    if (rule.outcome == Outcome::kNotRun) return ExitCode::kRuleNotRun;
    failed |= rule.outcome == Outcome::kFailed;
  }
  if (min_score < 0) return failed ? ExitCode::kRuleFailed : ExitCode::kOk;
  return report.score.overall.value_or(0) < min_score ? ExitCode::kScoreTooLow : ExitCode::kOk;
}

Result<ExitCode> Run(ValidateFlags& flags) {
  if (flags.print_schema) {
    std::fputs(RulesSchemaJson().c_str(), stdout);
    return ExitCode::kOk;
  }
  if (flags.options.folder.empty()) {
    return Status::Invalid("--output-dir is needed: the output folder of `roost ingest`");
  }
  ROOST_ASSIGN(flags.options.memory_bytes, ParseBytes(flags.memory));
  if (flags.explain) {
    ROOST_ASSIGN(std::string plan, ExplainRules(flags.options));
    std::fputs(plan.c_str(), stdout);
    return ExitCode::kOk;
  }
  if (!flags.on_finding.empty()) {
    flags.options.on_finding = [&](const RuleResult& rule) {
      return TellCommand(flags.on_finding, rule);
    };
  }
  ROOST_ASSIGN(ValidationReport report, Validate(flags.options));
  if (!flags.quiet) PrintReport(report);
  return ExitCodeOf(report, flags.min_score);
}

}  // namespace

void AddValidateCommand(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<ValidateFlags>();
  ValidateOptions& options = flags->options;
  CLI::App* command = app.add_subcommand("validate", "Judges tables by rules, with a score");
  command->footer("Example: roost validate --output-dir ./out --rules rules.yaml");
  command->add_option("--output-dir", options.folder,
                      "output of an ingest, or any folder of Parquet files");
  command->add_option("--rules", options.rules, "rule file; default: rules.yaml in the folder");
  command->add_option("--only", options.only, "rules, tables, kinds or tags");
  command
      ->add_option("--min-score", flags->min_score,
                   "exit with 5 if the score is below; failed rules alone then do no harm")
      ->check(CLI::Range(0.0, 100.0));
  command->add_option("--samples", options.samples, "failing rows to show of each rule")
      ->capture_default_str();
  command->add_option("--on-finding", flags->on_finding,
                      "command to run for each finding, JSON on its standard input");
  command->add_flag("--explain", flags->explain, "print how rules are run, and run none");
  command->add_flag("--print-schema", flags->print_schema,
                    "print the JSON Schema of rule files, for editors");
  command->add_flag("!--no-files", options.write_state,
                    "only print; no failing rows, history or report");
  command->add_flag("--quiet", flags->quiet, "print nothing");
  command->add_option("--threads", options.threads, "default: one per core");
  command->add_option("--memory", flags->memory, "memory to work in")->capture_default_str();
  command->callback([flags, &exit_code] {
    Result<ExitCode> code = Run(*flags);
    exit_code = code.ok() ? *code : PrintError(code.status());
  });
}

}  // namespace roost::cli
