#include "cli/plan_training.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/runs.hpp"
#include "models/cost/pareto_search.hpp"
#include "models/readers/train/train.hpp"
#include "reports/sweep_line.hpp"
#include "runs/computed_runs.hpp"

namespace lockstep::cli {

std::string train_row(const scenarios::PlannedScenario& planned, reports::PlanRow& row, int threads,
                      const sim::RunControl& control) {
  const auto scenario = planned.scenario(row.candidate);
  if (!scenario) return reports::faults_text(scenario.faults());
  const auto computed = computed_runs(*scenario);
  if (!computed) return reports::faults_text(computed.faults());
  models::TrainOptions options;
  options.threads = threads;
  options.target_accuracy = scenario->numerics.target_accuracy;
  const models::Problem problem =
      models::problem_of(computed->front(), scenario->numerics, scenario->samples);
  const models::Trained trained = models::train(scenario->runs.front(), problem, options, control);
  const sim::Outcome::Kind outcome = trained.simulated.outcome.kind;
  if (outcome == sim::Outcome::Kind::stopped || (control.stop != nullptr && control.stop->load()))
    return {};
  if (outcome != sim::Outcome::Kind::finished || !trained.numbers.finished)
    return "does not come to its end";
  reports::PlannedTraining& result = row.trained.emplace();
  result.time_to_target_s = trained.time_to_target_s;
  result.samples_to_target = trained.samples_to_target;
  result.accuracy = trained.curve.accuracy.empty() ? 0 : trained.curve.accuracy.back();
  result.diverged = trained.diverged;
  return {};
}

void mark_target_front(std::vector<reports::PlanRow>& rows) {
  std::vector<models::ParetoPoint> points;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i].trained && rows[i].trained->time_to_target_s)
      points.push_back({i, rows[i].memory, *rows[i].trained->time_to_target_s});
  for (const models::ParetoPoint& point : models::pareto_front(points))
    rows[point.number].is_on_target_front = true;
}

}  // namespace lockstep::cli
