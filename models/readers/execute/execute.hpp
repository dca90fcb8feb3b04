// Training for real: each rank is a thread or a process, with real buffers and messages and the
// wall clock.
#pragma once

#include <atomic>
#include <string_view>
#include <vector>

#include "models/language/order.hpp"
#include "models/readers/numerics/final_model.hpp"
#include "models/readers/numerics/problem.hpp"

namespace lockstep::models {

// How one rank spent the run; the rest of `wall_s` is what the operating system took.
struct RankUse {
  double wall_s = 0;
  double compute_s = 0;  // the sum of the three that follow
  double products_s = 0;
  double updates_s = 0;
  double folds_s = 0;          // sums of messages and buffers; coding
  double communication_s = 0;  // copying to and from messages
  double wait_s = 0;           // with nothing to do until a message came
};

// The means by which messages are carried.
enum class Transport : std::uint8_t { threads, mpi };
[[nodiscard]] std::string_view name_of(Transport transport);

struct Executed {
  bool finished = false;  // false: it was stopped
  Transport transport = Transport::threads;
  double wall_s = 0;                 // of the rank that took longest
  std::vector<double> iterations_s;  // of all ranks: from begin to begin, ascending
  FlopCounts flops;                  // as counted at each call
  Count bytes = 0;
  Count messages = 0;
  std::vector<RankUse> ranks;
  FinalModel model;
  double training_loss = 0;  // mean over all samples, each when it was trained on
  Order order;               // what depended on time, as it happened

  // Returns a quantile of the iterations' times: the median for a `fraction` of 0.5, the quartiles
  // for 0.25 and 0.75.
  [[nodiscard]] double quantile_s(double fraction) const;
};

// Runs each rank as a thread of this process. With `replay`, what depends on time happens as
// recorded there.
// `begun` is told how many iterations rank 0 has begun.
[[nodiscard]] Executed execute_on_threads(const Problem& problem, const Order* replay = nullptr,
                                          const std::atomic<bool>* stop = nullptr,
                                          std::atomic<std::size_t>* begun = nullptr);

}  // namespace lockstep::models
