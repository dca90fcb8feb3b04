// lockstep explain: an algorithm in words, as a formula, and what it costs.
#include <fmt/format.h>

#include <algorithm>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "cli/scenario_files.hpp"
#include "cli/standard_output.hpp"
#include "models/algorithm.hpp"
#include "reports/explanation.hpp"
#include "scenarios/messages.hpp"

namespace lockstep::cli {

namespace {

// Small enough to check by hand.
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
constexpr std::string_view example_words =
    "8 layers of 1024, 1024 samples a worker and mini-batch, 4 hosts of 10 TFLOP/s in a star of "
    "100 Gbit/s and 10 us";
constexpr std::string_view shared_memory_words =
    "8 layers of 1024, 1024 samples a worker and mini-batch, 4 cores of 10 TFLOP/s on a memory bus "
    "of 100 Gbit/s and 10 us";

const models::Algorithm& find(const std::string& kind) {
  if (const models::Algorithm* algorithm = models::find_algorithm(kind)) return *algorithm;
  const auto names =
      scenarios::names_of(models::algorithms(), [](const auto* one) { return one->kind; });
  throw UsageError(scenarios::unknown_name("algorithm", kind, names));
}

Result<scenarios::Scenario> scenario_of(const CommandLine& line,
                                        const models::Algorithm& algorithm) {
  if (line.operands().size() < 2) {
    scenarios::LoadOptions options = line.load_options();
    if (algorithm.shared_memory)
      options.overrides.insert(options.overrides.begin(),
                               {"/cluster/topology/kind", "shared_memory"});
    return scenarios::parse_scenario(example, ".", options);
  }
  return scenarios::load_scenario(line.operands()[1], line.load_options());
}

// The scenario's run of this algorithm, or one with default options on its cluster.
Result<models::Setup> setup_of(const models::Algorithm& algorithm,
                               const scenarios::Scenario& scenario) {
  if (scenario.runs.empty()) return Fault{"/traffic", "has no model to explain an algorithm with"};
  const auto run = std::find_if(scenario.runs.begin(), scenario.runs.end(),
                                [&](const auto& setup) { return setup.algorithm == &algorithm; });
  if (run != scenario.runs.end()) return *run;
  const models::AlgorithmSpec spec = {&algorithm, "", models::Options(algorithm.options),
                                      "/algorithm"};
  return models::make_setup(scenario.mlp, scenario.training, scenario.cluster, spec,
                            scenario.measured);
}

}  // namespace

ExitCode explain_command(const Command& self, Arguments arguments) {
  options_description options;
  add_scenario_options(options);
  const auto line = read_command_line(self, options, arguments);
  if (!line) return ExitCode::done;
  check_operands(self, *line, 1, 2);
  const models::Algorithm& algorithm = find(line->operands().front());
  const bool built_in = line->operands().size() < 2;
  const std::string file = built_in ? "built-in example" : line->operands()[1];
  const auto scenario = scenario_of(*line, algorithm);
  if (!scenario) {
    complain_of(file, scenario.faults());
    return ExitCode::bad_input;
  }
  const auto setup = setup_of(algorithm, *scenario);
  if (!setup) {
    complain_of(file, setup.faults());
    return ExitCode::bad_input;
  }
  const std::string_view words = algorithm.shared_memory ? shared_memory_words : example_words;
  const std::string where = built_in ? std::string(words) : file;
  print(reports::explanation_text(*setup, where, standard_output_style()));
  return ExitCode::done;
}

}  // namespace lockstep::cli
