# One test program; CTest runs it once for each test file, so that its list reads like the sources.

find_package(doctest 2.4 REQUIRED)
file(GLOB_RECURSE test_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/*.cpp)
list(FILTER test_sources EXCLUDE REGEX "/tests/fuzz/")  # programs of their own: cmake/fuzz.cmake

# For a quick round while something is being changed: -D LOCKSTEP_TESTS_ONLY='scenarios/read_'
# leaves out the other test files, and the headers compiled alone.
set(LOCKSTEP_TESTS_ONLY "" CACHE STRING "build only test files whose path matches; empty for all")
if(LOCKSTEP_TESTS_ONLY)
  foreach(source IN LISTS test_sources)
    file(RELATIVE_PATH name ${PROJECT_SOURCE_DIR}/tests ${source})
    if(name MATCHES "_test\\.cpp$" AND NOT name MATCHES "${LOCKSTEP_TESTS_ONLY}")
      list(REMOVE_ITEM test_sources ${source})
    endif()
  endforeach()
endif()

add_executable(lockstep_tests ${test_sources})
target_link_libraries(lockstep_tests PRIVATE lockstep_cli doctest::doctest lockstep_flags)
# Tests are compiled more often than they run long; what they test is optimized as asked for.
target_compile_options(lockstep_tests PRIVATE -O0)
if(LOCKSTEP_SANITIZE)
  # The program has lines for its reports; the tests' own would cost a fifth more.
  target_compile_options(lockstep_tests PRIVATE -g0)
  target_compile_definitions(lockstep_tests PRIVATE LOCKSTEP_SANITIZED)  # tests/sanitized.hpp
endif()
# Paths of this build in one source alone: every other object can come from a compiler cache.
set_source_files_properties(${PROJECT_SOURCE_DIR}/tests/paths.cpp PROPERTIES COMPILE_DEFINITIONS
  "LOCKSTEP_PROGRAM=\"$<TARGET_FILE:lockstep>\";LOCKSTEP_SOURCE_DIR=\"${PROJECT_SOURCE_DIR}\"")
add_dependencies(lockstep_tests lockstep)
lockstep_precompile(lockstep_tests <doctest/doctest.h> <nlohmann/json.hpp> <models/language/setup.hpp>
  <models/readers/simulate/simulate.hpp>)
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

include(cmake/fuzz.cmake)

# The longest begin first, so that none is left running alone; `-LE slow` leaves them out.
foreach(name models/algorithms cli/cli models/collectives models/readers/numerics/synchronous golden/golden
    fuzz/random_scenarios)
  if(TEST ${name})
    set_tests_properties(${name} PROPERTIES LABELS slow COST 100)
  endif()
endforeach()

# run.sh and test.sh, when something fails.
if(NOT LOCKSTEP_SANITIZE)
  add_test(NAME setup/failures COMMAND ${PROJECT_SOURCE_DIR}/tests/setup/failures_test.sh)
endif()

# A record that lacks something does not compile.
add_test(NAME structure/incomplete_records
  COMMAND ${PROJECT_SOURCE_DIR}/tests/structure/incomplete_records_test.sh ${CMAKE_CXX_COMPILER})

if(CCACHE_PROGRAM)
  add_test(NAME structure/ccache_launcher
    COMMAND ${PROJECT_SOURCE_DIR}/tests/structure/ccache_launcher_test.sh ${CMAKE_CXX_COMPILER})
endif()

# docs/floors.svg is what the includes make.
find_package(Python3 COMPONENTS Interpreter)
if(Python3_FOUND)
  add_test(NAME structure/picture_of_floors
    COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/docs/floors.py --check)
endif()

# A sanitizer's own symbols stand in every object.
if(CMAKE_NM AND NOT LOCKSTEP_SANITIZE)
  get_property(kernel_objects GLOBAL PROPERTY lockstep_kernel_objects)
  foreach(entry IN LISTS kernel_objects)
    string(REGEX MATCH "^([^=]+)=(.+)$" matched ${entry})
    add_test(NAME structure/kernel_symbols_${CMAKE_MATCH_1}
      COMMAND ${CMAKE_COMMAND} -D NM=${CMAKE_NM} -D SET=${CMAKE_MATCH_1} -D OBJECT=${CMAKE_MATCH_2}
        -P ${PROJECT_SOURCE_DIR}/cmake/check_kernel_symbols.cmake)
  endforeach()
endif()

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

if(NOT LOCKSTEP_SANITIZE AND NOT LOCKSTEP_TESTS_ONLY)
  include(cmake/headers_alone.cmake)
endif()

# What runs threads, alone: the thread sanitizer needs no more of the tests. tests/README.md says how.
if(LOCKSTEP_SANITIZE STREQUAL "thread")
  add_executable(lockstep_thread_tests EXCLUDE_FROM_ALL tests/main.cpp
    tests/models/readers/numerics/execute_test.cpp tests/models/readers/numerics/every_algorithm_test.cpp
    tests/models/readers/numerics/shared_memory_test.cpp tests/cli/sweep_point_test.cpp tests/paths.cpp)
  target_link_libraries(lockstep_thread_tests PRIVATE
    lockstep_cli doctest::doctest lockstep_flags)
endif()
