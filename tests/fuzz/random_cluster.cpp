#include "tests/fuzz/random_cluster.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

namespace lockstep::fuzz {

namespace {

// What `lockstep calibrate` writes is another file's business: tests/fuzz/machine.
constexpr std::array of_machines = {"machine", "hosts", "transport"};

std::string node(std::int64_t number, std::int64_t hosts) {
  return number < hosts ? "host" + std::to_string(number)
                        : "switch" + std::to_string(number - hosts);
}

// A tree, so that all hosts reach each other, and a few links more, parallel ones among them.
Json random_graph(SchemaValues& values, const Json& kind, std::int64_t hosts) {
  const Json& link_schema = kind["properties"]["links"]["items"];
  const std::int64_t nodes = hosts + values.between(0, 3);
  Json graph = {{"kind", "custom"}, {"nodes", Json::array()}, {"hosts", hosts}};
  if (kind["properties"].contains("routing") && values.once_in(2))
    graph["routing"] = values.draw(kind["properties"]["routing"], "routing");
  for (std::int64_t number = 0; number < nodes; ++number)
    graph["nodes"].push_back(node(number, hosts));
  const auto link = [&](std::int64_t from, std::int64_t to) {
    Json drawn = values.draw(link_schema);
    drawn["from"] = node(from, hosts);
    drawn["to"] = node(to, hosts);
    if (!drawn.contains("preset") && !drawn.contains("bandwidth")) drawn["bandwidth"] = 1e9;
    graph["links"].push_back(std::move(drawn));
  };
  graph["links"] = Json::array();
  for (std::int64_t number = 1; number < nodes; ++number)
    link(values.between(0, number - 1), number);
  for (std::int64_t left = nodes > 1 ? values.between(0, 3) : 0; left > 0; --left) {
    const std::int64_t from = values.between(1, nodes - 1);
    link(from, values.between(0, from - 1));
  }
  return graph;
}

// The settings of a shape of a few hosts; they may be none that can be built.
Json random_settings(SchemaValues& values, const std::string& kind) {
  const auto few = [&](std::int64_t most) { return values.between(1, most); };
  if (kind == "line") return {{"hosts", few(9)}};
  if (kind == "hypercube") return {{"hosts", std::int64_t{1} << values.between(0, 3)}};
  if (kind == "mesh" || kind == "torus") {
    Json dimensions = Json::array();
    for (std::int64_t left = few(3); left > 0; --left) dimensions.push_back(few(3));
    return {{"dimensions", std::move(dimensions)}};
  }
  if (kind == "tree")
    return {{"levels",
             {{{"children", few(4)}, {"link", "ethernet_10g"}},
              {{"children", few(3)}, {"oversubscription", few(4)}}}}};
  if (kind == "fat_tree")
    return values.once_in(2)
               ? Json{{"k", 2}}
               : Json{{"leaves", few(3)}, {"spines", few(3)}, {"hosts_per_leaf", few(3)}};
  if (kind == "dragonfly")
    return {{"groups", few(3)}, {"routers", few(2)}, {"hosts_per_router", few(2)}};
  Json machine = {{"devices", few(4)}};
  if (values.once_in(2)) machine["bus"] = true;
  if (values.once_in(2)) {
    machine["machines"] = values.between(2, 3);
    machine["ports"] = few(4);
    machine["network"] = "ethernet_100g";
    machine["rails"] = values.once_in(2);
  }
  return machine;
}

Json random_shape(SchemaValues& values, const Json& kind) {
  const std::string name = kind["properties"]["kind"]["const"];
  Json topology = random_settings(values, name);
  topology["kind"] = name;
  if (name != "tree") topology["link"] = {{"bandwidth", values.power_of_ten(7, 11)}};
  if (values.once_in(2))
    topology["routing"] = values.draw(kind["properties"]["routing"], "routing");
  return topology;
}

Json random_topology(SchemaValues& values, const Json& schema, std::int64_t hosts) {
  const Json& kinds = schema["$defs"]["topology"]["oneOf"];
  const Json& kind = kinds[static_cast<std::size_t>(
      values.between(0, static_cast<std::int64_t>(kinds.size()) - 1))];
  if (kind["properties"].contains("nodes")) return random_graph(values, kind, hosts);
  const std::string name = kind["properties"]["kind"]["const"];
  const Json& required = kind["required"];
  if (name == "line" || std::find(required.begin(), required.end(), "hosts") == required.end() ||
      name == "hypercube")
    return random_shape(values, kind);
  Json topology = values.draw(kind);
  topology.erase("overrides");
  topology["hosts"] = hosts;
  if (topology["link"].is_object() && !topology["link"].contains("preset"))
    topology["link"]["bandwidth"] = values.power_of_ten(7, 11);
  return topology;
}

// One for all, or one for the first hosts and one for the others.
Json random_devices(SchemaValues& values, const Json& schema, std::int64_t hosts) {
  Json one = values.draw(schema);
  if (!one.is_array()) return one;
  if (hosts < 2) return one[0];
  const std::int64_t first = values.between(1, hosts - 1);
  if (one.size() < 2) one.push_back(one[0]);
  while (one.size() > 2) one.erase(2);
  one[0]["hosts"] = first == 1 ? "0" : "0-" + std::to_string(first - 1);
  one[1]["hosts"] = std::to_string(first) + "-" + std::to_string(hosts - 1);
  return one;
}

void give_rate(Json& device) {
  if (!device.is_object()) return;
  device.erase("measured");
  if (!device.contains("preset") && !device.contains("flops")) device["flops"] = 1e11;
}

}  // namespace

Json random_cluster(SchemaValues& values, const Json& schema) {
  const Json& parts = schema["properties"]["cluster"]["properties"];
  Json cluster = values.draw(schema["properties"]["cluster"]);
  const std::int64_t hosts = values.once_in(3) ? 4 : values.between(1, 9);
  for (const char* key : of_machines) cluster.erase(key);
  cluster.erase("failures");  // only `run` takes them
  if (cluster.contains("rank_order") && cluster["rank_order"] != Json("cyclic"))
    cluster["rank_order"] = "block";  // only `run` looks for the best order, and lists rarely fit
  if (hosts < 2 || cluster.value("sharing", "") == "none" || !values.once_in(6))
    cluster.erase("background");
  if (cluster.contains("background"))  // some 10,000 flows a second
    for (Json& source : cluster["background"])
      source = {{"rate", source["rate"]},
                {"flow", std::max(1.0, std::floor(1e-4 * source["rate"].get<double>()))}};
  cluster["topology"] = random_topology(values, schema, hosts);
  cluster["device"] = random_devices(values, parts["device"], hosts);
  if (cluster["device"].is_array())
    for (Json& device : cluster["device"]) give_rate(device);
  else
    give_rate(cluster["device"]);
  if (!values.once_in(5)) cluster.erase("slowdown");
  if (!values.once_in(5)) cluster.erase("endpoint");
  if (!values.once_in(8)) cluster.erase("cores");
  if (!cluster.contains("cores")) cluster.erase("crowding");
  return cluster;
}

}  // namespace lockstep::fuzz
