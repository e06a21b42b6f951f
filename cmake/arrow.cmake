# Arrow::arrow, Arrow::parquet: the libraries that scripts/bootstrap.sh took from the pyarrow wheel.
set(_arrow_root "${CMAKE_SOURCE_DIR}/.deps/pyarrow")
set(_arrow_config "${_arrow_root}/include/arrow/util/config.h")
if(NOT EXISTS "${_arrow_config}")
  message(FATAL_ERROR "no Arrow in .deps/pyarrow; run ./dev setup")
endif()
file(STRINGS "${_arrow_config}" _arrow_lines REGEX "define ARROW_SO_VERSION ")
string(REGEX MATCH "\"([0-9]+)\"" _ "${_arrow_lines}")
set(_arrow_soversion "${CMAKE_MATCH_1}")

find_package(Threads REQUIRED)

# roost_arrow_library(TARGET FILE [DEPENDENCY...]); imported, so its headers are SYSTEM.
function(roost_arrow_library target file)
  add_library(${target} SHARED IMPORTED GLOBAL)
  set_target_properties(${target} PROPERTIES
    IMPORTED_LOCATION "${_arrow_root}/lib${file}.so.${_arrow_soversion}"
    IMPORTED_SONAME "lib${file}.so.${_arrow_soversion}"
    INTERFACE_INCLUDE_DIRECTORIES "${_arrow_root}/include"
    INTERFACE_LINK_LIBRARIES "${ARGN}")
endfunction()

roost_arrow_library(Arrow::arrow arrow Threads::Threads)
roost_arrow_library(Arrow::parquet parquet Arrow::arrow)
