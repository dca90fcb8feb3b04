// How much memory the program may take. If that is not enough, the program says so before it is
// killed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "models/language/setup.hpp"

namespace lockstep::runs {

struct AvailableMemory {
  std::uint64_t bytes = 0;
  std::string whose;  // "of this machine's memory are left", "are left to its control group"
};

// Returns the least that is left to this process: by the machine (/proc/meminfo, with swap), by its
// control groups (versions 1 and 2) and by the limits of its address space and data. Tests give
// another `root` to read files below.
[[nodiscard]] AvailableMemory available_memory(const std::filesystem::path& root = "/");

// Sets the limit of data (RLIMIT_DATA) to what is available now. From then on, memory that the
// machine or the control group does not have is refused when it is asked for, instead of the
// program being killed without a word once it is used. Does nothing in debug builds and where
// sanitizers have maps of their own.
void refuse_memory_beyond_available();

// Sets that limit to `bytes`, if it is higher; does nothing in the same builds.
void limit_memory(std::uint64_t bytes);

// Keeps memory that was freed for what is asked for next, where the C library lets us: the numbers
// of a training come and go by the megabyte, and to get each anew from the kernel takes a tenth of
// the time.
void keep_freed_memory();

// Returns how many of the runs whose numbers are `computed`, whichever they are, fit into memory at
// once; at least 1.
[[nodiscard]] std::size_t runs_that_fit_at_once(const std::vector<models::Setup>& computed);

}  // namespace lockstep::runs
