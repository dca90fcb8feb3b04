// Where the tests' build is: the one place that depends on it, so that a build in another folder
// finds every other object in a compiler cache.
#pragma once

#include <filesystem>
#include <string>

namespace lockstep::testing {

[[nodiscard]] std::filesystem::path source_folder();
[[nodiscard]] std::string program_path();

}  // namespace lockstep::testing
