// The load that messages known in advance put on the network: the seconds for which each channel is
// taken (max_min), or for which each host sends and receives (single_port). Without sharing,
// nothing is taken.
#pragma once

#include <vector>

#include "models/cost/network_view.hpp"

namespace lockstep::models {

class NetworkLoads {
 public:
  explicit NetworkLoads(const Setup& setup);

  // Adds `times` messages of `bytes`, or nothing if both ranks are on one host.
  void add(Rank from, Rank to, std::int64_t bytes, double times = 1);

  // Returns the seconds for which each channel, or each port, is taken; two loads of the same setup
  // have the same indices.
  [[nodiscard]] const std::vector<double>& seconds() const { return seconds_; }
  // Returns the seconds for which the busiest of them is taken.
  [[nodiscard]] double busiest_s() const;
  // Takes away all that was added, in the time that adding it took: for messages of one rank after
  // those of another, on a network of many.
  void clear();
  // Returns how long a message of `bytes` takes at most if all added messages are under way at
  // once.
  [[nodiscard]] double behind_all_s(Rank from, Rank to, std::int64_t bytes);

 private:
  [[nodiscard]] std::size_t sending(Rank rank) const {
    return 2 * static_cast<std::size_t>(setup_->host_of(rank));
  }
  [[nodiscard]] std::size_t receiving(Rank rank) const { return sending(rank) + 1; }

  void take(std::size_t index, double seconds);

  const Setup* setup_;
  NetworkView network_;
  std::vector<std::size_t> taken_;  // those of `seconds_` that may not be 0
  std::vector<double> seconds_;
  std::vector<double> messages_;  // number of messages over each channel (max_min)
};

}  // namespace lockstep::models
