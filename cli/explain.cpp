// lockstep explain: an algorithm in words, as a formula, and what it costs.
#include <fmt/format.h>

#include <algorithm>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "cli/scenario_files.hpp"
#include "cli/standard_output.hpp"
#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/make_setup.hpp"
#include "reports/explanation.hpp"
#include "scenarios/messages.hpp"

namespace lockstep::cli {

namespace {

// Small enough to check by hand. The algorithm is filled in, and so are the iterations.
constexpr std::string_view example = R"({
  "name": "example",
  "model": { "layers": 8, "width": 1024 },
  "training": { "batch_per_worker": 1024, "iterations": 1 },
  "cluster": {
    "topology": { "kind": "star", "hosts": 4,
                  "link": { "bandwidth": "100 Gbit/s", "latency": "10 us" } },
    "device": { "flops": "10 TFLOP/s" }
  },
  "algorithm": { "kind": "sgd" }
})";

std::string example_words(const models::Algorithm& algorithm, bool changed) {
  return fmt::format(
      "{}8 layers of 1024, 1024 samples per worker and mini-batch, 4 {} of 100 Gbit/s and 10 us{}",
      changed ? "the example of " : "",
      algorithm.shared_memory ? "cores of 10 TFLOP/s on a memory bus"
                              : "hosts of 10 TFLOP/s in a star",
      changed ? ", modified by --set" : "");
}

const models::Algorithm& find(const std::string& kind) {
  if (const models::Algorithm* algorithm = models::find_algorithm(kind)) return *algorithm;
  const auto names =
      scenarios::names_of(models::algorithms(), [](const auto* one) { return one->kind; });
  throw UsageError(scenarios::unknown_name("algorithm", kind, names));
}

bool is_built_in(const CommandLine& line) { return line.operands().size() < 2; }

// The file, or the example with the algorithm and so many iterations, unless --set says otherwise.
Result<scenarios::Scenario> scenario_of(const CommandLine& line, const models::Algorithm& algorithm,
                                        int iterations) {
  scenarios::LoadOptions options = line.load_options();
  if (!is_built_in(line)) return scenarios::load_scenario(line.operands()[1], options);
  std::vector<scenarios::Override> first = {{"/algorithm/kind", std::string(algorithm.kind)},
                                            {"/training/iterations", std::to_string(iterations)}};
  if (algorithm.shared_memory) first.push_back({"/cluster/topology/kind", "shared_memory"});
  options.overrides.insert(options.overrides.begin(), first.begin(), first.end());
  return scenarios::parse_scenario(example, ".", options);
}

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

Result<models::Setup> setup_of(const CommandLine& line, const models::Algorithm& algorithm,
                               int iterations) {
  const auto scenario = scenario_of(line, algorithm, iterations);
  if (!scenario) return scenario.faults();
  return setup_of(algorithm, *scenario);
}

// One iteration says all of an algorithm whose gradients are fresh; staleness takes several.
Result<models::Setup> setup_of(const CommandLine& line, const models::Algorithm& algorithm) {
  constexpr int several = 4;
  auto setup = setup_of(line, algorithm, several);
  if (!is_built_in(line) || !setup || models::closed_form_of(*setup).staleness.max > 0)
    return setup;
  return setup_of(line, algorithm, 1);
}

}  // namespace

ExitCode explain_command(const Command& self, Arguments arguments) {
  options_description options;
  add_scenario_options(options);
  const auto line = read_command_line(self, options, arguments);
  if (!line) return ExitCode::done;
  check_operands(self, *line, 1, 2);
  const models::Algorithm& algorithm = find(line->operands().front());
  const bool built_in = is_built_in(*line);
  const std::string file = built_in ? "built-in example" : line->operands()[1];
  const auto setup = setup_of(*line, algorithm);
  if (!setup) {
    complain_of(file, setup.faults());
    return ExitCode::bad_input;
  }
  const std::string where = built_in ? example_words(algorithm, line->has("set")) : file;
  print(reports::explanation_text(*setup, where, standard_output_style()));
  return ExitCode::done;
}

}  // namespace lockstep::cli
