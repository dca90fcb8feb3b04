#include "playground/streams.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <utility>
#include <vector>

#include "playground/in_the_page/files.hpp"
#include "runs/messages.hpp"
#include "scenarios/scenario_text.hpp"

namespace lockstep::playground {

namespace {

void write(std::string_view text, std::FILE* stream) {
  (void)std::fwrite(text.data(), 1, text.size(), stream);
}

std::string standard_input() {
  std::string text;
  std::array<char, 65'536> block{};
  while (const std::size_t got = std::fread(block.data(), 1, block.size(), stdin))
    text.append(block.data(), got);
  return text;
}

// "lockstep-file 20368 net.dot\n", then so many bytes; returns false where the text begins
// otherwise.
bool take_file_from(std::string_view& text) {
  constexpr std::string_view word = "lockstep-file ";
  const std::size_t end = text.find('\n');
  if (!text.starts_with(word) || end == std::string_view::npos) return false;
  const std::string_view head = text.substr(word.size(), end - word.size());
  std::size_t bytes = 0;
  const auto [rest, error] = std::from_chars(head.data(), head.data() + head.size(), bytes);
  const std::size_t digits = static_cast<std::size_t>(rest - head.data());
  if (error != std::errc() || digits == head.size() || bytes > text.size() - end - 1) return false;
  take_file(std::string(head.substr(digits + 1)), std::string(text.substr(end + 1, bytes)));
  text.remove_prefix(end + 1 + bytes);
  return true;
}

// What follows the files that stand before it.
std::string scenario_text() {
  const std::string input = standard_input();
  std::string_view text = input;
  while (take_file_from(text)) {
  }
  return std::string(text);
}

}  // namespace

void complain(std::string_view message) { write(runs::message_line(message) + "\n", stderr); }

void complain_of(const std::string& name, const Faults& faults) {
  for (const Fault& fault : faults) complain(runs::text_of(name, fault));
}

void print(std::string_view text) { write(text, stdout); }

namespace {

std::string in_one_line(const scenarios::Json& json) {
  return json.dump(-1, ' ', false, scenarios::Json::error_handler_t::replace);
}

}  // namespace

void print_json(const scenarios::Json& json) { print(in_one_line(json)); }

// Nearly all of a page are its packed timelines, in letters and digits. They are put into what the
// JSON library writes of the rest: it would look at each of them. No other text can hold these
// quotes.
void print_page(scenarios::Json page) {
  constexpr std::string_view key = "\"packed\":\"";
  std::vector<std::string> packed;
  std::size_t length = 0;
  for (scenarios::Json& document : page)
    for (scenarios::Json& run : document["runs"])
      if (const auto timeline = run.find("timeline"); timeline != run.end()) {
        packed.push_back(std::move((*timeline)["packed"].get_ref<std::string&>()));
        (*timeline)["packed"] = "";
        length += packed.back().size();
      }
  const std::string rest = in_one_line(page);
  std::string text;
  text.reserve(rest.size() + length);
  std::size_t place = 0;
  for (const std::string& one : packed) {
    const std::size_t end = rest.find(key, place) + key.size();
    text.append(rest, place, end - place).append(one);
    place = end;
  }
  print(text.append(rest, place));
}

std::optional<scenarios::Scenario> read_scenario(const std::string& name,
                                                 const scenarios::LoadOptions& options) {
  auto scenario = scenarios::load_scenario_text(scenario_text(), name, options);
  if (!scenario) {
    complain_of(name, scenario.faults());
    return std::nullopt;
  }
  for (const Fault& warning : scenario->warnings) complain(runs::warning_of(name, warning));
  return std::move(*scenario);
}

}  // namespace lockstep::playground
