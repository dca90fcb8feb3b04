#include "models/parts/stages/partition.hpp"

#include <algorithm>

namespace lockstep::models {

namespace {

double stage_of_sums_s(double compute_s, double parameter_bytes, int machines, double bytes_per_s) {
  const double replicas = machines;
  const double sync_s = 2 * (replicas - 1) / replicas * parameter_bytes / bytes_per_s;
  // The allreduce is taken to be hidden behind computing, so the longer of the two counts.
  return std::max(compute_s, sync_s) / replicas;
}

// The tables of A, and of the last stage that attains it.
class Table {
 public:
  Table(std::span<const LayerProfile> layers, int machines, double bytes_per_s)
      : layers_(layers),
        machines_(static_cast<std::size_t>(machines)),
        bytes_per_s_(bytes_per_s),
        cells_((layers.size() + 1) * (machines_ + 1)),
        compute_s_(layers.size() + 1),
        parameter_bytes_(layers.size() + 1) {
    for (std::size_t layer = 0; layer < layers.size(); ++layer) {
      compute_s_[layer + 1] = compute_s_[layer] + layers[layer].compute_s;
      parameter_bytes_[layer + 1] = parameter_bytes_[layer] + layers[layer].parameter_bytes;
    }
    for (std::size_t end = 1; end <= layers.size(); ++end)
      for (std::size_t count = 1; count <= machines_; ++count) fill(end, count);
  }

  [[nodiscard]] Partition best() const {
    Partition partition;
    std::size_t end = layers_.size();
    std::size_t count = machines_;
    partition.slowest_s = at(end, count).slowest_s;
    while (end > 0) {
      const Cell& cell = at(end, count);
      partition.stages.push_back(
          {{static_cast<std::int64_t>(cell.first), static_cast<std::int64_t>(end - cell.first)},
           static_cast<int>(cell.machines)});
      end = cell.first;
      count -= cell.machines;
    }
    std::reverse(partition.stages.begin(), partition.stages.end());
    return partition;
  }

 private:
  // A pipeline of the layers before `end`: its last stage has layers from `first` on.
  struct Cell {
    double slowest_s = 0;
    std::size_t first = 0;
    std::size_t machines = 0;
  };

  void fill(std::size_t end, std::size_t count) {
    Cell best{stage_s(0, end, count), 0, count};
    for (std::size_t last = 1; last < count; ++last)
      for (std::size_t first = 1; first < end; ++first) {
        const double border_s = 2 * layers_[first - 1].activation_bytes / bytes_per_s_;
        const double slowest_s =
            std::max({at(first, count - last).slowest_s, border_s, stage_s(first, end, last)});
        // Among equals the first found stays: one stage, then fewer machines, then earlier begin.
        if (slowest_s < best.slowest_s) best = {slowest_s, first, last};
      }
    cells_[end * (machines_ + 1) + count] = best;
  }
  [[nodiscard]] double stage_s(std::size_t first, std::size_t end, std::size_t count) const {
    return stage_of_sums_s(compute_s_[end] - compute_s_[first],
                           parameter_bytes_[end] - parameter_bytes_[first], static_cast<int>(count),
                           bytes_per_s_);
  }
  [[nodiscard]] const Cell& at(std::size_t end, std::size_t count) const {
    return cells_[end * (machines_ + 1) + count];
  }

  std::span<const LayerProfile> layers_;
  std::size_t machines_;
  double bytes_per_s_;
  std::vector<Cell> cells_;
  std::vector<double> compute_s_;  // of the layers before
  std::vector<double> parameter_bytes_;
};

}  // namespace

Partition best_partition(std::span<const LayerProfile> layers, int machines, double bytes_per_s) {
  return Table(layers, machines, bytes_per_s).best();
}

double stage_s(std::span<const LayerProfile> layers, int machines, double bytes_per_s) {
  double compute_s = 0;
  double parameter_bytes = 0;
  for (const LayerProfile& layer : layers) {
    compute_s += layer.compute_s;
    parameter_bytes += layer.parameter_bytes;
  }
  return stage_of_sums_s(compute_s, parameter_bytes, machines, bytes_per_s);
}

}  // namespace lockstep::models
