// Graph files: from a file to its text, and from what the text says to nodes, hosts and links.
#include <charconv>
#include <filesystem>
#include <optional>
#include <unordered_set>

#include "sim/base/quantity.hpp"
#include "sim/base/whole_file.hpp"
#include "topologies/graph_text.hpp"
#include "topologies/topology_spec.hpp"

namespace lockstep::topologies {
namespace {

constexpr std::uintmax_t most_file_bytes = 64 << 20;

// `net.dot, line 3: no node is of kind host`
std::string shown_fault(const std::string& source, std::size_t line, std::string_view message) {
  return line == 0 ? fmt::format("{}: {}", source, message)
                   : fmt::format("{}, line {}: {}", source, line, message);
}

class SpecFiller {
 public:
  explicit SpecFiller(TopologySpec& spec) : spec_(spec) {}

  Faults fill(const GraphText& graph) {
    for (const NodeText& node : graph.nodes) add_node(node);
    take_hosts(graph);
    for (const EdgeText& edge : graph.edges) add_link(edge);
    return std::move(faults_);
  }

 private:
  void fault(std::size_t line, const std::string& message, std::string unread) {
    faults_.push_back({"/file", shown_fault(spec_.source, line, message)});
    spec_.unread.insert(std::move(unread));
  }

  void add_node(const NodeText& node) {
    const std::size_t i = spec_.nodes.size();
    spec_.nodes.push_back(node.name);
    if (node.name.empty())
      fault(node.line, fmt::format("node {} has no name", i), fmt::format("/nodes/{}/name", i));
    kinds_ += !node.kind.empty();
  }

  // `node "a"`; of a node without a name, its number.
  std::string called(std::size_t node) const {
    return spec_.nodes[node].empty() ? shown(node) : fmt::format("node \"{}\"", shown(node));
  }
  // The same without quotes, and without the word where there is a name.
  std::string shown(std::size_t node) const {
    return spec_.nodes[node].empty() ? fmt::format("node {}", node) : spec_.nodes[node];
  }

  void take_hosts(const GraphText& graph) {
    if (kinds_ == 0) return;
    const std::size_t faults_before = faults_.size();
    std::size_t count = 0;
    std::vector<std::string> hosts;
    std::unordered_set<std::string_view> names;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      check_kind(graph.nodes[i], i);
      if (graph.nodes[i].kind != "host") continue;
      ++count;
      // A name that is missing or there twice has its fault among the nodes.
      const std::string& name = spec_.nodes[i];
      if (!name.empty() && names.insert(name).second) hosts.push_back(name);
    }
    if (count == 0 && faults_.size() == faults_before)
      fault(0, "no node is of kind host", "/hosts");
    if (spec_.host_names.empty()) spec_.host_names = std::move(hosts);
  }

  void check_kind(const NodeText& node, std::size_t i) {
    const std::string pointer = fmt::format("/nodes/{}/kind", i);
    if (node.kind.empty())
      fault(node.line, fmt::format("{} has no kind, but others have", called(i)), pointer);
    else if (node.kind != "host" && node.kind != "switch")
      fault(node.line,
            fmt::format("kind of {} must be host or switch, found \"{}\"", called(i), node.kind),
            pointer);
  }

  void add_link(const EdgeText& edge) {
    LinkSpec link;
    link.from = spec_.nodes[edge.from];
    link.to = spec_.nodes[edge.to];
    line_ = edge.line;
    pointer_ = fmt::format("/links/{}", spec_.links.size());
    if (link.from.empty()) spec_.unread.insert(pointer_ + "/from");
    if (link.to.empty()) spec_.unread.insert(pointer_ + "/to");
    link_name_ = fmt::format("link {} ({} {} {})", spec_.links.size(), shown(edge.from),
                             edge.directed ? "->" : "--", shown(edge.to));
    const LinkSpec& usual = spec_.link;
    link.bytes_per_s =
        quantity(edge.bandwidth, "bandwidth", Dimension::bytes_per_second, usual.bytes_per_s);
    if (edge.bandwidth.empty() && usual.bytes_per_s <= 0)
      fault(line_, link_name_ + " has no bandwidth; give it one, or a \"link\" beside \"file\"",
            pointer_ + "/bandwidth");
    link.latency_s = quantity(edge.latency, "latency", Dimension::seconds, usual.latency_s);
    link.duplex = duplex(edge.duplex, edge.directed ? Duplex::simplex : Duplex::full);
    spec_.links.push_back(std::move(link));
  }

  double quantity(const std::string& text, const char* attribute, Dimension dimension,
                  double otherwise) {
    if (text.empty()) return otherwise;
    double plain = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), plain);
    if (error == std::errc() && end == text.data() + text.size()) return plain;
    const auto parsed = parse_quantity(text, dimension);
    if (const double* value = std::get_if<double>(&parsed)) return *value;
    fault(
        line_,
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
        line_,
        fmt::format("duplex of {}: must be full, half or simplex, found \"{}\"", link_name_, text),
        pointer_ + "/duplex");
    return Duplex::full;  // so that no way is thought to be missing
  }

  TopologySpec& spec_;
  Faults faults_;
  std::size_t kinds_ = 0;
  std::size_t line_ = 0;  // of the link that is being read
  std::string pointer_;
  std::string link_name_;
};

// The file is as good as not there.
Faults unreadable(TopologySpec& spec, std::string why) {
  spec.unread.insert({"/nodes", "/links"});
  return {{"/file", std::move(why)}};
}

std::string cannot_read(const std::string& file, const std::string& why) {
  return fmt::format("cannot read \"{}\": {}", file, why);
}

std::optional<GraphFormat> format_of(const std::string& file) {
  std::string extension = std::filesystem::path(file).extension().string();
  for (char& c : extension)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (extension == ".dot" || extension == ".gv") return GraphFormat::dot;
  if (extension == ".graphml") return GraphFormat::graphml;
  return std::nullopt;
}

Result<GraphText> read_as(GraphFormat format, std::string_view text) {
  if (format == GraphFormat::graphml) return read_graphml(text);
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    return Fault{"", "it is UTF-16: save it as UTF-8"};
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  return read_dot(text);
}

}  // namespace

Faults read_graph_text(std::string_view text, GraphFormat format, const std::string& file,
                       TopologySpec& spec) {
  spec.from_file = true;
  spec.source = std::filesystem::path(file).filename().string();
  const Result<GraphText> graph = read_as(format, text);
  if (graph) return SpecFiller(spec).fill(*graph);
  Faults faults;
  for (const Fault& fault : graph.faults()) {
    const std::string line = fault.pointer.empty() ? "" : fault.pointer + ": ";
    faults.push_back({"/file", cannot_read(file, line + fault.message)});
  }
  spec.unread.insert({"/nodes", "/links"});
  return faults;
}

Faults read_graph_file(TopologySpec& spec) {
  const std::string file = std::move(spec.file);
  spec.file.clear();
  spec.from_file = true;
  const std::optional<GraphFormat> format = format_of(file);
  if (!format)
    return unreadable(spec, fmt::format("must end in .graphml, .dot or .gv, found \"{}\"", file));
  const Result<std::string> text = read_whole_file(file, most_file_bytes);
  if (!text.ok()) return unreadable(spec, cannot_read(file, text.faults().front().message));
  return read_graph_text(*text, *format, file, spec);
}

}  // namespace lockstep::topologies
