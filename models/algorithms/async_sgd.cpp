// Asynchronous SGD on a parameter server: each worker pushes its gradient when it has one and gets
// the parameters back as they are after its own update; nobody waits for anybody else.
//
// A server takes pushes in order of arrival, one update at a time. The gradient of a push was
// computed from parameters that others have changed since: its staleness. Dean et al.: "Large scale
// distributed deep networks", NIPS 2012 (Downpour with n_push = n_fetch = 1, without Adagrad).
//
// Staleness acts like momentum: g pushers together give 1 - 1/g of it in the mean. `compensated`
// leaves the servers the rest of the momentum that one wants, which may be less than none. In
// compute groups workers are synchronous, so that fewer push: the first of a group sums their
// gradients, pushes, and hands on what it gets. With compression every gradient is encoded that
// leaves a worker: those of the others in a group, and the group's sum. Mitliagkas et al.:
// "Asynchrony begets momentum", Allerton 2016; Hadjis et al.: "Omnivore", 2016.
#include <fmt/format.h>

#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/passes.hpp"
#include "models/language/common_options.hpp"
#include "models/language/optimizers.hpp"
#include "models/language/update_site.hpp"
#include "models/parts/servers/compute_groups.hpp"
#include "models/parts/servers/parameter_server.hpp"

namespace lockstep::models {

namespace {

constexpr std::array<std::string_view, 2> momenta = {"none", "compensated"};

constexpr TextOption compensation_option =
    OptionSpec{.name = "momentum",
               .type = OptionType::choice,
               .summary =
                   "none: servers take plain steps; compensated: with target_momentum less "
                   "the 1 - 1/g that staleness gives g pushers",
               .fallback = std::string_view{"none"},
               .choices = momenta};
std::string idle_target_momentum(const Setup& setup) {
  return setup.options.unless_chosen(compensation_option, "compensated");
}
constexpr NumberOption target_momentum_option =
    OptionSpec{.name = "target_momentum",
               .type = OptionType::number,
               .summary = "with compensated: momentum that steps should have in all",
               .fallback = 0.9,
               .least = 0,
               .most = 1,
               .below_most = true,
               .idle = idle_target_momentum};
constexpr IntegerOption compute_groups_option =
    OptionSpec{.name = "compute_groups",
               .type = OptionType::integer,
               .summary =
                   "into how many groups workers are divided that are synchronous inside; 0: "
                   "each worker is one",
               .fallback = std::int64_t{0},
               .least = 0,
               .most = 1e6};

constexpr auto options =
    option_table(compensation_option, target_momentum_option, compute_groups_option,
                 compression_options, server_options, accumulation_steps_option);

// What is left for the servers; below 0 where staleness gives more than is wanted.
double explicit_momentum(const Setup& setup, const Exchanges& plan) {
  if (setup.options[compensation_option] == "none") return 0;
  const double implicit = 1 - 1 / static_cast<double>(plan.pushers);
  return setup.options[target_momentum_option] - implicit;
}

Exchanges plain_plan_of(const Setup& setup) {
  Exchanges plan = exchanges_of(setup);
  const std::int64_t groups = setup.options[compute_groups_option];
  if (groups > 0) plan.pushers = static_cast<int>(groups);
  return plan;
}

void compensated_step(UpdateSite& site) {
  step_with_momentum(site, explicit_momentum(*site.setup, plain_plan_of(*site.setup)));
}
constexpr UpdateRule compensated_rule = {.name = "compensated momentum",
                                         .flops = momentum_rule.flops,
                                         .scalars_touched = momentum_rule.scalars_touched,
                                         .copies = momentum_rule.copies,
                                         .step = compensated_step};

Exchanges plan_of(const Setup& setup) {
  Exchanges plan = plain_plan_of(setup);
  if (explicit_momentum(setup, plan) != 0) plan.server_rule = &compensated_rule;
  return plan;
}

Program train(Worker& worker) {
  const Setup& setup = worker.setup();
  const Exchanges plan = plan_of(setup);
  const Group group = group_of(setup, plan, worker.rank());
  std::vector<std::int64_t> versions(static_cast<std::size_t>(setup.servers), 0);
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    co_await mini_batch_passes(worker);
    if (worker.rank() == group.first) {
      co_await exchange_for_group(worker, plan, group, versions.data());
    } else {
      co_await exchange_in_group(worker, plan, group);
    }
  }
}

Program program(Worker& worker) {
  if (worker.is_server()) return serve_exchanges(worker, plan_of(worker.setup()));
  return train(worker);
}

void check(const Setup& setup, Faults& faults) {
  const std::int64_t groups = setup.options[compute_groups_option];
  if (groups > setup.workers)
    faults.push_back({setup.pointer + "/compute_groups",
                      fmt::format("must be at most the number of workers, {}, found {}",
                                  setup.workers, groups)});
}

}  // namespace

const RegisteredAlgorithm async_sgd = on_parameter_servers({
    .kind = "async_sgd",
    .title = "Asynchronous SGD",
    .summary = "Each worker pushes its gradient to a parameter server when it is ready and goes on "
               "with what the server has by then. Nobody waits for slow workers, but gradients "
               "come from parameters that are already old.",
    .approximation =
        "gradients are stale: about P-1 updates old with P equal workers, or groups of them",
    .when_to_use = "When workers are unequal or unreliable, and the server's link can take it.",
    .source = "Dean et al., NIPS 2012; Mitliagkas et al., arXiv:1605.09774; Yook, Lee and Yoo, J. "
              "Acoust. Soc. Korea 39 (2020)",
    .options = options,
    .check = check,
    .program = program,
    .closed_form = closed_form_of_plan<plan_of>,
    .formula = formula_of_plan<plan_of>,
    .own_rule =
        [](const Setup& setup) {
          return explicit_momentum(setup, plain_plan_of(setup)) != 0
                     ? std::string_view{"has a momentum of its own with momentum \"compensated\""}
                     : std::string_view{};
        },
});

}  // namespace lockstep::models
