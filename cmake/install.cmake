# cmake --install makes bin/roost and lib/ with every library that is not part of the C++ runtime;
# the program looks for them beside itself, so the prefix can be moved.
if(NOT TARGET roost_cli)
  return()
endif()
set_target_properties(roost_cli PROPERTIES INSTALL_RPATH "$ORIGIN/../lib")
install(TARGETS roost_cli RUNTIME_DEPENDENCY_SET roost_libraries RUNTIME DESTINATION bin)
install(RUNTIME_DEPENDENCY_SET roost_libraries
  PRE_EXCLUDE_REGEXES "^lib(c|m|dl|rt|pthread|resolv|gcc_s|stdc\\+\\+|asan|ubsan|tsan)\\.so" "^ld-linux"
  LIBRARY DESTINATION lib)
install(FILES "${ROOST_DUCKDB_LIBRARY}" DESTINATION lib)
install(FILES "${CMAKE_SOURCE_DIR}/LICENSE" DESTINATION share/doc/roost)
