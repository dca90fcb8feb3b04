#include "reports/explanation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/cost/algorithm.hpp"
#include "reports/run_tables.hpp"
#include "reports/text.hpp"
#include "reports/timeline.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::reports {

using models::OptionSpec;
using models::OptionType;

namespace {

std::string_view type_text(OptionType type) {
  switch (type) {
    case OptionType::boolean:
      return "true or false";
    case OptionType::integer:
      return "integer";
    case OptionType::number:
      return "number";
    case OptionType::bytes:
      return "bytes";
    case OptionType::integers:
      return "list of integers";
    case OptionType::text:
      return "text";
    case OptionType::choice:
      break;
  }
  return "one of";
}

std::string default_text(const OptionSpec& option) {
  struct Text {
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const { return round_trip(value); }
    std::string operator()(std::string_view value) const { return std::string(value); }
    std::string operator()(std::span<const std::int64_t> values) const {
      return fmt::format("[{}]", fmt::join(values, ", "));
    }
  };
  if (option.type == OptionType::bytes) return format_bytes(std::get<double>(option.fallback));
  return std::visit(Text{}, option.fallback);
}

std::string option_words(const OptionSpec& option) {
  std::string type(type_text(option.type));
  if (!option.zero_name.empty()) type += fmt::format(" or \"{}\"", option.zero_name);
  for (const std::string_view choice : option.choices)
    type += fmt::format("{} {}", choice == option.choices.front() ? "" : ",", choice);
  return fmt::format("{} ({}; default {})", option.summary, type, default_text(option));
}

// "  what    words", the words in a column of their own.
std::string line(std::string_view what, std::string_view words) {
  return hanging(fmt::format("  {}  ", pad_right(what, 22)), words);
}

std::string options_text(const models::Algorithm& algorithm, Style style) {
  std::string result = heading("options", style) + "\n";
  for (const OptionSpec& option : algorithm.options)
    result += line(option.name, option_words(option));
  return algorithm.options.empty() ? result + "  none\n" : result;
}

// Wrapped, but not inside the inner parentheses: "(P - 1)" stays together.
std::string wrapped_formula(std::string text) {
  constexpr char no_break = '\x01';
  int depth = 0;
  for (char& character : text) {
    depth += character == '(' ? 1 : character == ')' ? -1 : 0;
    if (character == ' ' && depth >= 2) character = no_break;
  }
  std::string result = hanging("  ", text);
  std::replace(result.begin(), result.end(), no_break, ' ');
  return result;
}

std::string formula_text(const models::Setup& setup, Style style) {
  const models::Formula formula = setup.algorithm->formula(setup);
  std::string result = heading("time", style) + "\n" + wrapped_formula(formula.text());
  for (const auto& [symbol, value] : formula.where()) result += line(symbol, value);
  return result;
}

std::string memory_text(const models::Memory& memory) {
  const auto bytes = [](Count count) { return format_bytes(to_double(count)); };
  return fmt::format("{}: parameters {}, gradients {}, activations {}, versions {}, buffers {}",
                     bytes(memory.total()), bytes(memory.parameters), bytes(memory.gradients),
                     bytes(memory.activations), bytes(memory.versions), bytes(memory.buffers));
}

std::string costs_text(const models::Setup& setup, Style style) {
  const models::ClosedForm form = models::closed_form_of(setup);
  std::string result = heading("costs of all iterations, all ranks together", style) + "\n";
  result += line("time",
                 fmt::format("{} ({})", format_seconds(form.makespan.seconds()), claim_text(form)));
  if (!form.leaves_out.empty()) result += line("  leaves out", form.leaves_out);
  if (!form.rough.empty()) result += line("  rough", form.rough);
  for (const models::ComputeKind kind : models::compute_kinds) {
    if (form.flops[kind] == 0) continue;
    const std::string what = fmt::format("FLOPs {}", models::name_of(kind));
    result += line(what, count_text(form.flops[kind]));
  }
  result += line("bytes", count_text(form.bytes)) + line("messages", count_text(form.messages));
  result += line("memory of a worker", memory_text(form.memory));
  if (setup.servers > 0) result += line("memory of a server", memory_text(form.server_memory));
  const char* most = form.staleness.exact ? "" : "at most ";
  return result + line("staleness", fmt::format("mean {}{:.3g}, max {}{}", most,
                                                form.staleness.mean, most, form.staleness.max));
}

std::string ranks_text(const models::Setup& setup) {
  std::string text = fmt::format("{} worker{}", setup.workers, setup.workers == 1 ? "" : "s");
  if (setup.servers > 0)
    text += fmt::format(" and {} server{}", setup.servers, setup.servers == 1 ? "" : "s");
  return text;
}

}  // namespace

std::string explanation_text(const models::Setup& setup, std::string_view where, Style style) {
  const models::Algorithm& algorithm = *setup.algorithm;
  std::string result =
      heading(fmt::format("{} ({})", algorithm.title, algorithm.kind), style) + "\n";
  result += hanging("", algorithm.summary) + "\n";
  result += hanging("approximation: ", models::approximation_of(setup));
  result += hanging("when to use:   ", algorithm.when_to_use);
  result += hanging("source:        ", algorithm.source) + "\n";
  result += options_text(algorithm, style) + "\n";
  result += hanging("", fmt::format("With {}, on {}:", printable(where), ranks_text(setup))) + "\n";
  result += formula_text(setup, style) + "\n" + costs_text(setup, style);
  const std::string timeline = timeline_text(setup, style);
  return timeline.empty() ? result : result + "\n" + timeline;
}

}  // namespace lockstep::reports
