// Training in simulated time: the simulation says when and in which order things happen; the same
// programs on real numbers say what is learned.
//
// Under failures the time is that of the wall clock. A run that goes back to a checkpoint does the
// same work again, sample for sample, since a checkpoint keeps all that an iteration depends on
// (`RankMemory`): its model is the one that the undisturbed run has after as much work. A run that
// goes on without a host happens in the order in which it then does. An elastic run is trained
// group by group, each from the checkpoint of the one before.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "models/readers/numerics/dataflow_run.hpp"
#include "models/readers/numerics/problem.hpp"
#include "models/readers/simulate/goodput.hpp"
#include "models/readers/simulate/simulate.hpp"

namespace lockstep::models {

// The quality of the model at points of the run that are equally far apart in time, from its start
// to its end.
struct LossCurve {
  std::vector<double> time_s;
  std::vector<std::int64_t> samples;     // samples whose mini-batches were done
  std::vector<std::int64_t> iterations;  // iterations done, by all workers together
  std::vector<double> loss;              // up to where it stops being a finite number
  std::vector<double> accuracy;
};

struct Trained {
  Simulated simulated;             // without failures
  std::optional<Goodput> goodput;  // with them
  LossCurve curve;                 // with failures, what the model knows after going back counts
  bool diverged = false;  // the loss stopped being a finite number: the curve ends before that
  std::optional<double> time_to_target_s;
  std::optional<std::int64_t> samples_to_target;
  DataflowResult numbers;  // without the work that failures undid
};

struct TrainOptions {
  int points = 50;
  int threads = 1;
  std::optional<double> target_accuracy;
  const Order* replay = nullptr;   // a real run's, in place of the simulation's
  Recording* recording = nullptr;  // gets what the simulation's devices and messages did
  Causes* causes = nullptr;        // gets what caused what
  bool keep_parameters = false;    // in the result, those of each rank
  std::optional<Failures> failures;
  Checkpointing checkpointing;
  // Called while numbers are computed, from any thread and several at once, with the updates that
  // were made, and how many there are in all.
  std::function<void(std::size_t done, std::size_t all)> progress = {};
};

// Whether an elastic run can be trained: its workers are equal between iterations, so that a worker
// that joins can take over the model of any other.
[[nodiscard]] bool can_train_elastically(const Setup& setup);

// Trains a run. `costed` gives the time; `computed.setup` is the same run on the network that is
// computed, which may be narrower. A run that failures never let end is not trained.
[[nodiscard]] Trained train(const Setup& costed, const Problem& computed,
                            const TrainOptions& options, const sim::RunControl& control = {});

}  // namespace lockstep::models
