#include <fmt/format.h>

#include "base/status.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "roost/relate.h"

namespace roost::cli {
namespace {

struct DescribeFlags {
  DescribeOptions options;
  std::string memory = "512MB", format;
};

Status Run(DescribeFlags& flags) {
  ROOST_ASSIGN(flags.options.memory_bytes, ParseBytes(flags.memory));
  if (!flags.format.empty()) flags.options.write_files = false;
  flags.options.should_stop = WasInterrupted;
  ROOST_ASSIGN(Documentation documentation, Document(flags.options));
  if (flags.format.empty()) {
    const RelateResult& relations = documentation.relations;
    fmt::print("{}, {}, {}: see {}, {} and {} in {}\n", Counted(relations.tables.size(), "table"),
               Counted(relations.column_count, "column"),
               Counted(relations.relations.size(), "reference"), kReadmeFile, kSchemaFile,
               kRelationsFile, Printable(flags.options.folder));
    return Status::OK();
  }
  const std::string& text = flags.format == "sql"    ? documentation.sql
                            : flags.format == "dbml" ? documentation.dbml
                            : flags.format == "json" ? documentation.schema_json
                                                     : documentation.readme;
  std::fwrite(text.data(), 1, text.size(), stdout);
  return Status::OK();
}

}  // namespace

void AddDescribeCommand(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<DescribeFlags>();
  DescribeOptions& options = flags->options;
  CLI::App* command =
      app.add_subcommand("describe", "Documents tables, columns and references: JSON and Markdown");
  command->footer("Example: roost describe ./out && roost describe ./out --format sql");
  command
      ->add_option("folder", options.folder, "output of an ingest, or any folder of Parquet files")
      ->required();
  command
      ->add_option("--format", flags->format,
                   "print one part instead of writing files: md, json, sql or dbml")
      ->check(CLI::IsMember({"md", "json", "sql", "dbml"}));
  command->add_option("--config", options.config, "default: roost.yaml in the folder");
  command->add_option("--threads", options.threads, "default: one per core");
  command->add_option("--memory", flags->memory, "memory to work in")->capture_default_str();
  command->callback([flags, &exit_code] {
    if (Status status = Run(*flags); !status.ok()) exit_code = PrintError(status);
  });
}

}  // namespace roost::cli
