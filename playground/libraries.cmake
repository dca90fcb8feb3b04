# What the floors are linked to in the WebAssembly module. Libraries that are headers are the
# system's; the others have sources of this folder in their place.

set(headers_only
  Boost::headers Boost::graph fmt::fmt nlohmann_json::nlohmann_json Eigen3::Eigen)
set(without Threads::Threads OpenSSL::Crypto ZLIB::ZLIB)
foreach(library IN LISTS headers_only without)
  add_library(${library} INTERFACE IMPORTED)
endforeach()
target_include_directories(Eigen3::Eigen SYSTEM INTERFACE /usr/include/eigen3)

add_compile_definitions(FMT_HEADER_ONLY BOOST_NO_EXCEPTIONS
  # What this C++ library no longer has, and Boost 1.74 takes for granted.
  BOOST_NO_CXX98_FUNCTION_BASE _LIBCPP_ENABLE_CXX17_REMOVED_UNARY_BINARY_FUNCTION)

# Boost does not know this C library, and would compute these by series of its own.
set_source_files_properties(models/devices/slowdown.cpp reports/replicates.cpp PROPERTIES
  COMPILE_DEFINITIONS "BOOST_HAS_LOG1P;BOOST_HAS_EXPM1" SKIP_PRECOMPILE_HEADERS ON)

# Headers that add what the C++ library lacks.
include_directories(BEFORE SYSTEM ${CMAKE_CURRENT_LIST_DIR}/standard)

# What reads files, runs threads or asks the machine; playground/in_the_page has what stands in.
set(LOCKSTEP_LEFT_OUT
  sim/base/whole_file scenarios/read_file runs/available_memory
  topologies/dot_reader topologies/graphml_reader topologies/graphml_names
  models/devices/machine
  models/readers/execute/threads models/readers/execute/system models/readers/execute/mpi models/readers/check models/readers/calibrate
  models/readers/numerics/sha256
  reports/deflated)

# Compiles a target's matrix products in the very steps of the x86-64 baseline, SSE2: with four
# scalars to a vector and sixteen vectors, which decide in which order sums are made.
function(lockstep_x86_64_vectors target)
  target_include_directories(${target} BEFORE PRIVATE ${PROJECT_SOURCE_DIR}/playground/simd)
  target_compile_definitions(${target} PRIVATE __SSE__ __SSE2__ SIMDE_NO_NATIVE
    EIGEN_ARCH_DEFAULT_NUMBER_OF_REGISTERS=16)
  # What Eigen does for GCC alone is assembler.
  target_compile_options(${target} PRIVATE -fgnuc-version=0)
endfunction()
