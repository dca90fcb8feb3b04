#include "tests/reports/sample_report.hpp"

#include <memory>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/make_setup.hpp"

namespace lockstep::reports::testing {

namespace {

constexpr std::int64_t second = 1'000'000'000'000;  // in picoseconds

models::Cluster cluster() {
  topologies::Topology topology;
  topology.kind = "star";
  topology.nodes = {"h0", "h1", "switch"};
  topology.hosts = {0, 1};
  topology.links = {{0, 2, 1000, {}, topologies::Duplex::full},
                    {1, 2, 1000, {}, topologies::Duplex::full}};
  topology.wiring = topologies::Wiring::star;
  topologies::make_channels(topology);
  models::DeviceSpec device;
  device.flops_per_s = 1e6;
  return {std::make_shared<const topologies::Topology>(topology),
          {device},
          topologies::Sharing::max_min};
}

models::ClosedForm sample_closed_form() {
  models::ClosedForm form;
  form.flops.by_kind = {1, 2, 3, 4, 5};
  form.bytes = 600;
  form.messages = 7;
  form.makespan = {second};
  form.claim = models::TimeClaim::lower_bound;
  form.leaves_out = "queues";
  form.memory = {10, 20, 30, 40};
  form.staleness = {0.5, 1};
  return form;
}

models::Simulated sample_simulated() {
  models::Simulated simulated;
  simulated.makespan = {second + second / 2};
  simulated.flops.by_kind = {1, 2, 3, 4, 5};
  simulated.bytes = 600;
  simulated.messages = 7;
  simulated.events = 99;
  simulated.samples = 8;
  simulated.workers = {{{second}, {second / 2}, {second / 4}, {second / 4}},
                       {{second / 2}, {second}, {second}, {}}};
  simulated.staleness_histogram = {3, 1};
  simulated.staleness = {0.25, 1};
  simulated.channels = {{0, 600, {second}}};
  return simulated;
}

}  // namespace

scenarios::Scenario sample_scenario() {
  scenarios::Scenario scenario;
  scenario.name = "sample";
  scenario.cluster = cluster();
  scenario.mlp = {.layers = 1, .width = 10};
  scenario.training.batch_is_global = true;
  scenario.training.batch = 4;
  scenario.training.iterations = 2;
  scenario.resolved = {{"name", "sample"}};
  const models::Algorithm* algorithm = models::find_algorithm("sync_sgd");
  const models::AlgorithmSpec spec = {algorithm, "two, \"workers\"",
                                      models::Options(algorithm->options), "/algorithm"};
  scenario.runs.push_back(
      *models::make_setup(scenario.mlp, scenario.training, scenario.cluster, spec));
  return scenario;
}

Report sample_report(const scenarios::Scenario& scenario) {
  Report report;
  report.scenario = &scenario;
  report.runs.push_back({&scenario.runs.front(), sample_closed_form(), sample_simulated()});
  return report;
}

scenarios::Scenario sample_traffic() {
  scenarios::Scenario scenario;
  scenario.name = "flows";
  scenario.cluster = cluster();
  scenario.traffic = {{0, 1, 1000, {}}, {0, 1, 500, {second}}};
  scenario.resolved = {{"name", "flows"}};
  return scenario;
}

Report sample_traffic_report(const scenarios::Scenario& scenario) {
  Report report;
  report.scenario = &scenario;
  report.traffic.emplace();
  report.traffic->finish = {{second}, {second + second / 2}};
  report.traffic->makespan = {second + second / 2};
  return report;
}

}  // namespace lockstep::reports::testing
