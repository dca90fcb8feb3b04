# Random scenarios through every command, a few of them in CTest's list; and, with LOCKSTEP_FUZZ,
# libFuzzer on every reader. tests/fuzz/README.md says more.

file(GLOB fuzz_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/fuzz/*.cpp)
add_executable(lockstep_random_scenarios ${fuzz_sources}
  ${PROJECT_SOURCE_DIR}/tests/paths.cpp ${PROJECT_SOURCE_DIR}/tests/cli/child_program.cpp)
target_link_libraries(lockstep_random_scenarios PRIVATE
  lockstep_reports Boost::program_options lockstep_flags)
target_compile_options(lockstep_random_scenarios PRIVATE -O1)
add_dependencies(lockstep_random_scenarios lockstep)
lockstep_precompile(lockstep_random_scenarios <nlohmann/json.hpp>)
set_target_properties(lockstep_random_scenarios PROPERTIES
  RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})

set(random_scenarios 25)
if(LOCKSTEP_SANITIZE)  # each takes ten times as long
  set(random_scenarios 3)
endif()
add_test(NAME fuzz/random_scenarios COMMAND lockstep_random_scenarios
  --program $<TARGET_FILE:lockstep> --first 1 --count ${random_scenarios})
set_tests_properties(fuzz/random_scenarios PROPERTIES TIMEOUT 600)

# lockstep_fuzz_scenario and so on, from tests/fuzz/targets/scenario.cpp. The libraries that they
# link are instrumented; neither the kernels are, which read no input and would be slower, nor what
# no target links.
if(LOCKSTEP_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "LOCKSTEP_FUZZ needs clang: -D CMAKE_CXX_COMPILER=clang++-19")
  endif()
  foreach(library sim topologies models scenarios)
    target_compile_options(lockstep_${library} PRIVATE -fsanitize=fuzzer-no-link)
  endforeach()
  # What CI builds and runs of this build: the targets, and the kernels as clang compiles them.
  add_custom_target(lockstep_fuzz_targets DEPENDS lockstep_kernel_tests)
  add_executable(lockstep_kernel_tests EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/tests/main.cpp
    ${PROJECT_SOURCE_DIR}/tests/models/readers/numerics/kernels_test.cpp)
  target_link_libraries(lockstep_kernel_tests PRIVATE lockstep_models doctest::doctest lockstep_flags)
  set_target_properties(lockstep_kernel_tests PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
  foreach(target scenario graph idx machine orders)
    set(name lockstep_fuzz_${target})
    add_executable(${name} ${PROJECT_SOURCE_DIR}/tests/fuzz/targets/${target}.cpp
      ${PROJECT_SOURCE_DIR}/tests/fuzz/targets/input_file.cpp)
    target_link_libraries(${name} PRIVATE lockstep_scenarios lockstep_flags)
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer-no-link)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
    add_dependencies(lockstep_fuzz_targets ${name})
  endforeach()
endif()
