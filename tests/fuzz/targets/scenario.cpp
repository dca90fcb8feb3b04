// Any text as a scenario: it is refused with pointers that are none of a crash's business, or read,
// and then what it resolves to is read too, and resolves to itself.
#include "scenarios/scenario.hpp"

#include <cstdint>
#include <string_view>

#include "sim/base/check.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it by this name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  using lockstep::scenarios::parse_scenario;
  const std::string_view text(reinterpret_cast<const char*>(bytes), count);
  const auto scenario = parse_scenario(text, "/nowhere");
  if (!scenario.ok()) {
    lockstep::check(!scenario.faults().empty(), "a scenario is refused without a fault");
    return 0;
  }
  const auto again = parse_scenario(scenario->resolved.dump(), "/nowhere");
  lockstep::check(again.ok(), "what a scenario resolves to is refused: {}",
                  again.ok() ? "" : again.faults().front().message);
  lockstep::check(again->resolved == scenario->resolved, "it resolves to something else: {}",
                  again->resolved.dump());
  return 0;
}
