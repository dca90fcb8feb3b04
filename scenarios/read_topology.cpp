// `topology`: built as it is or, after a fault, as far as others can be checked against it.
#include <algorithm>
#include <set>
#include <string_view>

#include "scenarios/messages.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

using topologies::LinkSpec;
using topologies::Topology;
using topologies::TopologyKind;
using topologies::TopologySpec;
using SharedTopology = std::shared_ptr<const Topology>;

const TopologyKind* read_kind(ObjectReader& object) {
  const auto place = object.required("kind");
  if (!place) return nullptr;
  const auto kinds = topologies::topology_kinds();
  const auto names = names_of(kinds, [](const TopologyKind& kind) { return kind.kind; });
  const auto index = read_choice(*place, "topology", names);
  if (!index) return nullptr;
  object.resolve("kind", names[*index]);
  return &kinds[*index];
}

void read_uniform_keys(ObjectReader& object, TopologySpec& spec) {
  spec.hosts = object.integer("hosts", {1, topologies::most_hosts});
  Json link;
  spec.link.bytes_per_s = stand_in_bandwidth;
  if (const auto place = object.required("link")) spec.link = read_uniform_link(*place, link);
  object.resolve("link", std::move(link));
}

// A route passes a link at most once, so that no route's latency is past the longest run.
void check_latencies(double sum_s, const Place& place) {
  if (sum_s > any_span.most) place.fault("the links' latencies add up to more than 106 days");
}

SharedTopology build(const TopologyKind& kind, const TopologySpec& spec, const Place& place) {
  Result<Topology> built = kind.build(spec);
  if (built) return std::make_shared<const Topology>(std::move(*built));
  place.faults->add_all(built.faults(), place.pointer);
  return nullptr;
}

// Stand-ins of the link do no harm: the names and the number of hosts are right.
TopologyPart build_uniform(const TopologyKind& kind, const TopologySpec& spec, const Place& place) {
  if (spec.hosts == 0) return {};
  const SharedTopology built = build(kind, spec, place);
  if (built) check_latencies(static_cast<double>(built->links.size()) * spec.link.latency_s, place);
  return {built, built};
}

// A shape whose keys could not all be read is not built: how many hosts it has is in doubt.
TopologyPart build_shape(const TopologyKind& kind, const TopologySpec& spec, const Place& place,
                         bool sound) {
  if (!sound) return {};
  const SharedTopology built = build(kind, spec, place);
  if (!built) return {};
  double sum_s = 0;
  for (const topologies::Link& link : built->links) sum_s += link.latency.seconds();
  check_latencies(sum_s, place);
  return {built, built};
}

void read_routing(ObjectReader& object, bool is_graph, TopologySpec& spec) {
  spec.routing = static_cast<topologies::Routing>(object.choice("routing", routing_names, 0));
  if (spec.routing != topologies::Routing::given || (is_graph && object.has("routes"))) return;
  object.optional("routing")->fault(is_graph ? R"("routes" needs the key "routes")"
                                             : R"("routes" needs a custom topology)");
}

bool is_within(std::string_view pointer, std::string_view whole) {
  return pointer.starts_with(whole) &&
         (pointer.size() == whole.size() || pointer[whole.size()] == '/');
}

// The faults that reading has found, for the builder. A file's graph comes without nodes and links
// of the scenario, so faults of these do not matter.
void note_unread(const ObjectReader& object, std::size_t faults_before, TopologySpec& spec) {
  const Place& place = object.place();
  const Faults& faults = place.faults->kept();
  for (std::size_t i = faults_before; i < faults.size(); ++i) {
    if (!faults[i].pointer.starts_with(place.pointer)) continue;
    const std::string pointer = faults[i].pointer.substr(place.pointer.size());
    const bool replaced = is_within(pointer, "/nodes") || is_within(pointer, "/links");
    if (!spec.from_file || !replaced) spec.unread.insert(pointer);
  }
  if (object.is_misspelt("hosts")) spec.unread.insert("/hosts");
}

// How many hosts are asked for by `hosts`; nothing if that is in doubt.
std::optional<std::int64_t> count_of_hosts(const Json& hosts, const TopologySpec& spec) {
  const auto in_doubt = [](std::string_view pointer) { return is_within(pointer, "/hosts"); };
  if (std::ranges::any_of(spec.unread, in_doubt)) return std::nullopt;
  if (hosts.is_number()) return hosts.get<std::int64_t>();
  const std::set<std::string_view> names(spec.host_names.begin(), spec.host_names.end());
  if (names.size() < spec.host_names.size()) return std::nullopt;
  return static_cast<std::int64_t>(names.size());
}

// Whether it depends on what stands there which nodes are hosts.
bool bears_on_hosts(std::string_view pointer) {
  if (is_within(pointer, "/nodes") || is_within(pointer, "/hosts")) return true;
  return is_within(pointer, "/links") && (std::ranges::count(pointer, '/') < 3 ||
                                          pointer.ends_with("/from") || pointer.ends_with("/to"));
}

// The graph without figures and routes, which may be faulty; null where its hosts are unknown.
SharedTopology build_bare(const TopologyKind& kind, TopologySpec spec) {
  if (std::ranges::any_of(spec.unread, bears_on_hosts)) return nullptr;
  spec.unread.clear();
  spec.routes.clear();
  for (LinkSpec& link : spec.links) {
    link.bytes_per_s = stand_in_bandwidth;
    link.latency_s = 0;
  }
  Result<Topology> built = kind.build(spec);
  return built ? std::make_shared<const Topology>(std::move(*built)) : nullptr;
}

SharedTopology graph_stand_in(const TopologyKind& kind, const TopologySpec& spec,
                              const Json& document) {
  const auto hosts = document.find("hosts");
  if (hosts == document.end()) return build_bare(kind, spec);
  const auto count = count_of_hosts(*hosts, spec);
  return count ? stand_in_topology(*count) : nullptr;
}

// A topology that has names only.
SharedTopology names_only(const TopologySpec& spec) {
  const auto unknown = [](const std::string& name) { return name.empty(); };
  if (std::ranges::any_of(spec.nodes, unknown)) return nullptr;
  Topology topology;
  topology.nodes = spec.nodes;
  return std::make_shared<const Topology>(std::move(topology));
}

TopologyPart build_graph(const TopologyKind& kind, const TopologySpec& spec, const Place& place) {
  double sum_s = 0;
  for (const LinkSpec& link : spec.links)
    if (link.latency_s >= 0 && link.latency_s <= any_span.most) sum_s += link.latency_s;
  check_latencies(sum_s, place);
  if (const SharedTopology built = build(kind, spec, place)) return {built, built};
  return {graph_stand_in(kind, spec, *place.value), names_only(spec)};
}

// Which keys it may have, nobody knows; but `hosts` is their number in every kind.
TopologyPart of_unknown_kind(const Json& topology) {
  const auto hosts = topology.find("hosts");
  if (hosts == topology.end() || !hosts->is_number_integer()) return {};
  const auto count = hosts->get<std::int64_t>();
  if (count < 1 || count > topologies::most_hosts) return {};
  return {stand_in_topology(count), nullptr};
}

}  // namespace

SharedTopology stand_in_topology(std::int64_t hosts) {
  TopologySpec spec;
  spec.kind = "star";
  spec.hosts = hosts;
  spec.link.bytes_per_s = stand_in_bandwidth;
  Result<Topology> built = topologies::find_topology_kind(spec.kind)->build(spec);
  if (!built) return nullptr;
  built->kind.clear();  // which kind it stands for is in doubt
  return std::make_shared<const Topology>(std::move(*built));
}

TopologyPart read_topology(const Place& place, const std::filesystem::path& folder,
                           Json& resolved) {
  const std::size_t faults_before = place.faults->kept().size();
  ObjectReader object(place);
  const TopologyKind* kind = read_kind(object);
  if (kind == nullptr) return of_unknown_kind(*place.value);
  const bool is_graph = kind->keys == topologies::TopologyKeys::graph;
  const bool is_shape = kind->keys == topologies::TopologyKeys::shape;
  TopologySpec spec;
  spec.kind = kind->kind;
  if (is_graph)
    read_graph_keys(object, folder, spec);
  else if (is_shape)
    read_shape_keys(object, kind->shape_keys, spec);
  else
    read_uniform_keys(object, spec);
  read_routing(object, is_graph, spec);
  const auto overrides = is_graph ? std::nullopt : object.optional("overrides");
  object.finish();
  resolved = std::move(object.resolved());
  if (place.faults->full()) return {};  // what more there is would not be shown
  if (!is_graph) {
    const bool sound = place.faults->kept().size() == faults_before;
    TopologyPart part =
        is_shape ? build_shape(*kind, spec, place, sound) : build_uniform(*kind, spec, place);
    if (overrides && part.topology)
      part.topology = with_overrides(*overrides, *part.topology, resolved["overrides"]);
    return part;
  }
  note_unread(object, faults_before, spec);
  TopologyPart part = build_graph(*kind, spec, place);
  const bool sound = place.faults->kept().size() == faults_before;
  if (sound && spec.from_file) resolved = resolve_file(spec, *part.topology, resolved);
  return part;
}

}  // namespace lockstep::scenarios
