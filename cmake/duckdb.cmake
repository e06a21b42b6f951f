# DuckDB::capi: the header of the C library. The library itself is loaded by the first query
# (src/query/library.h), so it is not linked; the programs find it by their run path.
set(_duckdb_root "${CMAKE_SOURCE_DIR}/.deps/duckdb")
set(ROOST_DUCKDB_LIBRARY "${_duckdb_root}/libduckdb.so")
if(NOT EXISTS "${ROOST_DUCKDB_LIBRARY}")
  message(FATAL_ERROR "no DuckDB in .deps/duckdb; run ./dev setup")
endif()
add_library(DuckDB::capi INTERFACE IMPORTED GLOBAL)
set_target_properties(DuckDB::capi PROPERTIES
  INTERFACE_INCLUDE_DIRECTORIES "${_duckdb_root}"
  INTERFACE_LINK_LIBRARIES "${CMAKE_DL_LIBS}")
list(APPEND CMAKE_BUILD_RPATH "${_duckdb_root}")
