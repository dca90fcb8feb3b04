// Elastic averaging SGD: every worker trains a model x of its own, tied to a centre c by an elastic
// force. Synchronous: after a round of local steps, with m the mean of all x as they are then,
//
//   x <- x - alpha (x - c);  c <- c + beta (m - c),  alpha = beta / P, c on the right the old one
//
// and beta is the elasticity. Every worker keeps the same centre, so one allreduce gives all of
// them m. Asynchronous: parameter servers have the centre; after a round of its own a worker asks
// for it, moves by d, and sends d, which moves the centre while the worker goes on:
//
//   d = alpha (x - c);  x <- x - d;  c <- c + d
//
// As in the paper the next gradient is that of x before it is pulled. The run ends with c, which
// the last, maybe shorter round moves too. With momentum (EAMSGD, Nesterov's) a local step is
//
//   v <- momentum v - learning_rate g(x + momentum v);  x <- x + v
//
// Zhang, Choromanska and LeCun: "Deep learning with elastic averaging SGD", NIPS 2015, sections 2
// and 3, algorithms 1 and 2.
#include "models/algorithms/all_algorithms.hpp"
#include "models/algorithms/easgd_plan.hpp"
#include "models/cost/algorithm.hpp"
#include "models/parts/collectives/allreduce.hpp"
#include "models/parts/replicas/rounds.hpp"
#include "models/parts/servers/parameter_server.hpp"

namespace lockstep::models {

namespace {

using namespace easgd_plan;

constexpr std::array<std::string_view, 2> communications = {"sync", "async"};

constexpr TextOption communication_option =
    OptionSpec{.name = "communication",
               .type = OptionType::choice,
               .summary =
                   "sync: an allreduce of all models; async: each worker and the centre on "
                   "parameter servers, when the worker is ready",
               .fallback = std::string_view{"sync"},
               .choices = communications};
constexpr IntegerOption sync_period_option =
    OptionSpec{.name = "sync_period",
               .type = OptionType::integer,
               .summary =
                   "after how many local steps models and centre pull at each other; "
                   "0 or \"end\": once, at the end",
               .fallback = std::int64_t{10},
               .least = 0,
               .most = 1e9,
               .zero_name = "end"};
constexpr NumberOption elasticity_option =
    OptionSpec{.name = "elasticity",
               .type = OptionType::number,
               .summary =
                   "the paper's beta: how far the centre goes towards the mean; each model "
                   "goes a P-th of that towards the centre",
               .fallback = 0.9,
               .least = 0,
               .most = 1};
constexpr NumberOption easgd_momentum_option =
    OptionSpec{.name = "momentum",
               .type = OptionType::number,
               .summary =
                   "Nesterov's, of local steps (the paper's delta): 0 is EASGD, others are EAMSGD; "
                   "the paper reportedly has 0.99",
               .fallback = 0.0,
               .least = 0,
               .most = 1,
               .below_most = true};

std::string idle_mean_allreduce(const Setup& setup) {
  const std::string alone = idle_allreduce(setup);
  return alone.empty() ? setup.options.unless_chosen(communication_option, "sync") : alone;
}

constexpr auto options =
    option_table(communication_option, sync_period_option, elasticity_option, easgd_momentum_option,
                 with_idle(allreduce_option, idle_mean_allreduce), allreduce_server_options,
                 accumulation_steps_option);

bool is_async(const Options& chosen) { return chosen[communication_option] == "async"; }

}  // namespace

namespace easgd_plan {

double elasticity(const Setup& setup) { return setup.options[elasticity_option]; }
double momentum(const Setup& setup) { return setup.options[easgd_momentum_option]; }
bool is_asynchronous(const Setup& setup) { return is_async(setup.options); }
Rounds rounds(const Setup& setup) { return rounds_of(setup, setup.options[sync_period_option]); }

}  // namespace easgd_plan

namespace {

Program program(Worker& worker) {
  if (is_asynchronous(worker.setup()))
    return worker.is_server() ? serve_exchanges(worker, plan_of(worker.setup()))
                              : train_async(worker);
  if (worker.is_server())
    return serve_rounds(worker, schedule_of(worker.setup()).count, Buffer::parameter_sum);
  return train_sync(worker);
}

int servers(const Options& chosen) {
  return is_async(chosen) ? parameter_servers(chosen) : allreduce_servers(chosen);
}
void check(const Setup& setup, Faults& faults) {
  if (!is_asynchronous(setup)) check_allreduce(setup, faults);
}

}  // namespace

const RegisteredAlgorithm easgd = Algorithm{
    .kind = "easgd",
    .title = "Elastic averaging SGD",
    .summary =
        "Each worker trains a model of its own, and now and then models and a common centre pull "
        "at each other like springs. Models stay apart and explore; the centre is the result.",
    .approximation =
        "models agree with the centre only elastically: they are never equal, and follow "
        "their own gradients for sync_period steps",
    .when_to_use = "Instead of model averaging when workers should explore more than one optimum.",
    .source = "Zhang, Choromanska and LeCun, NIPS 2015, arXiv:1412.6651",
    .family = Family::data_parallel,
    .options = options,
    .workers = data_parallel_workers<servers>,
    .servers = servers,
    .check = check,
    .program = program,
    .closed_form = easgd_plan::closed_form,
    .formula = easgd_plan::formula,
    .own_rule =
        [](const Setup& /*setup*/) {
          return std::string_view{
              "pulls models at each other after steps of SGD, or of Nesterov's momentum by its "
              "option momentum"};
        },
    .asynchronous = true,  // with communication "async"
    .samples_of_gradient = mini_batch_of_a_worker,
    .takes_shares = true,
};

}  // namespace lockstep::models
