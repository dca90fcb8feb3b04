// Prints results to stdout. A write that fails (a full disk) is remembered and reported once, at
// the end, so commands need not care. A pipe that its reader has closed, as `head` does, is no
// error: the reader has seen enough.
#pragma once

#include <string>
#include <string_view>

#include "reports/table.hpp"

namespace lockstep::cli {

// Opens file descriptors 0 to 2 where the caller closed them, so that no output file takes their
// place and gets what was meant for the terminal; and turns a closed pipe and a file-size limit
// into errors of `write`.
void secure_standard_streams();

void print(std::string_view text);

// Writes what is buffered; returns the error in words if any write failed, else an empty text.
[[nodiscard]] std::string finish_standard_output();

// Returns a style with bold headings and colours if stdout is a terminal that shows them and
// NO_COLOR is not set; never under mpirun.
[[nodiscard]] reports::Style standard_output_style();

}  // namespace lockstep::cli
