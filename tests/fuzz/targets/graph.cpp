// Any text as a graph file. The first byte chooses the format: even DOT, odd GraphML.
#include <cstdint>

#include "sim/base/check.hpp"
#include "tests/fuzz/targets/input_file.hpp"
#include "topologies/topology_spec.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it by this name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  static const lockstep::fuzz::InputFile dot("graph.dot");
  static const lockstep::fuzz::InputFile graphml("graph.graphml");
  if (count == 0) return 0;
  const auto& format = bytes[0] % 2 == 0 ? dot : graphml;
  lockstep::topologies::TopologySpec spec;
  spec.kind = "custom";
  spec.file = format.holding({bytes + 1, count - 1}).string();
  const auto built = lockstep::topologies::find_topology_kind(spec.kind)->build(spec);
  lockstep::check(built.ok() || !built.faults().empty(), "a graph is refused without a fault");
  return 0;
}
