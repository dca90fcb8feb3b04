#include <doctest/doctest.h>

#include <algorithm>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/data/data_kind.hpp"
#include "scenarios/scenario.hpp"
#include "topologies/topology_spec.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;

namespace {

// Every "$ref" below `value`.
void collect_references(const Json& value, std::vector<std::string>& references) {
  if (value.is_object() && value.contains("$ref")) references.push_back(value["$ref"]);
  if (!value.is_structured()) return;
  for (const Json& child : value) collect_references(child, references);
}

}  // namespace

TEST_CASE("schema: every algorithm is there with all its options and no other key") {
  const Json schema = scenario_schema();
  const Json& alternatives = schema["$defs"]["algorithm"]["oneOf"];
  REQUIRE(alternatives.size() == models::algorithms().size() + 1);  // names first
  for (std::size_t i = 0; i < models::algorithms().size(); ++i) {
    const models::Algorithm& algorithm = *models::algorithms()[i];
    CHECK(alternatives[0]["enum"][i] == algorithm.kind);
    const Json& properties = alternatives[i + 1]["properties"];
    CHECK(properties["kind"]["const"] == algorithm.kind);
    CHECK(properties.size() == algorithm.options.size() + 3);  // kind, label, topology
    for (const models::OptionSpec& option : algorithm.options)
      CHECK(properties.contains(std::string(option.name)));
    CHECK(alternatives[i + 1]["additionalProperties"] == false);
  }
}

TEST_CASE("schema: a list of integers has the range of its elements") {
  const Json schema = scenario_schema();
  for (const Json& alternative : schema["$defs"]["algorithm"]["oneOf"]) {
    if (alternative.value("title", "") != "PipeDream") continue;
    const Json& replicas = alternative["properties"]["replicas"];
    CHECK(replicas["type"] == "array");
    CHECK(replicas["items"]["type"] == "integer");
    CHECK(replicas["items"]["minimum"] == 1);
    CHECK(replicas["default"] == Json::array());
    CHECK_FALSE(replicas.contains("minimum"));
    return;
  }
  FAIL("no PipeDream in the schema");
}

TEST_CASE("schema: every topology is there") {
  const Json schema = scenario_schema();
  const Json& kinds = schema["$defs"]["topology"]["oneOf"];
  REQUIRE(kinds.size() == topologies::topology_kinds().size());
  for (std::size_t i = 0; i < kinds.size(); ++i)
    CHECK(kinds[i]["properties"]["kind"]["const"] == topologies::topology_kinds()[i].kind);
}

TEST_CASE("schema: every kind of data is there with all its options and no other key") {
  const Json schema = scenario_schema();
  const Json& alternatives = schema["properties"]["data"]["oneOf"];
  REQUIRE(alternatives.size() == models::data_kinds().size() + 1);  // names first
  for (std::size_t i = 0; i < models::data_kinds().size(); ++i) {
    const models::DataKind& kind = *models::data_kinds()[i];
    CHECK(alternatives[0]["enum"][i] == kind.kind);
    const Json& properties = alternatives[i + 1]["properties"];
    CHECK(properties["kind"]["const"] == kind.kind);
    CHECK(properties.size() == kind.options.size() + 2);  // kind, held_out
    for (const models::OptionSpec& option : kind.options)
      CHECK(properties.contains(std::string(option.name)));
    CHECK(alternatives[i + 1]["additionalProperties"] == false);
  }
  // Files have no default.
  CHECK(alternatives[2]["required"] == Json{"kind", "images", "labels"});
}

TEST_CASE("schema: every reference leads somewhere") {
  const Json schema = scenario_schema();
  std::vector<std::string> references;
  collect_references(schema, references);
  CHECK(!references.empty());
  for (const std::string& reference : references)
    CHECK(schema.contains(Json::json_pointer(reference.substr(1))));
}
