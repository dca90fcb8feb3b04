# The libraries that read graph files, for the two sources that use them: Expat, and Graphviz's
# library of graphs (libcgraph, without layouts).
find_package(EXPAT REQUIRED)
find_path(LIBCGRAPH_HEADERS cgraph.h PATH_SUFFIXES graphviz)
find_library(LIBCGRAPH cgraph)
if(NOT LIBCGRAPH_HEADERS OR NOT LIBCGRAPH)
  message(FATAL_ERROR "Graphviz's libcgraph was not found; on Debian: apt-get install libgraphviz-dev")
endif()
# Its headers, from C, are not ours to warn about.
set_source_files_properties(topologies/dot_reader.cpp PROPERTIES
  COMPILE_OPTIONS "-isystem;${LIBCGRAPH_HEADERS}" SKIP_PRECOMPILE_HEADERS ON)
target_link_libraries(lockstep_topologies PRIVATE EXPAT::EXPAT ${LIBCGRAPH})
