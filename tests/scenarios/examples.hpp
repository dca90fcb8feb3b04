// Scenarios that the tests start from, and their faults as one line each.
#pragma once

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/scenario.hpp"

namespace lockstep::scenarios {

using Lines = std::vector<std::string>;

inline constexpr std::string_view training_example = R"({
  "name": "example",
  "model":    { "layers": 4, "width": 64, "bytes_per_scalar": 4 },
  "training": { "batch_per_worker": 16, "iterations": 3, "learning_rate": 0.05, "seed": 7 },
  "cluster": {
    "topology": { "kind": "star", "hosts": 4,
                  "link": { "bandwidth": "10 Gbit/s", "latency": "10 us" } },
    "device":   { "flops": "10 TFLOP/s", "memory_bandwidth": "900 GB/s", "memory": "16 GiB",
                  "launch_overhead": "5 us", "efficiency": 0.6 },
    "sharing": "max_min"
  },
  "algorithm": { "kind": "sync_sgd", "allreduce": "ring" }
})";

inline constexpr std::string_view traffic_example = R"({
  "name": "flows",
  "cluster": { "topology": { "kind": "ring", "hosts": 4,
                             "link": { "bandwidth": "1 GB/s", "latency": "1 us" } } },
  "traffic": [ { "from": "host0", "to": "host1", "bytes": "1 MB", "start": "2 ms" },
               { "from": "host2", "to": "host0", "bytes": 0 } ]
})";

inline constexpr std::string_view custom_example = R"({
  "name": "custom",
  "cluster": { "topology": {
    "kind": "custom",
    "nodes": [ "a", "b", "middle" ],
    "hosts": 2,
    "links": [ { "from": "a", "to": "middle", "bandwidth": "1 GB/s", "latency": "1 us" },
               { "from": "middle", "to": "b", "preset": "ethernet_10g", "duplex": "half" },
               { "from": "a", "to": "b", "bandwidth": "1 MB/s", "latency": "1 s" } ],
    "routes": [ { "from": "a", "to": "b", "links": [2] } ] } },
  "traffic": [ { "from": "a", "to": "b", "bytes": 5 } ]
})";

// "/model/width: must be at least 1, found 0", of each fault; nothing of a good scenario.
inline Lines faults_of(std::string_view text, const LoadOptions& options) {
  const Result<Scenario> scenario = parse_scenario(text, ".", options);
  Lines lines;
  if (scenario) return lines;
  for (const Fault& fault : scenario.faults())
    lines.push_back(fault.pointer + ": " + fault.message);
  return lines;
}

inline Lines faults_of(std::string_view text, std::initializer_list<Override> changes = {}) {
  LoadOptions options;
  options.overrides = changes;
  return faults_of(text, options);
}

inline Result<Scenario> changed(std::string_view text, std::initializer_list<Override> changes) {
  LoadOptions options;
  options.overrides = changes;
  return parse_scenario(text, ".", options);
}

}  // namespace lockstep::scenarios

// Shows lines where a check of them fails.
template <>
struct doctest::StringMaker<lockstep::scenarios::Lines> {
  static String convert(const lockstep::scenarios::Lines& lines) {
    std::string text;
    for (const std::string& line : lines) text += "\n  " + line;
    return text.c_str();
  }
};
