// Post-local SGD: synchronous SGD until the model has settled, then local steps between averages.
//
// In the first phase models are averaged after every step, which is mini-batch SGD on the joined
// mini-batch; in the second after every H steps. The noise of local steps comes when it leads to
// flat minima, and not while the model still moves fast. Lin, Stich, Patel and Jaggi: "Don't use
// large mini-batches, use local SGD", ICLR 2020, arXiv:1808.07217, section 4: H_(t) is 1 until t'
// and H after it.
#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/collectives/allreduce.hpp"
#include "models/parts/replicas/rounds.hpp"

namespace lockstep::models {

namespace {

constexpr IntegerOption switch_after_option =
    OptionSpec{.name = "switch_after",
               .type = OptionType::integer,
               .summary =
                   "after how many iterations local steps begin (the paper's t'); 0 or "
                   "\"half\": after half of them, as in the paper",
               .fallback = std::int64_t{0},
               .least = 0,
               .most = 1e9,
               .zero_name = "half"};
constexpr IntegerOption sync_period_option =
    OptionSpec{.name = "sync_period",
               .type = OptionType::integer,
               .summary =
                   "after how many local steps models are averaged then (the paper's H); 0 "
                   "or \"end\": once, at the end",
               .fallback = std::int64_t{16},
               .least = 0,
               .most = 1e9,
               .zero_name = "end"};

constexpr auto options = option_table(switch_after_option, sync_period_option, allreduce_options,
                                      accumulation_steps_option);

Rounds schedule_of(const Setup& setup) {
  const std::int64_t asked = setup.options[switch_after_option];
  const std::int64_t first = asked == 0 ? setup.training.iterations / 2 : asked;
  return rounds_of(setup, setup.options[sync_period_option], first);
}

}  // namespace

const RegisteredAlgorithm post_local_sgd = in_rounds<schedule_of>({
    .kind = "post_local_sgd",
    .title = "Post-local SGD",
    .summary =
        "Synchronous SGD at first; later each worker takes several steps on a model of its own "
        "before all models are replaced by their mean. It sends less in the second phase, and "
        "often "
        "generalizes better than large mini-batches.",
    .approximation =
        "once switch_after iterations are over, models diverge for up to sync_period - 1 steps "
        "between averages, and not before",
    .when_to_use = "When large mini-batches cost accuracy, and the network some of the time.",
    .source = "Lin, Stich, Patel and Jaggi, ICLR 2020, arXiv:1808.07217, section 4",
    .options = options,
});

}  // namespace lockstep::models
