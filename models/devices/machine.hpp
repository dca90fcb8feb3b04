// A machine as `lockstep calibrate` measured it: what one rank computes, how many ranks compute at
// once, and what messages between ranks cost.
#pragma once

#include <string>
#include <vector>

#include "models/devices/endpoint.hpp"
#include "models/devices/hardware.hpp"

namespace lockstep::models {

// The bandwidth of a transport that only hands a pointer from rank to rank.
inline constexpr double handed_over_bytes_per_s = 1e12;

// How a message of n bytes travels from rank to rank: the sending endpoint, then latency_s + n /
// bytes_per_s, then the receiving endpoint.
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
  std::string processor;  // the name that it reports
  int cores = 1;          // number that this process may use
  double pulse_s = 0;     // pulse at the speed that all figures refer to (calibrate.hpp)
  DeviceSpec device = {.reductions = Reductions::device};  // one rank, while all cores compute
  // By how much computing takes longer, in all, if more ranks than cores compute.
  double crowding = 1;
  std::vector<MachineTransport> transports;
  std::vector<Spread> spreads;
};

// Returns the processor and cores of the machine that this process runs on.
[[nodiscard]] Machine this_machine();

}  // namespace lockstep::models
