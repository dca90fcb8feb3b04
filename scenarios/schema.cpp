// The JSON Schema of a scenario. Kinds, options and presets come from the registries.
#include <fmt/format.h>

#include <cmath>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/data/data_kind.hpp"
#include "models/language/optimizers.hpp"
#include "scenarios/messages.hpp"
#include "scenarios/parts.hpp"
#include "scenarios/schema_parts.hpp"

namespace lockstep::scenarios {
namespace {

using models::Algorithm;
using models::OptionSpec;
using models::OptionType;

Json option_schema(const OptionSpec& option) {
  Json schema = {{"description", option.summary}};
  switch (option.type) {
    case OptionType::boolean:
      schema["type"] = "boolean";
      break;
    case OptionType::integer:
      schema["type"] = "integer";
      break;
    case OptionType::number:
      schema["type"] = "number";
      break;
    case OptionType::bytes:
      schema["$ref"] = "#/$defs/bytes";
      break;
    case OptionType::choice:
      schema["enum"] = option.choices;
      break;
    case OptionType::text:
      schema["type"] = "string";
      break;
    case OptionType::integers:
      schema["type"] = "array";
      schema["items"] = {{"type", "integer"}};
      break;
  }
  Json& number = option.type == OptionType::integers ? schema["items"] : schema;
  if (std::isfinite(option.least) && option.type != OptionType::bytes)
    number["minimum"] = option.least;
  if (std::isfinite(option.most) && option.type != OptionType::bytes)
    number[option.below_most ? "exclusiveMaximum" : "maximum"] = option.most;
  if (!option.zero_name.empty())
    schema = {{"description", option.summary},
              {"oneOf",
               Json::array(
                   {Json{{"type", "integer"}, {"minimum", option.least}, {"maximum", option.most}},
                    Json{{"const", option.zero_name}}})}};
  if (option.type != OptionType::text)
    std::visit([&](const auto& fallback) { schema["default"] = fallback; }, option.fallback);
  return schema;
}

Json algorithm_object(const Algorithm& algorithm) {
  Json properties = {{"kind", {{"const", algorithm.kind}}},
                     {"label", text("The name in tables; the kind if absent.")},
                     {"topology", reference("topology")}};
  for (const OptionSpec& option : algorithm.options)
    properties[std::string(option.name)] = option_schema(option);
  Json schema = object(algorithm.summary, std::move(properties), {"kind"});
  schema["title"] = algorithm.title;
  return schema;
}

// A kind's name, or an object with the options of its kind.
Json algorithm_schema() {
  const auto kinds =
      names_of(models::algorithms(), [](const Algorithm* algorithm) { return algorithm->kind; });
  Json alternatives = Json::array({Json{{"enum", kinds}}});
  for (const Algorithm* algorithm : models::algorithms())
    alternatives.push_back(algorithm_object(*algorithm));
  return {{"description", "A way to train, with its options."}, {"oneOf", std::move(alternatives)}};
}

Json scalar_schema() { return {{"enum", {1, 2, 4, 8}}, {"default", 4}}; }

Json precision_schema() {
  const auto size = [](std::string_view of) {
    Json schema = scalar_schema();
    schema["description"] = of;
    schema.erase("default");
    return schema;
  };
  Json parts = object("Bytes of each sort; what is absent is as long as bytes_per_scalar.",
                      {{"parameters", size("Of a parameter.")},
                       {"gradients", size("Of a gradient, kept or sent.")},
                       {"activations", size("Of an activation, and its gradient.")},
                       {"master_copy",
                        {{"description", "Of the copy that updates work on; 0: there is none."},
                         {"enum", {0, 1, 2, 4, 8}},
                         {"default", 0}}},
                       {"optimizer_state", size("Of each scalar that the optimizer keeps; by "
                                                "default as long as what it updates.")}});
  return {{"description", "How many bytes scalars take, by what they are."},
          {"oneOf", Json::array({Json{{"enum", precision_names}}, std::move(parts)})}};
}

Json stage_schema() {
  return object("A stage: times of one micro-batch.",
                {{"forward", reference("seconds")},
                 {"backward_input", reference("seconds")},
                 {"backward_weight", reference("seconds")},
                 {"send", reference("seconds")},
                 {"parameters", integer("How many parameters.", 0)},
                 {"activation_bytes", reference("bytes")},
                 {"count", integer("How many such stages.", 1)}},
                {"forward", "backward_input", "backward_weight"});
}

Json model_schema() {
  Json layers = object("An MLP of equally wide layers.",
                       {{"layers", integer("How many layers of weights.", 1)},
                        {"width", integer("Neurons of a layer, inputs and outputs too.", 1)},
                        {"bytes_per_scalar", scalar_schema()},
                        {"precision", precision_schema()}},
                       {"layers", "width"});
  Json shapes = object(
      "An MLP of layers that differ.",
      {{"layers",
        list("Layer by layer.", object("A layer; its inputs are the outputs of the one before.",
                                       {{"inputs", integer("Neurons before it.", 1)},
                                        {"outputs", integer("Neurons after it.", 1)},
                                        {"count", integer("How many such layers, if square.", 1)}},
                                       {"inputs", "outputs"}))},
       {"bytes_per_scalar", scalar_schema()},
       {"precision", precision_schema()}},
      {"layers"});
  const Json several = list("Stage by stage.", stage_schema());
  Json stages = object("Measured stages of a pipeline.",
                       {{"stages", {{"oneOf", Json::array({several, stage_schema()})}}},
                        {"bytes_per_scalar", scalar_schema()}},
                       {"stages"});
  return {{"description", "What is trained: layers, or measured stages of a pipeline."},
          {"oneOf", Json::array({std::move(layers), std::move(shapes), std::move(stages)})}};
}

Json optimizer_schema() {
  Json alternatives = Json::array({Json{{"enum", models::optimizers}}});
  for (const models::OptimizerKind& kind : models::optimizer_kinds()) {
    Json properties = {{"kind", {{"const", kind.rule->name}}}};
    for (const OptionSpec& option : kind.options)
      properties[std::string(option.name)] = option_schema(option);
    alternatives.push_back(
        object("What is done with a gradient.", std::move(properties), Json::array({"kind"})));
  }
  return {{"description",
           "What workers and servers do with a gradient, unless the algorithm has "
           "an update rule of its own."},
          {"oneOf", std::move(alternatives)},
          {"default", "sgd"}};
}

Json training_schema() {
  Json schema = object(
      "How it is trained.",
      {{"batch_per_worker",
        {{"oneOf",
          Json::array({integer("Samples of a mini-batch, on each worker.", 1),
                       list("Samples of a mini-batch, by worker.", integer("Samples.", 1))})}}},
       {"shares",
        {{"description", "How a global mini-batch is divided among workers; default: evenly."},
         {"oneOf", Json::array({Json{{"const", "by_speed"}},
                                list("By worker: parts that sum to 1, or samples that sum to all.",
                                     Json{{"type", "number"}, {"exclusiveMinimum", 0}})})}}},
       {"global_batch", integer("Samples of a mini-batch, on all workers.", 1)},
       {"iterations", integer("Mini-batches.", 1)},
       {"learning_rate", {{"type", "number"}, {"exclusiveMinimum", 0}, {"default", 0.01}}},
       {"seed", integer("Of all random numbers.", 0)},
       {"optimizer", optimizer_schema()},
       {"checkpoint",
        object("Where a run that fails goes on: its state is written now and then.",
               {{"every", integer("Iterations between two checkpoints.", 1)},
                {"interval",
                 {{"description", "Seconds of work between them, or the best by Young and Daly."},
                  {"anyOf", Json::array({Json{{"const", "young_daly"}}, reference("seconds")})}}},
                {"total_iterations",
                 integer("Of the whole training, for which those that are simulated stand.", 1)},
                {"write", reference("seconds")},
                {"read", reference("seconds")},
                {"bandwidth", reference("bytes_per_second")}})},
       {"target_accuracy", {{"type", "number"}, {"exclusiveMinimum", 0}, {"maximum", 1}}}});
  schema["oneOf"] = Json::array({Json{{"required", Json::array({"batch_per_worker"})}},
                                 Json{{"required", Json::array({"global_batch"})}}});
  return schema;
}

Json data_object(const models::DataKind& kind) {
  Json properties = {{"kind", {{"const", kind.kind}}},
                     {"held_out",
                      {{"description", "How much is kept for tests."},
                       {"type", "number"},
                       {"exclusiveMinimum", 0},
                       {"exclusiveMaximum", 1},
                       {"default", models::DataSpec{}.held_out}}}};
  Json required = Json::array({"kind"});
  for (const OptionSpec& option : kind.options) {
    properties[std::string(option.name)] = option_schema(option);
    if (option.type == OptionType::text) required.push_back(option.name);
  }
  return object(kind.summary, std::move(properties), std::move(required));
}

Json data_schema() {
  const auto kinds =
      names_of(models::data_kinds(), [](const models::DataKind* kind) { return kind->kind; });
  Json alternatives = Json::array({Json{{"enum", kinds}}});
  for (const models::DataKind* kind : models::data_kinds())
    alternatives.push_back(data_object(*kind));
  return {{"description", "What is learnt."}, {"oneOf", std::move(alternatives)}};
}

Json numerics_schema() {
  return object("The network that is computed; what is absent is the model's.",
                {{"layers", integer("How many layers of weights.", 1)},
                 {"width", integer("Neurons of a layer.", 1)},
                 {"activation", {{"enum", {"tanh", "relu"}}, {"default", "tanh"}}},
                 {"start", {{"enum", {"xavier", "he"}}}},
                 {"batch_per_worker", integer("Samples of a computed mini-batch.", 1)}});
}

Json traffic_schema() {
  return list("Raw flows, in place of training.",
              object("A flow.",
                     {{"from", text("A node's name.")},
                      {"to", text("A node's name.")},
                      {"bytes", reference("bytes")},
                      {"start", reference("seconds")},
                      {"connection", text("Flows of one name go in order.")}},
                     {"from", "to", "bytes"}));
}

Json definitions() {
  constexpr std::string_view bytes = "([kMGTP]|[KMGT]i)?(B|bit)";
  const std::string rate = fmt::format("{}/s", bytes);
  return {
      {"seconds", quantity("Seconds, or as \"5 us\".", "[munp]?s|min|h", true)},
      {"bytes", quantity("Bytes, or as \"100 MiB\".", bytes, true)},
      {"positive_bytes", quantity("Bytes, or as \"16 GiB\".", bytes, false)},
      {"bytes_per_second", quantity("B/s, or as \"10 Gbit/s\".", rate, false)},
      {"flops_per_second", quantity("FLOP/s, or as \"15.7 TFLOP/s\".", "[kMGTP]?FLOP/s", false)},
      {"link", link_schema()},
      {"topology", topology_schema()},
      {"algorithm", algorithm_schema()},
      {"planned_values", planned_values_schema()}};
}

Json sweep_schema() {
  const Json values = swept_values();
  return {{"type", "object"},
          {"description",
           "JSON pointers and their values; all combinations are run. Pointers under one name move "
           "together."},
          {"patternProperties", {{"^/", values}}},
          {"additionalProperties",
           {{"type", "object"},
            {"minProperties", 1},
            {"patternProperties", {{"^/", values}}},
            {"additionalProperties", false}}}};
}

Json properties() {
  Json algorithms = list("Several, to compare.", reference("algorithm"));
  algorithms["minItems"] = 1;
  return {{"$schema", text("This schema.")},
          {"name", text("A title.")},
          {"description", text("What to see in it.")},
          {"model", model_schema()},
          {"training", training_schema()},
          {"data", data_schema()},
          {"numerics", numerics_schema()},
          {"cluster", cluster_schema()},
          {"presets", presets_schema()},
          {"algorithm", reference("algorithm")},
          {"algorithms", std::move(algorithms)},
          {"traffic", traffic_schema()},
          {"sweep", sweep_schema()},
          {"plan", plan_schema()}};
}

// `lockstep plan` then tries every kind.
Json planned_without_algorithms() {
  Json schema = alternative({"model", "training", "plan"});
  Json others = Json::array();
  for (const char* key : {"algorithm", "algorithms", "traffic"})
    others.push_back(alternative({key}));
  schema["not"] = {{"anyOf", std::move(others)}};
  return schema;
}

}  // namespace

Json scenario_schema() {
  Json schema = object("What Lockstep simulates.", properties(), {"cluster"});
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  schema["title"] = "Lockstep scenario";
  schema["oneOf"] = Json::array({alternative({"model", "training", "algorithm"}),
                                 alternative({"model", "training", "algorithms"}),
                                 alternative({"traffic"}), planned_without_algorithms()});
  schema["$defs"] = definitions();
  return schema;
}

}  // namespace lockstep::scenarios
