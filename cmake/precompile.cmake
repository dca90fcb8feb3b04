# lockstep_precompile(TARGET [headers...])
#
# Parses the headers that most sources include once for the target instead of once for each source,
# which is most of a build's time. No source may rely on it: clang-tidy reads the program's without,
# and every header is compiled alone. Of our own headers those belong here that most of the target's
# sources include, and with them so much that they are compiled anew after most changes anyhow; in
# angle brackets, for CMake writes the path of this folder before others, and no clone would share.
option(LOCKSTEP_PRECOMPILE "parse common headers once; OFF to see each source as it stands" ON)

function(lockstep_precompile target)
  if(LOCKSTEP_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE
      <algorithm> <array> <cmath> <cstdint> <deque> <functional> <limits> <map> <memory> <numeric>
      <optional> <span> <string> <string_view> <utility> <variant> <vector> <fmt/format.h> ${ARGN})
    # What a compiler cache needs to see through them.
    target_compile_options(${target} PRIVATE
      $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>
      $<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>
      # So are the templates that these headers use.
      $<$<CXX_COMPILER_ID:Clang>:-fpch-instantiate-templates>)
  endif()
endfunction()
