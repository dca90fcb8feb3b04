#include "tests/fuzz/random_scenario.hpp"

#include <string>
#include <utility>

#include "models/parts/collectives/allreduce.hpp"
#include "tests/fuzz/random_cluster.hpp"
#include "tests/fuzz/schema_value.hpp"

namespace lockstep::fuzz {

namespace {

// Equally wide, or a chain of layers that differ.
Json random_layers(SchemaValues& values, Json model) {
  if (!values.once_in(3)) {
    model["layers"] = values.between(1, 8);
    model["width"] = values.once_in(2) ? 64 : values.between(1, 64);
    return model;
  }
  Json layers = Json::array();
  std::int64_t inputs = values.between(1, 64);
  for (std::int64_t left = values.between(1, 5); left > 0; --left) {
    const std::int64_t outputs = values.once_in(3) ? inputs : values.between(1, 64);
    layers.push_back({{"inputs", inputs}, {"outputs", outputs}});
    if (inputs == outputs && values.once_in(2)) layers.back()["count"] = values.between(1, 3);
    inputs = outputs;
  }
  model.erase("width");
  model["layers"] = std::move(layers);
  return model;
}

Json random_model(SchemaValues& values, const Json& schema) {
  Json model = values.draw(schema["properties"]["model"]);
  return model.contains("stages") ? model : random_layers(values, std::move(model));
}

Json random_training(SchemaValues& values, const Json& schema) {
  Json training = values.draw(schema["properties"]["training"]);
  training.erase("batch_per_worker");
  training.erase("global_batch");
  training.erase("checkpoint");
  if (!values.once_in(4)) training.erase("shares");
  // Of 24 there are many divisors: workers, micro-batches.
  const std::int64_t batch = values.once_in(4) ? values.between(1, 30) : 24 * values.between(1, 4);
  training[values.once_in(2) ? "batch_per_worker" : "global_batch"] = batch;
  training["iterations"] = values.between(1, 5);
  return training;
}

Json random_traffic(SchemaValues& values, const Json& schema) {
  Json traffic = Json::array();
  const auto host = [&] { return "host" + std::to_string(values.between(0, 3)); };
  for (std::int64_t left = values.between(1, 12); left > 0; --left) {
    traffic.push_back(values.draw(schema["properties"]["traffic"]["items"]));
    traffic.back()["from"] = host();
    traffic.back()["to"] = host();
  }
  return traffic;
}

// MPI_Allreduce itself is only for `execute --transport mpi`.
Json random_algorithm(SchemaValues& values, const Json& schema) {
  while (true) {
    Json algorithm = values.draw(schema["properties"]["algorithm"]);
    if (!algorithm.is_object() || algorithm.value("allreduce", "") != models::allreduce_by_mpi)
      return algorithm;
  }
}

Json drawn(SchemaValues& values, const Json& schema) {
  Json scenario = {{"cluster", random_cluster(values, schema)}};
  if (values.once_in(12)) {
    scenario["traffic"] = random_traffic(values, schema);
    return scenario;
  }
  scenario["model"] = random_model(values, schema);
  scenario["training"] = random_training(values, schema);
  scenario["algorithms"] = Json::array();
  for (std::int64_t left = values.between(1, 2); left > 0; --left)
    scenario["algorithms"].push_back(random_algorithm(values, schema));
  if (!values.once_in(4)) scenario["data"] = values.draw(schema["properties"]["data"]);
  if (values.once_in(6)) scenario["numerics"] = values.draw(schema["properties"]["numerics"]);
  return scenario;
}

// Takes away what a fault is about: its key, or the one that holds it.
bool without(Json& scenario, const std::string& pointer) {
  const Json::json_pointer at(pointer);
  if (at.empty()) return false;
  if (!scenario.contains(at)) return without(scenario, at.parent_pointer().to_string());
  Json& holder = scenario[at.parent_pointer()];
  if (holder.is_array())
    holder.erase(std::stoul(at.back()));
  else
    holder.erase(at.back());
  return true;
}

// Takes away what is refused until nothing is; whether that came to a good end.
bool mended(Json& scenario) {
  for (int turns = 0; turns < 20; ++turns) {
    const Result<scenarios::Scenario> result = loaded(scenario);
    if (result.ok()) return true;
    if (!without(scenario, result.faults().front().pointer)) return false;
  }
  return false;
}

}  // namespace

Result<scenarios::Scenario> loaded(const Json& scenario) {
  scenarios::LoadOptions options;
  options.data = scenarios::DataUse::if_given;
  return scenarios::parse_scenario(scenario.dump(), ".", options);
}

Json random_scenario(std::uint64_t number) {
  static const Json schema = scenarios::scenario_schema();
  sim::RandomStream random(number, 0);
  SchemaValues values(schema, random);
  while (true) {
    Json scenario = drawn(values, schema);
    if (mended(scenario)) return scenario;
  }
}

}  // namespace lockstep::fuzz
