#include "query/session.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/disk.h"
#include "base/sql_text.h"

namespace roost::query {

namespace {

std::string QuoteList(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ",") + SqlText(text);
  return "[" + list + "]";
}

/// The columns of a view: all, or those that people need.
std::string SelectList(const shred::FinalTable& table, bool technical) {
  std::string list;
  auto add = [&list](const std::string& name, std::string_view cast) {
    if (name.empty()) return;
    list += (list.empty() ? "" : ", ") + SqlName(name);
    if (!cast.empty()) list.append(cast).append(" AS ").append(SqlName(name));
  };
  if (technical) {
    for (const auto& name :
         {table.id_name, table.parent_name, table.index_name, table.shape_name}) {
      add(name, "");
    }
  }
  for (const auto& column : table.columns) {
    bool is_json = column.type == shred::FinalType::kJson;
    if (technical || !store::IsTechnical(column)) add(column.name, is_json ? "::JSON" : "");
  }
  // A table may have nothing but technical columns, and a view must have one.
  if (list.empty()) add(table.id_name, "");
  return list;
}

/// Rows of tables that are not ours get an id of their own: which file, which row in it.
std::string WithIds(const std::string& file, const std::string& columns) {
  std::string id = "((" + file + ")::BIGINT << 40) + file_row_number AS _roost_id";
  return columns.empty() ? id : id + ", " + columns;
}

std::string From(const std::vector<std::string>& parts, bool is_uneven) {
  return " FROM read_parquet(" + QuoteList(parts) + (is_uneven ? ", union_by_name = true)" : ")");
}

}  // namespace

SpillFolder::SpillFolder() {
  std::error_code error;
  std::string pattern = std::filesystem::temp_directory_path(error).string() + "/roost-XXXXXX";
  if (!error && ::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
}

SpillFolder::~SpillFolder() {
  if (!path_.empty()) (void)disk::RemoveTree(path_);
}

Status Run(duckdb_connection connection, const std::string& sql) {
  QueryResult result;
  if (duckdb_query(connection, sql.c_str(), result.get()) == DuckDBSuccess) return Status::OK();
  const char* message = duckdb_result_error(result.get());
  return Status::Invalid("DuckDB: ", message != nullptr ? message : "no message");
}

Result<Session> Session::Open(const exporting::Catalog& catalog, const SessionOptions& options) {
  Session session = Begin(catalog, options, Start::kWhenAsked);
  ROOST_TRY(session.Ready());
  return session;
}

Session Session::Begin(const exporting::Catalog& catalog, const SessionOptions& options,
                       Start start) {
  Session session;
  session.PlanViews(catalog, options.technical);
  session.PlanLock(options);
  auto how = start == Start::kNow ? std::launch::async : std::launch::deferred;
  auto begin = [core = session.core_.get(), options, statements = std::move(session.statements_)] {
    return core->Start(options, statements);
  };
  session.core_->should_stop = options.should_stop;
  session.core_->started = std::async(how, std::move(begin)).share();
  return session;
}

Status Session::Core::Start(const SessionOptions& options,
                            const std::vector<std::string>& statements) {
  ROOST_TRY(LoadLibrary());
  ROOST_TRY(Connect(options));
  for (const std::string& sql : statements) ROOST_TRY(Run(connection.get(), sql));
  if (should_stop) interrupter = std::make_unique<Interrupter>(connection.get(), should_stop);
  return Status::OK();
}

Status Session::Core::Connect(const SessionOptions& options) {
  Config config;
  if (duckdb_create_config(config.out()) != DuckDBSuccess) {
    return Status::OutOfMemory("DuckDB cannot be configured");
  }
  std::vector<std::pair<const char*, std::string>> settings = {
      {"memory_limit", std::to_string(options.memory_bytes) + "B"},
      {"temp_directory", spill.path()},
      {"autoinstall_known_extensions", "false"},
      {"autoload_known_extensions", "false"},
      {"allow_community_extensions", "false"},
      {"allow_persistent_secrets", "false"},
  };
  if (options.threads != 0) settings.emplace_back("threads", std::to_string(options.threads));
  for (const auto& [name, value] : settings) {
    duckdb_set_config(config.get(), name, value.c_str());
  }
  char* error = nullptr;
  if (duckdb_open_ext(":memory:", database.out(), config.get(), &error) != DuckDBSuccess) {
    return Status::Invalid("DuckDB does not start: ", TakeText(error));
  }
  if (duckdb_connect(database.get(), connection.out()) != DuckDBSuccess) {
    return Status::OutOfMemory("DuckDB does not connect");
  }
  // Text of timestamps must not depend on where a query runs.
  return Run(connection.get(), "SET TimeZone = 'UTC'");
}

void Session::PlanViews(const exporting::Catalog& catalog, bool technical) {
  for (const auto& table : catalog.tables) {
    Source source{SelectList(table.facts.table, technical),
                  technical && table.facts.table.id_name.empty(), table.is_uneven,
                  table.part_paths};
    std::string columns = source.makes_ids ? WithIds("file_index", source.columns) : source.columns;
    PlanView(table.name(), columns, table.part_paths, table.is_uneven);
    sources_.emplace(table.name(), std::move(source));
  }
  PlanRoostView("ledger", catalog.ledger_parts);
  PlanRoostView("quarantine", catalog.quarantine_parts);
}

void Session::PlanRoostView(const std::string& what, const std::vector<std::string>& parts) {
  if (parts.empty()) return;
  std::string name = "_roost_" + what;  // gives way to a user's table, as technical columns do
  while (std::ranges::find(views_, name) != views_.end()) name.insert(0, "_");
  PlanView(name, "*", parts, false);
}

void Session::PlanView(const std::string& name, const std::string& columns,
                       const std::vector<std::string>& parts, bool is_uneven) {
  statements_.push_back("CREATE OR REPLACE VIEW " + SqlName(name) + " AS SELECT " + columns +
                        From(parts, is_uneven));
  views_.push_back(name);
  allowed_files_.insert(allowed_files_.end(), parts.begin(), parts.end());
}

std::string Session::SelectOf(const std::string& view, const std::vector<size_t>& parts) const {
  auto source = sources_.find(view);
  if (source == sources_.end() || source->second.is_uneven || parts.empty()) return "";
  std::vector<std::string> paths;
  std::string places;
  for (size_t part : parts) {
    paths.push_back(source->second.parts[part]);
    places += (places.empty() ? "[" : ", ") + std::to_string(part);
  }
  std::string columns = source->second.columns;
  if (source->second.makes_ids)
    columns = WithIds("(" + places + "])[file_index::BIGINT + 1]", columns);
  return "SELECT " + columns + From(paths, false);
}

void Session::PlanLock(const SessionOptions& options) {
  std::vector<std::string> allowed = std::move(allowed_files_);
  if (!options.writable_file.empty()) allowed.push_back(options.writable_file);
  allowed.insert(allowed.end(), options.readable_files.begin(), options.readable_files.end());
  if (!options.writable_folder.empty()) {
    statements_.push_back("SET allowed_directories = " + QuoteList({options.writable_folder}));
  }
  statements_.push_back("SET allowed_paths = " + QuoteList(allowed));
  statements_.emplace_back("SET enable_external_access = false");
  statements_.emplace_back("SET lock_configuration = true");
}

}  // namespace roost::query
