#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

#include "base/status.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "cli/whole_number.h"
#include "roost/generate.h"

namespace roost::cli {
namespace {

struct GenerateFlags {
  GenerateOptions options;
  std::vector<std::string> inject, set;
  std::string format = "json", print_world;
  bool no_integrity = false, no_validation = false, json = false, quiet = false;
};

Status ReadSettings(GenerateFlags& flags) {
  for (const std::string& setting : flags.set) {
    size_t equals = setting.find('='), used = 0;
    try {
      if (equals != std::string::npos && equals > 0) {
        flags.options.parameters[setting.substr(0, equals)] =
            std::stod(setting.substr(equals + 1), &used);
      }
    } catch (const std::exception&) {
      used = 0;
    }
    if (used == 0 || equals + 1 + used != setting.size()) {
      return Status::Invalid("--set: expected name=number, found '", setting, "'");
    }
  }
  return Status::OK();
}

Status WriteToOutput(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size()) return Status::OK();
  return Status::IOError("cannot write to standard output; the reader may have gone");
}

Result<GenerateResult> RunGenerate(GenerateFlags& flags) {
  GenerateOptions& options = flags.options;
  ROOST_TRY(ReadSettings(flags));
  for (const std::string& each : flags.inject)
    options.inject += (options.inject.empty() ? "" : ",") + each;
  options.format = flags.format == "json"     ? GenerateFormat::kJson
                   : flags.format == "ndjson" ? GenerateFormat::kNdjson
                                              : GenerateFormat::kParquet;
  options.config.enforce_referential_integrity = !flags.no_integrity;
  options.config.validation_enabled = !flags.no_validation;
  options.write = WriteToOutput;
  ProgressLine line(!flags.quiet && !flags.json, WritingText);
  options.on_progress = [&](const Progress& progress) { line.Show(progress); };
  options.should_stop = WasInterrupted;
  ROOST_ASSIGN(GenerateResult result, Generate(options));
  if (options.output_dir == "-" && std::fflush(stdout) != 0) return WriteToOutput("?");
  return result;
}

void Print(const GenerateFlags& flags, const GenerateResult& result) {
  // Standard output may be the data.
  std::FILE* to = flags.options.output_dir == "-" ? stderr : stdout;
  if (flags.json) {
    nlohmann::ordered_json json = {{"documents", result.documents}, {"files", result.files},
                                   {"rows", result.rows},           {"bytes", result.bytes},
                                   {"faults", result.faults},       {"stopped", result.stopped},
                                   {"seconds", result.seconds}};
    fmt::print(to, "{}\n", json.dump(2));
    return;
  }
  double seconds = std::max(result.seconds, 1e-6);
  auto per_second = [&](uint64_t n) {
    return static_cast<uint64_t>(static_cast<double>(n) / seconds);
  };
  fmt::print(to, "{}, {}, {} in {} ({} documents/s, {}/s)\n", Counted(result.documents, "document"),
             Counted(result.rows, "row"), FormatBytes(result.bytes), FormatSeconds(result.seconds),
             FormatCount(per_second(result.documents)), FormatBytes(per_second(result.bytes)));
  if (!flags.options.inject.empty()) {
    fmt::print(to, "{} planted; _truth.json tells each one\n", Counted(result.faults, "fault"));
  }
  if (result.stopped) {
    fmt::print(to, "stopped early; what is there is whole, and --start {} goes on\n",
               flags.options.start + result.documents);
  }
}

void AddFlags(CLI::App* command, const std::shared_ptr<GenerateFlags>& flags) {
  GenerateOptions& options = flags->options;
  command->add_option("--output-dir", options.output_dir,
                      "folder for the documents; - for standard output");
  command->add_option("--num-iterations", options.num_iterations, "documents to make")
      ->check(WholeNumber())
      ->capture_default_str();
  command
      ->add_option("--rate", options.config.generation_rate,
                   "files per second; 0: as fast as possible")
      ->capture_default_str();
  command
      ->add_option("--max-enrollments", options.config.max_enrollments_per_student,
                   "classes of a student at most; the world's parameter max_enrollments")
      ->capture_default_str();
  command
      ->add_option(
          "--capacity-utilization", options.config.class_capacity_utilization,
          "share of each capacity that is given away; the world's parameter capacity_utilization")
      ->capture_default_str();
  command->add_option("--seed", options.seed, "other seeds make other documents")
      ->check(WholeNumber())
      ->capture_default_str();
  command
      ->add_option("--start", options.start, "first iteration: go on where an earlier run stopped")
      ->check(WholeNumber())
      ->capture_default_str();
  command->add_option("--world", options.world, "school, pool, shop, or a file.yaml")
      ->capture_default_str();
  command->add_option("--set", flags->set, "name=number: a parameter of the world");
  command->add_option("--inject", flags->inject,
                      "faults to plant: orphan=0.01,duplicate=0.005,...");
  command
      ->add_option("--format", flags->format,
                   "json (a file each), ndjson (one file), parquet (tables)")
      ->check(CLI::IsMember({"json", "ndjson", "parquet"}))
      ->capture_default_str();
  command->add_flag("--overwrite", options.overwrite, "parquet: replace tables that roost made");
  command->add_flag("--in-place", options.in_place,
                    "grow files under their final names, as HTCondor does");
  command->add_flag("--no-integrity", flags->no_integrity,
                    "let references run ahead of what they refer to");
  command->add_flag("--no-validation", flags->no_validation,
                    "keep no capacity, uniqueness or rule");
  command->add_option("--threads", options.threads, "default: one per core")->check(WholeNumber());
  command->add_option("--print-world", flags->print_world, "print a built-in world's file and end");
  command->add_flag("--json", flags->json, "print the result as JSON");
  command->add_flag("--quiet", flags->quiet, "print nothing but errors");
}

ExitCode PrintWorld(const std::string& name) {
  Result<std::string> text = BuiltinWorldText(name);
  if (!text.ok()) return PrintError(text.status());
  std::fputs(text->c_str(), stdout);
  return ExitCode::kOk;
}

}  // namespace

void AddGenerateCommand(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<GenerateFlags>();
  CLI::App* command =
      app.add_subcommand("generate", "Makes documents of a world whose truth is known");
  command->footer(
      "Example: roost generate --output-dir ./input --num-iterations 100 --inject orphan=0.01");
  AddFlags(command, flags);
  command->callback([flags, &exit_code] {
    if (!flags->print_world.empty()) {
      exit_code = PrintWorld(flags->print_world);
      return;
    }
    Result<GenerateResult> result = RunGenerate(*flags);
    if (!result.ok()) {
      exit_code = PrintError(result.status());
    } else {
      if (!flags->quiet) Print(*flags, *result);
      if (result->stopped) exit_code = ExitCode::kInterrupted;
    }
  });
}

}  // namespace roost::cli
