// Carries out all ranks of a run on real numbers, without a clock: each goes on as soon as it has
// what it waits for, on as many threads as are given. The order of what depends on time is given
// too, so no digit depends on the threads.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "models/language/order.hpp"
#include "models/readers/numerics/final_model.hpp"
#include "models/readers/numerics/model_points.hpp"
#include "models/readers/numerics/rank_run.hpp"

namespace lockstep::models {

struct DataflowResult {
  bool finished = false;
  std::vector<std::string> waiting;  // if it did not finish: which rank waits for what
  // If it finished, by rank: what differs from the order that was given.
  std::vector<std::string> departures;
  FlopCounts flops;
  Count bytes = 0;
  Count messages = 0;
  double loss_sum = 0;  // over all samples, each when it was trained on
  std::int64_t loss_samples = 0;
  std::vector<std::vector<float>> parameters;  // by rank, at the end, if they are to be kept
  std::vector<RankMemory> memory;              // likewise what a checkpoint keeps
  FinalModel model;
};

struct DataflowOptions {
  int threads = 1;
  const std::atomic<bool>* stop = nullptr;  // can end it early, unfinished
  bool keep_parameters = false;
  bool keep_memory = false;
  // Called after each update by a rank, from any thread and several at once.
  std::function<void()> updated = {};
  // By rank: the checkpoint that the run goes on from; empty: it begins with the problem's start.
  std::vector<RankMemory> checkpoint = {};
};

// Carries out `problem` in `order`.
[[nodiscard]] DataflowResult run_dataflow(const Problem& problem, const Order& order,
                                          ModelPoints* points, const DataflowOptions& options = {});

}  // namespace lockstep::models
