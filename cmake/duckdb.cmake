# DuckDB::capi: the C library, and its header of the same release.
set(_duckdb_root "${CMAKE_SOURCE_DIR}/.deps/duckdb")
if(NOT EXISTS "${_duckdb_root}/libduckdb.so")
  message(FATAL_ERROR "no DuckDB in .deps/duckdb; run ./dev setup")
endif()
add_library(DuckDB::capi SHARED IMPORTED GLOBAL)
set_target_properties(DuckDB::capi PROPERTIES
  IMPORTED_LOCATION "${_duckdb_root}/libduckdb.so"
  IMPORTED_SONAME "libduckdb.so"
  INTERFACE_INCLUDE_DIRECTORIES "${_duckdb_root}")
