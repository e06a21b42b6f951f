# roost_bench: every bench/*.cc, measured with Google Benchmark; release builds only.
file(GLOB _benchmarks CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/bench/*.cc")
if(_benchmarks AND CMAKE_BUILD_TYPE STREQUAL "Release")
  find_package(benchmark REQUIRED)
  add_executable(roost_bench ${_benchmarks})
  target_link_libraries(roost_bench PRIVATE roost benchmark::benchmark_main)
endif()
