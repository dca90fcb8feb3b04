// What can be said of a run some of whose parts could not be read. It is set up several times, with
// other stand-ins each time: a fault that does not depend on them comes every time, in the same
// words, while one that does names the stand-in, or comes with some of them only.
#include <algorithm>

#include "models/cost/algorithm.hpp"
#include "models/cost/make_setup.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

using models::OptionSpec;
using models::OptionType;
using models::OptionValue;

struct Run {
  models::Mlp mlp;
  std::vector<models::MeasuredStage> measured;
  models::Training training;
  models::Cluster cluster;
  models::AlgorithmSpec algorithm;
};

OptionValue stand_in_option(const OptionSpec& option, std::int64_t number) {
  const double plain = std::max(option.least, 1.0) + static_cast<double>(number);
  switch (option.type) {
    case OptionType::boolean:
      return number % 2 == 1;
    case OptionType::integer:
      return static_cast<std::int64_t>(std::min(plain, option.most));
    case OptionType::number:
    case OptionType::bytes:
      return std::min(plain, option.most);
    case OptionType::integers:
      return std::vector<std::int64_t>(static_cast<std::size_t>(1 + number),
                                       static_cast<std::int64_t>(std::min(plain, option.most)));
    case OptionType::text:
      return std::string("text");
    case OptionType::choice:
      break;
  }
  return std::string(option.choices[static_cast<std::size_t>(number) % option.choices.size()]);
}

// The stand-ins with that number, in place of what is unread.
void fill_in(Run& run, std::span<const OptionSpec* const> unread, std::int64_t number) {
  // More hosts than most options ask for.
  constexpr std::int64_t many_hosts = 1000;
  if (run.mlp.layers == 0) run.mlp.layers = 1 + number;
  if (run.mlp.width == 0 && run.mlp.shapes.empty() && run.measured.empty())
    run.mlp.width = 1 + number;
  if (run.training.batch == 0) run.training.batch = 1 + number;
  if (run.training.iterations == 0) run.training.iterations = 1;
  if (!run.cluster.topology) run.cluster.topology = stand_in_topology(many_hosts + number);
  run.cluster.devices = {models::DeviceSpec{.flops_per_s = 1}};
  for (const OptionSpec* option : unread)
    run.algorithm.options.set(option->name, stand_in_option(*option, number));
}

// Each choice of every unread option stands in once.
std::int64_t count_stand_ins(std::span<const OptionSpec* const> unread) {
  std::size_t count = 2;
  for (const OptionSpec* option : unread) count = std::max(count, option->choices.size());
  return static_cast<std::int64_t>(count);
}

Faults faults_of(const Run& run) {
  const auto setup =
      models::make_setup(run.mlp, run.training, run.cluster, run.algorithm, run.measured);
  return setup ? Faults{} : setup.faults();
}

}  // namespace

Faults certain_faults(const Scenario& scenario, const models::Cluster& cluster,
                      const AlgorithmPart& algorithm) {
  Faults certain;
  for (std::int64_t number = 0; number < count_stand_ins(algorithm.unread); ++number) {
    Run run{scenario.mlp, scenario.measured, scenario.training, cluster, algorithm.spec};
    fill_in(run, algorithm.unread, number);
    const Faults faults = faults_of(run);
    if (number == 0) certain = faults;
    std::erase_if(certain, [&](const Fault& fault) {
      return std::find(faults.begin(), faults.end(), fault) == faults.end();
    });
  }
  return certain;
}

}  // namespace lockstep::scenarios
