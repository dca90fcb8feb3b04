#include "cli/messages.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "reports/text.hpp"

namespace lockstep::cli {

namespace {

bool muted = false;

void complain_of_each(std::string_view file, const Faults& faults, std::string_view lead) {
  for (const Fault& fault : faults) {
    const std::string place = fault.pointer.empty() ? "" : fault.pointer + ": ";
    complain(fmt::format("{}: {}{}{}", file, place, lead, fault.message));
  }
}

}  // namespace

void mute_complaints() { muted = true; }

void complain(std::string_view message) {
  if (muted) return;
  const std::string line = "lockstep: " + reports::printable(message) + "\n";
  // A stderr that cannot be written to leaves nobody to tell.
  (void)std::fwrite(line.data(), 1, line.size(), stderr);
}

void complain_of(std::string_view file, const Faults& faults) {
  complain_of_each(file, faults, "");
}

void warn_of(std::string_view file, const Faults& warnings) {
  complain_of_each(file, warnings, "warning: ");
}

}  // namespace lockstep::cli
