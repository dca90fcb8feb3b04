// The description of a topology in a scenario, and the table of kinds that build a topology from
// it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "topologies/topology.hpp"

namespace lockstep::topologies {

struct LinkSpec {
  // Node names; empty for the one link of a uniform topology, which is full duplex.
  std::string from;
  std::string to;
  double bytes_per_s = 0;
  double latency_s = 0;
  Duplex duplex = Duplex::full;
  bool unshared = false;  // every flow over it has its whole bandwidth
};

// One level of a tree, whose switches each join `children` nodes of the level below. The lowest
// level has `link`; every other level has either `link` or `oversubscription`.
struct LevelSpec {
  std::int64_t children = 0;
  std::optional<LinkSpec> link;  // to each child
  // The summed bandwidth of the links below a child over that of its link to this level.
  std::optional<double> oversubscription;
};

// What a key of a shape holds: the alternatives of `ShapeSetting`, in the same order.
enum class ShapeValue : std::uint8_t { count, counts, ratio, flag, link, levels };
using ShapeSetting = std::variant<std::int64_t, std::vector<std::int64_t>, double, bool, LinkSpec,
                                  std::vector<LevelSpec>>;
struct ShapeKey {
  std::string_view name;
  ShapeValue value;
  std::string_view summary;  // one sentence, with the default in words
  bool required = false;
  std::int64_t least = 1;  // of a count
};

struct RouteSpec {
  std::string from;
  std::string to;
  std::vector<std::int64_t> links;
};

struct TopologySpec {
  std::string kind;
  Routing routing = Routing::ecmp;
  std::int64_t hosts = 0;  // uniform kinds
  // Shapes: what the scenario sets, by key; each has the type that the kind's table of keys gives.
  std::map<std::string, ShapeSetting, std::less<>> settings = {};
  // Uniform kinds: the values of every link. Custom: the defaults of links in a file that does not
  // give their values (bandwidth 0: there is no default either).
  LinkSpec link;
  std::vector<std::string> nodes;  // custom
  // Custom: the nodes that compute, in rank order. If empty, the nodes with exactly one neighbour
  // compute or, if there are none, all nodes; in the order of `nodes`.
  std::vector<std::string> host_names;
  std::vector<LinkSpec> links;    // custom
  std::vector<RouteSpec> routes;  // custom
  std::string file;               // custom: a GraphML (.graphml) or DOT (.dot, .gv) file,
                                  // in place of nodes and links
  bool from_file = false;         // custom: nodes and links come from a file that has been read
  std::string source;             // name of the file, without folders
  // Custom: pointers ("/links/3/from") to what could not be read and has its fault already; a
  // stand-in is in its place. The builder finds no fault with it, nor with what depends on it.
  std::set<std::string, std::less<>> unread;
};

// The keys that a kind takes, besides `kind` and `routing`.
enum class TopologyKeys : std::uint8_t { hosts_and_link, shape, graph };

// What a topology of a shape consists of, by formula.
struct ShapeCounts {
  std::int64_t hosts = 0;
  std::int64_t nodes = 0;
  std::int64_t links = 0;
  // The links between two halves of the hosts; the shape's header says where it is cut.
  std::int64_t bisection_links = 0;
  std::int64_t diameter = 0;  // the most links between two hosts
};

// One entry of the registry.
struct TopologyKind {
  std::string_view kind;     // "star"
  std::string_view summary;  // one sentence for `lockstep list topologies`
  TopologyKeys keys;
  // Builds the topology, or returns every fault, with pointers relative to the topology object
  // ("/links/3/from"). If something is unread, nothing is built, even if there is no other fault.
  Result<Topology> (*build)(const TopologySpec&);
  // Of a shape: its keys, and the counts of a spec that can be built.
  std::span<const ShapeKey> shape_keys = {};
  ShapeCounts (*counts)(const TopologySpec&) = nullptr;
};

[[nodiscard]] std::span<const TopologyKind> topology_kinds();
[[nodiscard]] const TopologyKind* find_topology_kind(std::string_view kind);

// The largest topology that is built; larger ones are faults ("must be at most ...").
inline constexpr std::int64_t most_hosts = 4'194'304;
inline constexpr std::int64_t most_links = 8'388'608;

enum class GraphFormat : std::uint8_t { dot, graphml };

// Reads nodes and links from `spec.file` into `spec`, and empties `file`. Nodes carry `kind`
// ("host" or "switch"; all of them or none); edges carry `bandwidth`, `latency` and `duplex`, as
// strings with units or numbers in base units. Attributes that an edge lacks are those of
// `spec.link`; without `duplex` an undirected edge is full duplex and a directed edge is simplex.
// Nodes and links keep the file's order; graph_text.hpp says what their names are. Hosts named in
// `spec` take precedence over those of the file. Returns every fault, each pointing to "/file";
// what could not be read is then `unread`. `build_custom` calls it if there is a file.
[[nodiscard]] Faults read_graph_file(TopologySpec& spec);
// Reads nodes and links from a text in the same way; faults name it `file`.
[[nodiscard]] Faults read_graph_text(std::string_view text, GraphFormat format,
                                     const std::string& file, TopologySpec& spec);

}  // namespace lockstep::topologies
