#include "runs/messages.hpp"

#include <fmt/format.h>

#include "reports/sweep_line.hpp"
#include "reports/text.hpp"

namespace lockstep::runs {

std::string text_of(std::string_view file, const Fault& fault) {
  return fmt::format("{}: {}", file, reports::faults_text({fault}));
}

std::string warning_of(std::string_view file, const Fault& fault) {
  return text_of(file, {fault.pointer, "warning: " + fault.message});
}

std::string message_line(std::string_view message) {
  return "lockstep: " + reports::printable(message);
}

}  // namespace lockstep::runs
