#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/status.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "roost/roost.h"

namespace roost::cli {
namespace {

Status WriteOut(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size()) return Status::OK();
  return Status::IOError("cannot write the result: ", std::strerror(errno));
}

}  // namespace

void AddQueryCommand(CLI::App& app, ExitCode& exit_code) {
  auto options = std::make_shared<QueryOptions>();
  auto memory = std::make_shared<std::string>("512MB");
  CLI::App* command = app.add_subcommand("query", "Runs SQL over the tables of a store");
  command->footer("Example: roost query ./out \"SELECT count(*) FROM students\"");
  command->add_option("store", options->store_dir, "output folder of an ingest")->required();
  command->add_option("sql", options->sql, "one statement of DuckDB's SQL")->required();
  static const std::map<std::string, QueryFormat> kFormats = {{"table", QueryFormat::kTable},
                                                              {"json", QueryFormat::kJson},
                                                              {"csv", QueryFormat::kCsv},
                                                              {"parquet", QueryFormat::kParquet}};
  command
      ->add_option_function<std::string>(
          "--format", [options](const std::string& name) { options->format = kFormats.at(name); },
          "table (default), json, csv or parquet")
      ->check(CLI::IsMember({"table", "json", "csv", "parquet"}));
  command->add_option("--output-file", options->output_file, "needed for --format parquet");
  command->add_flag("--technical", options->technical, "show the _roost_ columns");
  command->add_option("--threads", options->threads, "default: one per core");
  command->add_option("--memory", *memory, "memory to work in")->capture_default_str();
  command->callback([options, memory, &exit_code] {
    Result<uint64_t> bytes = ParseBytes(*memory);
    Status status = bytes.status();
    if (status.ok()) {
      options->memory_bytes = *bytes;
      options->width = TerminalWidth();
      options->write = WriteOut;
      status = Query(*options).status();
    }
    if (!status.ok()) exit_code = PrintError(status);
  });
}

}  // namespace roost::cli
