#include "topologies/graph_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lockstep::topologies {
namespace {

std::string too_deep() { return fmt::format("it is nested more than {} deep", most_nesting); }

// Where the text goes on after the first `mark` at or after `from`; its end if there is none.
std::size_t after(std::string_view text, std::string_view mark, std::size_t from) {
  const std::size_t found = text.find(mark, from);
  return found == std::string_view::npos ? text.size() : found + mark.size();
}

bool stands_at(std::string_view text, std::size_t i, std::string_view mark) {
  return text.substr(i, mark.size()) == mark;
}

// After the string or comment that begins at `i`; `i` if none does.
std::size_t skip_in_dot(std::string_view text, std::size_t i) {
  if (text[i] == '#' || stands_at(text, i, "//")) return after(text, "\n", i);
  if (stands_at(text, i, "/*")) return after(text, "*/", i + 2);
  if (text[i] != '"') return i;
  for (++i; i < text.size() && text[i] != '"'; ++i)
    if (text[i] == '\\') ++i;
  return std::min(i + 1, text.size());
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return (c >= '0' && c <= '9') || c == '.'; }

// After the word or number that begins at `i`; `i` if none does.
std::size_t skip_word(std::string_view text, std::size_t i) {
  while (i < text.size() && (is_letter(text[i]) || is_digit(text[i]))) ++i;
  return i;
}

// After the markup that begins at `i` and is no element; `i` if it is one.
std::size_t skip_in_xml(std::string_view text, std::size_t i) {
  if (stands_at(text, i, "<!--")) return after(text, "-->", i + 4);
  if (stands_at(text, i, "<![CDATA[")) return after(text, "]]>", i);
  if (stands_at(text, i, "<?")) return after(text, "?>", i);
  if (stands_at(text, i, "<!")) return after(text, ">", i);  // <!DOCTYPE ...>
  return i;
}

// After the tag that begins at `i`, past any quoted values.
std::size_t skip_tag(std::string_view text, std::size_t i) {
  while (i < text.size() && text[i] != '>')
    i = text[i] == '"' || text[i] == '\'' ? after(text, text.substr(i, 1), i + 1) : i + 1;
  return std::min(i + 1, text.size());
}

int depth_change(std::string_view tag) {
  if (tag.starts_with("</")) return -1;
  return tag.ends_with("/>") ? 0 : 1;
}

}  // namespace

std::string why_not_dot(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t next = skip_in_dot(text, i);
    if (next != i) {
      i = next;
      continue;
    }
    if (text[i] == '<') return "HTML-like strings are not read";
    const std::string_view word = text.substr(i, skip_word(text, i) - i);
    // DOT takes 1e9 for 1 and a new word e9, and Boost's reader would, silently.
    if (!word.empty() && is_digit(word[0]) && std::ranges::any_of(word, is_letter))
      return fmt::format("{} is neither a number nor a word in DOT; put it in quotes", word);
    if (!word.empty()) {
      i += word.size();
      continue;
    }
    depth += (text[i] == '{') - (text[i] == '}');
    if (depth > most_nesting) return too_deep();
    ++i;
  }
  return "";
}

std::string why_not_graphml(std::string_view text) {
  int depth = 0;
  for (std::size_t i = text.find('<'); i < text.size(); i = text.find('<', i)) {
    std::size_t next = skip_in_xml(text, i);
    if (stands_at(text, i, "<!DOCTYPE") && text.substr(i, next - i).find('[') != text.npos)
      return "declarations within DOCTYPE are not read";
    if (next == i) {
      next = skip_tag(text, i);
      depth += depth_change(text.substr(i, next - i));
    }
    if (depth > most_nesting) return too_deep();
    i = next;
  }
  return "";
}

}  // namespace lockstep::topologies
