#include "models/parts/replicas/optimal_workers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "models/cost/algorithm.hpp"
#include "models/cost/host_memory.hpp"
#include "models/cost/make_setup.hpp"
#include "models/parts/replicas/grown_topologies.hpp"
#include "topologies/topology_spec.hpp"

// GCC 12 warns that the copy of an absent slowdown, which is never read, may be uninitialized.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

namespace lockstep::models {

namespace {

constexpr int most_searched = 1024;
constexpr int most_searched_slowly = 256;
constexpr int all_below = 64;

using topologies::Topology;

// The scenario with other numbers of workers.
class Scaled {
 public:
  Scaled(const Setup& setup, GrownTopologies& grown)
      : setup_(&setup),
        spec_{setup.algorithm, setup.label, setup.options, setup.pointer, setup.partition},
        topology_(*setup.cluster.topology),
        grown_(&grown) {
    const topologies::TopologyKind* kind = topologies::find_topology_kind(topology_.kind);
    const bool uniform = kind != nullptr && kind->keys == topologies::TopologyKeys::hosts_and_link;
    if (uniform && setup.cluster.devices.size() == 1 && !topology_.links.empty()) kind_ = kind;
  }

  // Of a uniform kind, that has any number of hosts.
  [[nodiscard]] bool grows() const { return kind_ != nullptr; }
  // The most workers to look at.
  [[nodiscard]] int most() const {
    if (!grows()) return setup_->workers;
    switch (topology_.wiring) {
      case topologies::Wiring::star:
      case topologies::Wiring::bus:
        return most_searched;
      case topologies::Wiring::fully_connected:  // whose links grow as the square
      case topologies::Wiring::general:          // a round of messages takes as many steps as ranks
        break;
    }
    return most_searched_slowly;
  }

  // Seconds a run takes, or seconds a sample; nothing where the algorithm cannot have so many, or a
  // device cannot hold what it then must.
  [[nodiscard]] std::optional<double> cost_of(int workers) {
    const auto known = costs_.find(workers);
    if (known != costs_.end()) return known->second;
    return costs_[workers] = compute(workers);
  }

 private:
  [[nodiscard]] std::optional<double> compute(int workers) const {
    const std::optional<Cluster> cluster = cluster_of(workers);
    if (!cluster) return std::nullopt;
    Training training = setup_->training;
    std::optional<Setup> scaled = setup_of(*cluster, training, workers, 1);
    if (!scaled) scaled = setup_of(*cluster, training, workers, 2);
    if (!scaled || scaled->workers != workers) return std::nullopt;
    const ClosedForm form = closed_form_of(*scaled);
    if (!fits_in_memory(*scaled, form)) return std::nullopt;
    const double time_s = form.makespan.seconds();
    if (training.batch_is_global) return time_s;
    return time_s / static_cast<double>(scaled->used_per_iteration);
  }

  // Each worker has a multiple of `multiple` samples.
  [[nodiscard]] std::optional<Setup> setup_of(const Cluster& cluster, Training training,
                                              int workers, std::int64_t multiple) const {
    if (training.batch_is_global) {
      const std::int64_t of_all = workers * multiple;
      if (of_all > training.batch) return std::nullopt;  // a worker would have none
      training.batch = ((training.batch - 1) / of_all + 1) * of_all;
    }
    Result<Setup> made = make_setup(setup_->mlp, training, cluster, spec_, setup_->measured);
    if (!made.ok()) return std::nullopt;
    return std::move(*made);
  }

  [[nodiscard]] std::optional<Cluster> cluster_of(int workers) const {
    Cluster cluster = setup_->cluster;
    const int servers = setup_->cluster.hosts() - setup_->workers;  // on hosts of their own
    if (workers == setup_->workers) return cluster;
    if (grows()) {
      cluster.topology = grown_->get(*kind_, topology_, workers + servers);
      if (cluster.topology == nullptr) return std::nullopt;
      return cluster;
    }
    Topology fewer = topology_;
    const auto drop = [&](auto& of_hosts) {
      of_hosts.erase(of_hosts.begin() + workers, of_hosts.begin() + setup_->workers);
    };
    drop(fewer.hosts);
    if (cluster.devices.size() > 1) drop(cluster.devices);
    cluster.topology = std::make_shared<const Topology>(std::move(fewer));
    return cluster;
  }

  const Setup* setup_;
  AlgorithmSpec spec_;
  const Topology& topology_;
  GrownTopologies* grown_;
  const topologies::TopologyKind* kind_ = nullptr;
  std::map<int, std::optional<double>> costs_;
};

// 1, 2, ..., then ever further apart, and `most`.
std::vector<int> coarse_numbers(const Scaled& scaled) {
  std::vector<int> numbers;
  const int most = scaled.most();
  const int step_divisor = scaled.grows() ? 8 : 4;
  const int dense_below = scaled.grows() ? all_below : 16;
  for (int n = 1; n < most; n += n < dense_below ? 1 : std::max(1, n / step_divisor))
    numbers.push_back(n);
  numbers.push_back(most);
  return numbers;
}

struct Best {
  int workers = 0;  // 0: none is possible
  double cost = 0;

  void consider(Scaled& scaled, int workers_now) {
    const std::optional<double> now = scaled.cost_of(workers_now);
    if (!now || (workers > 0 && *now >= cost)) return;
    workers = workers_now;
    cost = *now;
  }
};

// Between the neighbours of the best number, ever closer.
Best best_of(Scaled& scaled) {
  Best best;
  const std::vector<int> numbers = coarse_numbers(scaled);
  for (const int n : numbers) best.consider(scaled, n);
  const auto at = std::find(numbers.begin(), numbers.end(), best.workers);
  if (at == numbers.end() || best.workers == numbers.back()) return best;
  int first = at == numbers.begin() ? *at : *(at - 1);
  int last = at + 1 == numbers.end() ? *at : *(at + 1);
  const int steps = scaled.grows() ? 16 : 8;
  for (int step = 0; step != 1;) {
    step = std::max(1, (last - first) / steps);
    for (int n = first; n <= last; n += step) best.consider(scaled, n);
    first = std::max(first, best.workers - step);
    last = std::min(last, best.workers + step);
  }
  return best;
}

}  // namespace

std::optional<OptimalWorkers> optimal_workers(const Setup& setup) {
  GrownTopologies grown;
  return optimal_workers(setup, grown);
}

std::optional<OptimalWorkers> optimal_workers(const Setup& setup, GrownTopologies& grown) {
  if (setup.algorithm->family != Family::data_parallel) return std::nullopt;
  OptimalWorkers result{std::nullopt, setup.training.batch_is_global, {}};
  if (setup.cluster.cores > 0) {
    result.reason = "ranks share the cores of one machine";
    return result;
  }
  Scaled scaled(setup, grown);
  const Best best = best_of(scaled);
  const int most = scaled.most();
  if (best.workers == 0) {
    result.reason =
        "no number of workers that was looked at is possible, and fits in the devices' memory";
  } else if (best.workers < most) {
    result.workers = best.workers;
  } else if (scaled.grows()) {
    result.reason =
        fmt::format("{} at {} workers, the most that were looked at",
                    result.of_time ? "the time still falls" : "samples/s still rise", most);
  } else {
    result.reason = fmt::format("more than the {} there are: {}", most,
                                result.of_time ? "the time still falls" : "samples/s still rise");
  }
  return result;
}

}  // namespace lockstep::models
