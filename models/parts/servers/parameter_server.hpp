// What workers and parameter servers exchange, and when. Shared by the asynchronous algorithms.
//
// A worker takes steps on the parameters it holds. After every `push_period` steps it pushes the
// sum of their gradients; after every `fetch_period` steps it fetches the parameters. After its
// last step it does both, so that no gradient is left unpushed. A worker does not wait for a push
// alone. A fetch alone is a request without payload and its answer. A push with a fetch is answered
// with the parameters, once they are updated with it.
//
// A compressed push is encoded before it is sent and decoded by the server before its update.
//
// Each server owns a block of the parameters and takes messages in order of arrival, one update at
// a time. The staleness of a push is the number of updates that others have made since the
// parameters of its oldest gradient were read.
#pragma once

#include <cstdint>
#include <vector>

#include "models/cost/algorithm.hpp"
#include "models/cost/closed_form.hpp"
#include "models/cost/formula.hpp"
#include "models/language/common_options.hpp"
#include "models/language/group.hpp"
#include "models/language/worker.hpp"
#include "models/parts/collectives/server_shards.hpp"

namespace lockstep::models {

struct Exchanges {
  std::int64_t steps = 1;  // of each worker: the run's iterations
  std::int64_t push_period = 1;
  std::int64_t fetch_period = 1;
  int pushers = 1;  // groups of workers: the first of each exchanges for all of them
  Buffer pushed = Buffer::gradients;
  Buffer served = Buffer::parameters;       // what servers hold and answer with
  const UpdateRule* server_rule = nullptr;  // by which servers apply a push
  const UpdateRule* local_rule = nullptr;   // by which a worker takes a step of its own
  const UpdateRule* fetch_rule = nullptr;   // by which a worker takes in a fetch; null: as it is
  bool push_after_fetch = false;  // pushes are computed from the fetch, so none is answered
  bool mean_of_push = false;      // servers divide a push by the number of its steps
  // The number of copies of a server's block, beside those that its rule works on in an update.
  std::int64_t further_server_copies = 0;
  Compression compression = {};  // of what is pushed; what is fetched is dense

  [[nodiscard]] bool pushes_after(std::int64_t step) const {
    return step % push_period == 0 || step == steps;
  }
  [[nodiscard]] bool fetches_after(std::int64_t step) const {
    return step % fetch_period == 0 || step == steps;
  }
  // Whether the gradient of `step` is the first that goes into its push.
  [[nodiscard]] bool starts_push(std::int64_t step) const { return (step - 1) % push_period == 0; }
  // Return the step after which a worker's push number `push`, from 1, is sent, and whether this
  // push is answered.
  [[nodiscard]] std::int64_t step_of_push(std::int64_t push) const;
  [[nodiscard]] bool answers_push(std::int64_t push) const;
  // Returns the factor that servers multiply a push by: 1, or one over its number of steps if they
  // take the mean.
  [[nodiscard]] double factor_of_push(std::int64_t push) const;

  // The counts of each worker in the whole run.
  [[nodiscard]] std::int64_t pushes() const { return (steps - 1) / push_period + 1; }
  [[nodiscard]] std::int64_t fetches() const { return (steps - 1) / fetch_period + 1; }
  [[nodiscard]] std::int64_t answered_pushes() const;  // a push and a fetch at once
  [[nodiscard]] std::int64_t requests() const { return fetches() - answered_pushes(); }
  // Returns the number of steps on the parameters that a worker holds. After an answered push it
  // takes none, since the answer contains the same gradient.
  [[nodiscard]] std::int64_t local_steps() const { return steps - answered_pushes(); }
  [[nodiscard]] std::int64_t accumulations() const {
    return pushed == Buffer::accumulated_gradients ? steps - pushes() : 0;
  }
  [[nodiscard]] bool grouped(const Setup& setup) const { return pushers < setup.workers; }
  // Whether a worker pushes and is answered after each step, and exchanges nothing else.
  [[nodiscard]] bool only_answered_pushes() const { return answered_pushes() == steps; }
};

// Returns the plan in which every worker exchanges for itself. Pushes are compressed as the options
// say, unless a worker is alone.
[[nodiscard]] Exchanges exchanges_of(const Setup& setup, std::int64_t push_period = 1,
                                     std::int64_t fetch_period = 1);

// Returns group `index` of workers that act as one. Groups are of neighbouring ranks, and their
// sizes differ by at most one.
[[nodiscard]] inline Group group_at(const Setup& setup, const Exchanges& plan, std::int64_t index) {
  return {static_cast<Rank>(block_offset(setup.workers, plan.pushers, index)),
          static_cast<int>(block_count(setup.workers, plan.pushers, index))};
}

inline constexpr Tag exchange_tag = 0;

// Asks each server for its block. A server answers when it has applied `pushes` pushes of the
// worker.
[[nodiscard]] Program request_blocks(Worker& worker, Buffer served, std::int64_t pushes);
// Returns the block that `server` owns.
[[nodiscard]] Payload block_of(const Worker& server, Buffer served);

// The versions of each server's block that a worker has read.
struct HeldVersions {
  explicit HeldVersions(const Setup& setup)
      : held(static_cast<std::size_t>(setup.servers), 0), oldest(held) {}

  // Notes that the first gradient of a push is computed from what is held now.
  void start_push() { oldest = held; }

  std::vector<std::int64_t> held;    // plus the worker's own pushes since, which are not stale
  std::vector<std::int64_t> oldest;  // from which the next push's first gradient was computed
};

// Run a worker, a server, or whichever of the two a rank is, through the whole run.
[[nodiscard]] Program train_with_servers(Worker& worker, Exchanges plan);
[[nodiscard]] Program serve_exchanges(Worker& server, Exchanges plan);
[[nodiscard]] Program program_of_exchanges(Worker& worker, const Exchanges& plan);

[[nodiscard]] int parameter_servers(const Options& options);
[[nodiscard]] ClosedForm exchanges_closed_form(const Setup& setup, const Exchanges& plan);
[[nodiscard]] Formula exchanges_formula(const Setup& setup, const Exchanges& plan);

// The functions above for the records of algorithms that are no more than a plan.
template <Exchanges (*plan_of)(const Setup&)>
[[nodiscard]] Program program_of_plan(Worker& worker) {
  return program_of_exchanges(worker, plan_of(worker.setup()));
}
template <Exchanges (*plan_of)(const Setup&)>
[[nodiscard]] ClosedForm closed_form_of_plan(const Setup& setup) {
  return exchanges_closed_form(setup, plan_of(setup));
}
template <Exchanges (*plan_of)(const Setup&)>
[[nodiscard]] Formula formula_of_plan(const Setup& setup) {
  return exchanges_formula(setup, plan_of(setup));
}

// Adds to `words` what the records of algorithms with parameter servers have in common.
[[nodiscard]] constexpr Algorithm on_parameter_servers(Algorithm words) {
  words.family = Family::data_parallel;
  words.workers = data_parallel_workers<parameter_servers>;
  words.servers = parameter_servers;
  words.asynchronous = true;
  words.approximation_of = approximation_with_compression;
  words.samples_of_gradient = mini_batch_of_a_worker;
  words.takes_shares = true;
  return words;
}
// Completes `words` to the record of an algorithm that is no more than a plan.
template <Exchanges (*plan_of)(const Setup&)>
[[nodiscard]] constexpr Algorithm by_plan(Algorithm words) {
  words.program = program_of_plan<plan_of>;
  words.closed_form = closed_form_of_plan<plan_of>;
  words.formula = formula_of_plan<plan_of>;
  return on_parameter_servers(words);
}

// Returns the staleness of all updates, including local steps. It is exact where equal workers take
// turns in the same order; otherwise it is an upper bound.
[[nodiscard]] ClaimedStaleness staleness_of_pushes(const Setup& setup, const Exchanges& plan);

}  // namespace lockstep::models
