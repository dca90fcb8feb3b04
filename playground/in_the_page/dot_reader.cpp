// DOT without Graphviz's library: nodes, edges and chains with their attributes, and defaults that
// stand before them. What Graphviz treats by rules of its own (subgraphs, `strict`, defaults that
// come later, keys of edges) is refused, so that no text means something else here.
#include <fmt/format.h>

#include <map>
#include <optional>
#include <vector>

#include "topologies/dot_text.hpp"
#include "topologies/graph_text.hpp"

namespace lockstep::topologies {

namespace {

using Attributes = std::map<std::string, std::string>;

struct Token {
  std::string text;
  std::size_t line = 1;
  bool is_word = false;
  bool is_quoted = false;
};

bool is_mark(char c) { return std::string_view("{}[];,=:+").find(c) != std::string_view::npos; }
bool is_space(char c) { return std::string_view(" \t\r\n").find(c) != std::string_view::npos; }

// Of a text that `plain_dot` has let through.
class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_(text) {}

  std::vector<Token> all() {
    for (skip_space(); i_ < text_.size(); skip_space()) take();
    return std::move(tokens_);
  }

 private:
  void skip_space() {
    for (; i_ < text_.size() && is_space(text_[i_]); ++i_) line_ += text_[i_] == '\n' ? 1 : 0;
  }

  void take() {
    const std::string_view two = text_.substr(i_, 2);
    if (two == "--" || two == "->") return take_mark(2);
    if (is_mark(text_[i_])) return take_mark(1);
    if (text_[i_] == '"') return take_string();
    if (text_[i_] == '<') return take_html();
    const std::size_t first = i_++;
    while (i_ < text_.size() && !is_space(text_[i_]) && !is_mark(text_[i_]) && text_[i_] != '-' &&
           text_[i_] != '"' && text_[i_] != '<')
      ++i_;
    tokens_.push_back({std::string(text_.substr(first, i_ - first)), line_, true, false});
  }

  void take_mark(std::size_t bytes) {
    tokens_.push_back({std::string(text_.substr(i_, bytes)), line_, false, false});
    i_ += bytes;
  }

  // Graphviz turns \" into " and joins lines that end with a backslash; all else stays.
  void take_string() {
    Token token = {"", line_, true, true};
    for (++i_; i_ < text_.size() && text_[i_] != '"'; ++i_) {
      if (text_[i_] == '\n') ++line_;
      if (text_[i_] != '\\' || i_ + 1 == text_.size()) {
        token.text += text_[i_];
        continue;
      }
      const char next = text_[++i_];
      if (next == '\n') ++line_;
      if (next != '"' && next != '\n') token.text += '\\';
      if (next != '\n') token.text += next;
    }
    ++i_;
    tokens_.push_back(std::move(token));
  }

  void take_html() {
    const std::size_t first = i_ + 1;
    const std::size_t line = line_;
    int depth = 0;
    do {
      if (text_[i_] == '\n') ++line_;
      depth += (text_[i_] == '<') - (text_[i_] == '>');
      ++i_;
    } while (depth > 0 && i_ < text_.size());
    tokens_.push_back({std::string(text_.substr(first, i_ - first - 1)), line, true, true});
  }

  std::string_view text_;
  std::size_t i_ = 0;
  std::size_t line_ = 1;
  std::vector<Token> tokens_;
};

class DotReader {
 public:
  explicit DotReader(std::vector<Token> tokens) : tokens_(std::move(tokens)) {
    tokens_.push_back({"", tokens_.empty() ? 1 : tokens_.back().line, false, false});  // the end
  }

  Result<GraphText> read() {
    read_head();
    while (!fault_ && !is("}")) read_statement();
    if (fault_) return *fault_;
    return std::move(graph_);
  }

 private:
  [[nodiscard]] const Token& here() const { return tokens_[next_]; }
  [[nodiscard]] bool is(std::string_view mark) const {
    return !here().is_word && here().text == mark;
  }
  [[nodiscard]] bool is_keyword(std::string_view keyword) const {
    if (!here().is_word || here().is_quoted || here().text.size() != keyword.size()) return false;
    for (std::size_t i = 0; i < keyword.size(); ++i)
      if ((here().text[i] | 0x20) != keyword[i]) return false;
    return true;
  }
  bool accept(std::string_view mark) {
    if (!is(mark)) return false;
    ++next_;
    return true;
  }

  void fault(std::string message) {
    if (!fault_) fault_ = Fault{fmt::format("line {}", here().line), std::move(message)};
  }
  void fault_here() { fault(fmt::format("syntax error near '{}'", here().text)); }
  void refuse(std::string_view what) { fault(fmt::format("the page cannot read {} in DOT", what)); }
  void expect(std::string_view mark) {
    if (!accept(mark)) fault_here();
  }

  // Strings are joined by +.
  std::string word() {
    std::string text;
    do {
      if (!here().is_word) {
        fault_here();
        break;
      }
      text += tokens_[next_++].text;
    } while (accept("+"));
    return text;
  }

  void read_head() {
    if (is_keyword("strict")) refuse("strict graphs");
    is_directed_ = is_keyword("digraph");
    if (!is_directed_ && !is_keyword("graph")) return fault_here();
    ++next_;
    if (here().is_word) (void)word();
    expect("{");
  }

  void read_statement() {
    read_what_is_stated();
    accept(";");
  }

  void read_what_is_stated() {
    if (is("{") || is_keyword("subgraph")) return refuse("subgraphs");
    for (const std::string_view what : {"graph", "node", "edge"})
      if (is_keyword(what)) return read_defaults(what);
    std::string name = word();
    if (accept("=")) return void(word());
    read_nodes(name);
  }

  void read_defaults(std::string_view of) {
    if (of != "graph" && !graph_.nodes.empty()) return refuse("defaults that stand behind a node");
    ++next_;
    if (!is("[")) return fault_here();
    Attributes ignored;
    read_attributes(of == "node" ? node_defaults_ : of == "edge" ? edge_defaults_ : ignored);
  }

  void read_attributes(Attributes& attributes) {
    while (!fault_ && accept("[")) {
      while (!fault_ && !accept("]")) {
        std::string key = word();
        expect("=");
        attributes.insert_or_assign(std::move(key), word());
        if (!accept(",")) accept(";");
      }
    }
  }

  void skip_port() {
    for (int parts = 0; parts < 2 && accept(":"); ++parts) (void)word();
  }

  std::size_t node(const std::string& id) {
    const auto [found, is_new] = index_of_.try_emplace(id, graph_.nodes.size());
    if (is_new) {
      graph_.nodes.push_back({});
      ids_.push_back(id);
      of_nodes_.push_back(node_defaults_);
      name_node(found->second);
    }
    return found->second;
  }

  void name_node(std::size_t i) {
    const std::string& name = of_nodes_[i]["name"];
    graph_.nodes[i].name = name.empty() ? ids_[i] : name;
    graph_.nodes[i].kind = of_nodes_[i]["kind"];
  }

  // A node with its attributes, or a chain of edges that all have them.
  void read_nodes(const std::string& first) {
    skip_port();
    std::vector<std::size_t> chain = {node(first)};
    while (!fault_ && (is("--") || is("->"))) {
      if (is("->") != is_directed_) return fault_here();
      ++next_;
      if (is("{") || is_keyword("subgraph")) return refuse("subgraphs");
      chain.push_back(node(word()));
      skip_port();
    }
    if (is(",")) return refuse("lists of nodes");
    if (chain.size() == 1) {
      read_attributes(of_nodes_[chain.front()]);
      return name_node(chain.front());
    }
    Attributes attributes = edge_defaults_;
    read_attributes(attributes);
    if (attributes.contains("key")) return refuse("keys of edges");
    for (std::size_t i = 1; i < chain.size(); ++i)
      graph_.edges.push_back({chain[i - 1], chain[i], is_directed_, attributes["bandwidth"],
                              attributes["latency"], attributes["duplex"]});
  }

  std::vector<Token> tokens_;
  std::size_t next_ = 0;
  std::optional<Fault> fault_;
  bool is_directed_ = false;
  Attributes node_defaults_;
  Attributes edge_defaults_;
  std::map<std::string, std::size_t> index_of_;
  std::vector<std::string> ids_;
  std::vector<Attributes> of_nodes_;
  GraphText graph_;
};

}  // namespace

Result<GraphText> read_dot(std::string_view text) {
  const Result<std::string> plain = plain_dot(text);
  if (!plain) return plain.faults();
  return DotReader(Tokens(*plain).all()).read();
}

}  // namespace lockstep::topologies
