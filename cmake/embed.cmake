# lockstep_embed_rows(TARGET NAME FILE)
#
# Compiles the numbers of a CSV file, each 0 to 255, into TARGET: `NAME` of the header NAME.hpp
# beside the file. Whoever runs the program needs no file.
function(lockstep_embed_rows target name file)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${file})
  file(READ ${PROJECT_SOURCE_DIR}/${file} numbers)
  string(STRIP "${numbers}" numbers)
  string(REPLACE "\n" ",\n" numbers "${numbers}")
  cmake_path(GET file PARENT_PATH folder)
  set(source ${PROJECT_BINARY_DIR}/embedded/${name}.cpp)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT "// Made from @file@.
#include \"@folder@/@name@.hpp\"

namespace lockstep::models {
namespace {
constexpr std::uint8_t numbers[] = {
@numbers@};
}
const std::span<const std::uint8_t> @name@ = numbers;
}  // namespace lockstep::models
")
  target_sources(${target} PRIVATE ${source})
endfunction()

# lockstep_embed_text(TARGET FLOOR NAME FILE HEADER)
#
# Compiles a text file into TARGET: `NAME` of HEADER, a std::string_view in namespace lockstep::FLOOR.
function(lockstep_embed_text target floor name file header)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${file})
  file(READ ${PROJECT_SOURCE_DIR}/${file} text)
  set(source ${PROJECT_BINARY_DIR}/embedded/${name}.cpp)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT "// Made from @file@.
#include \"@header@\"

namespace lockstep::@floor@ {
const std::string_view @name@ = R\"~embedded~(@text@)~embedded~\";
}  // namespace lockstep::@floor@
")
  # The standard asks compilers for 65,536 characters; those that we build with take any number.
  set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
  target_sources(${target} PRIVATE ${source})
endfunction()
