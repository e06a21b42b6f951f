#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/status.h"
#include "cli/commands.h"
#include "cli/memory.h"
#include "cli/terminal.h"
#include "roost/relate.h"

namespace roost::cli {
namespace {

struct RelateFlags {
  RelateOptions options;
  std::string memory = "512MB", truth;
  bool json = false;
};

std::string Joined(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : ", ") + name;
  return Printable(joined);
}

const char* NameOf(RelationTier tier) {
  constexpr const char* kNames[] = {"certain", "probable", "possible"};
  return kNames[static_cast<int>(tier)];
}

void PrintKeys(const RelateResult& result) {
  std::vector<std::vector<std::string>> rows;
  for (const RelatedTable& table : result.tables) {
    rows.push_back({Printable(table.name), FormatCount(table.rows),
                    table.primary_key.empty() ? "(none)" : Joined(table.primary_key)});
  }
  std::fputs(FormatTable({"table", "rows", "key"}, rows, {false, true, false}).c_str(), stdout);
}

void PrintRelations(const RelateResult& result) {
  std::vector<std::vector<std::string>> rows;
  for (const Relation& relation : result.relations) {
    std::string orphans = relation.orphan_rows ? Counted(relation.orphan_rows, "orphan") : "";
    std::string when = relation.when_column.empty() ? ""
                                                    : " if " + Printable(relation.when_column) +
                                                          " = " + Printable(relation.when_value);
    rows.push_back({Printable(relation.table) + "." + Joined(relation.columns) + when,
                    Printable(relation.ref_table) + "." + Joined(relation.ref_columns),
                    relation.cardinality, NameOf(relation.tier), orphans});
  }
  std::puts("");
  std::fputs(FormatTable({"reference", "to", "", "tier", ""}, rows, std::vector<bool>(5)).c_str(),
             stdout);
}

double Share(uint64_t part, uint64_t rest) {
  return part + rest == 0 ? 1 : static_cast<double>(part) / static_cast<double>(part + rest);
}

void PrintScore(const RelateScore& score) {
  double precision = Share(score.right, score.wrong), recall = Share(score.right, score.missed);
  fmt::print("\nreferences  precision {:.3f}  recall {:.3f}  F1 {:.3f}\n", precision, recall,
             precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0);
  fmt::print("tier certain  precision {:.3f} of {}\n",
             Share(score.certain_right, score.certain_wrong),
             score.certain_right + score.certain_wrong);
  fmt::print("composite     {} right, {} wrong, {} missed\n", score.wide_right, score.wide_wrong,
             score.wide_missed);
  fmt::print("keys          {} of {} exact, {} with other true keys\n", score.keys_exact,
             score.keys, score.keys_true);
  for (const std::string& miss : score.misses) fmt::print("  {}\n", Printable(miss));
}

nlohmann::ordered_json ToJson(const RelateScore& score) {
  return {{"right", score.right},
          {"wrong", score.wrong},
          {"missed", score.missed},
          {"wide_right", score.wide_right},
          {"wide_wrong", score.wide_wrong},
          {"wide_missed", score.wide_missed},
          {"certain_right", score.certain_right},
          {"certain_wrong", score.certain_wrong},
          {"keys", score.keys},
          {"keys_exact", score.keys_exact},
          {"keys_true", score.keys_true},
          {"misses", score.misses}};
}

Status Run(RelateFlags& flags) {
  ROOST_ASSIGN(flags.options.memory_bytes, ParseBytes(flags.memory));
  flags.options.should_stop = WasInterrupted;
  KeepMemoryAtHand();
  ROOST_ASSIGN(RelateResult result, Relate(flags.options));
  if (flags.truth.empty()) {
    if (flags.json) {
      std::fputs(RelationsJson(result).c_str(), stdout);
    } else {
      PrintKeys(result);
      PrintRelations(result);
      fmt::print("\n{}, {}, {} in {}\n", Counted(result.tables.size(), "table"),
                 Counted(result.column_count, "column"),
                 Counted(result.relations.size(), "reference"), FormatSeconds(result.seconds));
    }
    return Status::OK();
  }
  ROOST_ASSIGN(RelateScore score, ScoreRelations(result, flags.truth));
  if (flags.json) {
    auto json = ToJson(score);
    json["seconds"] = result.seconds;
    fmt::print("{}\n", json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  } else {
    PrintKeys(result);
    PrintRelations(result);
    PrintScore(score);
  }
  return Status::OK();
}

}  // namespace

void AddRelateCommand(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<RelateFlags>();
  RelateOptions& options = flags->options;
  CLI::App* command = app.add_subcommand("relate", "Finds keys and references between tables");
  command->footer("Example: roost relate ./out");
  command
      ->add_option("folder", options.folder, "output of an ingest, or any folder of Parquet files")
      ->required();
  command->add_option("--confirm", options.confirm,
                      "this holds: table.column=table.column; kept in roost.yaml");
  command->add_option("--refuse", options.refuse, "this does not hold; kept in roost.yaml");
  command->add_option("--config", options.config, "default: roost.yaml in the folder");
  command->add_flag("!--no-files", options.write_files,
                    "only print; do not write table_relationships.json");
  command->add_option("--score", flags->truth, "compare with this truth file");
  command->add_option("--evidence", options.evidence_file,
                      "write the evidence of all candidates as JSON lines, for fitting");
  command->add_option("--threads", options.threads, "default: one per core");
  command->add_option("--memory", flags->memory, "memory to work in")->capture_default_str();
  command->add_flag("--json", flags->json, "print as JSON");
  command->callback([flags, &exit_code] {
    if (Status status = Run(*flags); !status.ok()) exit_code = PrintError(status);
  });
}

}  // namespace roost::cli
