// `traffic`: raw flows between named nodes.
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <unordered_map>

#include "scenarios/messages.hpp"
#include "scenarios/node_names.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

using topologies::NodeIndex;
using topologies::RawFlow;
using topologies::Topology;

constexpr NumberRange flow_bytes{0, 1e18, false};

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
    flow.from = nodes.read(object, "from").value_or(0);
    flow.to = nodes.read(object, "to").value_or(0);
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
