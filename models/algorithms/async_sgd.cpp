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
#include "models/language/optimizers.hpp"
#include "models/language/update_site.hpp"
#include "models/parts/servers/parameter_server.hpp"

namespace lockstep::models {

namespace {

constexpr std::array<std::string_view, 2> momenta = {"none", "compensated"};
constexpr Tag group_tag = 1;

std::string idle_target_momentum(const Setup& setup) {
  return setup.options.unless_chosen("momentum", "compensated");
}

constexpr std::array options = {
    OptionSpec{.name = "momentum",
               .type = OptionType::choice,
               .summary = "none: servers take plain steps; compensated: with target_momentum less "
                          "the 1 - 1/g that staleness gives g pushers",
               .fallback = std::string_view{"none"},
               .choices = momenta},
    OptionSpec{.name = "target_momentum",
               .type = OptionType::number,
               .summary = "with compensated: momentum that steps should have in all",
               .fallback = 0.9,
               .least = 0,
               .most = 1,
               .below_most = true,
               .idle = idle_target_momentum},
    OptionSpec{.name = "compute_groups",
               .type = OptionType::integer,
               .summary =
                   "into how many groups workers are divided that are synchronous inside; 0: "
                   "each worker is one",
               .fallback = std::int64_t{0},
               .least = 0,
               .most = 1e6},
    compression_option,
    error_feedback_option,
    top_k_fraction_option,
    rank_option,
    servers_option,
    placement_option,
};

// What is left for the servers; below 0 where staleness gives more than is wanted.
double explicit_momentum(const Setup& setup, const Exchanges& plan) {
  if (setup.options.choice("momentum") == "none") return 0;
  const double implicit = 1 - 1 / static_cast<double>(plan.pushers);
  return setup.options.number("target_momentum") - implicit;
}

Exchanges plain_plan_of(const Setup& setup) {
  Exchanges plan = exchanges_of(setup);
  const std::int64_t groups = setup.options.integer("compute_groups");
  if (groups > 0) plan.pushers = static_cast<int>(groups);
  return plan;
}

void compensated_step(UpdateSite& site) {
  step_with_momentum(site, explicit_momentum(*site.setup, plain_plan_of(*site.setup)));
}
constexpr UpdateRule compensated_rule = {.name = "momentum",
                                         .flops = momentum_rule.flops,
                                         .scalars_touched = momentum_rule.scalars_touched,
                                         .copies = momentum_rule.copies,
                                         .step = compensated_step};

Exchanges plan_of(const Setup& setup) {
  Exchanges plan = plain_plan_of(setup);
  if (explicit_momentum(setup, plan) != 0) plan.server_rule = &compensated_rule;
  return plan;
}

Group group_of(const Setup& setup, const Exchanges& plan, Rank rank) {
  Group group = group_at(setup, plan, 0);
  for (int index = 1; group.first + group.count <= rank; ++index)
    group = group_at(setup, plan, index);
  return group;
}

// A worker that is not the first of its group: hands in its gradient, gets parameters.
Program exchange_in_group(Worker& worker, Payload gradients, Group group) {
  const Compression compression = plan_of(worker.setup()).compression;
  const Payload sent = compression.encoded(gradients);
  if (!compression.none())
    co_await worker.transcode(CodingStep::encode, sent,
                              compression.residual(Residual::of_gradients));
  co_await worker.post(group.first, group_tag, sent);
  co_await worker.store(co_await worker.receive(group.first, group_tag));
}

// The first worker of a group: sums, exchanges the mean, hands on what it gets.
Program exchange_for_group(Worker& worker, Payload gradients, Payload model, Group group,
                           std::int64_t* versions) {
  for (int other = 1; other < group.count; ++other)
    co_await worker.reduce(co_await worker.receive_any(group_tag));
  if (group.count > 1) co_await worker.copy(gradients, Buffer::gradients, 1.0 / group.count);
  co_await push_blocks(worker, gradients, exchange_tag, versions,
                       plan_of(worker.setup()).compression);
  co_await fetch_blocks(worker, exchange_tag, versions);
  for (Rank other = group.first + 1; other < group.first + group.count; ++other)
    co_await worker.post(other, group_tag, model);
}

Program train(Worker& worker) {
  const Setup& setup = worker.setup();
  const LayerRange layers = all_layers(setup.mlp);
  const Payload gradients = gradients_of(setup.mlp, layers);
  const Payload model = parameters_of(setup.mlp, layers);
  const Group group = group_of(setup, plan_of(setup), worker.rank());
  std::vector<std::int64_t> versions(static_cast<std::size_t>(setup.servers), 0);
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    co_await forward_pass(worker, layers, setup.batch_per_worker);
    co_await backward_pass(worker, layers, setup.batch_per_worker);
    if (worker.rank() == group.first) {
      co_await exchange_for_group(worker, gradients, model, group, versions.data());
    } else {
      co_await exchange_in_group(worker, gradients, group);
    }
  }
}

Program program(Worker& worker) {
  if (worker.is_server()) return serve_exchanges(worker, plan_of(worker.setup()));
  return train(worker);
}

void check(const Setup& setup, Faults& faults) {
  const std::int64_t groups = setup.options.integer("compute_groups");
  if (groups <= setup.workers) return;
  faults.push_back(
      {setup.pointer + "/compute_groups",
       fmt::format("must be at most the number of workers, {}, found {}", setup.workers, groups)});
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
