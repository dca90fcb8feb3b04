#include "reports/comparison.hpp"

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/host_memory.hpp"
#include "models/cost/make_setup.hpp"

namespace lockstep::reports {

using models::Placement;

namespace {

double samples_of(const Run& run) {
  if (run.simulated) return static_cast<double>(run.simulated->samples);
  return static_cast<double>(run.setup->global_batch) *
         static_cast<double>(run.setup->training.iterations);
}

Picoseconds makespan_of(const Run& run) {
  return run.simulated ? run.simulated->makespan : run.analytic.makespan;
}

double ratio(double a, double b) { return b > 0 ? a / b : 0; }

}  // namespace

int hosts_used(const models::Setup& setup) {
  return setup.placement == Placement::colocated ? setup.workers : setup.ranks();
}

std::optional<Baseline> baseline_of(const models::Setup& setup) {
  const models::Algorithm* sgd = models::find_algorithm("sgd");
  // One worker would need all measured stages on one device, where nobody measured them.
  if (sgd == nullptr || !setup.measured.empty()) return std::nullopt;
  models::Training training = setup.training;
  training.batch_is_global = true;
  training.batch = setup.global_batch;
  training.shares = {};
  training.iterations = 1;  // all are alike, and a long run on one worker may pass the clock's end
  const models::AlgorithmSpec spec = {sgd, "", models::Options(sgd->options), ""};
  const Result<models::Setup> alone = models::make_setup(setup.mlp, training, setup.cluster, spec);
  if (!alone) return std::nullopt;
  const models::ClosedForm form = sgd->closed_form(*alone);
  if (form.makespan.ps <= 0 || form.makespan == longest_run) return std::nullopt;
  return Baseline{static_cast<double>(setup.global_batch) / form.makespan.seconds(),
                  models::fits_in_memory(*alone, form)};
}

double time_per_iteration_s(const Run& run) {
  return ratio(makespan_of(run).seconds(), static_cast<double>(run.setup->training.iterations));
}

double samples_per_s(const Run& run) { return ratio(samples_of(run), makespan_of(run).seconds()); }

Comparison compare(const Run& run) {
  Comparison comparison;
  comparison.hosts = hosts_used(*run.setup);
  comparison.time_per_iteration_s = time_per_iteration_s(run);
  comparison.samples_per_s = samples_per_s(run);
  if (const auto baseline = baseline_of(*run.setup)) {
    comparison.speedup = comparison.samples_per_s / baseline->samples_per_s;
    comparison.efficiency = ratio(*comparison.speedup, comparison.hosts);
  }
  return comparison;
}

double relative_difference(const Run& run) {
  const double analytic = run.analytic.makespan.seconds();
  return ratio(run.simulated->makespan.seconds() - analytic, analytic);
}

}  // namespace lockstep::reports
