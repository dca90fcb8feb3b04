#include "scenarios/json_habits.hpp"

#include <fmt/format.h>

#include <array>

#include "scenarios/messages.hpp"

namespace lockstep::scenarios {
namespace {

bool is_word_part(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9');
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The word that the byte at `offset` is part of; the parser stops within it.
std::string_view word_around(std::string_view text, std::size_t& offset) {
  while (offset > 0 && is_word_part(text[offset]) && is_word_part(text[offset - 1])) --offset;
  std::size_t end = offset;
  while (end < text.size() && is_word_part(text[end])) ++end;
  return text.substr(offset, end - offset);
}

struct Literal {
  std::string_view spelt;
  std::string_view json;  // empty: there is none
};
constexpr std::array literals = {
    Literal{"True", "true"},   Literal{"TRUE", "true"}, Literal{"False", "false"},
    Literal{"FALSE", "false"}, Literal{"None", "null"}, Literal{"Null", "null"},
    Literal{"NULL", "null"},   Literal{"nil", "null"},  Literal{"undefined", "null"},
    Literal{"NaN", ""},        Literal{"nan", ""},      Literal{"NAN", ""},
    Literal{"Infinity", ""},   Literal{"inf", ""},      Literal{"Inf", ""},
    Literal{"INF", ""},        Literal{"infinity", ""}};

std::string of_word(std::string_view word, bool is_key) {
  for (const auto& [spelt, json] : literals) {
    if (word != spelt || is_key) continue;
    return json.empty() ? fmt::format("JSON has no {}: numbers are finite", word)
                        : fmt::format("JSON's word for {} is {}", word, json);
  }
  if (word.empty() || is_digit(word[0])) return {};
  return fmt::format("{} must be in double quotes: {}",
                     is_key ? "a key" : "a word that is not a number", in_quotes(word));
}

bool is_expected(std::string_view complaint, std::string_view what) {
  const std::size_t expected = complaint.rfind("; expected ");
  return expected != std::string_view::npos &&
         complaint.substr(expected).find(what) != std::string_view::npos;
}

bool begins_value(char c) {
  return c == '"' || c == '{' || c == '[' || c == '-' || is_word_part(c);
}

// The last character before `offset` that is no space; 0 if there is none.
char before(std::string_view text, std::size_t offset) {
  const std::size_t last = text.substr(0, offset).find_last_not_of(" \t\r\n");
  return last == std::string_view::npos ? '\0' : text[last];
}

std::string of_mark(std::string_view text, std::size_t offset, std::string_view complaint) {
  const std::string_view here = text.substr(offset);
  const char last = before(text, offset);
  if (here.starts_with("//") || here.starts_with("/*") || here.starts_with("#"))
    return "JSON has no comments; use \"description\" for notes";
  if (here[0] == '\'') return "strings must use double quotes (\"), not single quotes";
  if (here.starts_with("\xE2\x80\x9C") || here.starts_with("\xE2\x80\x9D"))
    return "strings must use straight double quotes (\"), not typographic quotes";
  if (last == ',' && (here[0] == '}' || here[0] == ']'))
    return fmt::format("trailing comma before {}", here[0]);
  if (here[0] == ',' && (last == ',' || last == '[' || last == '{'))
    return "a comma with nothing before it";
  if (here[0] == '+') return "a number must not start with +";
  if (here[0] == '.' && here.size() > 1 && is_digit(here[1]))
    return "a number begins with a digit: 0.5, not .5";
  if (here[0] == '\n' && complaint.find("invalid string") != std::string_view::npos)
    return "the string has no closing quote on its line";
  if (here[0] == '=' && is_expected(complaint, "':'"))
    return "a key must be followed by a colon, not =";
  if (!begins_value(here[0])) return {};
  const bool goes_on = offset > 0 && is_digit(text[offset - 1]) && is_digit(here[0]);
  if (goes_on) return "a number must not have leading zeros";
  if (is_expected(complaint, "':'")) return "a colon is missing before this";
  if (is_expected(complaint, "'}'") || is_expected(complaint, "']'"))
    return "a comma is missing before this";
  return {};
}

}  // namespace

std::optional<JsonHabit> find_json_habit(std::string_view text, std::size_t offset,
                                         std::string_view complaint) {
  if (offset >= text.size()) return std::nullopt;
  if (std::string message = of_mark(text, offset, complaint); !message.empty())
    return JsonHabit{offset, std::move(message)};
  if (complaint.find("invalid literal") == std::string_view::npos &&
      complaint.find("invalid number") == std::string_view::npos)
    return std::nullopt;
  const bool is_key = complaint.find("object key") != std::string_view::npos;
  const std::string_view word = word_around(text, offset);
  std::string message = of_word(word, is_key);
  if (message.empty()) return std::nullopt;
  return JsonHabit{offset, std::move(message)};
}

std::string why_not_utf8(std::string_view text) {
  using namespace std::string_view_literals;
  if (text.starts_with("\xFF\xFE\0\0"sv) || text.starts_with("\0\0\xFE\xFF"sv))
    return "is UTF-32: save it as UTF-8";
  const bool marked = text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
  // Without a mark: one of two bytes of every character that JSON begins with is 0.
  const bool unmarked = text.size() >= 2 && (text[0] == '\0') != (text[1] == '\0');
  return marked || unmarked ? "is UTF-16: save it as UTF-8" : "";
}

}  // namespace lockstep::scenarios
