# Compiler, linker, cache and sanitizer flags: for the whole project, and roost_flags for our own code.

set(ROOST_SANITIZER "" CACHE STRING "set by presets: address, thread or fuzzer (with clang)")

set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O3 -DNDEBUG")

# AVX2 and BMI2 are worth a fifth of the time of scanning JSON. roost::CheckCpu refuses older
# processors in words; the two files that run before it are compiled for any x86-64 (roost_any_cpu).
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  add_compile_options(-march=x86-64-v3)
  set(ROOST_ANY_CPU_OPTIONS -march=x86-64)
endif()

function(roost_any_cpu)
  set_source_files_properties(${ARGN} PROPERTIES
    COMPILE_OPTIONS "${ROOST_ANY_CPU_OPTIONS}" SKIP_PRECOMPILE_HEADERS ON)
endfunction()

if(ROOST_SANITIZER STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(ROOST_SANITIZER STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
elseif(ROOST_SANITIZER STREQUAL "fuzzer")
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined)
elseif(ROOST_SANITIZER)
  message(FATAL_ERROR "ROOST_SANITIZER is '${ROOST_SANITIZER}'; address, thread and fuzzer are known")
endif()

if(ROOST_SANITIZER)
  # Their runtime wraps dlopen and so becomes the caller, whose RUNPATH would count; RPATH is the program's.
  add_link_options(-Wl,--disable-new-dtags)
endif()

# The same source in another folder is the same object file, for ccache and in messages.
add_compile_options("-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=")
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
    "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime "${CCACHE}")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fpch-preprocess)
  endif()
endif()

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
add_link_options(-Wl,--as-needed)

# Warnings are errors in our code. The four that stay warnings come from the optimiser, and GCC 12
# is wrong about them in the standard library often enough.
add_library(roost_flags INTERFACE)
target_include_directories(roost_flags INTERFACE "${CMAKE_SOURCE_DIR}/src" "${CMAKE_SOURCE_DIR}/include")
target_compile_definitions(roost_flags INTERFACE ROOST_VERSION="${PROJECT_VERSION}")
target_compile_options(roost_flags INTERFACE -Wall -Wextra)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(roost_flags INTERFACE -Werror -Wno-error=maybe-uninitialized
    -Wno-error=array-bounds -Wno-error=stringop-overflow -Wno-error=stringop-overread -Wno-restrict)
endif()
