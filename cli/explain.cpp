// lockstep explain: an algorithm in words, as a formula, and what it costs.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/explained_example.hpp"
#include "cli/messages.hpp"
#include "cli/scenario_files.hpp"
#include "cli/standard_output.hpp"
#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/make_setup.hpp"
#include "models/parts/collectives/collective.hpp"
#include "reports/explanation.hpp"
#include "reports/glossary.hpp"
#include "reports/network_words.hpp"
#include "scenarios/messages.hpp"
#include "topologies/topology_spec.hpp"

namespace lockstep::cli {

namespace {

bool is_built_in(const CommandLine& line) { return line.operands().size() < 2; }

// The scenario's run of this algorithm, or one with default options on its cluster.
Result<models::Setup> setup_of(const models::Algorithm& algorithm,
                               const scenarios::Scenario& scenario) {
  if (scenario.runs.empty())
    return Fault{"/traffic", "has no model, so no algorithm can be explained with it"};
  const auto run = std::find_if(scenario.runs.begin(), scenario.runs.end(),
                                [&](const auto& setup) { return setup.algorithm == &algorithm; });
  if (run != scenario.runs.end()) return *run;
  const models::AlgorithmSpec spec = {&algorithm, "", models::Options(algorithm.options),
                                      "/algorithm"};
  return models::make_setup(scenario.mlp, scenario.training, scenario.cluster, spec,
                            scenario.measured);
}

// Of the example, unless --set says otherwise.
Result<models::Setup> example_setup(const CommandLine& line, const models::Algorithm& shown,
                                    std::string_view example_of, int iterations) {
  const auto scenario = explained_example(shown, example_of, iterations, line.load_options());
  if (!scenario) return scenario.faults();
  return setup_of(shown, *scenario);
}

// One iteration says all of an algorithm that does the same in each, with fresh gradients; rounds
// and staleness take several.
constexpr int several = 4;
bool needs_several(const models::Setup& setup) {
  const auto has = [&](std::string_view name) {
    return std::ranges::find(setup.algorithm->options, name, &models::OptionSpec::name) !=
           setup.algorithm->options.end();
  };
  return models::closed_form_of(setup).staleness.max > 0 || has("sync_period") ||
         has("block_steps") || has("inner_steps");
}

// The example of the algorithm, and after it that of its nearest relative, if it has one that takes
// the same scenario.
Result<std::vector<models::Setup>> example_setups(const CommandLine& line,
                                                  const models::Algorithm& algorithm) {
  auto setup = example_setup(line, algorithm, algorithm.kind, several);
  if (!setup) return setup.faults();
  int iterations = several;
  if (!needs_several(*setup)) {
    iterations = 1;
    setup = example_setup(line, algorithm, algorithm.kind, iterations);
    if (!setup) return setup.faults();
  }
  std::vector<models::Setup> setups = {std::move(*setup)};
  const models::Algorithm* relative = models::find_algorithm(relative_of(algorithm.kind));
  if (relative == nullptr) return setups;
  auto beside = example_setup(line, *relative, algorithm.kind, iterations);
  if (beside) setups.push_back(std::move(*beside));
  return setups;
}

Result<std::vector<models::Setup>> setups_of(const CommandLine& line,
                                             const models::Algorithm& algorithm) {
  if (is_built_in(line)) return example_setups(line, algorithm);
  const auto scenario = scenarios::load_scenario(line.operands()[1], line.load_options());
  if (!scenario) return scenario.faults();
  auto setup = setup_of(algorithm, *scenario);
  if (!setup) return setup.faults();
  return std::vector<models::Setup>{std::move(*setup)};
}

// What is no algorithm, but a way to sum, a topology or a term; empty if it is none of these. A
// name may be several: "ring" is a way to sum and a topology.
std::string explained_otherwise(const std::string& name, reports::Style style) {
  std::vector<std::string> texts;
  for (const models::Collective* collective : models::collectives())
    if (collective->kind == name) texts.push_back(reports::collective_text(*collective, style));
  if (const topologies::TopologyKind* kind = topologies::find_topology_kind(name))
    texts.push_back(reports::topology_text(*kind, style));
  if (const reports::Term* term = reports::find_term(name))
    texts.push_back(reports::term_text(*term, style));
  return fmt::format("{}", fmt::join(texts, "\n"));
}

[[noreturn]] void refuse(const std::string& name) {
  std::vector<std::string_view> names;
  for (const models::Algorithm* one : models::algorithms()) names.push_back(one->kind);
  for (const models::Collective* one : models::collectives()) names.push_back(one->kind);
  for (const topologies::TopologyKind& one : topologies::topology_kinds())
    names.push_back(one.kind);
  for (const reports::Term& one : reports::glossary()) names.push_back(one.name);
  throw UsageError(scenarios::unknown_name("algorithm", name, names));
}

}  // namespace

ExitCode explain_command(const Command& self, Arguments arguments) {
  options_description options;
  add_scenario_options(options);
  const auto line = read_command_line(self, options, arguments);
  if (!line) return ExitCode::done;
  check_operands(self, *line, 1, 2);
  const std::string& name = line->operands().front();
  const models::Algorithm* const found = models::find_algorithm(name);
  if (found == nullptr) {
    const std::string text = explained_otherwise(name, standard_output_style());
    if (text.empty()) refuse(name);
    check_operands(self, *line, 1, 1);
    print(text);
    return ExitCode::done;
  }
  const models::Algorithm& algorithm = *found;
  const bool built_in = is_built_in(*line);
  const std::string file = built_in ? "built-in example" : line->operands()[1];
  const auto setups = setups_of(*line, algorithm);
  if (!setups) {
    complain_of(file, setups.faults());
    return ExitCode::bad_input;
  }
  const models::Setup& setup = setups->front();
  const std::string where =
      !built_in ? file
                : fmt::format("{}{}", example_words(setup),
                              line->has("set") ? ", the example as --set modifies it" : "");
  print(reports::explanation_text(setup, where, standard_output_style()));
  if (setups->size() > 1) print("\n" + reports::relatives_text(*setups, standard_output_style()));
  return ExitCode::done;
}

}  // namespace lockstep::cli
