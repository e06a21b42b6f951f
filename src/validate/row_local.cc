#include "validate/row_local.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace roost::validate {

namespace {

const std::set<std::string_view> kWords = {
    "and",      "as",       "between",  "bigint",  "bool",      "boolean",     "case",    "cast",
    "date",     "day",      "days",     "decimal", "double",    "else",        "end",     "escape",
    "false",    "float",    "glob",     "hour",    "hours",     "hugeint",     "ilike",   "in",
    "int",      "integer",  "interval", "is",      "like",      "minute",      "minutes", "month",
    "months",   "not",      "null",     "or",      "real",      "second",      "seconds", "similar",
    "smallint", "text",     "then",     "time",    "timestamp", "timestamptz", "tinyint", "to",
    "true",     "try_cast", "varchar",  "when",    "year",      "years",
};
const std::set<std::string_view> kFunctions = {
    "abs",
    "ceil",
    "ceiling",
    "coalesce",
    "concat",
    "contains",
    "date_diff",
    "date_part",
    "date_trunc",
    "datediff",
    "day",
    "dayofweek",
    "dayofyear",
    "decimal",
    "ends_with",
    "epoch",
    "epoch_ms",
    "exp",
    "floor",
    "greatest",
    "hour",
    "ifnull",
    "in",
    "isfinite",
    "isinf",
    "isnan",
    "least",
    "left",
    "len",
    "length",
    "ln",
    "log10",
    "log2",
    "lower",
    "ltrim",
    "make_date",
    "minute",
    "mod",
    "month",
    "nullif",
    "position",
    "pow",
    "power",
    "prefix",
    "quarter",
    "regexp_extract",
    "regexp_full_match",
    "regexp_matches",
    "regexp_replace",
    "replace",
    "right",
    "round",
    "rtrim",
    "second",
    "sign",
    "split_part",
    "sqrt",
    "starts_with",
    "strlen",
    "strptime",
    "substr",
    "substring",
    "suffix",
    "trim",
    "trunc",
    "try_cast",
    "cast",
    "try_strptime",
    "upper",
    "week",
    "year",
    "and",
    "or",
    "not",
    "when",
    "then",
    "else",
    "case",
    "between",
    "varchar",
};
// No `.`: a name behind one is of something else; a `-` or `/` of a comment is looked at apart.
constexpr std::string_view kSigns = "+-*/%<>=!(),:|&[]";

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return lower;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsOfName(char c) {
  return IsDigit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

class Reader {
 public:
  Reader(std::string_view sql, const TableInfo& table) : sql_(sql) {
    for (const Field& field : table.fields) {
      for (const shred::FinalColumn* column : field.columns) columns_.insert(Lower(column->name));
    }
  }

  bool KnowsAll() {
    while (at_ < sql_.size()) {
      if (!KnowsNext()) return false;
    }
    return true;
  }

 private:
  bool KnowsNext() {
    char c = sql_[at_];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') return ++at_ != 0;
    if (c == '\'') return Quoted('\'').has_value();
    if (c == '"') {
      auto name = Quoted('"');
      return name && columns_.contains(Lower(*name)) && Next() != '(' && Next() != '.';
    }
    if (IsDigit(c)) return Number();
    if (IsOfName(c)) return Word();
    bool is_comment = sql_.substr(at_).starts_with("--") || sql_.substr(at_).starts_with("/*");
    ++at_;
    return !is_comment && kSigns.find(c) != std::string_view::npos;
  }

  /// What stands between quotes; a quote within is written twice.
  std::optional<std::string> Quoted(char quote) {
    std::string text;
    for (++at_; at_ < sql_.size(); ++at_) {
      if (sql_[at_] == quote) {
        ++at_;
        if (at_ == sql_.size() || sql_[at_] != quote) return text;
      }
      text += sql_[at_];
    }
    return std::nullopt;
  }

  bool Number() {
    while (at_ < sql_.size() && (IsDigit(sql_[at_]) || sql_[at_] == '.')) ++at_;
    return at_ == sql_.size() || !IsOfName(sql_[at_]);
  }

  bool Word() {
    size_t begin = at_;
    while (at_ < sql_.size() && IsOfName(sql_[at_])) ++at_;
    std::string word = Lower(sql_.substr(begin, at_ - begin));
    if (Next() == '.') return false;
    if (Next() == '(') return kFunctions.contains(word);
    return kWords.contains(word) || columns_.contains(word);
  }

  /// The next character that is no space.
  char Next() const {
    size_t next = sql_.find_first_not_of(" \t\n\r", at_);
    return next == std::string_view::npos ? '\0' : sql_[next];
  }

  std::string_view sql_;
  std::set<std::string> columns_;
  size_t at_ = 0;
};

}  // namespace

bool SeesOnlyRow(const Rule& rule) {
  if (!rule.table || !IsRowRule(rule.kind)) return false;
  if (!Reader(rule.where, *rule.table).KnowsAll()) return false;
  return rule.kind != Kind::kExpression || Reader(rule.text, *rule.table).KnowsAll();
}

}  // namespace roost::validate
