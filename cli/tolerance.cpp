#include "cli/tolerance.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <string>

#include "cli/messages.hpp"

namespace lockstep::cli {

double tolerance_of(const CommandLine& line, double usual) {
  if (!line.has("tolerance")) return usual;
  const std::string text = line.text("tolerance");
  char* end = nullptr;
  const double tolerance = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !(tolerance > 0) || !std::isfinite(tolerance))
    throw UsageError(fmt::format("--tolerance: must be a number above 0, found \"{}\"", text));
  return tolerance;
}

}  // namespace lockstep::cli
