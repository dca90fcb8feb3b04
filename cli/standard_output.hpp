// Prints results to stdout. A write that fails (a full disk) is remembered and reported once, at
// the end, so commands need not care. A pipe that its reader has closed, as `head` does, is no
// error: the reader has seen enough.
#pragma once

#include <cstdint>
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

// What --color and --chart ask for.
enum class When : std::uint8_t { automatic, always, never };
struct OutputChoice {
  When colours = When::automatic;
  bool charts = false;
};
void choose_output(OutputChoice choice);

// Returns the style of stdout. If it is a terminal: with bold headings and colours, unless it does
// not show them, NO_COLOR is set, or mpirun has begun the program; as wide as it is, and with
// charts where there is room for them. Else in plain text of 80 columns, or of as many as the
// environment's COLUMNS says. The choice comes before all of that.
[[nodiscard]] reports::Style standard_output_style();

// Whether messages to stderr are in colours, by the same rules.
[[nodiscard]] bool standard_error_has_colours();

}  // namespace lockstep::cli
