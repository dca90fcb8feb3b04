#include "runs/run_simulation.hpp"

#include <fmt/format.h>

#include <utility>

#include "models/cost/algorithm.hpp"
#include "models/readers/simulate/rank_order.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "models/readers/simulate/under_failures.hpp"

namespace lockstep::runs {

using models::Setup;
using models::Simulated;
using models::TimeClaim;
using reports::Run;
using sim::Outcome;

namespace {

// A closed form past the clock's end says so at once, where it is no overestimate.
bool is_too_long(const models::ClosedForm& analytic) {
  const bool at_least =
      analytic.claim == TimeClaim::exact || analytic.claim == TimeClaim::lower_bound;
  return at_least && analytic.makespan >= longest_run;
}

// Goes on until a part of the run does not end well.
class Simulating {
 public:
  explicit Simulating(const RunSimulation& how) : how_(how) {}

  // Ranks in the best order that can be found, if the scenario asks for it.
  RunEnd simulate(const Setup& setup, std::optional<models::Recording> recording,
                  std::optional<models::Causes> causes) {
    Run run = {&setup, scenarios::closed_form_of(*how_.scenario, setup), std::nullopt};
    if (how_.scenario->best_rank_order && !is_too_long(run.analytic)) {
      begin(fmt::format("{}, orders of ranks", setup.label), {});
      run.rank_order = models::best_rank_order(setup, how_.control);
      if (run.rank_order) {  // else it ends as the search did
        end_.ordered =
            std::make_shared<const Setup>(models::in_rank_order(setup, run.rank_order->hosts));
        run.setup = end_.ordered.get();
        run.analytic = models::closed_form_of(*run.setup);
      }
    }
    run.recording = std::move(recording);
    simulate(run, causes ? &*causes : nullptr);
    if (end_.code == ExitCode::done) end_.run = std::move(run);
    return std::move(end_);
  }

 private:
  [[nodiscard]] bool goes_on() const { return end_.code == ExitCode::done; }

  void simulate(Run& run, models::Causes* causes) {
    const Setup& setup = *run.setup;
    if (is_too_long(run.analytic)) return conclude(setup, {Outcome::Kind::too_long, {}});
    if (std::string why_not = too_little_memory(setup, run.analytic, how_.limits); !why_not.empty())
      return refuse(setup, std::move(why_not));
    begin(setup.label, run.analytic.makespan);
    const models::Observers observers = {.recording = run.recording ? &*run.recording : nullptr,
                                         .causes = causes};
    if (std::string why_not = too_many_messages(run.analytic, how_.limits); !why_not.empty()) {
      if (observers.none()) run.simulated = models::simulate_by_steps_alone(setup, how_.control);
      if (!run.simulated) return refuse(setup, std::move(why_not));
    } else {
      run.simulated = models::simulate(setup, how_.control, observers);
    }
    conclude(setup, run.simulated->outcome);
    if (goes_on() && how_.scenario->failures) run.goodput = goodput(run, setup, *run.simulated);
    if (goes_on() && how_.replicates > 1) replicate(run);
    if (goes_on() && causes != nullptr) find_path(run, *causes);
  }

  void find_path(Run& run, const models::Causes& causes) {
    FoundPath found = critical_path_of(run, causes, how_.path_use, how_.control);
    run.critical_path = std::move(found.path);
    run.critical_path_left_out = std::move(found.why_not);
    if (how_.path_use == PathUse::asked_for && !run.critical_path_left_out.empty())
      end_.faults.push_back({run.setup->pointer, run.critical_path_left_out});
  }

  // What failures make of the run, which has been simulated without them. `setup` is that of the
  // run, but for the seed.
  models::Goodput goodput(const Run& run, const Setup& setup, const Simulated& simulated) {
    models::Failures failures = *how_.scenario->failures;
    if (run.rank_order) failures = models::in_rank_order(failures, run.rank_order->hosts);
    begin(fmt::format("{}, with failures", setup.label), simulated.makespan);
    const models::UnderFailures disturbed = models::under_failures(
        setup, simulated, failures, how_.scenario->checkpointing.value_or(models::Checkpointing()),
        how_.control);
    conclude(setup, disturbed.outcome);
    return disturbed.goodput;
  }

  // Simulates the run with the seeds that follow its own.
  void replicate(Run& run) {
    const auto time_of = [&](const Setup& setup, const Simulated& simulated) {
      if (!how_.scenario->failures) return simulated.makespan;
      return nearest_seconds(goodput(run, setup, simulated).wall_s);
    };
    run.replicates.push_back(run.goodput ? nearest_seconds(run.goodput->wall_s)
                                         : run.simulated->makespan);
    Setup other = *run.setup;
    for (int number = 1; number < how_.replicates && goes_on(); ++number) {
      ++other.training.seed;
      begin(fmt::format("{}, seed {} of {}", other.label, number + 1, how_.replicates),
            run.simulated->makespan);
      const Simulated simulated = models::simulate(other, how_.control, {});
      conclude(other, simulated.outcome);
      if (goes_on()) run.replicates.push_back(time_of(other, simulated));
    }
  }

  void begin(const std::string& label, Picoseconds expected) const {
    if (how_.begins) how_.begins(label, expected);
  }

  void refuse(const Setup& setup, std::string why) {
    end_.code = ExitCode::unfinished;
    end_.faults.push_back({setup.pointer, std::move(why)});
  }

  void conclude(const Setup& setup, const Outcome& outcome) {
    if (!goes_on()) return;
    RunEnd ended = end_of(setup.pointer, outcome);
    end_.code = ended.code;
    end_.faults = std::move(ended.faults);
    end_.waiting = std::move(ended.waiting);
  }

  const RunSimulation& how_;
  RunEnd end_;
};

}  // namespace

RunEnd end_of(const std::string& pointer, const Outcome& outcome) {
  RunEnd end;
  switch (outcome.kind) {
    case Outcome::Kind::finished:
      break;
    case Outcome::Kind::stopped:
      end.code = ExitCode::interrupted;
      break;
    case Outcome::Kind::too_long:
      end.code = ExitCode::bad_input;
      end.faults = {{pointer, "takes longer than 106 days of simulated time"}};
      break;
    case Outcome::Kind::deadlock:
      end.code = ExitCode::unfinished;
      end.faults = {
          {pointer, "deadlock: every remaining process waits for an event that cannot occur"}};
      end.waiting = outcome.waiting;
      break;
  }
  return end;
}

RunEnd RunSimulation::simulate(const Setup& setup, std::optional<models::Recording> recording,
                               std::optional<models::Causes> causes) const {
  return Simulating(*this).simulate(setup, std::move(recording), std::move(causes));
}

}  // namespace lockstep::runs
