#include "cli/messages.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "cli/standard_output.hpp"
#include "reports/sweep_line.hpp"
#include "reports/text.hpp"

namespace lockstep::cli {

namespace {

bool muted = false;

}  // namespace

void mute_complaints() { muted = true; }

void complain(std::string_view message) {
  if (muted) return;
  std::string line = "lockstep: " + reports::printable(message);
  if (message.find(": warning: ") != std::string_view::npos && standard_error_has_colours())
    line = "\x1b[33m" + line + "\x1b[0m";
  line += "\n";
  // A stderr that cannot be written to leaves nobody to tell.
  (void)std::fwrite(line.data(), 1, line.size(), stderr);
}

std::string text_of(std::string_view file, const Fault& fault) {
  return fmt::format("{}: {}", file, reports::faults_text({fault}));
}

void complain_of(std::string_view file, const Faults& faults) {
  for (const Fault& fault : faults) complain(text_of(file, fault));
}

void warn_of(std::string_view file, const Faults& warnings) {
  for (const Fault& warning : warnings)
    complain(text_of(file, {warning.pointer, "warning: " + warning.message}));
}

}  // namespace lockstep::cli
