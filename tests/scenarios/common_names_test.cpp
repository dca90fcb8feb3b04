#include "scenarios/common_names.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/devices/hardware.hpp"
#include "models/parts/collectives/allreduce.hpp"
#include "scenarios/messages.hpp"
#include "scenarios/presets.hpp"
#include "tests/scenarios/examples.hpp"
#include "topologies/topology_spec.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;

namespace {

using Names = std::vector<std::string_view>;

Names algorithm_names() {
  return names_of(models::algorithms(), [](const auto* each) { return each->kind; });
}
Names device_names() {
  return names_of(built_in_presets().devices,
                  [](const auto& each) { return std::string_view(each.name); });
}
Names link_names() {
  return names_of(built_in_presets().links,
                  [](const auto& each) { return std::string_view(each.name); });
}
Names topology_names() {
  return names_of(topologies::topology_kinds(), [](const auto& each) { return each.kind; });
}

// What the option "allreduce" of sync_sgd takes.
Names allreduce_names() {
  for (const models::OptionSpec& option : models::find_algorithm("sync_sgd")->options)
    if (option.name == "allreduce") return {option.choices.begin(), option.choices.end()};
  return {};
}

Names names_for(std::string_view what) {
  if (what == "algorithm") return algorithm_names();
  if (what == "device") return device_names();
  if (what == "link") return link_names();
  return what == "topology" ? topology_names() : allreduce_names();
}

// Whether the schema has a key at a pointer, in any of the alternatives.
bool has_key(const Json& schema, const Json& root, std::string_view pointer) {
  if (const auto ref = schema.find("$ref"); ref != schema.end())
    return has_key(root[Json::json_pointer(ref->get<std::string>().substr(1))], root, pointer);
  for (const char* list : {"oneOf", "anyOf"})
    if (schema.contains(list) && std::ranges::any_of(schema[list], [&](const Json& each) {
          return has_key(each, root, pointer);
        }))
      return true;
  if (pointer.empty()) return true;
  const std::size_t length = std::min(pointer.find('/', 1), pointer.size());
  const std::string key(pointer.substr(1, length - 1));
  return schema.contains("properties") && schema["properties"].contains(key) &&
         has_key(schema["properties"][key], root, pointer.substr(length));
}

}  // namespace

TEST_CASE("common_names: what is meant is in its registry, and is not what was written") {
  for (const CommonName& each : common_names()) {
    CAPTURE(std::string(each.spelt));
    const Names known = names_for(each.what);
    CHECK(std::ranges::count(known, each.ours) == 1);
    CHECK(std::ranges::count(known, each.spelt) == 0);
  }
}

TEST_CASE("common_names: keys have their places in the schema") {
  const Json schema = scenario_schema();
  for (const KeyHome& home : key_homes()) {
    CAPTURE(std::string(home.pointer));
    CHECK(has_key(schema, schema, home.pointer));
  }
  CHECK_FALSE(has_key(schema, schema, "/cluster/nothing"));
}

TEST_CASE("common_names: names from elsewhere point to ours") {
  const Names algorithms = algorithm_names();
  const auto meant = [&](std::string_view name) {
    return names_meant("algorithm", name, algorithms);
  };
  CHECK(meant("FSDP") == R"("zero" with "stage": 3)");
  CHECK(meant("ddp") == R"("sync_sgd" with "overlap": true)");
  CHECK(meant("horovod") == R"("sync_sgd" with "allreduce": "ring")");
  CHECK(meant("local_sgd") == R"("model_averaging")");
  CHECK(meant("FedAvg") == R"("model_averaging")");
  CHECK(meant("parameter_server") == R"("sync_sgd" with "allreduce": "star" or "async_sgd")");
  CHECK(meant("Hogwild!") == R"("hogwild")");
  CHECK(meant("1F1B") == R"("pipeline_1f1b")");
  CHECK(meant("Local Adam").empty());
  CHECK(unknown_name("device", "h100", device_names()) ==
        R"(unknown device "h100"; did you mean "h100_bf16"?)");
  CHECK(unknown_name("device", "t4", device_names()) ==
        R"(unknown device "t4"; `lockstep list devices` lists them)");
  CHECK(unknown_name("link", "10GbE", link_names()) ==
        R"(unknown link "10GbE"; did you mean "ethernet_10g"?)");
}

TEST_CASE("common_names: a key at the wrong place is told where its place is") {
  const auto told = [](const std::string& pointer) {
    return faults_of(training_example, {{pointer, "1"}});
  };
  CHECK(told("/cluster/straggler") ==
        Lines{R"(/cluster/straggler: unknown key "straggler"; did you mean "slowdown"?)"});
  CHECK(
      told("/cluster/bandwidth") ==
      Lines{"/cluster/bandwidth: unknown key \"bandwidth\"; it belongs at /cluster/topology/link"});
  const std::string batch =
      R"(unknown key "batch"; it belongs at /training/batch_per_worker or /training/global_batch)";
  CHECK(told("/model/batch") == Lines{"/model/batch: " + batch});
  CHECK(told("/batch") == Lines{"/batch: " + batch});
  CHECK(told("/training/lr") ==
        Lines{R"(/training/lr: unknown key "lr"; did you mean "learning_rate"?)"});
  CHECK(told("/algorithm/learning_rate") ==
        Lines{"/algorithm/learning_rate: unknown key \"learning_rate\"; it belongs at "
              "/training/learning_rate"});
  CHECK(told("/training/batch") ==
        Lines{R"(/training/batch: unknown key "batch"; did you mean "batch_per_worker" or )"
              R"("global_batch"?)"});
}
