#include "scenarios/machine_file.hpp"

#include <doctest/doctest.h>

#include "models/cost/algorithm.hpp"
#include "scenarios/json_text.hpp"
#include "tests/scenarios/examples.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;

namespace {

models::Machine example() {
  models::Machine machine;
  machine.processor = "Example 1000";
  machine.cores = 2;
  machine.device.flops_per_s = 50e9;
  machine.device.memory_bytes_per_s = 10e9;
  machine.device.memory_bytes = 8e9;
  machine.device.launch_overhead_s = 1e-7;
  machine.device.measured = std::make_shared<const models::MeasuredRates>(
      models::MeasuredRates{.samples = {4, 16},
                            .widths = {32, 128},
                            .products = {1e9, 2e9, 3e9, 50e9},
                            .elements = {100, 10000},
                            .updates = {3e9, 2e9},
                            .folds = {2e9, 1e9}});
  machine.transports.push_back({"threads",
                                5e-6,
                                1e12,
                                {.overhead_s = 1e-6,
                                 .crowded_overhead_s = 2e-6,
                                 .copy_bytes_per_s = 4e9,
                                 .eager = true,
                                 .wakes = {{1e-5, 3e-6}}}});
  models::Endpoint over_mpi;
  over_mpi.overhead_s = 2e-6;
  over_mpi.eager = true;
  machine.transports.push_back({"mpi", 1e-6, 2e9, over_mpi});
  machine.spreads.push_back({"updates", 0.05});
  return machine;
}

Override on_machine(const Json& more) {
  Json cluster = {{"machine", machine_json(example())}};
  cluster.update(more);
  return {"/cluster", cluster.dump()};
}

Lines with(const Json& more) { return faults_of(training_example, {on_machine(more)}); }

}  // namespace

TEST_CASE("machine_file: messages cost more where there are more ranks than cores") {
  for (const auto& [hosts, overhead_s] : {std::pair{2, 1e-6}, std::pair{4, 2e-6}}) {
    const auto scenario = changed(training_example, {on_machine({{"hosts", hosts}})});
    REQUIRE(scenario.ok());
    for (const models::Setup& setup : scenario->runs)
      CHECK(setup.cluster.endpoint.overhead_s == overhead_s);
  }
}

TEST_CASE("machine_file: a scenario that names a machine has its devices, cores and messages") {
  const auto scenario = changed(training_example, {on_machine({{"hosts", 4}})});
  REQUIRE(scenario.ok());
  const models::Cluster& cluster = scenario->cluster;
  CHECK(cluster.hosts() == 4);
  CHECK(cluster.cores == 2);
  CHECK(cluster.endpoint.eager);
  CHECK(cluster.endpoint.overhead_s == 1e-6);
  CHECK(cluster.endpoint.crowded_overhead_s == 2e-6);
  CHECK(cluster.endpoint.copy_bytes_per_s == 4e9);
  CHECK(cluster.topology->links[0].latency.ps == 5'000'000);
  REQUIRE(cluster.endpoint.wakes.size() == 1);
  CHECK(cluster.endpoint.wakes[0].waited_s == 1e-5);
  CHECK(cluster.endpoint.wakes[0].takes_s == 3e-6);
  REQUIRE(cluster.devices.size() == 1);
  REQUIRE(cluster.devices[0].measured != nullptr);
  CHECK(cluster.devices[0].measured->product_rate(16, 128) == doctest::Approx(50e9));
  CHECK(cluster.devices[0].memory_bytes_per_s == 10e9);
  CHECK(cluster.devices[0].launch_overhead_s == 1e-7);
  CHECK(cluster.devices[0].reductions == models::Reductions::device);
  // Files from before reductions were named, too.
  Json old = machine_json(example());
  CHECK(old["device"].erase("reductions") == 1);
  const auto from_old =
      changed(training_example, {{"/cluster", Json{{"machine", old}, {"hosts", 4}}.dump()}});
  REQUIRE(from_old.ok());
  CHECK(from_old->cluster.devices[0].reductions == models::Reductions::device);
}

TEST_CASE("machine_file: the transport is chosen by name, and other keys win over the machine's") {
  const auto scenario =
      changed(training_example, {on_machine({{"hosts", 3}, {"transport", "mpi"}, {"cores", 1}})});
  REQUIRE(scenario.ok());
  CHECK(scenario->cluster.cores == 1);
  CHECK(scenario->cluster.topology->links[0].bytes_per_s == 2e9);
  const Json star = {
      {"kind", "star"}, {"hosts", 5}, {"link", {{"bandwidth", "1 Gbit/s"}, {"latency", 0}}}};
  const auto wired = changed(training_example, {on_machine({{"topology", star}})});
  REQUIRE(wired.ok());
  CHECK(wired->cluster.hosts() == 5);
  CHECK(wired->cluster.endpoint.eager);
}

// What is resolved stands without the machine's file.
TEST_CASE("machine_file: a resolved scenario reads as the same scenario") {
  const auto scenario = changed(training_example, {on_machine({{"hosts", 4}})});
  REQUIRE(scenario.ok());
  const auto again = parse_scenario(scenario->resolved.dump(), ".");
  REQUIRE(again.ok());
  CHECK(again->resolved == scenario->resolved);
  CHECK(again->resolved["cluster"].contains("machine") == false);
}

TEST_CASE("machine_file: bad machines, and keys that are out of place") {
  CHECK(with({{"hosts", 0}}) == Lines{"/cluster/hosts: must be at least 1, found 0"});
  CHECK(with(Json::object()) == Lines{"/cluster/hosts: missing"});
  CHECK(with({{"hosts", 2}, {"transport", "mpl"}}) ==
        Lines{R"(/cluster/transport: unknown transport "mpl"; did you mean "mpi"?)"});
  CHECK(with({{"hosts", 2}, {"machine", Json::object()}}) ==
        Lines{"/cluster/machine: is not what `lockstep calibrate` writes"});
  CHECK(with({{"hosts", 2}, {"machine", "nowhere.json"}}) ==
        Lines{"/cluster/machine: nowhere.json: no such file"});
  CHECK(faults_of(training_example, {{"/cluster/transport", "mpi"}}) ==
        Lines{R"(/cluster/transport: has no effect without "machine")"});
}

TEST_CASE("machine_file: measured rates are as many as their sizes") {
  const std::string measured = "/cluster/device/measured";
  const Json good = machine_json(example())["device"]["measured"];
  const auto faults = [&](const char* key, const Json& value) {
    Json changed = good;
    changed[key] = value;
    return faults_of(training_example, {{measured, changed.dump()}});
  };
  CHECK(faults("samples", {4, 16}).empty());
  CHECK(faults("samples", {16, 4}) == Lines{measured + "/samples/1: must be above 16, found 4"});
  CHECK(faults("widths", Json::array()).front() ==
        measured + "/widths: must have at least one size, found none");
  CHECK(faults("products", Json::array({Json::array({1e9, 1e9})})) ==
        Lines{measured + "/products: must be 2 lists, one for each number of samples, found 1"});
  CHECK(faults("updates", {1e9}) ==
        Lines{measured + "/updates: must be 2 rates, one for each number of elements, found 1"});
  CHECK(faults("folds", {1e9, 0}) == Lines{measured + "/folds/1: must be greater than 0, found 0"});
}

TEST_CASE("machine_file: a machine of another make is told apart") {
  CHECK(other_machine(machine_json(models::this_machine())).empty());
  CHECK(other_machine(machine_json(example())).find("Example 1000") != std::string::npos);
}
