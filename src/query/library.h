// Loads DuckDB's C library when the first query needs it.
//
// Linked to the program, its 70 MB would be mapped and relocated at the start of every command,
// which took a tenth of a small ingest. The names of roost::query hide the library's own, so that
// calls read as DuckDB's manual writes them; a call that is missing below does not link.
#pragma once

#include <duckdb.h>

#include "base/status.h"

// clang-format off: one call a line
#define ROOST_DUCKDB_CALLS(X) \
  X(duckdb_array_type_array_size) \
  X(duckdb_array_type_child_type) \
  X(duckdb_array_vector_get_child) \
  X(duckdb_close) \
  X(duckdb_column_count) \
  X(duckdb_column_logical_type) \
  X(duckdb_column_name) \
  X(duckdb_connect) \
  X(duckdb_create_config) \
  X(duckdb_create_date) \
  X(duckdb_create_interval) \
  X(duckdb_create_time_ns) \
  X(duckdb_create_time_tz_value) \
  X(duckdb_create_timestamp) \
  X(duckdb_create_timestamp_ms) \
  X(duckdb_create_timestamp_ns) \
  X(duckdb_create_timestamp_s) \
  X(duckdb_create_timestamp_tz) \
  X(duckdb_create_uuid) \
  X(duckdb_data_chunk_get_size) \
  X(duckdb_data_chunk_get_vector) \
  X(duckdb_decimal_internal_type) \
  X(duckdb_decimal_scale) \
  X(duckdb_decimal_width) \
  X(duckdb_destroy_config) \
  X(duckdb_destroy_data_chunk) \
  X(duckdb_destroy_extracted) \
  X(duckdb_destroy_logical_type) \
  X(duckdb_destroy_prepare) \
  X(duckdb_destroy_result) \
  X(duckdb_destroy_value) \
  X(duckdb_disconnect) \
  X(duckdb_enum_dictionary_size) \
  X(duckdb_enum_dictionary_value) \
  X(duckdb_enum_internal_type) \
  X(duckdb_execute_prepared_streaming) \
  X(duckdb_extract_statements) \
  X(duckdb_extract_statements_error) \
  X(duckdb_fetch_chunk) \
  X(duckdb_free) \
  X(duckdb_from_date) \
  X(duckdb_from_time) \
  X(duckdb_from_timestamp) \
  X(duckdb_get_type_id) \
  X(duckdb_get_varchar) \
  X(duckdb_interrupt) \
  X(duckdb_is_finite_date) \
  X(duckdb_is_finite_timestamp) \
  X(duckdb_list_type_child_type) \
  X(duckdb_list_vector_get_child) \
  X(duckdb_logical_type_get_alias) \
  X(duckdb_map_type_key_type) \
  X(duckdb_map_type_value_type) \
  X(duckdb_open_ext) \
  X(duckdb_prepare_error) \
  X(duckdb_prepare_extracted_statement) \
  X(duckdb_prepared_statement_type) \
  X(duckdb_query) \
  X(duckdb_result_error) \
  X(duckdb_rows_changed) \
  X(duckdb_set_config) \
  X(duckdb_string_t_data) \
  X(duckdb_string_t_length) \
  X(duckdb_struct_type_child_count) \
  X(duckdb_struct_type_child_name) \
  X(duckdb_struct_type_child_type) \
  X(duckdb_struct_vector_get_child) \
  X(duckdb_union_type_member_count) \
  X(duckdb_union_type_member_type) \
  X(duckdb_validity_row_is_valid) \
  X(duckdb_vector_get_data) \
  X(duckdb_vector_get_validity)
// clang-format on

namespace roost::query {

#define ROOST_DECLARE(name) extern decltype(&::name) name;
ROOST_DUCKDB_CALLS(ROOST_DECLARE)
#undef ROOST_DECLARE

/// Finds libduckdb.so where the program's run path leads; once, whoever calls first. No other
/// function of this header may be called before it has succeeded.
Status LoadLibrary();

}  // namespace roost::query
