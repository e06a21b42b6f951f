#include "query/temporal_text.h"

#include "query/handles.h"

namespace roost::query {

namespace {

template <class T>
T At(const void* data, idx_t row) {
  return static_cast<const T*>(data)[row];
}

void AppendDigits(std::string& out, int value, int width) {
  std::string digits = std::to_string(value);
  out.append(static_cast<size_t>(width) - std::min(digits.size(), static_cast<size_t>(width)), '0');
  out.append(digits);
}

void AppendDate(const duckdb_date_struct& date, std::string& out) {
  AppendDigits(out, date.year, 4);
  out.push_back('-');
  AppendDigits(out, date.month, 2);
  out.push_back('-');
  AppendDigits(out, date.day, 2);
}

void AppendTime(const duckdb_time_struct& time, std::string& out) {
  AppendDigits(out, time.hour, 2);
  out.push_back(':');
  AppendDigits(out, time.min, 2);
  out.push_back(':');
  AppendDigits(out, time.sec, 2);
  if (time.micros == 0) return;
  out.push_back('.');
  AppendDigits(out, time.micros, 6);
  while (out.back() == '0') out.pop_back();
}

bool IsPlainYear(int year) { return year >= 1 && year <= 9999; }

/// How a value of a type that is shown as DuckDB shows it gets into DuckDB's hands.
Value MakeValue(duckdb_type type, const void* data, idx_t row) {
  switch (type) {
    case DUCKDB_TYPE_DATE:
      return Value(duckdb_create_date(At<duckdb_date>(data, row)));
    case DUCKDB_TYPE_TIMESTAMP:
      return Value(duckdb_create_timestamp(At<duckdb_timestamp>(data, row)));
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return Value(duckdb_create_timestamp_tz(At<duckdb_timestamp>(data, row)));
    case DUCKDB_TYPE_TIMESTAMP_S:
      return Value(duckdb_create_timestamp_s(At<duckdb_timestamp_s>(data, row)));
    case DUCKDB_TYPE_TIMESTAMP_MS:
      return Value(duckdb_create_timestamp_ms(At<duckdb_timestamp_ms>(data, row)));
    case DUCKDB_TYPE_TIMESTAMP_NS:
      return Value(duckdb_create_timestamp_ns(At<duckdb_timestamp_ns>(data, row)));
    case DUCKDB_TYPE_TIME_TZ:
      return Value(duckdb_create_time_tz_value(At<duckdb_time_tz>(data, row)));
    case DUCKDB_TYPE_TIME_NS:
      return Value(duckdb_create_time_ns(At<duckdb_time_ns>(data, row)));
    default:
      return Value(duckdb_create_interval(At<duckdb_interval>(data, row)));
  }
}

/// By way of DuckDB's cast; between date and time stands a space there.
void AppendAsDuckDb(duckdb_type type, const void* data, idx_t row, std::string& out) {
  std::string text = TakeText(duckdb_get_varchar(MakeValue(type, data, row).get()));
  bool is_iso = type == DUCKDB_TYPE_TIMESTAMP_S || type == DUCKDB_TYPE_TIMESTAMP_MS ||
                type == DUCKDB_TYPE_TIMESTAMP_NS;
  if (is_iso && text.size() > 10 && text[10] == ' ') text[10] = 'T';
  out.append(text);
}

}  // namespace

bool IsTemporal(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_DATE:
    case DUCKDB_TYPE_TIME:
    case DUCKDB_TYPE_TIME_TZ:
    case DUCKDB_TYPE_TIME_NS:
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
    case DUCKDB_TYPE_TIMESTAMP_S:
    case DUCKDB_TYPE_TIMESTAMP_MS:
    case DUCKDB_TYPE_TIMESTAMP_NS:
    case DUCKDB_TYPE_INTERVAL:
      return true;
    default:
      return false;
  }
}

void AppendTemporal(duckdb_type type, const void* data, idx_t row, std::string& out) {
  if (type == DUCKDB_TYPE_TIME) {
    return AppendTime(duckdb_from_time(At<duckdb_time>(data, row)), out);
  }
  if (type == DUCKDB_TYPE_DATE) {
    auto date = At<duckdb_date>(data, row);
    auto parts = duckdb_from_date(date);
    if (duckdb_is_finite_date(date) && IsPlainYear(parts.year)) return AppendDate(parts, out);
  }
  if (type == DUCKDB_TYPE_TIMESTAMP || type == DUCKDB_TYPE_TIMESTAMP_TZ) {
    auto moment = At<duckdb_timestamp>(data, row);
    if (duckdb_is_finite_timestamp(moment)) {
      auto parts = duckdb_from_timestamp(moment);
      if (IsPlainYear(parts.date.year)) {
        AppendDate(parts.date, out);
        out.push_back('T');
        AppendTime(parts.time, out);
        if (type == DUCKDB_TYPE_TIMESTAMP_TZ) out.push_back('Z');
        return;
      }
    }
  }
  AppendAsDuckDb(type, data, row, out);
}

}  // namespace roost::query
