// --only LABEL: of all algorithms of the scenarios only those with one label.
#pragma once

#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/scenario_files.hpp"

namespace lockstep::cli {

// Adds --only.
void add_only_option(options_description& options);

// Leaves the runs with that label, and the scenarios that have any. Throws UsageError if none has,
// and names the label that is nearest to it.
void keep_only(const std::string& label, std::vector<LoadedScenario>& loaded);

}  // namespace lockstep::cli
