// How a probe becomes a real run.
#include <memory>
#include <utility>

#include "models/cost/make_setup.hpp"
#include "models/readers/calibrate/calibrate.hpp"
#include "models/readers/calibrate/probes.hpp"
#include "sim/base/check.hpp"
#include "sim/random_stream.hpp"
#include "topologies/topology_spec.hpp"

namespace lockstep::models {

namespace {

Cluster cluster_of(const ProbeRun& run) {
  topologies::TopologySpec spec;
  spec.kind = "star";
  spec.hosts = static_cast<int>(run.ranks);
  spec.link.bytes_per_s = 1e9;
  auto built = topologies::find_topology_kind(spec.kind)->build(spec);
  check(static_cast<bool>(built), "a star of {} hosts could not be built", run.ranks);
  Cluster cluster;
  cluster.topology = std::make_shared<const topologies::Topology>(std::move(*built));
  cluster.devices = {DeviceSpec{.flops_per_s = 1e9, .reductions = Reductions::device}};
  cluster.cores = static_cast<int>(run.active);
  return cluster;
}

Dataset random_samples(std::int64_t samples, std::int64_t width) {
  sim::RandomStream random(1, 0);
  Dataset data;
  data.inputs = width;
  data.classes = std::min<std::int64_t>(width, 10);
  for (std::int64_t i = 0; i < samples * width; ++i)
    data.features.push_back(static_cast<float>(random.uniform()));
  for (std::int64_t i = 0; i < samples; ++i)
    data.labels.push_back(static_cast<std::int32_t>(i % data.classes));
  return data;
}

}  // namespace

Executed execute_probe(const ProbeRun& run, const ExecuteProblem& execute) {
  const Mlp mlp = {.layers = run.layers, .width = run.width};
  Training training;
  training.batch = run.samples;
  training.iterations = run.iterations;
  training.learning_rate = 1e-6;
  auto setup = make_setup(mlp, training, cluster_of(run),
                          AlgorithmSpec{probes[static_cast<std::size_t>(run.probe)], {}, {}, {}});
  check(static_cast<bool>(setup), "a probe could not be set up");
  auto data = std::make_shared<DividedData>();
  data->training = random_samples(run.samples * run.ranks, run.width);
  data->held_out = random_samples(1, run.width);
  Numerics numerics;
  numerics.mlp = mlp;
  Executed executed = execute(problem_of(*setup, numerics, data));
  const auto active = static_cast<std::size_t>(run.active);
  if (executed.ranks.size() > active) executed.ranks.resize(active);
  return executed;
}

}  // namespace lockstep::models
