// Training in simulated time: the simulation says when and in which order things happen, the same
// programs on real numbers what comes of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/readers/numerics/dataflow_run.hpp"
#include "models/readers/numerics/problem.hpp"
#include "models/readers/simulate/simulate.hpp"

namespace lockstep::models {

// The model at points of the run, equally far apart in time, from its start to its end.
struct LossCurve {
  std::vector<double> time_s;
  std::vector<std::int64_t> samples;     // whose mini-batches were done
  std::vector<std::int64_t> iterations;  // of all workers together, done
  std::vector<double> loss;              // until it is no number any more
  std::vector<double> accuracy;
};

struct Trained {
  Simulated simulated;
  LossCurve curve;
  bool diverged = false;  // the loss stopped being a number: the curve ends before that
  std::optional<double> time_to_target_s;
  std::optional<std::int64_t> samples_to_target;
  DataflowResult numbers;
};

struct TrainOptions {
  int points = 50;
  int threads = 1;
  std::optional<double> target_accuracy;
  const Order* replay = nullptr;   // a real run's, in place of the simulation's
  Recording* recording = nullptr;  // gets what the simulation's devices and messages did
  Causes* causes = nullptr;        // and because of what
  bool keep_parameters = false;    // in the result, those of each rank
};

// `costed` gives the time; `computed.setup` is the same run on the network that is computed, which
// may be narrower.
[[nodiscard]] Trained train(const Setup& costed, const Problem& computed,
                            const TrainOptions& options, const sim::RunControl& control = {});

}  // namespace lockstep::models
