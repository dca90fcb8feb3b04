// The schema of `cluster`.
#include "models/devices/presets.hpp"
#include "scenarios/schema_parts.hpp"
#include "topologies/topology_spec.hpp"

namespace lockstep::scenarios {
namespace {

Json link_properties() {
  return {
      {"preset", preset_names("Bandwidth and latency of a known link.", models::link_presets())},
      {"bandwidth", reference("bytes_per_second")},
      {"latency", reference("seconds")}};
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
       {"file", text("A .graphml, .dot or .gv file in place of nodes and links.")},
       {"link", reference("link")}},
      {"kind"});
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
      {"preset", preset_names("The figures of a known device.", models::device_presets())},
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

Json endpoint_schema() {
  return object(
      "What a message costs the processors at its ends.",
      {{"overhead", reference("seconds")},
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
       Json::array({preset_names("", models::link_presets()),
                    object("Bandwidth in B/s, latency in s (default 0).", link_properties())})}};
}

Json topology_schema() {
  Json kinds = Json::array();
  for (const topologies::TopologyKind& kind : topologies::topology_kinds())
    kinds.push_back(kind.keys == topologies::TopologyKeys::graph ? graph_topology(kind)
                                                                 : uniform_topology(kind));
  return {{"description", "How the hosts are connected."}, {"oneOf", std::move(kinds)}};
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
       {"slowdown", slowdown_schema()},
       {"endpoint", endpoint_schema()},
       {"cores",
        integer("Hosts are ranks of one machine: host h computes on core h mod cores.", 1)},
       {"machine",
        {{"description", "What `lockstep calibrate` wrote, in place of topology and device."},
         {"type", Json::array({"string", "object"})}}},
       {"hosts", integer("Of a machine: how many ranks.", 1)},
       {"transport", text("Of a machine: what carries messages.")}});
  schema["anyOf"] = Json::array({Json{{"required", Json::array({"topology"})}},
                                 Json{{"required", Json::array({"machine"})}}});
  return schema;
}

}  // namespace lockstep::scenarios
