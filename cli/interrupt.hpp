// Ctrl-C: the first asks the run to stop, the second ends the program at once.
#pragma once

#include <atomic>

namespace lockstep::cli {

// From now on SIGINT and SIGTERM set the flag; a second one removes the temporary file that is
// named below, if any, and ends the program with exit code 130.
void catch_interrupts();

[[nodiscard]] const std::atomic<bool>& interrupt_flag();

// Which file is half-written right now: null for none. The text must stay until the next call.
void set_half_written_file(const char* path);

}  // namespace lockstep::cli
