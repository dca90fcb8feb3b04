// Asynchronous SVRG: lock-free steps on shared parameters whose gradients vary little, because each
// is corrected by the gradient of the same sample at a point u0 where the full gradient is known.
//
// An outer step is one iteration of the scenario, and its mini-batch of all workers is the data
// set: n samples, or n/P a worker. All workers compute the full gradient at u0 = u, each of its
// share, and add them up in shared memory. Then each takes inner steps of one sample i, drawn at
// random from all n,
//
//   v = g_i(u) - g_i(u0) + mu;  u <- u - learning_rate v
//
// u shared and changed without a lock, u0 and the mean gradient mu unchanged and so in every cache.
// The next u0 is the u that the inner steps leave (the paper's option 1). Zhao and Li: "Fast
// asynchronous parallel stochastic gradient descent: a lock-free approach with convergence
// guarantee", AAAI 2016, algorithm 1.
#include "models/algorithms/all_algorithms.hpp"
#include "models/algorithms/asysvrg_plan.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/passes.hpp"
#include "models/language/common_options.hpp"
#include "models/language/update_site.hpp"
#include "models/parts/replicas/draws.hpp"
#include "models/parts/replicas/shared_steps.hpp"

namespace lockstep::models {

namespace {

using namespace asysvrg_plan;

constexpr Buffer gradient_at_u0 = Buffer::accumulated_gradients;

constexpr Buffer mean_buffer = Buffer::gradient_sum;

constexpr IntegerOption inner_steps_option =
    OptionSpec{.name = "inner_steps",
               .type = OptionType::integer,
               .summary =
                   "inner steps of a worker in each iteration; 0: twice its share of the "
                   "samples, as is usual",
               .fallback = std::int64_t{0},
               .least = 0,
               .most = 1e9};

constexpr auto options = option_table(inner_steps_option);

}  // namespace

namespace asysvrg_plan {

void svrg_step(UpdateSite& site) {
  const auto rate = static_cast<float>(site.learning_rate());
  const std::span<const float> at_u0 = site.other(gradient_at_u0);
  const std::span<const float> mean = site.other(mean_buffer);
  for (std::size_t i = 0; i < site.parameters.size(); ++i)
    site.parameters[i] -= rate * (site.gradients[i] - at_u0[i] + mean[i]);
}

std::int64_t inner_steps_of(const Setup& setup) {
  const std::int64_t asked = setup.options[inner_steps_option];
  return asked == 0 ? 2 * setup.batch_per_worker : asked;
}

}  // namespace asysvrg_plan

namespace {

// Where a worker keeps u0, g_i(u0) and mu.
constexpr Buffer u0_buffer = Buffer::predicted_parameters;

// Adds the gradients of the worker's share at u0 to mu, and gets mu when it is complete.
Program full_gradient(Worker& worker) {
  const Setup& setup = worker.setup();
  const Payload model = parameters_of(setup.mlp, all_layers(setup.mlp));
  const Payload gradients = gradients_of(setup.mlp, all_layers(setup.mlp));
  const Payload mean{mean_buffer, 0, model.count};
  const Compute share{.samples = setup.batch_per_worker};
  co_await worker.read_shared(model);
  co_await worker.copy(model, u0_buffer);
  co_await passes(worker, share);
  co_await worker.hold_shared(mean);
  if (setup.workers == 1) {
    co_await worker.copy(gradients, mean_buffer);
  } else {
    co_await worker.accumulate_shared(mean);
    co_await worker.barrier();
    co_await worker.read_shared(mean);
  }
  co_await worker.copy(mean, mean_buffer, 1.0 / static_cast<double>(setup.global_batch));
}

Program inner_step(Worker& worker, std::int64_t sample) {
  const Setup& setup = worker.setup();
  const Payload model = parameters_of(setup.mlp, all_layers(setup.mlp));
  const Payload gradients = gradients_of(setup.mlp, all_layers(setup.mlp));
  const Compute at_u0{.samples = 1, .weights = u0_buffer, .first_sample = sample};
  const Compute at_u{.samples = 1, .first_sample = sample};
  const Message read = co_await worker.read_shared(model);
  co_await passes(worker, at_u0);
  co_await worker.copy(gradients, gradient_at_u0);
  co_await passes(worker, at_u);
  co_await worker.hold_shared(model);
  co_await worker.update_shared(model, read.version, svrg_rule);
}

Program program(Worker& worker) {
  const std::int64_t inner_steps = inner_steps_of(worker.setup());
  SampleDraws draws(worker);
  for (std::int64_t iteration = 0; iteration < worker.setup().training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    co_await full_gradient(worker);
    for (std::int64_t step = 0; step < inner_steps; ++step)
      co_await inner_step(worker, draws.next());
    co_await worker.barrier();
  }
}

}  // namespace

const RegisteredAlgorithm asysvrg = Algorithm{
    .kind = "asysvrg",
    .title = "Asynchronous SVRG",
    .summary =
        "All threads compute the full gradient at one point, then take lock-free steps of one "
        "sample each, corrected by that sample's gradient at the point. The corrected gradients "
        "vary so little that the learning rate need not shrink.",
    .approximation =
        "inner steps are stale, about P-1 updates old with P equal threads, and read parameters "
        "while others change them; the correction takes away most of a sample's randomness",
    .when_to_use = "On the cores of one machine, for convex problems and few passes over the data.",
    .source = "Zhao and Li, AAAI 2016, arXiv:1508.05711, algorithm 1",
    .family = Family::data_parallel,
    .options = options,
    .workers = all_hosts,
    .servers = no_servers,
    .check = nullptr,
    .program = program,
    .closed_form = asysvrg_plan::closed_form,
    .formula = asysvrg_plan::formula,
    .own_rule =
        [](const Setup& /*setup*/) {
          return std::string_view{"corrects each gradient and takes a plain step"};
        },
    .asynchronous = true,
    .extra_work = true,  // the full gradient, and two gradients in each step
    .shared_memory = true,
    .samples_of_gradient = [](const Setup&) { return 1.0; },
};

}  // namespace lockstep::models
