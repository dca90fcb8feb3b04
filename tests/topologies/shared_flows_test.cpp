// Shared flows on their own: clocks of channels, and when flows end.
#include "topologies/shared_flows.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace lockstep::topologies {

namespace {

constexpr Picoseconds second{1'000'000'000'000};

// Flows that begin at 0 on channels of given capacities, until they end.
struct Flows {
  SharedFlows flows;
  std::vector<Picoseconds> ends;

  explicit Flows(const std::vector<double>& capacities) {
    for (std::uint32_t channel = 0; channel < capacities.size(); ++channel)
      flows.levels().set_capacity(channel, capacities[channel]);
  }
  void begin(double bytes, const std::vector<std::uint32_t>& channels) {
    flows.begin(static_cast<FlowIndex>(ends.size()), bytes, channels);
    ends.push_back(longest_run);
  }
  void run_from(Picoseconds now) {
    std::vector<FlowIndex> ended;
    while (true) {
      flows.settle(now);
      now = flows.next_end();
      if (now == longest_run) return;
      ended.clear();
      flows.take_ended(now, ended);
      for (const FlowIndex flow : ended) ends[flow] = now;
    }
  }
};

}  // namespace

TEST_CASE("shared_flows: flows of one channel share it, and the rest go on faster") {
  // 6 GB/s. Three flows at 2 GB/s until the first has its 2 GB at 1 s. The others have 3 and 6 GB
  // left, at 3 GB/s: the second ends at 2 s, and the third has 3 GB left, at 6 GB/s: 2.5 s.
  Flows flows({6e9});
  for (const double bytes : {2e9, 5e9, 8e9}) flows.begin(bytes, {0});
  flows.run_from({});
  CHECK(flows.ends == std::vector{second, 2 * second, Picoseconds{2'500'000'000'000}});
}

TEST_CASE("shared_flows: a flow that another channel takes over keeps what it has left") {
  // A: 10 GB/s, B: 6 GB/s; flows 1 over A, 2 over A and B, 3 over B: 7, 3 and 3 GB/s. Flow 3 has
  // its 3 GB at 1 s. Then A holds 1 and 2, at 5 GB/s: their 10 GB each that are left end at 3 s.
  Flows flows({10e9, 6e9});
  flows.begin(17e9, {0});
  flows.begin(13e9, {0, 1});
  flows.begin(3e9, {1});
  flows.run_from({});
  CHECK(flows.ends == std::vector{3 * second, 3 * second, second});
}

TEST_CASE("shared_flows: more bytes than a clock can count come in parts") {
  // Two flows at 0.5 TB/s each: 9 PB take 18,000 s, and 1 PB takes 2,000 s. The second ends first:
  // from 2,000 s on, the first has 8 PB left at 1 TB/s, to 10,000 s.
  Flows flows({1e12});
  flows.begin(9e15, {0});
  flows.begin(1e15, {0});
  flows.run_from({});
  CHECK(flows.ends == std::vector{10'000 * second, 2'000 * second});
}

TEST_CASE("shared_flows: a flow over a channel without capacity waits until it has some") {
  Flows flows({1e9, 0});
  flows.begin(1e9, {0});
  flows.begin(1e9, {0, 1});
  flows.run_from({});
  CHECK(flows.ends == std::vector{second, longest_run});
  flows.flows.levels().set_capacity(1, 0.5e9);
  flows.run_from(5 * second);
  CHECK(flows.ends[1] == 7 * second);
}

TEST_CASE("shared_flows: the level of one server does not wake its senders") {
  // 1,000 senders of 1 GB/s to a server of 1 GB/s, 1 to 1,000 MB each: the k-th ends when its k MB
  // have been sent to all that have as many, and those of the ones before: at k (1,000 - k) ms and
  // (k^2 + k) / 2 ms.
  std::vector<double> capacities(1'001, 1e9);
  Flows flows(capacities);
  for (std::uint32_t sender = 1; sender <= 1'000; ++sender) flows.begin(sender * 1e6, {sender, 0});
  flows.run_from({});
  for (std::int64_t k = 1; k <= 1'000; ++k) {
    const std::int64_t exact_ms = k * (1'000 - k) + (k * k + k) / 2;
    const std::int64_t late_ps =
        flows.ends[static_cast<std::size_t>(k - 1)].ps - exact_ms * 1'000'000'000;
    CHECK(late_ps >= 0);  // levels are rounded down, times up: never early
    CHECK(late_ps <= 1'000);
  }
}

}  // namespace lockstep::topologies
