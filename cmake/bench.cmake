# The benchmarks, as the program `lockstep_bench`.

find_package(benchmark QUIET)
if(NOT benchmark_FOUND)
  message(STATUS "Google Benchmark not found: lockstep_bench is left out")
  return()
endif()

file(GLOB bench_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/bench/*.cpp)
add_executable(lockstep_bench ${bench_sources})
target_link_libraries(lockstep_bench PRIVATE
  lockstep_runs benchmark::benchmark benchmark::benchmark_main lockstep_flags)
target_compile_definitions(lockstep_bench PRIVATE LOCKSTEP_SOURCE_DIR="${PROJECT_SOURCE_DIR}")

# How time and memory grow with messages, as a program of its own: it measures processes.
add_executable(lockstep_scaling ${PROJECT_SOURCE_DIR}/bench/scaling/scaling.cpp)
target_link_libraries(lockstep_scaling PRIVATE lockstep_models lockstep_flags)
