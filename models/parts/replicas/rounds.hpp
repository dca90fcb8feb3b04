// Rounds: every worker takes local steps on a model of its own, then an allreduce sums all models.
// Shared by the algorithms that average models; their files say what is done with the sum.
#pragma once

#include <algorithm>
#include <cstdint>

#include "models/cost/algorithm.hpp"
#include "models/language/common_options.hpp"
#include "models/language/worker.hpp"
#include "models/parts/collectives/allreduce.hpp"

namespace lockstep::models {

struct Rounds {
  std::int64_t steps = 1;  // local steps of each round; the last may be shorter
  std::int64_t count = 1;
  std::int64_t of_one_step = 0;       // number of first rounds, of one step each
  const UpdateRule* inner = nullptr;  // the rule of local steps, by default the optimizer's
  // The rules by which a worker updates its model after a round (`outer`) and after the last round
  // (`last_outer`); null: it takes the mean as it is. Set both, to the same rule where the last
  // round is no exception. A rule finds the mean of all models in the parameters, and what it
  // leaves there is what the next round starts from. Dividing a sum by P is part of the mean and is
  // not counted, as in `sync_sgd`.
  const UpdateRule* outer = nullptr;
  const UpdateRule* last_outer = nullptr;

  [[nodiscard]] const UpdateRule* outer_of(std::int64_t round) const {
    return round + 1 == count ? last_outer : outer;
  }
  [[nodiscard]] std::int64_t steps_of(std::int64_t round, std::int64_t iterations) const {
    if (round < of_one_step) return 1;
    return std::min(steps, iterations - of_one_step - (round - of_one_step) * steps);
  }
};

// Returns rounds of `steps` steps, after `of_one_step` rounds of one step. With 0 `steps`, all
// remaining steps are in one round.
[[nodiscard]] Rounds rounds_of(const Setup& setup, std::int64_t steps,
                               std::int64_t of_one_step = 0);

// Takes one step on the worker's own model.
[[nodiscard]] Program local_step(Worker& worker, const UpdateRule& rule);
// Sums `models`, a buffer as long as the model, over all workers.
[[nodiscard]] Program sum_models(Worker& worker, Buffer models);
// Runs all rounds of a worker whose outer updates act on the model as a whole.
[[nodiscard]] Program train_in_rounds(Worker& worker, Rounds rounds);
// Runs a server's part of the sums of all rounds.
[[nodiscard]] Program serve_rounds(Worker& server, std::int64_t rounds, Buffer models);

// Returns the closed form. Its memory has the model, and what `inner` and `outer` keep
// (`UpdateRule::copies`); its staleness is 0.
// `rounds_formula` returns its time as a formula.
[[nodiscard]] ClosedForm rounds_closed_form(const Setup& setup, const Rounds& rounds);
[[nodiscard]] Formula rounds_formula(const Setup& setup, const Rounds& rounds);

// Completes the record of an algorithm that is no more than its rounds: `schedule_of` gives them,
// and the sums are those of the option `allreduce`. `words` keeps a check of its own.
template <Rounds (*schedule_of)(const Setup&)>
[[nodiscard]] constexpr Algorithm in_rounds(Algorithm words) {
  words.family = Family::data_parallel;
  words.workers = data_parallel_workers<allreduce_servers>;
  words.servers = allreduce_servers;
  if (words.check == nullptr) words.check = check_allreduce;
  words.program = [](Worker& worker) {
    const Rounds rounds = schedule_of(worker.setup());
    return worker.is_server() ? serve_rounds(worker, rounds.count, Buffer::parameters)
                              : train_in_rounds(worker, rounds);
  };
  words.closed_form = [](const Setup& setup) {
    return rounds_closed_form(setup, schedule_of(setup));
  };
  words.formula = [](const Setup& setup) { return rounds_formula(setup, schedule_of(setup)); };
  words.samples_of_gradient = mini_batch_of_a_worker;
  words.takes_shares = true;
  return words;
}

}  // namespace lockstep::models
