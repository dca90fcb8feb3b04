// GraphML (graphml.graphdrawing.org) by Expat: events of the XML, and what they mean here.
#include <expat.h>

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>

#include "topologies/graph_text.hpp"
#include "topologies/graphml_names.hpp"

namespace lockstep::topologies {
namespace {

// More faults than this help nobody.
constexpr std::size_t most_faults = 100;
constexpr std::size_t most_text_bytes = 1 << 30;  // Expat counts in ints

// The attributes that mean something here; what others hold is not kept.
enum class Meaning : std::uint8_t { name, label, kind, bandwidth, latency, duplex, none };
constexpr std::array<std::string_view, 6> meanings = {"name",      "label",   "kind",
                                                      "bandwidth", "latency", "duplex"};

Meaning meaning_of(std::string_view attribute) {
  const auto* found = std::ranges::find(meanings, attribute);
  return static_cast<Meaning>(found - meanings.begin());
}

// A `key` element: what a `data` element that refers to it says, and of what.
struct Key {
  Meaning meaning = Meaning::none;
  bool of_nodes = true;
  bool of_edges = true;
};

struct Ends {
  std::string source, target;
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

class GraphmlReader {
 public:
  Result<GraphText> read(std::string_view text) {
    const Parser parser(XML_ParserCreateNS(nullptr, '\n'));
    parser_ = parser.get();
    XML_SetUserData(parser_, this);
    XML_SetElementHandler(parser_, on_start, on_end);
    XML_SetCharacterDataHandler(parser_, on_text);
    XML_SetStartDoctypeDeclHandler(parser_, on_doctype);
    if (text.size() > most_text_bytes) return Fault{"", "it has more than 1 GiB"};
    const auto status = XML_Parse(parser_, text.data(), static_cast<int>(text.size()), XML_TRUE);
    if (status != XML_STATUS_OK && !stopped_)
      fault(fmt::format("no XML: {}", XML_ErrorString(XML_GetErrorCode(parser_))));
    if (faults_.empty() && !has_graph_) faults_.push_back({"", "it has no graph"});
    if (faults_.empty()) resolve_edges();
    if (faults_.empty()) faults_ = faults_of_groups(nodes_, edges_);
    if (!faults_.empty()) return std::move(faults_);
    return named_graph(std::move(nodes_), std::move(edges_));
  }

 private:
  struct Free {
    void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
  };
  using Parser = std::unique_ptr<std::remove_pointer_t<XML_Parser>, Free>;

  // What an open element is about.
  enum class Subject : std::uint8_t { none, graph, node, edge };
  struct Element {
    Subject subject = Subject::none;  // its own, or that of the element around it
    std::optional<std::size_t> node;  // the innermost, or itself
    bool directed = false;            // of a graph: its edges'
    std::string key;                  // of `data`, and of `key` itself
    bool is_key = false;
    bool is_default = false;
    bool is_drawn_label = false;
  };

  static GraphmlReader& self(void* data) { return *static_cast<GraphmlReader*>(data); }
  static void on_start(void* data, const char* name, const char** attributes) {
    self(data).start(name, attributes);
  }
  static void on_end(void* data, const char* name) { self(data).end(local(name)); }
  static void on_text(void* data, const char* text, int bytes) {
    self(data).add_text({text, static_cast<std::size_t>(bytes)});
  }
  static void on_doctype(void* data, const char*, const char*, const char*, int has_declarations) {
    if (has_declarations != 0) self(data).stop("declarations within DOCTYPE are not read");
  }

  // A name without its namespace, which Expat puts before it.
  static std::string_view local(std::string_view name) {
    const std::size_t mark = name.rfind('\n');
    return mark == std::string_view::npos ? name : name.substr(mark + 1);
  }

  // The value of an attribute; empty if there is none.
  static std::string_view value(const char** attributes, std::string_view name) {
    for (; *attributes != nullptr; attributes += 2)
      if (local(attributes[0]) == name) return attributes[1];
    return {};
  }

  [[nodiscard]] std::size_t line() const { return XML_GetCurrentLineNumber(parser_); }

  void fault_at(std::size_t line, std::string message) {
    faults_.push_back({fmt::format("line {}", line), std::move(message)});
    if (faults_.size() >= most_faults) stop_parser();
  }
  void fault(std::string message) { fault_at(line(), std::move(message)); }

  void stop_parser() {
    if (!stopped_) (void)XML_StopParser(parser_, XML_FALSE);
    stopped_ = true;
  }
  void stop(std::string message) {
    if (stopped_) return;
    fault(std::move(message));
    stop_parser();
  }

  void start(const char* full_name, const char** attributes) {
    if (stopped_) return;
    const std::string_view name = local(full_name);
    if (open_.empty() && name != "graphml")
      return stop(fmt::format("no GraphML: the outermost element is {}", shown(name)));
    if (open_.size() == most_nesting)
      return stop(fmt::format("it is nested more than {} deep", most_nesting));
    Element element;
    if (!open_.empty()) element = open_.back();
    element.is_default = element.is_key && name == "default";
    element.is_key = element.is_drawn_label = false;
    open_.push_back(std::move(element));
    if (name == "graph")
      start_graph(attributes);
    else if (name == "node")
      start_node(attributes);
    else if (name == "edge")
      start_edge(attributes);
    else if (name == "key")
      start_key(attributes);
    else if (name == "data")
      start_data(attributes);
    else if (name == "default")
      text_.clear();
    else if (name == "port")
      open_.back().subject = Subject::none;
    else if (name == "NodeLabel")
      start_drawn_label();
    else if (name == "hyperedge")
      fault("a hyperedge; a link joins two nodes");
  }

  static std::string shown(std::string_view text) {
    constexpr std::size_t most_shown = 60;
    return fmt::format("\"{}\"", text.substr(0, most_shown));
  }

  void start_graph(const char** attributes) {
    if (open_.size() == 2 && has_graph_) return stop("a second graph; a file holds one");
    has_graph_ = true;
    Element& element = open_.back();
    element.subject = Subject::graph;
    element.directed = value(attributes, "edgedefault") == "directed";
    if (element.node) nodes_[*element.node].is_group = true;
  }

  void start_node(const char** attributes) {
    const std::string_view id = checked(value(attributes, "id"), "id");
    if (id.empty()) return fault("a node without an id");
    const auto [first, is_new] = index_of_.emplace(id, nodes_.size());
    if (!is_new)
      return fault(fmt::format("node {} is there already, in line {}", shown(id),
                               nodes_[first->second].line));
    Element& element = open_.back();
    nodes_.push_back({std::string(id), defaults_[of(Meaning::name)][0],
                      defaults_[of(Meaning::label)][0], defaults_[of(Meaning::kind)][0],
                      element.node, false, line()});
    element.subject = Subject::node;
    element.node = nodes_.size() - 1;
  }

  void start_edge(const char** attributes) {
    const std::string_view source = checked(value(attributes, "source"), "source");
    const std::string_view target = checked(value(attributes, "target"), "target");
    for (const auto& [end, name] : {std::pair{source, "source"}, std::pair{target, "target"}})
      if (end.empty()) fault(fmt::format("an edge without a {}", name));
    const std::string_view directed = value(attributes, "directed");
    Element& element = open_.back();
    element.subject = Subject::edge;
    EdgeText edge;
    edge.directed = directed.empty() ? element.directed : directed == "true" || directed == "1";
    edge.line = line();
    for (const Meaning each : {Meaning::bandwidth, Meaning::latency, Meaning::duplex})
      *field(edge, each) = defaults_[of(each)][1];
    edges_.push_back(std::move(edge));
    ends_.push_back({std::string(source), std::string(target)});
  }

  void start_key(const char** attributes) {
    const std::string_view id = checked(value(attributes, "id"), "id");
    const std::string_view name = value(attributes, "attr.name");
    const std::string_view kind = value(attributes, "for");
    const bool all = kind.empty() || kind == "all";
    keys_[std::string(id)] = {meaning_of(name.empty() ? id : name), all || kind == "node",
                              all || kind == "edge"};
    open_.back().key = id;
    open_.back().is_key = true;
  }

  void start_data(const char** attributes) {
    const std::string_view key = checked(value(attributes, "key"), "key");
    if (!keys_.contains(std::string(key)))
      fault(fmt::format("data of key {}, which no key element defines", shown(key)));
    open_.back().key = key;
    data_depth_ = open_.size();
    text_.clear();
  }

  // What yEd draws beside a node is kept only where it has no name of its own.
  void start_drawn_label() {
    open_.back().is_drawn_label = open_.back().subject == Subject::node;
    drawn_.clear();
  }

  void add_text(std::string_view text) {
    if (stopped_ || open_.empty()) return;
    const Element& element = open_.back();
    if (element.is_drawn_label) return add_to(drawn_, text);
    const bool in_data = data_depth_ == open_.size() && is_kept(element.key);
    if (in_data || element.is_default) add_to(text_, text);
  }

  [[nodiscard]] bool is_kept(const std::string& key) const {
    const auto found = keys_.find(key);
    return found != keys_.end() && found->second.meaning != Meaning::none;
  }

  void add_to(std::string& whole, std::string_view text) {
    if (whole.size() + text.size() > most_attribute_bytes) return stop_at_length();
    whole += text;
  }
  void stop_at_length() {
    stop(fmt::format("an attribute of more than {} KiB", most_attribute_bytes >> 10));
  }
  std::string_view checked(std::string_view value, std::string_view what) {
    if (value.size() <= most_attribute_bytes) return value;
    stop(fmt::format("an {} of more than {} KiB", what, most_attribute_bytes >> 10));
    return {};
  }

  void end(std::string_view name) {
    if (stopped_ || open_.empty()) return;
    const Element element = std::move(open_.back());
    open_.pop_back();
    if (name == "data" && data_depth_ == open_.size() + 1) end_data(element);
    if (element.is_default) end_default(element);
    if (element.is_drawn_label && element.node && nodes_[*element.node].label.empty())
      nodes_[*element.node].label = trimmed(drawn_);
  }

  void end_data(const Element& element) {
    data_depth_ = 0;
    const auto found = keys_.find(element.key);
    if (found == keys_.end()) return;
    set(element, found->second.meaning, std::string(trimmed(text_)));
  }

  void set(const Element& element, Meaning meaning, std::string text) {
    std::string* place = nullptr;
    if (element.subject == Subject::edge) place = field(edges_.back(), meaning);
    if (element.subject == Subject::node) place = field(nodes_[*element.node], meaning);
    if (place != nullptr) *place = std::move(text);
  }

  void end_default(const Element& element) {
    const auto found = keys_.find(element.key);
    if (found == keys_.end() || found->second.meaning == Meaning::none) return;
    auto& [of_node, of_edge] = defaults_[of(found->second.meaning)];
    if (found->second.of_nodes) of_node = trimmed(text_);
    if (found->second.of_edges) of_edge = trimmed(text_);
  }

  static std::size_t of(Meaning meaning) { return static_cast<std::size_t>(meaning); }

  static std::string* field(EdgeText& edge, Meaning meaning) {
    if (meaning == Meaning::bandwidth) return &edge.bandwidth;
    if (meaning == Meaning::latency) return &edge.latency;
    if (meaning == Meaning::duplex) return &edge.duplex;
    return nullptr;
  }
  static std::string* field(GraphmlNode& node, Meaning meaning) {
    if (meaning == Meaning::name) return &node.name;
    if (meaning == Meaning::label) return &node.label;
    if (meaning == Meaning::kind) return &node.kind;
    return nullptr;
  }

  // Nodes may stand behind the edges that name them.
  void resolve_edges() {
    for (std::size_t i = 0; i < ends_.size() && faults_.size() < most_faults; ++i) {
      EdgeText& edge = edges_[i];
      edge.from = find_node(ends_[i].source, edge.line);
      edge.to = find_node(ends_[i].target, edge.line);
    }
  }
  std::size_t find_node(const std::string& id, std::size_t line) {
    const auto found = index_of_.find(id);
    if (found != index_of_.end()) return found->second;
    fault_at(line, fmt::format("an edge of node {}, which is not there", shown(id)));
    return 0;
  }

  XML_Parser parser_ = nullptr;
  bool stopped_ = false;
  bool has_graph_ = false;
  Faults faults_;
  std::vector<Element> open_;
  std::unordered_map<std::string, Key> keys_;
  std::array<std::array<std::string, 2>, meanings.size()> defaults_;  // of nodes, of edges
  std::size_t data_depth_ = 0;  // how deep the open `data` element is; 0: none is open
  std::string text_;            // of it, or of a default
  std::string drawn_;

  std::vector<GraphmlNode> nodes_;
  std::vector<EdgeText> edges_;
  std::unordered_map<std::string, std::size_t> index_of_;
  std::vector<Ends> ends_;  // of edges
};

}  // namespace

Result<GraphText> read_graphml(std::string_view text) { return GraphmlReader().read(text); }

}  // namespace lockstep::topologies
