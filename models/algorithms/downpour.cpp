// Downpour SGD: asynchronous SGD with fewer messages. Between its pushes and fetches a worker takes
// steps on the parameters it holds, and what it fetches replaces them, as in the paper's client. A
// server can take its steps by Adagrad, with a rate of its own for each parameter w of gradient g:
//
//   h <- h + g^2;  w <- w - learning_rate g / sqrt(h)
//
// Choices that the paper leaves: pushes go out behind the computing, fetches are waited for; where
// both come after one step the worker takes none of its own, for the answer holds it; the rest is
// pushed after the last step. Dean et al.: "Large scale distributed deep networks", NIPS 2012,
// section 4.1 and its appendix.
#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/language/common_options.hpp"
#include "models/language/optimizers.hpp"
#include "models/parts/servers/parameter_server.hpp"

namespace lockstep::models {

namespace {

constexpr IntegerOption push_period_option =
    OptionSpec{.name = "push_period",
               .type = OptionType::integer,
               .summary =
                   "after how many steps a worker pushes the sum of their gradients (the paper's "
                   "n_push; reportedly 1 in its experiments)",
               .fallback = std::int64_t{1},
               .least = 1,
               .most = 1e6};
constexpr IntegerOption fetch_period_option =
    OptionSpec{.name = "fetch_period",
               .type = OptionType::integer,
               .summary =
                   "after how many steps a worker fetches the parameters (the paper's "
                   "n_fetch)",
               .fallback = std::int64_t{1},
               .least = 1,
               .most = 1e6};
constexpr BooleanOption adagrad_option =
    OptionSpec{.name = "adagrad",
               .type = OptionType::boolean,
               .summary = "servers take their steps by Adagrad, as in the paper",
               .fallback = false};

constexpr auto options =
    option_table(push_period_option, fetch_period_option, adagrad_option, compression_options,
                 server_options, accumulation_steps_option);

Exchanges plan_of(const Setup& setup) {
  Exchanges plan =
      exchanges_of(setup, setup.options[push_period_option], setup.options[fetch_period_option]);
  if (setup.options[adagrad_option]) plan.server_rule = &adagrad_rule;
  return plan;
}

}  // namespace

const RegisteredAlgorithm downpour = by_plan<plan_of>({
    .kind = "downpour",
    .title = "Downpour SGD",
    .summary =
        "Asynchronous SGD in which a worker pushes and fetches only now and then, and meanwhile "
        "goes on with parameters of its own. Servers can use Adagrad, which keeps old gradients "
        "from doing harm.",
    .approximation = "gradients are stale: up to fetch_period / push_period times P-1 updates of "
                     "others old with P equal workers, and those of one push are of several steps",
    .when_to_use = "When asynchronous SGD is held up by the servers' links.",
    .source = "Dean et al., NIPS 2012, section 4.1; Duchi, Hazan and Singer, J. Mach. Learn. Res. "
              "12 (2011)",
    .options = options,
    .own_rule =
        [](const Setup& setup) {
          return setup.options[adagrad_option]
                     ? std::string_view{"takes its steps by Adagrad with adagrad true"}
                     : std::string_view{};
        },
});

}  // namespace lockstep::models
