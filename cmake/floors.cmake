# lockstep_floor(NAME [EXCEPTIONS] [WITHOUT paths...] [LINK targets...] [PRECOMPILE headers...])
#
# The static library `lockstep_NAME` of every source below the folder NAME, but a program's main
# and what begins with a path of WITHOUT or of LOCKSTEP_LEFT_OUT. A slash in NAME becomes an underscore.
# Without EXCEPTIONS the floor is built with -fno-exceptions: there, errors are values.
function(lockstep_floor name)
  cmake_parse_arguments(PARSE_ARGV 1 floor "EXCEPTIONS" "" "LINK;PRECOMPILE;WITHOUT")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${name}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  foreach(path IN LISTS floor_WITHOUT LOCKSTEP_LEFT_OUT)
    list(FILTER sources EXCLUDE REGEX "^${PROJECT_SOURCE_DIR}/${path}[./]")
  endforeach()
  string(REPLACE "/" "_" name ${name})
  add_library(lockstep_${name} STATIC ${sources})
  target_link_libraries(lockstep_${name} PUBLIC ${floor_LINK} PRIVATE lockstep_flags)
  if(NOT floor_EXCEPTIONS)
    target_compile_options(lockstep_${name} PRIVATE -fno-exceptions)
  endif()
  lockstep_precompile(lockstep_${name} ${floor_PRECOMPILE})
endfunction()
