// What makes every header compile alone, beside cmake/headers_alone.cmake.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "tests/structure/source_files.hpp"

namespace lockstep::structure {
namespace {

const SourceFile* find_source(const std::string& path) {
  const auto found = std::ranges::find(source_files(), path, &SourceFile::path);
  return found == source_files().end() ? nullptr : &*found;
}

// The first line that includes anything, in quotes or not.
std::string first_include_line(const SourceFile& source) {
  const auto found = std::ranges::find_if(
      source.lines, [](const std::string& line) { return line.starts_with("#include"); });
  return found == source.lines.end() ? std::string{} : *found;
}

TEST_CASE("structure: a source includes the header of its own name before anything else") {
  for (const SourceFile& source : source_files()) {
    if (!source.path.ends_with(".cpp")) continue;
    const std::string header = source.path.substr(0, source.path.size() - 4) + ".hpp";
    if (find_source(header) == nullptr) continue;
    CAPTURE(source.path);
    CHECK(quoted_include(first_include_line(source)) == header);
  }
}

TEST_CASE("structure: every header is guarded against being read twice") {
  for (const SourceFile& source : source_files()) {
    if (!source.path.ends_with(".hpp")) continue;
    CAPTURE(source.path);
    CHECK(std::ranges::count(source.lines, "#pragma once") == 1);
  }
}

}  // namespace
}  // namespace lockstep::structure
