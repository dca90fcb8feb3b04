// lockstep calibrate --nccl-tests FILE, --osu FILE: a link, fitted to what others have measured.
#pragma once

#include "cli/command_line.hpp"
#include "cli/runs.hpp"

namespace lockstep::cli {

// Adds --nccl-tests and --osu.
void add_table_options(options_description& options);

// Whether one of them is given; then `fit_links` is all there is to do. It throws UsageError for a
// file that is something else.
[[nodiscard]] bool names_tables(const CommandLine& line);
[[nodiscard]] ExitCode fit_links(const CommandLine& line);

}  // namespace lockstep::cli
