#include "models/cost/host_memory.hpp"

namespace lockstep::models {

std::vector<Count> memory_by_host(const Setup& setup, const ClosedForm& closed) {
  std::vector<Count> needed(static_cast<std::size_t>(setup.cluster.hosts()));
  for (Rank rank = 0; rank < setup.ranks(); ++rank)
    needed[static_cast<std::size_t>(setup.host_of(rank))] +=
        setup.is_server(rank) ? closed.server_memory.total() : closed.memory.total();
  return needed;
}

bool fits_in_memory(const Setup& setup, const ClosedForm& closed) {
  if (setup.cluster.devices.empty()) return true;
  const std::vector<Count> needed = memory_by_host(setup, closed);
  for (int host = 0; host < setup.cluster.hosts(); ++host)
    if (to_double(needed[static_cast<std::size_t>(host)]) >
        setup.cluster.device_of_host(host).memory_bytes)
      return false;
  return true;
}

}  // namespace lockstep::models
