// The JSON Schema of a scenario. Kinds, options and presets come from the registries.
#include <fmt/format.h>

#include <cmath>

#include "models/algorithm.hpp"
#include "models/data/data_kind.hpp"
#include "models/hardware.hpp"
#include "scenarios/messages.hpp"
#include "scenarios/scenario.hpp"
#include "topologies/topology_spec.hpp"

namespace lockstep::scenarios {
namespace {

using models::Algorithm;
using models::OptionSpec;
using models::OptionType;

constexpr std::string_view digits = R"(^[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)? *)";

Json reference(std::string_view definition) {
  return {{"$ref", fmt::format("#/$defs/{}", definition)}};
}

// A number in base units, or a text with a unit that matches `units`.
Json quantity(std::string_view description, std::string_view units, bool zero_allowed) {
  const Json number = {{"type", "number"}, {zero_allowed ? "minimum" : "exclusiveMinimum", 0}};
  const Json text = {{"type", "string"}, {"pattern", fmt::format("{}({})$", digits, units)}};
  return {{"description", description}, {"anyOf", Json::array({number, text})}};
}

Json text(std::string_view description) {
  return {{"type", "string"}, {"description", description}};
}

Json integer(std::string_view description, std::int64_t least) {
  return {{"type", "integer"}, {"minimum", least}, {"description", description}};
}

Json list(std::string_view description, Json items) {
  return {{"type", "array"}, {"description", description}, {"items", std::move(items)}};
}

Json object(std::string_view description, Json properties, Json required = Json::array()) {
  return {{"type", "object"},
          {"description", description},
          {"properties", std::move(properties)},
          {"required", std::move(required)},
          {"additionalProperties", false}};
}

template <class Presets>
Json preset_names(std::string_view description, const Presets& presets) {
  const auto names = names_of(presets, [](const auto& preset) { return preset.name; });
  return {{"description", description}, {"enum", names}};
}

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

Json link_properties() {
  return {
      {"preset", preset_names("Bandwidth and latency of a known link.", models::link_presets())},
      {"bandwidth", reference("bytes_per_second")},
      {"latency", reference("seconds")}};
}

Json link_schema() {
  return {
      {"description", "A link: a preset's name, or figures."},
      {"oneOf",
       Json::array({preset_names("", models::link_presets()),
                    object("Bandwidth in B/s, latency in s (default 0).", link_properties())})}};
}

Json uniform_topology(const topologies::TopologyKind& kind) {
  return object(kind.summary,
                {{"kind", {{"const", kind.kind}}},
                 {"hosts", integer("How many hosts.", 1)},
                 {"link", reference("link")}},
                {"kind", "hosts", "link"});
}

Json node_schema() {
  return {{"oneOf",
           Json::array({text("The node's name."), object("A node of a kind.",
                                                         {{"name", text("The node's name.")},
                                                          {"kind", {{"enum", {"host", "switch"}}}}},
                                                         {"name"})})}};
}

Json graph_link_schema() {
  Json properties = {{"from", text("A node's name.")}, {"to", text("A node's name.")}};
  properties.update(link_properties());
  properties["duplex"] = {{"enum", {"full", "half", "simplex"}}, {"default", "full"}};
  return object("A link between two nodes.", std::move(properties), {"from", "to"});
}

Json graph_topology(const topologies::TopologyKind& kind) {
  const Json host_count = integer("The first nodes compute.", 1);
  return object(
      kind.summary,
      {{"kind", {{"const", kind.kind}}},
       {"nodes", list("The nodes.", node_schema())},
       {"hosts",
        {{"oneOf",
          Json::array({host_count, list("The nodes that compute.", text("A node's name."))})}}},
       {"links", list("The links.", graph_link_schema())},
       {"routes", list("Routes in place of those by least latency.",
                       object("A route.",
                              {{"from", text("A node's name.")},
                               {"to", text("A node's name.")},
                               {"links", list("Indices of links.", integer("An index.", 0))}},
                              {"from", "to", "links"}))},
       {"file", text("A .graphml, .dot or .gv file in place of nodes and links.")}},
      {"kind"});
}

Json topology_schema() {
  Json kinds = Json::array();
  for (const topologies::TopologyKind& kind : topologies::topology_kinds())
    kinds.push_back(kind.keys == topologies::TopologyKeys::graph ? graph_topology(kind)
                                                                 : uniform_topology(kind));
  return {{"description", "How the hosts are connected."}, {"oneOf", std::move(kinds)}};
}

Json device_properties() {
  return {{"preset", preset_names("The figures of a known device.", models::device_presets())},
          {"flops", reference("flops_per_second")},
          {"memory_bandwidth", reference("bytes_per_second")},
          {"memory", reference("positive_bytes")},
          {"launch_overhead", reference("seconds")},
          {"efficiency",
           {{"type", "number"}, {"exclusiveMinimum", 0}, {"maximum", 1}, {"default", 1}}}};
}

Json device_schema() {
  Json by_host = device_properties();
  by_host["hosts"] = {{"description", "Host numbers, as \"0-3,8\"."},
                      {"type", Json::array({"string", "integer"})}};
  return {
      {"description", "What computes: the same on every host, or a list that covers all."},
      {"oneOf", Json::array({preset_names("", models::device_presets()),
                             object("A device.", device_properties()),
                             list("Devices by hosts.", object("A device of some hosts.",
                                                              std::move(by_host), {"hosts"}))})}};
}

Json slowdown_schema() {
  const auto above = [](const char* description, double least, double usual) {
    return Json{{"description", description},
                {"type", "number"},
                {"exclusiveMinimum", least},
                {"default", usual}};
  };
  return object(
      "A random factor on the compute times of workers, from a stream for each.",
      {{"per", {{"enum", {"operation", "iteration", "worker"}}, {"default", "iteration"}}},
       {"distribution", {{"enum", {"constant", "exponential", "lognormal", "pareto"}}}},
       {"mean", above("Of the factor.", 0, 1)},
       {"sigma", above("Of the factor's logarithm, if lognormal.", 0, 1)},
       {"shape", above("Exponent of the tail, if pareto.", 1, 2)}},
      {"distribution"});
}

Json cluster_schema() {
  return object(
      "The machines.",
      {{"topology", reference("topology")},
       {"device", device_schema()},
       {"sharing", {{"enum", {"none", "single_port", "max_min"}}, {"default", "max_min"}}},
       {"slowdown", slowdown_schema()}},
      {"topology"});
}

Json scalar_schema() { return {{"enum", {1, 2, 4, 8}}, {"default", 4}}; }

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
                        {"bytes_per_scalar", scalar_schema()}},
                       {"layers", "width"});
  Json shapes = object(
      "An MLP of layers that differ.",
      {{"layers",
        list("Layer by layer.", object("A layer; its inputs are the outputs of the one before.",
                                       {{"inputs", integer("Neurons before it.", 1)},
                                        {"outputs", integer("Neurons after it.", 1)},
                                        {"count", integer("How many such layers, if square.", 1)}},
                                       {"inputs", "outputs"}))},
       {"bytes_per_scalar", scalar_schema()}},
      {"layers"});
  const Json several = list("Stage by stage.", stage_schema());
  Json stages = object("Measured stages of a pipeline.",
                       {{"stages", {{"oneOf", Json::array({several, stage_schema()})}}},
                        {"bytes_per_scalar", scalar_schema()}},
                       {"stages"});
  return {{"description", "What is trained: layers, or measured stages of a pipeline."},
          {"oneOf", Json::array({std::move(layers), std::move(shapes), std::move(stages)})}};
}

Json training_schema() {
  Json schema =
      object("How it is trained.",
             {{"batch_per_worker", integer("Samples of a mini-batch, on each worker.", 1)},
              {"global_batch", integer("Samples of a mini-batch, on all workers.", 1)},
              {"iterations", integer("Mini-batches.", 1)},
              {"learning_rate", {{"type", "number"}, {"exclusiveMinimum", 0}, {"default", 0.01}}},
              {"seed", integer("Of all random numbers.", 0)},
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
  return list("Raw flows, in place of training.", object("A flow.",
                                                         {{"from", text("A node's name.")},
                                                          {"to", text("A node's name.")},
                                                          {"bytes", reference("bytes")},
                                                          {"start", reference("seconds")}},
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
      {"algorithm", algorithm_schema()}};
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
          {"algorithm", reference("algorithm")},
          {"algorithms", std::move(algorithms)},
          {"traffic", traffic_schema()},
          {"sweep",
           {{"type", "object"},
            {"description", "JSON pointers and their values; all combinations are run."},
            {"additionalProperties", {{"type", "array"}, {"minItems", 1}}}}}};
}

// A task, and what goes with it.
Json alternative(std::initializer_list<const char*> required) {
  Json keys = Json::array();
  for (const char* key : required) keys.push_back(key);
  return {{"required", std::move(keys)}};
}

}  // namespace

Json scenario_schema() {
  Json schema = object("What Lockstep simulates.", properties(), {"cluster"});
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  schema["title"] = "Lockstep scenario";
  schema["oneOf"] =
      Json::array({alternative({"model", "training", "algorithm"}),
                   alternative({"model", "training", "algorithms"}), alternative({"traffic"})});
  schema["$defs"] = definitions();
  return schema;
}

}  // namespace lockstep::scenarios
