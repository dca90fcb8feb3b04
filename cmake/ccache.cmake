# Compiles through ccache where it is installed: ccache_launcher.sh says how.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${PROJECT_SOURCE_DIR}/cmake/ccache_launcher.sh
    ${PROJECT_SOURCE_DIR} ${CCACHE_PROGRAM})
endif()
