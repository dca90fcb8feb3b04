#include "runs/train_run.hpp"

#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <mutex>
#include <utility>

#include "models/cost/algorithm.hpp"

namespace lockstep::runs {

using models::Setup;
using models::Trained;
using models::TrainOptions;
using sim::Outcome;

namespace {

class Training {
 public:
  Training(const TrainRun& how, const Setup& setup) : how_(how), setup_(setup) {}

  TrainEnd train(const Setup& computed, std::optional<models::Recording> recording,
                 std::optional<models::Causes> causes) {
    const models::ClosedForm form = models::closed_form_of(setup_);
    std::string why_not = too_little_memory(setup_, form, how_.limits);
    if (why_not.empty()) why_not = too_many_messages(form, how_.limits);
    if (!why_not.empty()) return end_with(ExitCode::unfinished, std::move(why_not));
    if (how_.begins) how_.begins(setup_.label, form.makespan);
    const TrainOptions options =
        options_of(recording ? &*recording : nullptr, causes ? &*causes : nullptr);
    const models::Problem problem =
        models::problem_of(computed, how_.scenario->numerics, how_.scenario->samples);
    Trained trained = models::train(setup_, problem, options, how_.control);
    if (!conclude(trained)) return std::move(end_);
    reports::Run& run =
        end_.run.emplace(reports::Run{&setup_, form, trained.simulated, std::nullopt});
    run.goodput = trained.goodput;
    run.trained = std::move(trained);
    run.recording = std::move(recording);
    if (causes) find_path(run, *causes);
    return std::move(end_);
  }

 private:
  [[nodiscard]] TrainOptions options_of(models::Recording* recording,
                                        models::Causes* causes) const {
    TrainOptions options = how_.options;
    options.target_accuracy = how_.scenario->numerics.target_accuracy;
    options.failures = how_.scenario->failures;
    options.checkpointing = how_.scenario->checkpointing.value_or(models::Checkpointing());
    options.recording = recording;
    options.causes = causes;
    options.progress = [this, begun = std::make_shared<std::once_flag>()](std::size_t done,
                                                                          std::size_t all) {
      std::call_once(*begun, [&] {
        if (how_.begins) how_.begins(setup_.label + ", trained", {});
      });
      if (how_.trains) how_.trains(done, all);
    };
    return options;
  }

  TrainEnd end_with(ExitCode code, std::string message) {
    conclude_with(code, std::move(message));
    return std::move(end_);
  }
  void conclude_with(ExitCode code, std::string message) {
    end_.code = code;
    end_.faults.push_back({setup_.pointer, std::move(message)});
  }

  void find_path(reports::Run& run, const models::Causes& causes) {
    FoundPath found = critical_path_of(run, causes, how_.path_use, how_.control);
    run.critical_path = std::move(found.path);
    run.critical_path_left_out = std::move(found.why_not);
    if (how_.path_use == PathUse::asked_for && !run.critical_path_left_out.empty())
      end_.faults.push_back({setup_.pointer, run.critical_path_left_out});
  }

  // An order that was read can be the cause of all that goes wrong with numbers.
  bool kept_order(const models::DataflowResult& numbers) {
    if (how_.options.replay == nullptr) return true;
    end_.departures = numbers.finished ? numbers.departures : numbers.waiting;
    if (end_.departures.empty()) return true;
    end_.code = ExitCode::bad_input;
    return false;
  }

  [[nodiscard]] bool was_stopped(const Outcome& outcome) const {
    return outcome.kind == Outcome::Kind::stopped ||
           (how_.control.stop != nullptr && how_.control.stop->load());
  }

  // Whether there is something to report.
  bool conclude(const Trained& trained) {
    const Outcome& outcome = trained.simulated.outcome;
    if (was_stopped(outcome)) {
      end_.code = ExitCode::interrupted;
      return false;
    }
    if (outcome.kind == Outcome::Kind::too_long) {
      conclude_with(ExitCode::bad_input, "takes longer than 106 days of simulated time");
      return false;
    }
    if (trained.goodput && !std::isfinite(trained.goodput->wall_s)) {
      conclude_with(ExitCode::unfinished, "never ends: it fails before it gets on");
      return false;
    }
    if (outcome.finished() && !kept_order(trained.numbers)) return false;
    if (outcome.kind == Outcome::Kind::deadlock || !trained.numbers.finished) {
      conclude_with(ExitCode::unfinished,
                    "deadlock: every remaining process waits for an event that cannot occur");
      end_.waiting = trained.numbers.waiting;
      return false;
    }
    if (trained.diverged) {
      const std::string when =
          trained.curve.time_s.empty()
              ? "at the start"
              : fmt::format("after {} s of simulated time", trained.curve.time_s.back());
      conclude_with(ExitCode::unfinished,
                    fmt::format("the loss stopped being a finite number {}, where the report ends; "
                                "try a smaller /training/learning_rate",
                                when));
    }
    return true;
  }

  const TrainRun& how_;
  const Setup& setup_;
  TrainEnd end_;
};

}  // namespace

TrainEnd TrainRun::train(const Setup& setup, const Setup& computed,
                         std::optional<models::Recording> recording,
                         std::optional<models::Causes> causes) const {
  return Training(*this, setup).train(computed, std::move(recording), std::move(causes));
}

}  // namespace lockstep::runs
