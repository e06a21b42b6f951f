#include <unistd.h>

#include <optional>

#include "base/disk.h"
#include "base/sql_text.h"
#include "export/catalog.h"
#include "query/handles.h"
#include "query/result_writer.h"
#include "query/session.h"
#include "query/statement.h"
#include "roost/roost.h"

namespace roost::query {

namespace {

/// The file that a result goes to: written under another name, and given its own at the end.
class ResultFile {
 public:
  explicit ResultFile(std::string path)
      : path_(std::move(path)), temporary_(path_ + ".roost-" + std::to_string(::getpid())) {}
  ResultFile(const ResultFile&) = delete;
  ResultFile& operator=(const ResultFile&) = delete;
  ~ResultFile() {
    if (!is_done_) (void)disk::RemoveTree(temporary_);
  }

  const std::string& temporary() const { return temporary_; }
  Status Finish() {
    ROOST_TRY(disk::Rename(temporary_, path_));
    is_done_ = true;
    return Status::OK();
  }

 private:
  std::string path_, temporary_;
  bool is_done_ = false;
};

std::unique_ptr<ResultWriter> MakeWriter(const QueryOptions& options, TextSink sink) {
  switch (options.format) {
    case QueryFormat::kJson:
      return MakeJsonWriter(std::move(sink));
    case QueryFormat::kCsv:
      return MakeCsvWriter(std::move(sink));
    default:
      return MakeTableWriter(std::move(sink), options.width);
  }
}

Result<ResultColumns> ReadColumns(duckdb_result* result) {
  ResultColumns columns;
  for (idx_t i = 0; i < duckdb_column_count(result); ++i) {
    LogicalType type(duckdb_column_logical_type(result, i));
    ROOST_ASSIGN(CellType cell, ReadCellType(type.get()));
    columns.push_back({duckdb_column_name(result, i), CellText(std::move(cell))});
  }
  return columns;
}

/// Runs the statement and hands its chunks to the writer as they come.
Result<uint64_t> WriteText(const Session& session, const Prepared& statement,
                           ResultWriter& writer) {
  QueryResult result;
  // There is no other way in the C library to get rows before all of them are there.
  if (duckdb_execute_prepared_streaming(statement.get(), result.get()) != DuckDBSuccess) {
    return ExplainError(session, duckdb_result_error(result.get()));
  }
  ROOST_ASSIGN(ResultColumns columns, ReadColumns(result.get()));
  ROOST_TRY(writer.Begin(columns));
  uint64_t rows = 0;
  while (Chunk chunk{duckdb_fetch_chunk(*result.get())}) {
    idx_t count = duckdb_data_chunk_get_size(chunk.get());
    for (idx_t i = 0; i < columns.size(); ++i) {
      columns[i].cell.Bind(duckdb_data_chunk_get_vector(chunk.get(), i));
    }
    ROOST_TRY(writer.Write(columns, count));
    rows += count;
  }
  if (const char* error = duckdb_result_error(result.get())) {
    return ExplainError(session, error);
  }
  ROOST_TRY(writer.End());
  return rows;
}

/// A checked SELECT becomes a view, so that its text is never pasted into a longer statement with
/// something behind it; then DuckDB copies the view to the one file it may write.
Result<uint64_t> WriteParquet(const Session& session, const QueryOptions& options,
                              const std::string& file) {
  Status status = Run(session.connection(), "CREATE TEMP VIEW _roost_result AS " + options.sql);
  if (!status.ok()) {
    return status.WithMessage("this statement cannot go to a Parquet file, only a SELECT can: ",
                              status.message());
  }
  QueryResult result;
  std::string copy = "COPY (FROM _roost_result) TO " + SqlText(file) +
                     " (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)";
  if (duckdb_query(session.connection(), copy.c_str(), result.get()) != DuckDBSuccess) {
    return ExplainError(session, duckdb_result_error(result.get()));
  }
  return duckdb_rows_changed(result.get());
}

Result<uint64_t> WriteTextFile(const Session& session, const Prepared& statement,
                               const QueryOptions& options, const std::string& path) {
  ROOST_ASSIGN(disk::File file, disk::File::Create(path));
  auto writer = MakeWriter(options, [&file](std::string_view text) { return file.Write(text); });
  ROOST_ASSIGN(uint64_t rows, WriteText(session, statement, *writer));
  ROOST_TRY(file.Close());
  return rows;
}

Status CheckOptions(const QueryOptions& options) {
  if (options.format == QueryFormat::kParquet && options.output_file.empty()) {
    return Status::Invalid("Parquet needs a file to go to: name one with --output-file");
  }
  if (options.output_file.empty() && !options.write) {
    return Status::Invalid("a query needs an output file or a `write` function");
  }
  return Status::OK();
}

Result<uint64_t> RunQuery(const QueryOptions& options) {
  ROOST_TRY(CheckOptions(options));
  ROOST_ASSIGN(exporting::Catalog catalog, exporting::OpenCatalog(options.store_dir));
  std::optional<ResultFile> file;
  if (!options.output_file.empty()) {
    ROOST_TRY(catalog.RefuseInside(options.output_file));
    file.emplace(options.output_file);
  }
  bool is_parquet = options.format == QueryFormat::kParquet;
  ROOST_ASSIGN(Session session,
               Session::Open(catalog, {.threads = options.threads,
                                       .memory_bytes = options.memory_bytes,
                                       .technical = options.technical,
                                       .writable_file = is_parquet ? file->temporary() : ""}));
  ROOST_ASSIGN(Prepared statement, PrepareQuery(session, options.sql));
  if (!file) return WriteText(session, statement, *MakeWriter(options, options.write));
  ROOST_ASSIGN(uint64_t rows, is_parquet
                                  ? WriteParquet(session, options, file->temporary())
                                  : WriteTextFile(session, statement, options, file->temporary()));
  ROOST_TRY(file->Finish());
  return rows;
}

}  // namespace

}  // namespace roost::query

roost::Result<uint64_t> roost::Query(const QueryOptions& options) {
  return query::RunQuery(options);
}
