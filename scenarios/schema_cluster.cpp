// The schema of `cluster`.
#include "scenarios/parts.hpp"
#include "scenarios/presets.hpp"
#include "scenarios/schema_parts.hpp"
#include "topologies/topology_spec.hpp"

namespace lockstep::scenarios {
namespace {

Json link_properties() {
  return {
      {"preset", preset_names("Bandwidth and latency of a known link.", built_in_presets().links)},
      {"bandwidth", reference("bytes_per_second")},
      {"latency", reference("seconds")},
      {"efficiency",
       {{"description", "The share of the bandwidth that headers leave for the bytes of messages."},
        {"type", "number"},
        {"exclusiveMinimum", 0},
        {"maximum", 1},
        {"default", 1}}}};
}

Json overrides_schema() {
  return list("Links that differ from the others.",
              object("All links between two nodes.",
                     {{"from", text("A node's name.")},
                      {"to", text("A node's name.")},
                      {"bandwidth", reference("bytes_per_second")},
                      {"latency", reference("seconds")}},
                     {"from", "to"}));
}

Json routing_schema() {
  return {{"description",
           "Which way messages take where paths tie: one by a hash of the message, all, the first, "
           "or given routes."},
          {"enum", routing_names},
          {"default", "ecmp"}};
}

Json above_zero(std::string_view description) {
  return {{"description", description}, {"type", "number"}, {"exclusiveMinimum", 0}};
}

Json uniform_topology(const topologies::TopologyKind& kind) {
  return object(kind.summary,
                {{"kind", {{"const", kind.kind}}},
                 {"hosts", integer("How many hosts.", 1)},
                 {"link", reference("link")},
                 {"overrides", overrides_schema()},
                 {"routing", routing_schema()}},
                {"kind", "hosts", "link"});
}

Json levels_schema(std::string_view description) {
  return list(description,
              object("A level.",
                     {{"children", integer("How many nodes of the level below a switch joins.", 1)},
                      {"link", reference("link")},
                      {"oversubscription", above_zero("In place of the link: what the children can "
                                                      "send over what it carries.")}},
                     {"children"}));
}

Json shape_value(const topologies::ShapeKey& key) {
  switch (key.value) {
    case topologies::ShapeValue::count:
      return integer(key.summary, key.least);
    case topologies::ShapeValue::counts:
      return list(key.summary, integer("A count.", key.least));
    case topologies::ShapeValue::ratio:
      return above_zero(key.summary);
    case topologies::ShapeValue::flag:
      return {{"description", key.summary}, {"type", "boolean"}, {"default", false}};
    case topologies::ShapeValue::link:
      return {{"description", key.summary}, {"allOf", Json::array({reference("link")})}};
    case topologies::ShapeValue::levels:
      return levels_schema(key.summary);
  }
  return {};
}

Json shape_topology(const topologies::TopologyKind& kind) {
  Json properties = {{"kind", {{"const", kind.kind}}},
                     {"overrides", overrides_schema()},
                     {"routing", routing_schema()}};
  Json required = {"kind"};
  for (const topologies::ShapeKey& key : kind.shape_keys) {
    properties[std::string(key.name)] = shape_value(key);
    if (key.required) required.push_back(key.name);
  }
  return object(kind.summary, std::move(properties), std::move(required));
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
  properties["unshared"] = {{"description", "Every message over it has its whole bandwidth."},
                            {"type", "boolean"},
                            {"default", false}};
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
       {"file", text("A .graphml, .dot or .gv file in place of nodes and links.")},
       {"link", reference("link")},
       {"routing", routing_schema()}},
      {"kind"});
}

Json topology_of(const topologies::TopologyKind& kind) {
  switch (kind.keys) {
    case topologies::TopologyKeys::hosts_and_link:
      return uniform_topology(kind);
    case topologies::TopologyKeys::shape:
      return shape_topology(kind);
    case topologies::TopologyKeys::graph:
      return graph_topology(kind);
  }
  return {};
}

Json rate(std::string_view description) { return quantity(description, "[kMGTP]?FLOP/s", false); }

Json measured_schema() {
  const Json sizes = list("Ascending.", integer("A size.", 1));
  return object("What was measured, in place of flops and efficiency (lockstep calibrate).",
                {{"samples", sizes},
                 {"widths", sizes},
                 {"products", list("By samples.", list("By widths.", rate("Of products.")))},
                 {"elements", sizes},
                 {"updates", list("By elements.", rate("Of parameter updates."))},
                 {"folds", list("By elements.", rate("Of sums: one FLOP an element."))}},
                {"samples", "widths", "products", "elements", "updates", "folds"});
}

Json efficiency_schema() {
  return {{"description", "The share of flops that is reached; \"typical\": of a preset's."},
          {"oneOf", Json::array({Json{{"type", "number"}, {"exclusiveMinimum", 0}, {"maximum", 1}},
                                 Json{{"const", "typical"}}})},
          {"default", 1}};
}

Json device_properties() {
  return {
      {"preset", preset_names("The figures of a known device.", built_in_presets().devices)},
      {"flops", reference("flops_per_second")},
      {"memory_bandwidth", reference("bytes_per_second")},
      {"memory", reference("positive_bytes")},
      {"launch_overhead", reference("seconds")},
      {"efficiency", efficiency_schema()},
      {"reductions",
       {{"description",
         "Where messages are folded: on the device, in turn with its products, as CPUs do; or on "
         "an engine beside it, as accelerators do."},
        {"enum", {"device", "engine"}},
        {"default", "engine"}}},
      {"measured", measured_schema()}};
}

Json device_schema() {
  Json by_host = device_properties();
  by_host["hosts"] = {{"description", "Host numbers, as \"0-3,8\"."},
                      {"type", Json::array({"string", "integer"})}};
  return {
      {"description", "What computes: the same on every host, or a list that covers all."},
      {"oneOf", Json::array({preset_names("", built_in_presets().devices),
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
       {"distribution",
        {{"enum",
          {"constant", "exponential", "lognormal", "pareto", "uniform", "gamma", "trace"}}}},
       {"mean", above("Of the factor.", 0, 1)},
       {"sigma", above("Of the factor's logarithm, if lognormal.", 0, 1)},
       {"shape", above("Exponent of the tail, if pareto (above 1); the shape, if gamma.", 0, 2)},
       {"width", above("If uniform: half the range, over the mean; at most 1.", 0, 1)},
       {"file", text("If trace: a file of factors, a line for each iteration, a number for each "
                     "worker.")},
       {"factors",
        list("If trace: the factors themselves.",
             list("Of one iteration.", Json{{"type", "number"}, {"exclusiveMinimum", 0}}))}},
      {"distribution"});
}

Json failures_schema() {
  return object(
      "Workers and links that fail: synchronous runs stop with a worker and go back to their last "
      "checkpoint, others go on.",
      {{"mtbf", reference("seconds")},
       {"at", list("Failures at given times, of a host or of the links between two nodes.",
                   object("One of them.",
                          {{"time", reference("seconds")},
                           {"host", integer("Its number.", 0)},
                           {"from", text("A node's name.")},
                           {"to", text("A node's name.")}},
                          {"time"}))},
       {"repair", reference("seconds")},
       {"elastic",
        {{"description", "Synchronous runs go on with the workers that are left."},
         {"type", "boolean"},
         {"default", false}}},
       {"reconfigure", reference("seconds")},
       {"link_mtbf", reference("seconds")},
       {"link_repair", reference("seconds")}});
}

Json background_schema() {
  return list("The traffic of others: flows that begin at random moments.",
              object("Between two hosts, or, where they are not given, between random ones.",
                     {{"rate", reference("bytes_per_second")},
                      {"flow", reference("positive_bytes")},
                      {"from", integer("A host.", 0)},
                      {"to", integer("A host.", 0)}},
                     {"rate", "flow"}));
}

Json rank_order_schema() {
  return {
      {"description",
       "The host of each rank: a list of all hosts, or an order of them. \"block\" and "
       "\"cyclic\" go by the hosts that share a node or rack, \"best\" is found by simulation."},
      {"oneOf",
       Json::array({Json{{"enum", {"as_numbered", "block", "cyclic", "best"}}},
                    Json{{"type", "array"}, {"items", {{"type", "integer"}, {"minimum", 0}}}}})}};
}

Json endpoint_schema() {
  return object(
      "What a message costs the processors at its ends.",
      {{"overhead", reference("seconds")},
       {"crowded_overhead", reference("seconds")},
       {"wakes", list("How long a rank takes to go on that has waited for so long.",
                      object("Linear in between.",
                             {{"waited", reference("seconds")}, {"takes", reference("seconds")}},
                             {"waited", "takes"}))},
       {"copy_bandwidth", reference("bytes_per_second")},
       {"eager",
        {{"description", "Messages do not wait for their receiver."},
         {"type", "boolean"},
         {"default", false}}}});
}

}  // namespace

Json link_schema() {
  return {
      {"description", "A link: a preset's name, or figures."},
      {"oneOf",
       Json::array({preset_names("", built_in_presets().links),
                    object("Bandwidth in B/s, latency in s (default 0).", link_properties())})}};
}

Json topology_schema() {
  Json kinds = Json::array();
  for (const topologies::TopologyKind& kind : topologies::topology_kinds())
    kinds.push_back(topology_of(kind));
  return {{"description", "How the hosts are connected."}, {"oneOf", std::move(kinds)}};
}

Json presets_schema() {
  const Json name = text("Its name.");
  const Json source = text("Where the figures come from.");
  const Json format = object("A number format.",
                             {{"flops", reference("flops_per_second")},
                              {"efficiency", above_zero("The share of it that is typical.")},
                              {"efficiency_source", source}},
                             {"flops"});
  const Json device = object("A device.",
                             {{"name", name},
                              {"memory", reference("positive_bytes")},
                              {"memory_bandwidth", reference("bytes_per_second")},
                              {"launch_overhead", reference("seconds")},
                              {"reductions", {{"enum", {"device", "engine"}}}},
                              {"source", source},
                              {"formats", {{"type", "object"}, {"additionalProperties", format}}}},
                             {"name", "formats"});
  const Json link = object("A link.",
                           {{"name", name},
                            {"bandwidth", reference("bytes_per_second")},
                            {"latency", reference("seconds")},
                            {"bandwidth_source", source},
                            {"latency_source", source}},
                           {"name", "bandwidth"});
  const Json machine = object("A machine, of which a cluster has any number.",
                              {{"name", name},
                               {"device", text("A device's name.")},
                               {"topology", {{"type", "object"}}},
                               {"source", source}},
                              {"name", "device", "topology"});
  Json schema = object(
      "Devices, links and machines that the scenario can name besides those that "
      "are built in; or a file with such an object.",
      {{"devices", list("Devices.", device)},
       {"links", list("Links.", link)},
       {"machines", list("Machines.", machine)}});
  schema["type"] = Json::array({"object", "string"});
  return schema;
}

Json cluster_schema() {
  Json schema = object(
      "The machines.",
      {{"topology", reference("topology")},
       {"device", device_schema()},
       {"sharing", {{"enum", {"none", "single_port", "max_min"}}, {"default", "max_min"}}},
       {"connections",
        {{"description", "Whether what one rank sends another goes in order."},
         {"enum", {"ordered", "independent"}},
         {"default", "ordered"}}},
       {"granularity",
        {{"description",
          "What is one event of the simulation: a message, or a step of a collective (ring, "
          "halving_doubling, recursive_doubling), which ends for all ranks at once; auto: steps "
          "where that is proven to change no result."},
         {"enum", {"auto", "message", "step"}},
         {"default", "auto"}}},
       {"slowdown", slowdown_schema()},
       {"failures", failures_schema()},
       {"background", background_schema()},
       {"rank_order", rank_order_schema()},
       {"endpoint", endpoint_schema()},
       {"cores",
        integer("Hosts are ranks of one machine: host h computes on core h mod cores.", 1)},
       {"crowding",
        {{"description", "By how much computing takes longer with more ranks than cores."},
         {"type", "number"},
         {"minimum", 1},
         {"default", 1}}},
       {"machine",
        {{"description", "What `lockstep calibrate` wrote, in place of topology and device."},
         {"type", Json::array({"string", "object"})}}},
       {"hosts", integer("Of a machine: how many ranks.", 1)},
       {"transport", text("Of a machine: what carries messages.")}});
  // Or in one line: "dgx_a100 x 4", "v100 x 16 on ethernet_10g".
  schema["type"] = Json::array({"object", "string"});
  schema["anyOf"] =
      Json::array({Json{{"type", "string"}}, Json{{"required", Json::array({"topology"})}},
                   Json{{"required", Json::array({"machine"})}}});
  return schema;
}

}  // namespace lockstep::scenarios
