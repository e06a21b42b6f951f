# roost_tests: every src/**/*_test.cc and tests/*_test.cc, run from the top of the source tree, one ctest
# entry per suite (starting a process per test would cost more than the tests). A suite with Slow in
# its name is labelled slow.
file(GLOB _tests CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/*.cc")
set(_shared "${_tests}")
list(FILTER _tests INCLUDE REGEX "_test\\.cc$")
list(FILTER _shared EXCLUDE REGEX "_test\\.cc$")
# What tests and fuzzers share.
add_library(roost_test_parts STATIC ${_shared})
target_include_directories(roost_test_parts PUBLIC "${CMAKE_SOURCE_DIR}")
target_link_libraries(roost_test_parts PUBLIC roost)
get_property(_test_folders GLOBAL PROPERTY ROOST_TEST_FOLDERS)
add_executable(roost_tests ${_tests})
foreach(folder IN LISTS _test_folders)
  target_sources(roost_tests PRIVATE $<TARGET_OBJECTS:${folder}>)
endforeach()
target_link_libraries(roost_tests PRIVATE roost_test_parts roost GTest::gtest GTest::gtest_main)

set(_suites "${CMAKE_BINARY_DIR}/suites.cmake")
add_custom_command(TARGET roost_tests POST_BUILD VERBATIM
  COMMAND "${CMAKE_COMMAND}" -D "BINARY=$<TARGET_FILE:roost_tests>" -D "FOLDER=${CMAKE_SOURCE_DIR}"
          -D "OUT=${_suites}" -P "${CMAKE_SOURCE_DIR}/cmake/list_suites.cmake")
file(WRITE "${CMAKE_BINARY_DIR}/suites_if_built.cmake"
  "if(EXISTS \"${_suites}\")\n  include(\"${_suites}\")\nelse()\n  add_test(roost_tests_not_built false)\nendif()\n")
set_property(DIRECTORY "${CMAKE_SOURCE_DIR}" APPEND PROPERTY TEST_INCLUDE_FILES
  "${CMAKE_BINARY_DIR}/suites_if_built.cmake")

# Fuzzers: tests/fuzz/<name>_fuzz.cc has one LLVMFuzzerTestOneInput. Ordinary builds replay
# tests/fuzz/corpus/<name>/* through it; ./dev fuzz builds it with libFuzzer.
file(GLOB _fuzzers CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/fuzz/*_fuzz.cc")
foreach(source IN LISTS _fuzzers)
  get_filename_component(name "${source}" NAME_WE)
  add_executable(${name} "${source}")
  target_link_libraries(${name} PRIVATE roost_test_parts roost)
  if(ROOST_SANITIZER STREQUAL "fuzzer")
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${name} PRIVATE "${CMAKE_SOURCE_DIR}/tests/fuzz/replay.cc")
    string(REGEX REPLACE "_fuzz$" "" corpus "${name}")
    add_test(NAME fuzz.${corpus} COMMAND ${name} "tests/fuzz/corpus/${corpus}"
      WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
  endif()
endforeach()
