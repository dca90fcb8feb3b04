# The program that the page runs.
file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/playground/*.cpp)
add_executable(lockstep_module ${sources})
target_link_libraries(lockstep_module PRIVATE lockstep_runs lockstep_flags)
target_compile_options(lockstep_module PRIVATE -fno-exceptions)
lockstep_precompile(lockstep_module <nlohmann/json.hpp> <scenarios/scenario.hpp>)
set_target_properties(lockstep_module PROPERTIES OUTPUT_NAME lockstep
  RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
# A stack as large as a native program's, below all else, so that an overflow traps.
# Who calls it gives it its memory, so that one call can use what the call before has used: the first use
# of fresh memory may take as long as simulating. 16 MiB are for the stack, data and small scenarios.
target_link_options(lockstep_module PRIVATE -Wl,-z,stack-size=8388608 -Wl,--stack-first -Wl,--strip-all
  -Wl,--import-memory -Wl,--export-memory -Wl,--initial-memory=16777216)
# Otherwise clang would run wasm-opt where it happens to be installed: the module would be another one
# there. (`--no-wasm-opt` leaves out the linking as well in clang 19.)
target_link_options(lockstep_module PRIVATE -O0)
