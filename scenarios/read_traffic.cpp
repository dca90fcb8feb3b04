// `traffic`: raw flows between named nodes.
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <unordered_map>

#include "scenarios/messages.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

using topologies::NodeIndex;
using topologies::RawFlow;
using topologies::Topology;

constexpr NumberRange flow_bytes{0, 1e18, false};

class NodeNames {
 public:
  explicit NodeNames(const Topology* topology) {
    if (topology == nullptr) return;
    for (const std::string& name : topology->nodes) {
      indices_.emplace(name, static_cast<NodeIndex>(names_.size()));
      names_.push_back(name);
    }
  }

  // Names that nobody knows, because the topology has faults, are not checked.
  NodeIndex read(ObjectReader& object, std::string_view key) const {
    const auto place = object.required(key);
    const auto name = place ? read_text(*place) : std::nullopt;
    if (!name) return 0;
    object.resolve(key, *name);
    const auto found = indices_.find(*name);
    if (found != indices_.end()) return found->second;
    if (!names_.empty()) place->fault(unknown_name("node", *name, candidates()));
    return 0;
  }

 private:
  // Comparing with more names than this would take long and help nobody.
  [[nodiscard]] std::span<const std::string_view> candidates() const {
    constexpr std::size_t most_compared = 2000;
    return std::span(names_).first(std::min(names_.size(), most_compared));
  }

  std::vector<std::string_view> names_;
  std::unordered_map<std::string_view, NodeIndex> indices_;
};

// Connections that flows name, in order of their first flow. One goes from one node to one other.
class Connections {
 public:
  std::int32_t read(ObjectReader& object, const RawFlow& flow) {
    const auto place = object.optional("connection");
    const auto name = place ? read_text(*place) : std::nullopt;
    if (!name) return topologies::no_named_connection;
    object.resolve("connection", *name);
    const auto next = static_cast<std::int32_t>(ends_.size());
    const auto [found, is_new] = ends_.try_emplace(*name, Ends{next, flow.from, flow.to});
    if (found->second.from != flow.from || found->second.to != flow.to)
      place->fault(
          fmt::format("must name a connection between the nodes of this flow; those of "
                      "\"{}\" are others",
                      *name));
    return found->second.index;
  }

 private:
  struct Ends {
    std::int32_t index;
    NodeIndex from;
    NodeIndex to;
  };
  std::unordered_map<std::string, Ends> ends_;
};

std::int64_t read_flow_bytes(ObjectReader& object) {
  const auto place = object.required("bytes");
  if (!place) return 0;
  const auto bytes = read_bytes(*place, flow_bytes);
  if (!bytes) return 0;
  const auto whole = place->value->is_number_integer() ? place->value->get<std::int64_t>()
                                                       : static_cast<std::int64_t>(*bytes);
  object.resolve("bytes", whole);
  return whole;
}

}  // namespace

std::vector<RawFlow> read_traffic(const Place& place, const Topology* topology, Json& resolved) {
  std::vector<RawFlow> flows;
  if (!is_list(place, "flows")) return flows;
  if (place.value->empty()) place.fault("must have at least one flow, found none");
  const NodeNames nodes(topology);
  Connections connections;
  resolved = Json::array();
  for (std::size_t i = 0; i < place.value->size(); ++i) {
    ObjectReader object(place.element(i));
    RawFlow flow;
    flow.from = nodes.read(object, "from");
    flow.to = nodes.read(object, "to");
    flow.bytes = read_flow_bytes(object);
    flow.start = nearest_seconds(object.quantity("start", Dimension::seconds, any_span, 0));
    flow.connection = connections.read(object, flow);
    object.finish();
    resolved.push_back(std::move(object.resolved()));
    flows.push_back(flow);
  }
  return flows;
}

}  // namespace lockstep::scenarios
