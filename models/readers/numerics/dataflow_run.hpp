// All ranks of a run carried out on real numbers, without a clock: each goes on as soon as it has
// what it waits for, on as many threads as there are. The order of what depends on time is given;
// so no digit depends on the threads.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "models/language/order.hpp"
#include "models/readers/numerics/final_model.hpp"
#include "models/readers/numerics/model_points.hpp"
#include "models/readers/numerics/rank_run.hpp"

namespace lockstep::models {

struct DataflowResult {
  bool finished = false;
  std::vector<std::string> waiting;  // where it did not: who waits for what
  // Where it did, by rank: what differs from the order that was given, though the run is over.
  std::vector<std::string> departures;
  FlopCounts flops;
  Count bytes = 0;
  Count messages = 0;
  double loss_sum = 0;  // over all samples that were trained on, as they were
  std::int64_t loss_samples = 0;
  std::vector<std::vector<float>> parameters;  // by rank, at the end, if they are to be kept
  FinalModel model;
};

// `stop`, if given, ends it early, unfinished.
[[nodiscard]] DataflowResult run_dataflow(const Problem& problem, const Order& order,
                                          ModelPoints* points, int threads,
                                          const std::atomic<bool>* stop = nullptr,
                                          bool keep_parameters = false);

}  // namespace lockstep::models
