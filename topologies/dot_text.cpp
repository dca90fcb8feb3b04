#include "topologies/dot_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "topologies/graph_text.hpp"

namespace lockstep::topologies {
namespace {

// In units of a node in one graph: a node within two subgraphs is held three times, and a subgraph
// takes as much as some nodes.
constexpr double most_work = 12e6;
constexpr double work_of_subgraph = 50;
// Every node and edge has a place for every attribute that is named anywhere.
constexpr double most_places = 2e8;
constexpr std::size_t most_shown = 40;
constexpr std::size_t most_chain = 2000;  // the reader's stack holds some 3,000

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_number_part(char c) { return is_digit(c) || c == '.'; }

bool is_keyword(std::string_view word, std::string_view keyword) {
  return std::ranges::equal(word, keyword, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

class DotText {
 public:
  explicit DotText(std::string_view text) : text_(text), plain_(text) {}

  Result<std::string> read() {
    while (i_ < text_.size() && fault_.message.empty()) read_token();
    if (fault_.message.empty()) check_end();
    if (!fault_.message.empty()) return fault_;
    return std::move(plain_);
  }

 private:
  // A brace that is open: what stood before it goes on behind it.
  struct Group {
    std::size_t line;
    std::string name;   // of a subgraph that has one
    double names = 0;   // at most so many nodes are in it
    double left = 0;    // the endpoint before the edge operator, of the statement it is part of
    double before = 0;  // the endpoint that it is listed with
    std::size_t chain = 0;
  };

  void fault_at(std::size_t line, std::string message) {
    if (fault_.message.empty()) fault_ = {fmt::format("line {}", line), std::move(message)};
  }
  void fault(std::string message) { fault_at(line_, std::move(message)); }

  [[nodiscard]] bool stands_here(std::string_view mark) const {
    return text_.substr(i_, mark.size()) == mark;
  }

  void read_token() {
    const char c = text_[i_];
    if (c == '\n') ++line_;
    if (c == '\0') return fault("has a zero byte");
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') return void(++i_);
    if (c == '#' || stands_here("//")) return blank(std::min(text_.find('\n', i_), text_.size()));
    if (stands_here("/*")) return blank_comment();
    if (groups_.empty() && opened_) return fault_behind();
    if (c == '"') return read_string();
    if (c == '<') return read_html();
    if (stands_here("--") || stands_here("->")) return read_operator();
    if (is_letter(c) || is_number_part(c) || c == '-') return read_word();
    read_mark(c);
    ++i_;
  }

  // A line that begins with # is the preprocessor's, and counts as a comment.
  void blank(std::size_t end) {
    for (; i_ < end; ++i_) {
      if (text_[i_] == '\n') ++line_;
      if (text_[i_] != '\n') plain_[i_] = ' ';
    }
  }

  void blank_comment() {
    const std::size_t end = text_.find("*/", i_ + 2);
    if (end == std::string_view::npos) return fault("the comment has no end");
    blank(end + 2);
  }

  void fault_behind() {
    for (const std::string_view word : {"graph", "digraph", "strict"})
      if (is_keyword(text_.substr(i_, word.size()), word))
        return fault("a second graph; a file holds one");
    fault("there is text behind the graph's last brace");
  }

  // Strings are joined by +, as long as the whole is no longer than one may be.
  void check_length(std::size_t bytes) {
    joined_ = previous_ == '+' ? joined_ + bytes : bytes;
    if (joined_ > most_attribute_bytes)
      fault(fmt::format("a word of more than {} KiB", most_attribute_bytes >> 10));
  }

  void read_string() {
    const std::size_t first = i_ + 1;
    const std::size_t line = line_;
    for (++i_; i_ < text_.size() && text_[i_] != '"'; ++i_) {
      if (text_[i_] == '\0') return fault("has a zero byte");
      if (text_[i_] == '\n') ++line_;
      if (text_[i_] == '\\' && i_ + 1 < text_.size() && text_[++i_] == '\n') ++line_;
    }
    if (i_ >= text_.size()) return fault_at(line, "the quotation mark has no second one");
    check_length(i_ - first + 1);
    take_word(text_.substr(first, i_ - first), true);
    ++i_;
  }

  void read_html() {
    const std::size_t first = i_;
    const std::size_t line = line_;
    int depth = 0;
    do {
      if (i_ == text_.size()) return fault_at(line, "the HTML string that begins here has no end");
      if (text_[i_] == '\0') return fault("has a zero byte");
      if (text_[i_] == '\n') ++line_;
      depth += (text_[i_] == '<') - (text_[i_] == '>');
      ++i_;
    } while (depth > 0);
    check_length(i_ - first);
    take_word(text_.substr(first, i_ - first), true);
  }

  // DOT takes 1e9 for the number 1 and a new word, e9; rack.1 for a word and the number .1.
  void read_word() {
    const std::size_t first = i_;
    if (text_[i_] == '-') ++i_;
    while (i_ < text_.size() && (is_letter(text_[i_]) || is_number_part(text_[i_]))) ++i_;
    const std::string_view word = text_.substr(first, i_ - first);
    check_length(word.size());
    const auto dots = std::ranges::count(word, '.');
    if (is_letter(word[0]) ? dots > 0 : dots > 1 || std::ranges::any_of(word, is_letter))
      return fault(fmt::format("{} is neither a number nor a word in DOT; put it in quotes",
                               word.substr(0, most_shown)));
    take_word(word, false);
  }

  void take_word(std::string_view word, bool quoted) {
    const bool joins = previous_ == '+';
    const bool is_port = previous_ == ':';
    previous_ = 'w';
    if (in_subgraph_head_) subgraph_name_ += word;
    if (joins || in_subgraph_head_) return;
    word_ = word;
    if (groups_.empty() || brackets_ > 0 || is_port) return;
    if (!quoted && is_keyword(word, "subgraph")) {
      start_endpoint();
      in_subgraph_head_ = true;
      subgraph_name_.clear();
    } else if (quoted || (!is_keyword(word, "node") && !is_keyword(word, "edge"))) {
      start_endpoint();
      groups_.back().names += 1;
      endpoint_ += 1;
      add_work(depth());
    }
  }

  // What follows neither an edge operator nor a comma begins a statement.
  void start_endpoint() {
    if (!goes_on_) end_statement();
    goes_on_ = false;
  }

  void read_operator() {
    i_ += 2;
    previous_ = 'o';
    goes_on_ = true;
    join_endpoints();
    left_ = endpoint_;
    endpoint_ = 0;
    if (++chain_ > most_chain)
      fault(fmt::format("a chain of more than {} edges; write it as several", most_chain));
  }

  void join_endpoints() { add_work(left_ * endpoint_ * depth()); }

  void end_statement() {
    join_endpoints();
    left_ = endpoint_ = 0;
    chain_ = 0;
    goes_on_ = false;
  }

  void read_mark(char c) {
    if (c == '{') open_group();
    if (c == '}') close_group();
    if (c == '[' && brackets_++ == 0) bracket_line_ = line_;
    if (c == ']' && --brackets_ < 0) fault("] without [");
    if (c == '=') attributes_.insert(std::string(word_));
    if (c == ',' && brackets_ == 0) goes_on_ = true;
    if (c == ';' && brackets_ == 0) end_statement();
    previous_ = c;
  }

  void open_group() {
    if (brackets_ > 0) return fault_bracket();
    if (!in_subgraph_head_) start_endpoint();
    if (!in_subgraph_head_) subgraph_name_.clear();
    in_subgraph_head_ = false;
    opened_ = true;
    groups_.push_back({line_, subgraph_name_, 0, left_, endpoint_, chain_});
    left_ = endpoint_ = 0;
    chain_ = 0;
    if (groups_.size() > most_nesting)
      fault(fmt::format("it is nested more than {} deep", most_nesting));
    add_work(work_of_subgraph * depth());
  }

  void close_group() {
    if (brackets_ > 0) return fault_bracket();
    if (groups_.empty()) return fault("} without {");
    end_statement();
    const Group group = std::move(groups_.back());
    groups_.pop_back();
    double names = group.names;
    // A subgraph that is named again goes on with the nodes that it has.
    if (!group.name.empty()) names = names_of_[group.name] += names;
    if (!groups_.empty()) groups_.back().names += names;
    left_ = group.left;
    chain_ = group.chain;
    endpoint_ = group.before + names;
  }

  void fault_bracket() { fault_at(bracket_line_, "[ without ]"); }

  [[nodiscard]] double depth() const { return static_cast<double>(groups_.size()); }

  void add_work(double work) {
    work_ += work;
    if (work_ > most_work || work_ * static_cast<double>(attributes_.size()) > most_places)
      fault("the graph is too large to be read");
  }

  void check_end() {
    if (!opened_) return fault_at(1, "there is no graph");
    if (brackets_ > 0) return fault_bracket();
    if (!groups_.empty())
      fault_at(groups_.back().line, "braces do not match: the { of this line has no }");
  }

  std::string_view text_;
  std::string plain_;
  std::size_t i_ = 0;
  std::size_t line_ = 1;
  Fault fault_;

  std::vector<Group> groups_;
  bool opened_ = false;  // the graph's own brace has been seen
  int brackets_ = 0;
  std::size_t bracket_line_ = 0;
  char previous_ = ';';            // a mark; w: a word, o: an edge operator
  std::string_view word_;          // the last one
  bool in_subgraph_head_ = false;  // between the word subgraph and its brace
  std::string subgraph_name_;
  std::size_t joined_ = 0;  // length of what + has joined
  double left_ = 0;         // nodes before the last edge operator of the statement
  double endpoint_ = 0;     // nodes after it
  bool goes_on_ = false;    // the next word or brace is part of the statement
  std::size_t chain_ = 0;   // edge operators of the statement
  std::map<std::string, double, std::less<>> names_of_;
  std::set<std::string, std::less<>> attributes_;
  double work_ = 0;
};

}  // namespace

Result<std::string> plain_dot(std::string_view text) { return DotText(text).read(); }

}  // namespace lockstep::topologies
