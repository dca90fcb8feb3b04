#include "cli/messages.hpp"

#include <cstdint>
#include <cstdio>

#include "cli/standard_output.hpp"

namespace lockstep::cli {

namespace {

bool muted = false;

enum class Tone : std::uint8_t { plain, warning };

void tell(std::string_view message, Tone tone) {
  if (muted) return;
  std::string line = message_line(message);
  if (tone == Tone::warning && standard_error_has_colours()) line = "\x1b[33m" + line + "\x1b[0m";
  line += "\n";
  // A stderr that cannot be written to leaves nobody to tell.
  (void)std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace

void mute_complaints() { muted = true; }

void complain(std::string_view message) { tell(message, Tone::plain); }

void complain_of(std::string_view file, const Faults& faults) {
  for (const Fault& fault : faults) complain(text_of(file, fault));
}

void warn_of(std::string_view file, const Faults& warnings) {
  for (const Fault& warning : warnings) tell(warning_of(file, warning), Tone::warning);
}

}  // namespace lockstep::cli
