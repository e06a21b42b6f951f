#include <fmt/format.h>

#include <cstdio>

#include "base/status.h"
#include "cli/commands.h"
#include "cli/memory.h"
#include "cli/terminal.h"
#include "roost/report.h"
#include "roost/validate.h"

namespace roost::cli {
namespace {

struct ValidateFlags {
  ValidateOptions options;
  std::string memory = "1GB", on_finding, report_file;
  double min_score = -1;
  bool json = false, quiet = false, print_schema = false, explain = false, suggest = false,
       prove = false, stats = false;
};

void PrintReport(const ValidationReport& report, const std::vector<std::string>& files) {
  TerminalView view;
  view.colours = ShowsColours();
  view.width = TerminalWidth();
  std::fputs(ReportText(report, view).c_str(), stdout);
  for (const std::string& file : files)
    fmt::print("{}{}\n", &file == &files[0] ? "\nreport  " : "        ", Printable(file));
}

void PrintFaults(const ValidationReport& report) {
  std::vector<std::vector<std::string>> rows;
  for (const FaultScore& fault : report.faults) {
    std::string healed = fault.healed == 0 ? "" : FormatCount(fault.healed) + " healed";
    rows.push_back({fault.kind, FormatCount(fault.planted), FormatCount(fault.found),
                    FormatCount(fault.false_findings), fmt::format("{:.4f}", fault.recall),
                    fmt::format("{:.4f}", fault.precision), healed});
  }
  std::puts("");
  std::fputs(FormatTable({"fault", "planted", "found", "false", "recall", "precision", ""}, rows,
                         {false, true, true, true, true, true, false})
                 .c_str(),
             stdout);
  for (const std::string& miss : report.fault_misses) fmt::print("  {}\n", Printable(miss));
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

void PrintStages(const ValidationReport& report) {
  for (const auto& [stage, seconds] : report.seconds) {
    fmt::print(stderr, "{:8.3f} s  {}\n", seconds, stage);
  }
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

Result<ExitCode> PrintProofs(const ValidateOptions& options) {
  ROOST_ASSIGN(std::vector<RuleProof> proofs, ProveRules(options));
  size_t tried = 0, proven = 0;
  for (const RuleProof& proof : proofs) {
    tried += proof.is_tried;
    proven += proof.can_fail;
    if (proof.is_tried && !proof.can_fail) {
      fmt::print("nothing breaks {}; tried last: {}\n", Printable(proof.rule),
                 Printable(proof.change));
    }
  }
  fmt::print("{} of {} can fail; {} not tried\n", proven, Counted(tried, "rule"),
             proofs.size() - tried);
  return proven == tried ? ExitCode::kOk : ExitCode::kRuleFailed;
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
  flags.options.should_stop = WasInterrupted;
  KeepMemoryAtHand();
  if (flags.prove) return PrintProofs(flags.options);
  if (flags.suggest) {
    ROOST_ASSIGN(std::string text, SuggestRules(flags.options));
    std::fputs(text.c_str(), stdout);
    return ExitCode::kOk;
  }
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
  std::vector<std::string> files;
  if (flags.options.write_state) {
    WriteReportsOptions where;
    where.folder = flags.options.folder;
    where.json_file = flags.report_file;
    ROOST_ASSIGN(files, WriteReports(report, where));
  }
  if (flags.json) {
    std::fputs(ReportJson(report).c_str(), stdout);
  } else if (!flags.quiet) {
    PrintReport(report, files);
    if (!flags.options.truth.empty()) PrintFaults(report);
  }
  if (flags.stats) PrintStages(report);
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
  command->add_option(
      "--rules", options.rules,
      "rule file; default: rules.yaml in the folder, else rules made from the data");
  command->add_option("--only", options.only, "rules, tables, kinds or tags");
  command
      ->add_option("--min-score", flags->min_score,
                   "exit with 5 if the score is below; failed rules alone then do no harm")
      ->check(CLI::Range(0.0, 100.0));
  command->add_option("--samples", options.samples, "failing rows to show of each rule")
      ->capture_default_str();
  command->add_option("--on-finding", flags->on_finding,
                      "command to run for each finding, JSON on its standard input");
  command->add_option("--score", options.truth,
                      "_truth.json of planted faults: print what was found of each kind");
  command->add_flag("--prove", flags->prove,
                    "change samples so that each rule has to fail, and name those that do not");
  command->add_flag("--suggest", flags->suggest,
                    "print rules that nearly all rows keep, as a rule file to correct");
  command->add_flag("--explain", flags->explain, "print how rules are run, and run none");
  command->add_flag("--print-schema", flags->print_schema,
                    "print the JSON Schema of rule files, for editors");
  command->add_flag("--full", options.full,
                    "read all rows again, also those of parts that an earlier run has judged");
  command->add_flag("!--no-files", options.write_state,
                    "only print; no failing rows, history or report");
  command->add_option(
      "--report-file", flags->report_file,
      "where the JSON report goes (default: data_quality_report.json in the folder)");
  command->add_flag("--json", flags->json, "print the report as JSON");
  command->add_flag("--quiet", flags->quiet, "print nothing");
  command->add_flag("--stats", flags->stats, "print how long each stage took");
  command->add_option("--threads", options.threads, "default: one per core");
  command->add_option("--memory", flags->memory, "memory to work in")->capture_default_str();
  command->callback([flags, &exit_code] {
    Result<ExitCode> code = Run(*flags);
    exit_code = code.ok() ? *code : PrintError(code.status());
  });
}

}  // namespace roost::cli
