# Every header compiles alone. A source includes the header of its own name first (a test in
# tests/structure says so), which proves it for that header; each of the others gets a generated
# source that includes nothing else, built with the tests.

set(alone_sources)
foreach(folder sim topologies models scenarios reports runs cli tests)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
    ${PROJECT_SOURCE_DIR}/${folder}/*.hpp)
  foreach(header IN LISTS headers)
    string(REGEX REPLACE "\\.hpp$" ".cpp" source ${header})
    if(NOT EXISTS ${PROJECT_SOURCE_DIR}/${source})
      string(REPLACE "/" "__" alone ${source})
      file(CONFIGURE OUTPUT headers_alone/${alone} CONTENT "#include \"${header}\"\n")
      list(APPEND alone_sources ${PROJECT_BINARY_DIR}/headers_alone/${alone})
    endif()
  endforeach()
endforeach()

add_library(lockstep_headers_alone OBJECT ${alone_sources})
target_link_libraries(lockstep_headers_alone PRIVATE lockstep_cli doctest::doctest lockstep_flags)
target_compile_options(lockstep_headers_alone PRIVATE -O0)
add_dependencies(lockstep_tests lockstep_headers_alone)
