// The JSON Schema of `plan`.
#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "scenarios/schema_parts.hpp"

namespace lockstep::scenarios {
namespace {

// The options of any kind, by name.
Json planned_options() {
  Json options = Json::object();
  for (const models::Algorithm* algorithm : models::algorithms())
    for (const models::OptionSpec& option : algorithm->options)
      options[std::string(option.name)] = reference("planned_values");
  return options;
}

Json kind_schema(const models::Algorithm& algorithm) {
  Json properties = {{"kind", {{"const", algorithm.kind}}},
                     {"label", text("The name in tables; the kind if absent.")}};
  for (const models::OptionSpec& option : algorithm.options)
    properties[std::string(option.name)] = reference("planned_values");
  return object("A kind, and the values of its options.", std::move(properties), {"kind"});
}

Json kinds_schema() {
  const auto names = names_of(models::algorithms(),
                              [](const models::Algorithm* algorithm) { return algorithm->kind; });
  Json alternatives = Json::array({Json{{"enum", names}}});
  for (const models::Algorithm* algorithm : models::algorithms())
    alternatives.push_back(kind_schema(*algorithm));
  Json kinds = list("The kinds to try; without them, the scenario's algorithms, or all kinds.",
                    Json{{"oneOf", std::move(alternatives)}});
  kinds["minItems"] = 1;
  return kinds;
}

}  // namespace

Json planned_values_schema() {
  Json values = swept_values();
  values["oneOf"].push_back({{"type", Json::array({"string", "number", "boolean"})}});
  return values;
}

Json plan_schema() {
  return object(
      "What `lockstep plan` chooses from; what is absent has a default.",
      {{"kinds", kinds_schema()},
       {"options", object("What options take in every kind that has them.", planned_options())},
       {"hosts", reference("planned_values")},
       {"precision", {{"description", "Precisions of the model: names or objects."}}},
       {"axes",
        {{"type", "object"},
         {"description", "JSON pointers into the rest of the scenario, as those of a sweep."}}}});
}

}  // namespace lockstep::scenarios
