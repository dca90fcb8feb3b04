// --only LABEL: of all algorithms of the scenarios only those with one label.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/scenario_files.hpp"

namespace lockstep::cli {

// Adds --only.
void add_only_option(options_description& options);

// Leaves the runs with that label, and the scenarios that have any. Throws UsageError if none has,
// and names the label that is nearest to it.
void keep_only(const std::string& label, std::vector<LoadedScenario>& loaded);

// Returns how many letters must be added, left out or changed to make one text of the other.
[[nodiscard]] std::size_t edits_between(std::string_view from, std::string_view to);

}  // namespace lockstep::cli
