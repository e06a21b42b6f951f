#include "query/answer.h"

#include <charconv>
#include <cstdlib>

#include "base/sql_text.h"
#include "query/cell_text.h"
#include "query/statement.h"

namespace roost::query {

namespace {

/// Before there is a QueryResult, whose end calls DuckDB.
Status Prepare(const Session& session) {
  ROOST_TRY(session.Ready());
  return session.ShouldStop() ? Status::Cancelled("stopped") : Status::OK();
}

Status Execute(const Session& session, const std::string& sql, QueryResult& result) {
  if (duckdb_query(session.connection(), sql.c_str(), result.get()) == DuckDBSuccess) {
    return Status::OK();
  }
  const char* error = duckdb_result_error(result.get());
  return ExplainError(session, error != nullptr ? error : "DuckDB gives no message");
}

Result<std::vector<CellText>> ReadCells(duckdb_result* result, Answer& answer) {
  std::vector<CellText> cells;
  for (idx_t i = 0; i < duckdb_column_count(result); ++i) {
    LogicalType type(duckdb_column_logical_type(result, i));
    ROOST_ASSIGN(CellType cell, ReadCellType(type.get()));
    cells.emplace_back(std::move(cell));
    answer.names.emplace_back(duckdb_column_name(result, i));
  }
  return cells;
}

}  // namespace

uint64_t Answer::Count(size_t column) const {
  uint64_t count = 0;
  if (rows.empty() || !rows[0][column]) return 0;
  const std::string& text = *rows[0][column];
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

// std::stod takes numbers near 0, whose digits are fewer, for errors.
double Answer::Number(size_t row, size_t column) const {
  return std::strtod(Text(row, column).c_str(), nullptr);
}

const std::string& Answer::Text(size_t row, size_t column) const {
  static const std::string kEmpty;
  return rows[row][column] ? *rows[row][column] : kEmpty;
}

Result<Answer> Ask(const Session& session, const std::string& sql) {
  ROOST_TRY(Prepare(session));
  QueryResult result;
  ROOST_TRY(Execute(session, sql, result));
  Answer answer;
  ROOST_ASSIGN(std::vector<CellText> cells, ReadCells(result.get(), answer));
  while (Chunk chunk{duckdb_fetch_chunk(*result.get())}) {
    for (idx_t i = 0; i < cells.size(); ++i) {
      cells[i].Bind(duckdb_data_chunk_get_vector(chunk.get(), i));
    }
    for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk.get()); ++row) {
      auto& texts = answer.rows.emplace_back(cells.size());
      for (size_t i = 0; i < cells.size(); ++i) {
        if (!cells[i].IsNull(row)) cells[i].AppendPlain(row, texts[i].emplace());
      }
    }
  }
  return answer;
}

Result<uint64_t> Do(const Session& session, const std::string& sql) {
  ROOST_TRY(Prepare(session));
  QueryResult result;
  ROOST_TRY(Execute(session, sql, result));
  return duckdb_rows_changed(result.get());
}

Result<uint64_t> CopyToParquet(const Session& session, const std::string& select,
                               const std::string& file) {
  return Do(session, "COPY (" + select + ") TO " + SqlText(file) +
                         " (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)");
}

Status CheckSelect(const Session& session, const std::string& sql) {
  return PrepareQuery(session, sql).status();
}

}  // namespace roost::query
