#include "playground/streams.hpp"

#include <array>
#include <cstdio>
#include <utility>

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

}  // namespace

void complain(std::string_view message) { write(runs::message_line(message) + "\n", stderr); }

void complain_of(const std::string& name, const Faults& faults) {
  for (const Fault& fault : faults) complain(runs::text_of(name, fault));
}

void print(std::string_view text) { write(text, stdout); }

void print_json(const scenarios::Json& json) {
  print(json.dump(-1, ' ', false, scenarios::Json::error_handler_t::replace));
}

std::optional<scenarios::Scenario> read_scenario(const std::string& name,
                                                 const scenarios::LoadOptions& options) {
  auto scenario = scenarios::load_scenario_text(standard_input(), name, options);
  if (!scenario) {
    complain_of(name, scenario.faults());
    return std::nullopt;
  }
  for (const Fault& warning : scenario->warnings) complain(runs::warning_of(name, warning));
  return std::move(*scenario);
}

}  // namespace lockstep::playground
