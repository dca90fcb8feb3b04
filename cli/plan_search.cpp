#include "cli/plan_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "cli/workers.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/host_memory.hpp"
#include "reports/comparison.hpp"
#include "reports/sweep_line.hpp"
#include "runs/run_simulation.hpp"
#include "scenarios/json_pointer.hpp"

namespace lockstep::cli {

using models::ClosedForm;
using models::ParetoCandidate;
using models::ParetoPoint;
using models::Setup;
using reports::PlanReport;
using reports::PlanRow;

namespace {

// Fixed, so that what is simulated does not depend on the number of threads; enough for as many as
// most machines have.
constexpr std::size_t runs_at_once = 32;
constexpr std::size_t candidates_at_once = 256;

double samples_of(const Setup& setup) {
  return static_cast<double>(setup.training.iterations) *
         static_cast<double>(setup.used_per_iteration);
}

std::string refusal_text(const Fault& fault) {
  const auto steps = scenarios::pointer_steps(fault.pointer);
  return steps && !steps->empty() ? fmt::format("{}: {}", steps->back(), fault.message)
                                  : fault.message;
}

std::string without_numbers(std::string text) {
  std::erase_if(text, [](unsigned char letter) { return std::isdigit(letter) != 0; });
  return text;
}

// What the host that misses most misses.
std::optional<NearestFit> missing_memory(std::size_t candidate, const Setup& setup,
                                         const std::vector<Count>& needed) {
  std::optional<NearestFit> worst;
  if (setup.cluster.devices.empty()) return worst;
  for (int host = 0; host < setup.cluster.hosts(); ++host) {
    const double bytes = to_double(needed[static_cast<std::size_t>(host)]);
    const double missing = bytes - setup.cluster.device_of_host(host).memory_bytes;
    if (missing > 0 && (!worst || missing > worst->missing))
      worst = NearestFit{candidate, missing, bytes};
  }
  return worst;
}

}  // namespace

// What became of some candidates that follow each other.
struct PlanSearch::Part {
  std::size_t seen = 0;
  std::size_t repeated = 0;
  std::size_t unfit = 0;
  std::map<std::string, reports::PlanRefusal> refusals = {};
  std::optional<NearestFit> nearest = std::nullopt;
  std::vector<ParetoCandidate> fitting = {};

  void refuse(const std::string& why) {
    reports::PlanRefusal& refusal = refusals[without_numbers(why)];
    if (refusal.count++ == 0) refusal.example = why;
  }
  void take_nearest(const std::optional<NearestFit>& other) {
    if (other && (!nearest || other->missing < nearest->missing)) nearest = other;
  }
};

bool PlanSearch::is_stopped() const {
  return options_.control.stop != nullptr && options_.control.stop->load();
}

void PlanSearch::evaluate_one(std::size_t candidate, Part& part) const {
  ++part.seen;
  const Result<Setup> setup = planned_.setup(candidate);
  if (!setup) return part.refuse(refusal_text(setup.faults().front()));
  if (planned_.repeats(candidate, *setup)) {
    ++part.repeated;
    return;
  }
  const ClosedForm form = models::closed_form_of(*setup);
  const models::CertainTime certain = models::certain_time(*setup, form);
  if (form.makespan == longest_run) return part.refuse("would take longer than 106 days");
  const std::vector<Count> needed = models::memory_by_host(*setup, form);
  if (const auto missing = missing_memory(candidate, *setup, needed)) {
    ++part.unfit;
    return part.take_nearest(missing);
  }
  const double samples = samples_of(*setup);
  ParetoCandidate one = {candidate,
                         options_.by_group ? planned_.learning_group(candidate) : 0,
                         std::ranges::max(needed),
                         form.makespan.seconds() / samples,
                         {certain.seconds / samples, certain.from},
                         setup->cluster.hosts()};
  if (!options_.prunes) one.certain = {};
  part.fitting.push_back(one);
}

PlanSearch::Part PlanSearch::evaluated(std::size_t first, std::size_t last) const {
  Part part;
  for (std::size_t candidate = first; candidate < last && !is_stopped(); ++candidate)
    evaluate_one(candidate, part);
  return part;
}

void PlanSearch::add(Part part) {
  counts_.repeated += part.repeated;
  counts_.unfit += part.unfit;
  for (auto& [words, refusal] : part.refusals) {
    counts_.refused += refusal.count;
    reports::PlanRefusal& all = refusals_[words];
    if (all.count == 0) all.example = std::move(refusal.example);
    all.count += refusal.count;
  }
  if (part.nearest && (!nearest_ || part.nearest->missing < nearest_->missing))
    nearest_ = part.nearest;
  fitting_.insert(fitting_.end(), part.fitting.begin(), part.fitting.end());
}

void PlanSearch::evaluate() {
  const std::size_t all = planned_.candidates();
  const std::size_t jobs = (all + candidates_at_once - 1) / candidates_at_once;
  std::vector<Part> parts(jobs);
  std::size_t done = 0;
  Workers(options_.jobs, jobs, [&](std::size_t job) {
    const std::size_t first = job * candidates_at_once;
    parts[job] = evaluated(first, std::min(all, first + candidates_at_once));
    const std::lock_guard lock(mutex_);
    if (options_.progress) options_.progress("closed forms", ++done, jobs);
    return !is_stopped();
  }).join();
  const std::lock_guard lock(mutex_);
  counts_.all = all;
  std::size_t seen = 0;
  for (Part& part : parts) {  // in order
    seen += part.seen;
    add(std::move(part));
  }
  counts_.left = all - seen;
  search_.emplace(std::exchange(fitting_, {}));
}

void PlanSearch::simulate_all(const std::vector<std::size_t>& numbers) {
  std::vector<std::optional<double>> times(numbers.size());  // of the whole run
  std::vector<double> samples(numbers.size());
  std::vector<std::string> failures(numbers.size());
  Workers(options_.jobs, numbers.size(), [&](std::size_t place) {
    const Result<Setup> setup = planned_.setup(numbers[place]);
    const RunEnd end =
        RunSimulation{
            .scenario = &planned_.whole(), .limits = options_.limits, .control = options_.control}
            .simulate(*setup);
    if (end.code == ExitCode::interrupted) return false;
    samples[place] = samples_of(*setup);
    if (end.run)
      times[place] = end.run->simulated->makespan.seconds();
    else
      failures[place] = fmt::format("{}: {}", setup->label, reports::faults_text(end.faults));
    return true;
  }).join();
  const std::lock_guard lock(mutex_);
  for (std::size_t place = 0; place < numbers.size(); ++place) {
    if (times[place]) {
      search_->simulated(numbers[place], *times[place] / samples[place]);
      makespans_[numbers[place]] = *times[place];
      ++counts_.simulated;
    } else if (!failures[place].empty()) {
      ++counts_.failed;
      if (failure_.empty()) failure_ = failures[place];
    } else {
      ++counts_.left;
    }
  }
  if (options_.progress)
    options_.progress("simulations", counts_.simulated, counts_.simulated + search_->left());
}

void PlanSearch::simulate() {
  while (!is_stopped()) {
    std::vector<std::size_t> numbers;
    {
      const std::lock_guard lock(mutex_);
      numbers = search_->next(runs_at_once);
    }
    if (numbers.empty()) return;
    simulate_all(numbers);
  }
}

PlanRow PlanSearch::row_of(std::size_t candidate) const {
  const Result<Setup> setup = planned_.setup(candidate);
  PlanRow row;
  row.candidate = candidate;
  row.label = setup->label;
  row.kind = setup->algorithm->kind;
  for (const scenarios::SweptValue& each : planned_.at(candidate))
    row.at[each.swept->pointer] = each.value();
  row.options = planned_.telling_options(candidate);
  row.workers = setup->workers;
  row.servers = setup->servers;
  row.hosts = reports::hosts_used(*setup);
  row.form = models::closed_form_of(*setup);
  row.approximation = models::approximation_of(*setup);
  return row;
}

PlanReport PlanSearch::report() const {
  const std::lock_guard lock(mutex_);
  PlanReport report;
  report.scenario = &planned_.whole();
  report.counts = counts_;
  for (const auto& [words, refusal] : refusals_) report.refusals.push_back(refusal);
  std::ranges::stable_sort(report.refusals, std::ranges::greater(), &reports::PlanRefusal::count);
  if (!search_) {
    report.counts.left = planned_.candidates();
    return report;
  }
  report.counts.by_exact = search_->pruned(models::Certainty::exact);
  report.counts.by_lower_bound = search_->pruned(models::Certainty::lower_bound);
  report.counts.by_bytes = search_->pruned(models::Certainty::bytes);
  report.counts.by_work = search_->pruned(models::Certainty::work);
  report.counts.left += search_->left();
  const std::vector<ParetoPoint> front = search_->front();
  std::vector<ParetoPoint> shown = options_.by_group ? search_->fronts_of_groups() : front;
  std::ranges::sort(shown, {},
                    [](const ParetoPoint& point) { return std::pair(point.time_s, point.number); });
  for (const ParetoPoint& point : shown) {
    PlanRow& row = report.rows.emplace_back(row_of(point.number));
    row.time_per_sample_s = point.time_s;
    row.simulated_s = makespans_.at(point.number);
    row.memory = point.memory;
    row.is_on_front = std::ranges::any_of(
        front, [&](const ParetoPoint& each) { return each.number == point.number; });
  }
  return report;
}

std::optional<NearestFit> PlanSearch::nearest() const {
  const std::lock_guard lock(mutex_);
  return nearest_;
}

std::string PlanSearch::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

}  // namespace lockstep::cli
