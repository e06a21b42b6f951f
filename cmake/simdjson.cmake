# simdjson::simdjson, compiled here from its one source; it chooses its kernel when it runs.
set(_simdjson_root "${CMAKE_SOURCE_DIR}/.deps/simdjson")
if(NOT EXISTS "${_simdjson_root}/simdjson.cpp")
  message(FATAL_ERROR "no simdjson in .deps/simdjson; run ./dev setup")
endif()
add_library(simdjson STATIC "${_simdjson_root}/simdjson.cpp")
add_library(simdjson::simdjson ALIAS simdjson)
target_include_directories(simdjson SYSTEM PUBLIC "${_simdjson_root}")
target_compile_options(simdjson PRIVATE -O3 -w)
