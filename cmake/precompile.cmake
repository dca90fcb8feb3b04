# lockstep_precompile(TARGET [headers...])
#
# Parses the headers that most sources include once for the target instead of once for each source,
# which is most of a build's time. No source may rely on it: clang-tidy reads the program's without,
# and every header is compiled alone.
option(LOCKSTEP_PRECOMPILE "parse common headers once; OFF to see each source as it stands" ON)

function(lockstep_precompile target)
  if(LOCKSTEP_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE
      <algorithm> <array> <cmath> <cstdint> <deque> <functional> <limits> <map> <memory> <numeric>
      <optional> <span> <string> <string_view> <utility> <variant> <vector> <fmt/format.h> ${ARGN})
    # What a compiler cache needs to see through them.
    target_compile_options(${target} PRIVATE
      $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>
      $<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>)
  endif()
endfunction()
