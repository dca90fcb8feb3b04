#include "reports/explanation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "models/cost/algorithm.hpp"
#include "models/cost/own_links.hpp"
#include "models/language/update_rule.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "models/readers/simulate/trace.hpp"
#include "reports/rule_words.hpp"
#include "reports/run_tables.hpp"
#include "reports/symbol_words.hpp"
#include "reports/table.hpp"
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

std::string options_text(const models::Algorithm& algorithm, Style style) {
  std::string result = heading("options", style) + "\n";
  for (const OptionSpec& option : algorithm.options)
    result += definition(option.name, option_words(option), style);
  return algorithm.options.empty() ? result + "  none\n" : result;
}

// Wrapped, but not inside the inner parentheses: "(P - 1)" stays together, as do deeper ones where
// what they hold is too long for a line.
std::string wrapped_formula(const std::string& text, Style style) {
  constexpr char no_break = '\x01';
  constexpr int outermost = 2;
  constexpr int innermost = 6;
  for (int together = outermost;; ++together) {
    std::string marked = text;
    int depth = 0;
    for (char& character : marked) {
      depth += character == '(' ? 1 : character == ')' ? -1 : 0;
      if (character == ' ' && depth >= together) character = no_break;
    }
    const std::vector<std::string> lines = wrap(marked, style.columns - 2);
    const bool fits = std::ranges::all_of(
        lines, [&](const std::string& each) { return columns_of(each) + 2 <= style.columns; });
    if (!fits && together < innermost) continue;
    std::string result = hanging("  ", marked, style);
    std::ranges::replace(result, no_break, ' ');
    return result;
  }
}

std::string formula_text(const models::Setup& setup, Style style) {
  const models::Formula formula = models::formula_of(setup);
  std::string result = heading("time", style) + "\n" + wrapped_formula(formula.text(), style);
  return result + symbols_text(formula, style);
}

// The update rules that ranks use, in order of first use.
std::string rules_text(const models::Trace& trace, Style style) {
  std::vector<std::string_view> names;
  for (const models::TraceEntry& entry : trace)
    if (const auto* update = std::get_if<models::Update>(&entry.operation))
      if (std::ranges::find(names, update->rule->name) == names.end())
        names.push_back(update->rule->name);
  std::string text;
  for (const std::string_view name : names) {
    if (rule_formula(name).empty()) continue;
    text += definition(name, rule_formula(name), style);
    text += definition("", rule_letters(name), style);
  }
  if (text.empty()) return text;
  return heading("updates of each parameter w with its gradient g", style) + "\n" + text + "\n";
}

std::string memory_text(const models::Memory& memory) {
  const auto bytes = [](Count count) { return format_bytes(to_double(count)); };
  return fmt::format("{}: parameters {}, gradients {}, activations {}, versions {}, buffers {}",
                     bytes(memory.total()), bytes(memory.parameters), bytes(memory.gradients),
                     bytes(memory.activations), bytes(memory.versions), bytes(memory.buffers));
}

// "51.5 GFLOP (51539607552)": for people, and to check by hand.
std::string in_short_and_full(Count count, std::string (*in_short)(double)) {
  constexpr Count full_is_short = 1000;
  if (count < full_is_short) return in_short(to_double(count));
  return fmt::format("{} ({})", in_short(to_double(count)), count_text(count));
}

std::string costs_text(const models::Setup& setup, Style style) {
  const models::ClosedForm form = models::closed_form_of(setup);
  std::string result = heading("costs of all iterations, all ranks together", style) + "\n";
  const auto add = [&](std::string_view what, const std::string& words) {
    result += definition(what, words, style);
  };
  add("time", fmt::format("{} ({})", format_seconds(form.makespan.seconds()), claim_text(form)));
  if (!form.leaves_out.empty()) add("  leaves out", std::string(form.leaves_out));
  if (!form.rough.empty()) add("  rough", std::string(form.rough));
  for (const models::ComputeKind kind : models::compute_kinds)
    if (form.flops[kind] != 0)
      add(fmt::format("FLOPs {}", models::name_of(kind)),
          in_short_and_full(form.flops[kind], format_flops));
  add("bytes", in_short_and_full(form.bytes, format_bytes));
  add("messages", count_text(form.messages));
  add("memory of a worker", memory_text(form.memory));
  if (setup.servers > 0) add("memory of a server", memory_text(form.server_memory));
  const char* most = form.staleness.exact ? "" : "at most ";
  add("staleness",
      fmt::format("mean {}{:.3g}, max {}{}", most, form.staleness.mean, most, form.staleness.max));
  return result;
}

std::string ranks_text(const models::Setup& setup) {
  std::string text = fmt::format("{} worker{}", setup.workers, setup.workers == 1 ? "" : "s");
  if (setup.servers > 0)
    text += fmt::format(" and {} server{}", setup.servers, setup.servers == 1 ? "" : "s");
  return text;
}

}  // namespace

std::string relatives_text(std::span<const models::Setup> setups, Style style) {
  Table table({{"side by side", Align::left},
               {"closed form"},
               {"simulated"},
               {"sent/worker"},
               {"memory/worker"},
               {"staleness"}});
  for (const models::Setup& setup : setups) {
    const models::ClosedForm form = models::closed_form_of(setup);
    const models::Simulated run = models::simulate(setup);
    if (!run.outcome.finished()) continue;
    table.add_row(
        {std::string(setup.algorithm->kind), format_seconds(form.makespan.seconds()),
         format_seconds(run.makespan.seconds()), format_bytes(to_double(run.bytes) / setup.workers),
         format_bytes(to_double(form.memory.total())), fmt::format("{:.3g}", run.staleness.mean)});
  }
  return table.text(style) +
         hanging("",
                 fmt::format("Of all iterations ({}), on the same cluster, model and mini-batch "
                             "per worker.",
                             setups.front().training.iterations),
                 style);
}

std::string explanation_text(const models::Setup& setup, std::string_view where, Style style) {
  const models::Algorithm& algorithm = *setup.algorithm;
  const std::optional<TracedRun> traced = traced_run(setup);
  std::string result =
      heading(fmt::format("{} ({})", algorithm.title, algorithm.kind), style) + "\n";
  result += hanging("", algorithm.summary, style) + "\n";
  result += hanging("approximation: ", models::approximation_of(setup), style);
  result += hanging("when to use:   ", algorithm.when_to_use, style);
  result += hanging("source:        ", algorithm.source, style) + "\n";
  result += options_text(algorithm, style) + "\n";
  result +=
      hanging("", fmt::format("With {}, on {}:", printable(where), ranks_text(setup)), style) +
      "\n";
  result += formula_text(setup, style) + "\n" +
            (traced ? rules_text(traced->trace, style) : std::string()) + costs_text(setup, style);
  const std::string timeline = timeline_text(setup, traced, style);
  return timeline.empty() ? result : result + "\n" + timeline;
}

}  // namespace lockstep::reports
