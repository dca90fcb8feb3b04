#include <doctest/doctest.h>

#include <limits>

#include "scenarios/presets.hpp"
#include "tests/scenarios/examples.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;

namespace {

const std::string device = "/cluster/device";

Lines with(const std::string& value) { return faults_of(training_example, {{device, value}}); }

}  // namespace

TEST_CASE("read_devices: what is left out costs nothing") {
  const auto scenario = changed(training_example, {{device, R"({"flops": "1 TFLOP/s"})"}});
  REQUIRE(scenario.ok());
  models::DeviceSpec expected;
  expected.flops_per_s = 1e12;
  CHECK(scenario->cluster.devices == std::vector{expected});
  CHECK(expected.memory_bytes == std::numeric_limits<double>::infinity());
}

TEST_CASE("read_devices: a preset is a name, or a start for changes") {
  const DevicePreset& preset = built_in_presets().devices.front();
  const std::string name(preset.name);
  const auto named = changed(training_example, {{device, name}});
  REQUIRE(named.ok());
  CHECK(named->cluster.devices == std::vector{preset.device});
  const auto altered =
      changed(training_example, {{device, R"({"preset": ")" + name + R"(", "efficiency": 0.25})"}});
  REQUIRE(altered.ok());
  models::DeviceSpec expected = preset.device;
  expected.efficiency = 0.25;
  CHECK(altered->cluster.devices == std::vector{expected});
  CHECK(with("v100_fp23") ==
        Lines{device + R"(: unknown device "v100_fp23"; did you mean "v100_fp32"?)"});
  CHECK(with(R"({"preset": "v100_fp23"})") ==
        Lines{device + R"(/preset: unknown device "v100_fp23"; did you mean "v100_fp32"?)"});
}

TEST_CASE("read_devices: accelerators fold messages on an engine, CPUs on themselves") {
  const auto reductions = [](const std::string& value) {
    const auto scenario = changed(training_example, {{device, value}});
    REQUIRE(scenario.ok());
    return scenario->cluster.devices.front().reductions;
  };
  using models::Reductions;
  CHECK(reductions(R"({"flops": 1})") == Reductions::engine);
  CHECK(reductions(R"({"flops": 1, "reductions": "device"})") == Reductions::device);
  CHECK(reductions(R"({"preset": "cpu_core_avx512", "reductions": "engine"})") ==
        Reductions::engine);
  for (const DevicePreset& preset : built_in_presets().devices) {
    const bool is_cpu = preset.name.starts_with("cpu_");
    CHECK(reductions(std::string(preset.name)) ==
          (is_cpu ? Reductions::device : Reductions::engine));
  }
  CHECK(with(R"({"flops": 1, "reductions": "gpu"})").size() == 1);
}

TEST_CASE("read_devices: cores that a memory or ranks share fold for themselves") {
  const auto on_cores = changed(training_example, {{"/cluster/cores", "2"}});
  REQUIRE(on_cores.ok());
  CHECK(on_cores->cluster.devices.front().reductions == models::Reductions::device);
  CHECK(on_cores->resolved["cluster"]["device"]["reductions"] == "device");
  const auto shared = changed(training_example, {{"/cluster/topology/kind", "shared_memory"}});
  REQUIRE(shared.ok());
  CHECK(shared->cluster.devices.front().reductions == models::Reductions::device);
}

TEST_CASE("read_devices: a preset runs at its peak, at a given efficiency, or at what is typical") {
  const auto efficiency = [](const std::string& more) {
    const auto scenario =
        changed(training_example, {{device, R"({"preset": "h100_bf16")" + more + "}"}});
    REQUIRE(scenario.ok());
    CHECK(scenario->resolved["cluster"]["device"]["efficiency"] ==
          scenario->cluster.devices.front().efficiency);
    return scenario->cluster.devices.front().efficiency;
  };
  CHECK(efficiency("") == 1);
  CHECK(efficiency(R"(, "efficiency": 0.3)") == 0.3);
  CHECK(efficiency(R"(, "efficiency": "typical")") == 0.8);
  CHECK(with(R"({"flops": 1, "efficiency": "typical"})").size() == 1);
}

TEST_CASE("read_devices: every preset has a source for each of its figures") {
  for (const DevicePreset& preset : built_in_presets().devices) {
    CAPTURE(preset.name);
    CHECK_FALSE(preset.source.empty());
    CHECK_FALSE(preset.efficiency_source.empty());
    CHECK(preset.typical_efficiency > 0);
    CHECK(preset.typical_efficiency < 1);
    CHECK(preset.device.efficiency == 1);
  }
  for (const LinkPreset& preset : built_in_presets().links) {
    CAPTURE(preset.name);
    CHECK_FALSE(preset.bandwidth_source.empty());
    CHECK_FALSE(preset.latency_source.empty());
  }
}

TEST_CASE("read_devices: figures are checked one by one") {
  CHECK(with(R"({"flops": 0, "memory": "0 B", "memory_bandwidth": -1, "launch_overhead": "-1 us",
                 "efficiency": 1.5})") ==
        Lines{device + "/flops: must be greater than 0, found 0",
              device + R"(/memory: must be greater than 0, found "0 B")",
              device + "/memory_bandwidth: must be greater than 0, found -1",
              device + R"(/launch_overhead: must be at least 0, found "-1 us")",
              device + "/efficiency: must be at most 1, found 1.5"});
  CHECK(with(R"({"flops": 1, "efficiency": 0})") ==
        Lines{device + "/efficiency: must be greater than 0, found 0"});
  CHECK(with("7") == Lines{device + ": must be an object, found 7"});
  CHECK(with("{}") == Lines{device + "/flops: missing"});
}

TEST_CASE("read_devices: a list gives every host its device") {
  const auto scenario =
      changed(training_example,
              {{device, R"([{"hosts": "0,3", "flops": 5}, {"hosts": "1-2", "flops": 6}])"}});
  REQUIRE(scenario.ok());
  std::vector<double> flops;
  for (const auto& spec : scenario->cluster.devices) flops.push_back(spec.flops_per_s);
  CHECK(flops == std::vector<double>{5, 6, 6, 5});
}

TEST_CASE("read_devices: every host is in the list, once") {
  CHECK(with(R"([{"hosts": "0-1", "flops": 5}])") ==
        Lines{device + ": has no device for hosts 2-3"});
  CHECK(with("[]") == Lines{device + ": has no device for hosts 0-3"});
  CHECK(with(R"([{"hosts": "0-2", "flops": 5}, {"hosts": "2-3", "flops": 5}])") ==
        Lines{device + "/1/hosts: host 2 has a device already, from entry 0 of the list"});
  CHECK(with(R"([{"hosts": "0-99999999999", "flops": 5}])") ==
        Lines{device + "/0/hosts: must be hosts from 0 to 3, found 99999999999"});
  CHECK(with(R"([{"hosts": "all", "flops": 5}])") ==
        Lines{device + R"(/0/hosts: must be host numbers, as "0-3,8", found "all")"});
  CHECK(with(R"([{"flops": 5}])") == Lines{device + "/0/hosts: missing"});
}
