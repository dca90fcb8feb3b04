// Short files are read, long ones are searched.
#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "tests/structure/source_files.hpp"

namespace lockstep::structure {
namespace {

TEST_CASE("structure: every folder of sources is looked at") {
  for (const char* folder : {"sim/", "topologies/", "models/", "scenarios/", "reports/", "runs/",
                             "cli/", "playground/", "tests/", "bench/"}) {
    CAPTURE(folder);
    bool found = false;
    for (const SourceFile& source : source_files()) found |= source.path.starts_with(folder);
    CHECK(found);
  }
}

TEST_CASE("structure: no source file is longer than 400 lines") {
  for (const SourceFile& source : source_files()) {
    CAPTURE(source.path);
    CHECK(source.lines.size() <= 400);
  }
}

// Idea, options, program and record of an algorithm: what a reader opens first. What it costs
// stands beside it, where both together would be longer.
TEST_CASE("structure: no file with an algorithm's program is longer than 150 lines") {
  for (const SourceFile& source : source_files()) {
    const std::string_view path = source.path;
    if (!path.starts_with("models/algorithms/") || path.ends_with("_cost.cpp")) continue;
    CAPTURE(path);
    CHECK(source.lines.size() <= 150);
  }
}

}  // namespace
}  // namespace lockstep::structure
