// Random draws of workers. Each worker draws from a stream of its own, which depends only on the
// seed and its rank and is separate from the streams of random slowdowns. All workers know the
// seed, so that each can tell what another one draws.
#pragma once

#include <cstdint>
#include <vector>

#include "models/language/worker.hpp"
#include "models/parts/replicas/neighbours.hpp"
#include "sim/random_stream.hpp"

namespace lockstep::models {

// Draws the neighbour that a worker turns to in each step.
class NeighbourDraws {
 public:
  NeighbourDraws(const Setup& setup, const Neighbourhood& graph, Rank rank)
      : graph_(graph),
        rank_(rank),
        degree_(static_cast<std::uint64_t>(graph.degree(rank))),
        stream_(setup.training.seed, first_stream + static_cast<std::uint64_t>(rank)) {
    if (!graph.has_many()) few_ = graph.of(rank);
  }

  [[nodiscard]] Rank next() {
    const std::uint64_t index = stream_.below(degree_);
    return graph_.has_many() ? graph_.neighbour(rank_, static_cast<int>(index)) : few_[index];
  }

 private:
  static constexpr std::uint64_t first_stream = std::uint64_t{1} << 32U;

  Neighbourhood graph_;
  Rank rank_;
  std::uint64_t degree_;
  std::vector<Rank> few_;  // all neighbours, where they are few
  sim::RandomStream stream_;
};

// Returns for each worker how often those in the first part of a bipartite graph turn to it in the
// whole run: at each step, each to one of its neighbours.
[[nodiscard]] std::vector<std::int64_t> requests_by_worker(const Setup& setup);

// Draws the samples that a worker takes from the joined mini-batch of all workers.
class SampleDraws {
 public:
  explicit SampleDraws(const Worker& worker)
      : samples_(static_cast<std::size_t>(worker.setup().global_batch)),
        stream_(worker.setup().training.seed,
                first_stream + static_cast<std::uint64_t>(worker.rank())) {}

  [[nodiscard]] std::int64_t next() { return static_cast<std::int64_t>(stream_.below(samples_)); }

 private:
  static constexpr std::uint64_t first_stream = std::uint64_t{1} << 33U;

  std::size_t samples_;
  sim::RandomStream stream_;
};

}  // namespace lockstep::models
