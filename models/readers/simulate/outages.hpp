// Hosts and links that fail while a run goes on.
//
// A host that fails loses what it has computed since its iteration began. It is idle until it is
// repaired, computes that again, and goes on; what others send it meanwhile waits. The other hosts
// go on as far as the algorithm lets them. Synchronous runs stop instead (`goodput.hpp`).
// A link that fails carries nothing until it is repaired: the messages on it wait.
#pragma once

#include <cstdint>
#include <vector>

#include "models/language/setup.hpp"
#include "models/readers/simulate/goodput.hpp"
#include "sim/engine.hpp"
#include "sim/random_stream.hpp"
#include "topologies/network.hpp"

namespace lockstep::models {

struct Outages {
  Failures failures;
  bool of_hosts = false;  // else only links fail

  [[nodiscard]] bool of_links() const {
    return !failures.given_links.empty() || failures.link_mean_time_between_s < never_s;
  }
  [[nodiscard]] bool any() const { return of_hosts || of_links(); }
};

// When one host or link fails: at given times, and after random ones. Each has a stream of its own.
class FailureClock {
 public:
  FailureClock(std::uint64_t seed, std::uint64_t stream, double mean_s,
               std::vector<double> given_s);
  [[nodiscard]] Picoseconds next() const { return next_; }
  // Goes on to the next failure after one that is repaired at `from`. Failures until then are none.
  void repaired(Picoseconds from);

 private:
  sim::RandomStream random_;
  double mean_s_;
  std::vector<double> given_s_;
  std::size_t passed_ = 0;
  Picoseconds next_random_;
  Picoseconds next_;
};

// Returns the clocks of the first `hosts` hosts.
[[nodiscard]] std::vector<FailureClock> clocks_of_hosts(std::uint64_t seed,
                                                        const Failures& failures, int hosts);

// A run with more failures hardly gets on, and is not waited for.
inline constexpr std::int64_t most_failures = 1'000'000;

// The failures of hosts during a run.
class HostOutages {
 public:
  HostOutages(const Setup& setup, const Failures& failures);

  // Returns when a use of `span` can begin on a host, if it could begin at `begin` without
  // failures, so that none interrupts it. `before` is what the host has computed of its iteration;
  // it does that again first if a failure interrupts the use.
  [[nodiscard]] Picoseconds begin_of(topologies::HostIndex host, Picoseconds begin,
                                     Picoseconds span, Picoseconds before);

  [[nodiscard]] const OutageLosses& losses() const { return losses_; }

 private:
  std::vector<FailureClock> clocks_;  // by host
  Picoseconds repair_;
  OutageLosses losses_;
};

// The failures of links during a run: takes them down and up again, event by event.
class LinkOutages {
 public:
  LinkOutages(const Setup& setup, const Failures& failures, sim::Engine& engine,
              topologies::Network& network);
  LinkOutages(const LinkOutages&) = delete;
  LinkOutages& operator=(const LinkOutages&) = delete;

  [[nodiscard]] std::int64_t failures() const { return failures_; }

 private:
  void await(std::size_t link);
  void fail(std::size_t link);
  void come_back(std::size_t link);

  sim::Engine* engine_;
  topologies::Network* network_;
  std::vector<FailureClock> clocks_;  // by link
  Picoseconds repair_;
  std::int64_t failures_ = 0;
};

}  // namespace lockstep::models
