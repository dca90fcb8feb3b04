# One test program; CTest runs it once for each test file, so that its list reads like the sources.

find_package(doctest 2.4 REQUIRED)
file(GLOB_RECURSE test_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/*.cpp)

add_executable(lockstep_tests ${test_sources})
target_link_libraries(lockstep_tests PRIVATE lockstep_cli doctest::doctest lockstep_flags)
# Tests are compiled more often than they run long; what they test is optimized as asked for.
target_compile_options(lockstep_tests PRIVATE -O0)
target_compile_definitions(lockstep_tests PRIVATE
  LOCKSTEP_PROGRAM="$<TARGET_FILE:lockstep>"
  LOCKSTEP_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
add_dependencies(lockstep_tests lockstep)
lockstep_precompile(lockstep_tests <doctest/doctest.h> <nlohmann/json.hpp>)
set_source_files_properties(${PROJECT_SOURCE_DIR}/tests/main.cpp PROPERTIES
  SKIP_PRECOMPILE_HEADERS ON)  # doctest's implementation

foreach(source IN LISTS test_sources)
  file(RELATIVE_PATH name ${PROJECT_SOURCE_DIR}/tests ${source})
  if(name MATCHES "^(.*)_test\\.cpp$")
    add_test(NAME ${CMAKE_MATCH_1} COMMAND lockstep_tests --source-file=*/tests/${name})
    set_tests_properties(${CMAKE_MATCH_1} PROPERTIES
      TIMEOUT 600
      FAIL_REGULAR_EXPRESSION "test cases: +0 ")  # a file without cases tests nothing
  endif()
endforeach()

# It measures times, on links that it limits: for a machine that has nothing else to do.
option(LOCKSTEP_NETWORK_TEST "test predictions over a network of namespaces; needs root and MPI" OFF)
if(LOCKSTEP_NETWORK_TEST)
  add_test(NAME network/check_over_links
    COMMAND ${PROJECT_SOURCE_DIR}/tests/network/check_over_links.sh $<TARGET_FILE:lockstep>)
  set_tests_properties(network/check_over_links PROPERTIES
    TIMEOUT 600
    RUN_SERIAL ON
    SKIP_RETURN_CODE 77)
endif()

if(NOT LOCKSTEP_SANITIZE)
  include(cmake/headers_alone.cmake)
endif()

# What runs threads, alone: the thread sanitizer needs no more of the tests, and of the program only
# the models. tests/README.md says how.
if(LOCKSTEP_SANITIZE STREQUAL "thread")
  add_executable(lockstep_thread_tests EXCLUDE_FROM_ALL tests/main.cpp
    tests/models/numerics/execute_test.cpp tests/models/numerics/every_algorithm_test.cpp
    tests/models/numerics/shared_memory_test.cpp)
  target_link_libraries(lockstep_thread_tests PRIVATE
    lockstep_models doctest::doctest lockstep_flags)
endif()
