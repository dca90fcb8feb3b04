// How much memory the program may take, and what it does where that is not enough: it says so,
// before it is killed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>

#include "cli/scenario_files.hpp"

namespace lockstep::cli {

struct AvailableMemory {
  std::uint64_t bytes = 0;
  std::string whose;  // "of this machine is left", "is left to the control group"
};

// What is left to this process: of the machine (/proc/meminfo, with swap), of its control groups
// (versions 1 and 2) and of the limits of its address space and data. Those below `root` are for
// tests.
[[nodiscard]] AvailableMemory available_memory(const std::filesystem::path& root = "/");

// From now on, memory that the machine or the control group does not have is refused as it is asked
// for, in place of a kill without a word once it is used: the limit of data (RLIMIT_DATA) becomes
// what is available now. Does nothing in debug builds and where sanitizers have maps of their own.
void refuse_memory_beyond_available();

inline constexpr int all_ranks = std::numeric_limits<int>::max();

// Whether the numbers of all runs, of which `computed` are those that are computed, fit into memory
// one by one, with so many of their ranks in this process; complains if not.
[[nodiscard]] bool numbers_fit(const std::string& file, const std::vector<models::Setup>& computed,
                               int ranks_here);

}  // namespace lockstep::cli
