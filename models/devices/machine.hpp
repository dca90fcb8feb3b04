// A machine as `lockstep calibrate` measured it: what one rank computes, how many ranks compute at
// once, and what messages between ranks cost.
#pragma once

#include <string>
#include <vector>

#include "models/devices/endpoint.hpp"
#include "models/devices/hardware.hpp"

namespace lockstep::models {

// The rate where only a pointer goes from rank to rank.
inline constexpr double handed_over_bytes_per_s = 1e12;

// How a message of n bytes travels from rank to rank: endpoint, latency_s + n / bytes_per_s,
// endpoint.
struct MachineTransport {
  std::string name;  // "threads"
  double latency_s = 0;
  double bytes_per_s = 0;
  Endpoint endpoint;
};

// How far apart repeated measurements were: (largest - smallest) / median.
struct Spread {
  std::string of;
  double fraction = 0;
};

struct Machine {
  std::string processor;  // as it calls itself
  int cores = 1;          // that this process may use
  double pulse_s = 0;     // of the speed that all figures are of (calibrate.hpp)
  DeviceSpec device = {.reductions = Reductions::device};  // one rank, while all cores compute
  std::vector<MachineTransport> transports;
  std::vector<Spread> spreads;
};

// Processor and cores of the machine that this runs on.
[[nodiscard]] Machine this_machine();

}  // namespace lockstep::models
