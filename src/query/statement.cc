#include "query/statement.h"

#include <algorithm>
#include <numeric>
#include <string_view>

#include "query/terminal_text.h"

namespace roost::query {

namespace {

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

void SkipSpace(std::string_view& text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
}

/// Takes `word` off the front of `text`, if it stands there as a word of its own.
bool TakeWord(std::string_view& text, std::string_view word) {
  if (text.size() < word.size() || !std::equal(word.begin(), word.end(), text.begin(),
                                               [](char a, char b) { return a == Lower(b); })) {
    return false;
  }
  std::string_view rest = text.substr(word.size());
  if (!rest.empty() && !IsSpace(rest.front()) && rest.front() != '(') return false;
  SkipSpace(rest);
  text = rest;
  return true;
}

/// What EXPLAIN [ANALYZE | (options)] explains, or nothing.
std::string_view ExplainedPart(std::string_view sql) {
  SkipSpace(sql);
  if (!TakeWord(sql, "explain")) return {};
  TakeWord(sql, "analyze");
  if (sql.starts_with('(')) {
    size_t end = sql.find(')');
    // (options) stand before a statement, (SELECT ...) is one.
    std::string_view inner = sql.substr(1);
    SkipSpace(inner);
    bool is_options = TakeWord(inner, "analyze") || TakeWord(inner, "format");
    if (is_options && end != std::string_view::npos) sql.remove_prefix(end + 1);
  }
  return sql;
}

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0]++;
    for (size_t j = 0; j < b.size(); ++j) {
      size_t replaced = diagonal + (Lower(a[i]) != Lower(b[j]));
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

Status UnknownTable(const Session& session, const std::string& name) {
  std::string nearest, list;
  size_t least = name.size() / 2 + 1;
  for (const std::string& view : session.views()) {
    list += (list.empty() ? "" : ", ") + VisibleText(view);
    size_t distance = EditDistance(name, view);
    if (distance < least) least = distance, nearest = view;
  }
  std::string hint = nearest.empty() ? "" : "Did you mean " + VisibleText(nearest) + "? ";
  return Status::Invalid("there is no table ", VisibleText(name), ". ", hint, "Tables: ", list);
}

/// The one statement in `sql`, prepared.
Result<Prepared> PrepareOne(const Session& session, const std::string& sql) {
  ROOST_TRY(session.Ready());
  Statements statements;
  idx_t count = duckdb_extract_statements(session.connection(), sql.c_str(), statements.out());
  if (count == 0) {
    const char* error = duckdb_extract_statements_error(statements.get());
    if (error != nullptr) return ExplainError(session, error);
    return Status::Invalid("there is no SQL in the query; try: SHOW TABLES");
  }
  if (count > 1) {
    return Status::Invalid("one statement at a time. (PIVOT counts as two unless its values are ",
                           "listed: PIVOT t ON c IN ('a', 'b') USING ...)");
  }
  Prepared prepared;
  if (duckdb_prepare_extracted_statement(session.connection(), statements.get(), 0,
                                         prepared.out()) != DuckDBSuccess) {
    const char* error = duckdb_prepare_error(prepared.get());
    return ExplainError(session, error != nullptr ? error : "the statement cannot be prepared");
  }
  return prepared;
}

}  // namespace

Result<Prepared> PrepareQuery(const Session& session, const std::string& sql) {
  if (sql.find('\0') != std::string::npos) return Status::Invalid("the query holds a NUL byte");
  ROOST_ASSIGN(Prepared prepared, PrepareOne(session, sql));
  auto type = duckdb_prepared_statement_type(prepared.get());
  if (type == DUCKDB_STATEMENT_TYPE_SELECT) return prepared;
  bool reads = false;
  if (type == DUCKDB_STATEMENT_TYPE_EXPLAIN) {
    auto explained = PrepareOne(session, std::string(ExplainedPart(sql)));
    reads = explained.ok() &&
            duckdb_prepared_statement_type(explained->get()) == DUCKDB_STATEMENT_TYPE_SELECT;
  }
  if (reads) return prepared;
  return Status::Invalid("a query only reads: SELECT, FROM, WITH, VALUES, DESCRIBE, SHOW, ",
                         "SUMMARIZE, or EXPLAIN of one; to write a file use --output-file");
}

Status ExplainError(const Session& session, const std::string& message) {
  constexpr std::string_view kUnknown = "Catalog Error: Table with name ";
  size_t end = message.find(" does not exist!");
  if (message.starts_with(kUnknown) && end != std::string::npos) {
    return UnknownTable(session, message.substr(kUnknown.size(), end - kUnknown.size()));
  }
  if (message.starts_with("Permission Error")) {
    return Status::Invalid(message, "\nA query sees the tables of its store and nothing else.");
  }
  if (message.starts_with("Out of Memory Error")) {
    return Status::OutOfMemory(message, "\nGive the query more with --memory.");
  }
  if (message.starts_with("INTERRUPT Error")) return Status::Cancelled("stopped");
  return Status::Invalid(message);
}

}  // namespace roost::query
