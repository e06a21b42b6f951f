# simdjson::simdjson, compiled here from its one source; it chooses its kernel when it runs.
# libparquet and libarrow carry simdjson too, of other versions. Ours is part of our own library, which
# comes before them where a program is linked, and is hidden: so neither takes the other's functions
# (tests/linking_test.py).
set(_simdjson_root "${CMAKE_SOURCE_DIR}/.deps/simdjson")
if(NOT EXISTS "${_simdjson_root}/simdjson.cpp")
  message(FATAL_ERROR "no simdjson in .deps/simdjson; run ./dev setup")
endif()
add_library(simdjson OBJECT "${_simdjson_root}/simdjson.cpp")
add_library(simdjson::simdjson ALIAS simdjson)
target_include_directories(simdjson SYSTEM PUBLIC "${_simdjson_root}")
target_compile_options(simdjson PRIVATE -O3 -w -fvisibility=hidden)
