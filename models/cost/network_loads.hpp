// What messages that are known in advance put on the network: seconds that each channel is taken
// (max_min), or that each host sends and receives (single_port). Without sharing nothing is taken.
#pragma once

#include <vector>

#include "models/cost/network_view.hpp"

namespace lockstep::models {

class NetworkLoads {
 public:
  explicit NetworkLoads(const Setup& setup);

  // `times` messages of `bytes`; nothing where both ranks are on one host.
  void add(Rank from, Rank to, std::int64_t bytes, double times = 1);

  // Of each channel, or port: what is sent over it. Of two loads of the same setup.
  [[nodiscard]] const std::vector<double>& seconds() const { return seconds_; }
  // How long a message of `bytes` takes at most where all that were added are under way at once.
  [[nodiscard]] double behind_all_s(Rank from, Rank to, std::int64_t bytes);

 private:
  [[nodiscard]] std::size_t sending(Rank rank) const {
    return 2 * static_cast<std::size_t>(setup_->host_of(rank));
  }
  [[nodiscard]] std::size_t receiving(Rank rank) const { return sending(rank) + 1; }

  const Setup* setup_;
  NetworkView network_;
  topologies::Routes routes_;
  std::vector<double> seconds_;
  std::vector<double> messages_;  // as many
};

}  // namespace lockstep::models
