// Any text as what `lockstep calibrate` writes, and a scenario whose cluster names it.
#include <cstdint>
#include <string>

#include "scenarios/machine_file.hpp"
#include "scenarios/scenario.hpp"
#include "sim/base/check.hpp"
#include "tests/fuzz/targets/input_file.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it by this name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  using namespace lockstep;
  static const fuzz::InputFile file("machine.json");
  const auto machine = scenarios::read_machine_file(file.holding({bytes, count}));
  const std::string scenario = R"({"model": {"layers": 2, "width": 4},
    "training": {"global_batch": 4, "iterations": 1}, "algorithm": "sync_sgd",
    "cluster": {"machine": "machine.json", "hosts": 2}})";
  const auto read = scenarios::parse_scenario(scenario, file.folder());
  check(machine.ok() || !read.ok(), "a scenario takes a machine that is none");
  check(read.ok() || !read.faults().empty(), "a machine is refused without a fault");
  return 0;
}
