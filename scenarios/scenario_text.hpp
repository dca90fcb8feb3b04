// Scenarios whose text is there already, whatever file it came from.
#pragma once

#include <filesystem>
#include <string_view>

#include "scenarios/scenario.hpp"

namespace lockstep::scenarios {

// Like `load_scenario` of a file that holds the text. A scenario without a name is named after the
// file, and relative file names inside it start from the file's folder.
[[nodiscard]] Result<Scenario> load_scenario_text(std::string_view text,
                                                  const std::filesystem::path& file,
                                                  const LoadOptions& options = {});

}  // namespace lockstep::scenarios
