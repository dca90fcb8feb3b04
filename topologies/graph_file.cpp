// Reads GraphML and DOT by Boost.Graph's own readers. They report errors by throwing, so this file
// alone on its floor is compiled with exceptions; nothing escapes from `read_graph_file`.
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/graphml.hpp>
#include <boost/graph/graphviz.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <unordered_set>

#include "sim/base/quantity.hpp"
#include "topologies/graph_text.hpp"
#include "topologies/topology_spec.hpp"

namespace lockstep::topologies {
namespace {

constexpr std::uintmax_t most_file_bytes = 64 << 20;

struct VertexText {
  std::string id, name, kind;
};

struct EdgeText {
  std::string bandwidth, latency, duplex;
};

// Bidirectional rather than directed: only then do edges keep the file's order.
template <class Directed>
using TextGraph = boost::adjacency_list<boost::vecS, boost::vecS, Directed, VertexText, EdgeText>;

// Takes every attribute of a GraphML file as text, whatever type the file declares.
template <class Graph>
class AllText final : public boost::mutate_graph_impl<Graph> {
  using Base = boost::mutate_graph_impl<Graph>;

 public:
  using Base::Base;
  void set_graph_property(const std::string&, const std::string&, const std::string&) override {}
  void set_vertex_property(const std::string& name, boost::any vertex, const std::string& value,
                           const std::string&) override {
    Base::set_vertex_property(name, std::move(vertex), value, "string");
  }
  void set_edge_property(const std::string& name, boost::any edge, const std::string& value,
                         const std::string&) override {
    Base::set_edge_property(name, std::move(edge), value, "string");
  }
};

enum class Format { graphml, dot };

template <class Graph>
void parse(const std::string& text, Format format, Graph& graph) {
  boost::dynamic_properties properties(boost::ignore_other_properties);
  properties.property("id of the vertex", get(&VertexText::id, graph));
  properties.property("name", get(&VertexText::name, graph));
  properties.property("kind", get(&VertexText::kind, graph));
  properties.property("bandwidth", get(&EdgeText::bandwidth, graph));
  properties.property("latency", get(&EdgeText::latency, graph));
  properties.property("duplex", get(&EdgeText::duplex, graph));
  if (format == Format::dot) {
    boost::read_graphviz(text, graph, properties, "id of the vertex");
  } else {
    std::istringstream stream(text);
    AllText<Graph> target(graph, properties);
    boost::read_graphml(stream, target, 0);
  }
}

class SpecFiller {
 public:
  SpecFiller(TopologySpec& spec, Format format) : spec_(spec), format_(format) {}

  template <class Graph>
  Faults fill(const Graph& graph) {
    for (const auto vertex : boost::make_iterator_range(vertices(graph))) add_node(graph[vertex]);
    take_hosts(graph);
    const bool directed = boost::is_directed(graph);
    for (const auto edge : boost::make_iterator_range(edges(graph)))
      add_link(graph[edge], source(edge, graph), target(edge, graph), directed);
    return std::move(faults_);
  }

 private:
  void fault(std::string message, std::string unread) {
    faults_.push_back({"/file", std::move(message)});
    spec_.unread.insert(std::move(unread));
  }

  void add_node(const VertexText& vertex) {
    const std::size_t i = spec_.nodes.size();
    spec_.nodes.push_back(vertex.name.empty() ? vertex.id : vertex.name);
    if (spec_.nodes.back().empty())
      fault(fmt::format("node {} has no name{}", i, format_ == Format::graphml ? how_to_name : ""),
            fmt::format("/nodes/{}/name", i));
    kinds_ += !vertex.kind.empty();
  }

  // `node "a"`; of a node without a name, its number.
  std::string called(std::size_t node) const {
    return spec_.nodes[node].empty() ? shown(node) : fmt::format("node \"{}\"", shown(node));
  }
  // The same without quotes, and without the word where there is a name.
  std::string shown(std::size_t node) const {
    return spec_.nodes[node].empty() ? fmt::format("node {}", node) : spec_.nodes[node];
  }

  template <class Graph>
  void take_hosts(const Graph& graph) {
    if (kinds_ == 0) return;
    const std::size_t faults_before = faults_.size();
    std::size_t count = 0;
    std::vector<std::string> hosts;
    std::unordered_set<std::string_view> names;
    for (const auto vertex : boost::make_iterator_range(vertices(graph))) {
      check_kind(graph[vertex].kind, vertex);
      if (graph[vertex].kind != "host") continue;
      ++count;
      // A name that is missing or there twice has its fault among the nodes.
      const std::string& name = spec_.nodes[vertex];
      if (!name.empty() && names.insert(name).second) hosts.push_back(name);
    }
    if (count == 0 && faults_.size() == faults_before) fault("no node is of kind host", "/hosts");
    if (spec_.host_names.empty()) spec_.host_names = std::move(hosts);
  }

  void check_kind(const std::string& kind, std::size_t node) {
    const std::string pointer = fmt::format("/nodes/{}/kind", node);
    if (kind.empty())
      fault(fmt::format("{} has no kind, but others have", called(node)), pointer);
    else if (kind != "host" && kind != "switch")
      fault(fmt::format("kind of {} must be host or switch, found \"{}\"", called(node), kind),
            pointer);
  }

  void add_link(const EdgeText& edge, std::size_t from, std::size_t to, bool directed) {
    LinkSpec link;
    link.from = spec_.nodes[from];
    link.to = spec_.nodes[to];
    pointer_ = fmt::format("/links/{}", spec_.links.size());
    if (link.from.empty()) spec_.unread.insert(pointer_ + "/from");
    if (link.to.empty()) spec_.unread.insert(pointer_ + "/to");
    link_name_ = fmt::format("link {} ({} {} {})", spec_.links.size(), shown(from),
                             directed ? "->" : "--", shown(to));
    if (edge.bandwidth.empty()) fault(link_name_ + " has no bandwidth", pointer_ + "/bandwidth");
    link.bytes_per_s = quantity(edge.bandwidth, "bandwidth", Dimension::bytes_per_second);
    link.latency_s = quantity(edge.latency, "latency", Dimension::seconds);
    link.duplex = duplex(edge.duplex, directed ? Duplex::simplex : Duplex::full);
    spec_.links.push_back(std::move(link));
  }

  double quantity(const std::string& text, const char* attribute, Dimension dimension) {
    if (text.empty()) return 0;
    double plain = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), plain);
    if (error == std::errc() && end == text.data() + text.size()) return plain;
    const auto parsed = parse_quantity(text, dimension);
    if (const double* value = std::get_if<double>(&parsed)) return *value;
    fault(
        fmt::format("{} of {}: {}", attribute, link_name_, std::get<QuantityError>(parsed).message),
        fmt::format("{}/{}", pointer_, attribute));
    return 0;
  }

  Duplex duplex(const std::string& text, Duplex otherwise) {
    if (text == "full") return Duplex::full;
    if (text == "half") return Duplex::half;
    if (text == "simplex") return Duplex::simplex;
    if (text.empty()) return otherwise;
    fault(
        fmt::format("duplex of {}: must be full, half or simplex, found \"{}\"", link_name_, text),
        pointer_ + "/duplex");
    return Duplex::full;  // so that no way is thought to be missing
  }

  static constexpr const char* how_to_name =
      "; give each node a \"name\" attribute, as ids are not read";

  TopologySpec& spec_;
  Format format_;
  Faults faults_;
  std::size_t kinds_ = 0;
  std::string pointer_;  // of the link that is being read
  std::string link_name_;
};

template <class Directed>
Faults read_as(const std::string& text, Format format, TopologySpec& spec) {
  TextGraph<Directed> graph;
  parse(text, format, graph);
  return SpecFiller(spec, format).fill(graph);
}

Faults parse_text(const std::string& text, Format format, TopologySpec& spec) {
  try {
    return read_as<boost::undirectedS>(text, format, spec);
  } catch (const boost::directed_graph_error&) {
    return read_as<boost::bidirectionalS>(text, format, spec);
  }
}

// The file is as good as not there.
Faults unreadable(TopologySpec& spec, std::string why) {
  spec.unread.insert({"/nodes", "/links"});
  return {{"/file", std::move(why)}};
}

std::string cannot_read(const std::string& file, const std::string& why) {
  return fmt::format("cannot read \"{}\": {}", file, why);
}

Result<std::string> read_whole(const std::string& file) {
  const auto fault = [&](const std::string& why) { return Fault{"", cannot_read(file, why)}; };
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status)) return fault("there is no such file");
  if (!std::filesystem::is_regular_file(status)) return fault("it is not a file");
  const std::uintmax_t bytes = std::filesystem::file_size(file, error);
  if (error) return fault(error.message());
  if (bytes > most_file_bytes)
    return fault(fmt::format("it has {} bytes, more than 64 MiB", bytes));
  std::ifstream stream(file, std::ios::binary);
  std::string text(bytes, '\0');
  if (!stream.read(text.data(), static_cast<std::streamsize>(bytes)))
    return fault("reading failed");
  return text;
}

Faults read(const std::string& file, TopologySpec& spec) {
  const std::string extension = std::filesystem::path(file).extension().string();
  const bool is_dot = extension == ".dot" || extension == ".gv";
  if (!is_dot && extension != ".graphml")
    return unreadable(spec, fmt::format("must end in .graphml, .dot or .gv, found \"{}\"", file));
  const Result<std::string> text = read_whole(file);
  if (!text.ok()) return unreadable(spec, text.faults().front().message);
  const std::string why = is_dot ? why_not_dot(*text) : why_not_graphml(*text);
  if (!why.empty()) return unreadable(spec, cannot_read(file, why));
  return parse_text(*text, is_dot ? Format::dot : Format::graphml, spec);
}

}  // namespace

Faults read_graph_file(TopologySpec& spec) {
  const std::string file = std::move(spec.file);
  spec.file.clear();
  spec.from_file = true;
  try {
    return read(file, spec);
  } catch (const boost::property_tree::xml_parser_error& error) {
    return unreadable(spec,
                      cannot_read(file, fmt::format("line {}: {}", error.line(), error.message())));
  } catch (const boost::undirected_graph_error&) {
    return unreadable(spec, cannot_read(file, "it has both directed and undirected edges"));
  } catch (const std::exception& error) {
    return unreadable(spec, cannot_read(file, error.what()));
  }
}

}  // namespace lockstep::topologies
