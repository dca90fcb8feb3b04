#include "runs/computed_runs.hpp"

#include <utility>

#include "models/cost/algorithm.hpp"
#include "models/cost/make_setup.hpp"

namespace lockstep::runs {

Result<std::vector<models::Setup>> computed_runs(const scenarios::Scenario& scenario) {
  std::vector<models::Setup> runs;
  Faults faults;
  for (const models::Setup& costed : scenario.runs) {
    models::Training training = costed.training;
    if (scenario.numerics.batch_per_worker) {
      training.batch_is_global = false;
      training.shares = {};
      training.batch = *scenario.numerics.batch_per_worker;
    }
    models::AlgorithmSpec spec = {costed.algorithm, costed.label, costed.options, costed.pointer};
    if (costed.algorithm->partition != nullptr)
      spec.partition = costed.algorithm->partition(costed);
    auto setup = models::make_setup(scenario.numerics.mlp, training, costed.cluster, spec);
    if (setup)
      runs.push_back(std::move(*setup));
    else
      faults.insert(faults.end(), setup.faults().begin(), setup.faults().end());
  }
  if (!faults.empty()) return faults;
  return runs;
}

}  // namespace lockstep::runs
