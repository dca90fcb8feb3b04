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
#include "models/cost/algorithm.hpp"
#include "models/cost/passes.hpp"
#include "models/language/common_options.hpp"
#include "models/language/update_site.hpp"
#include "models/parts/replicas/shared_steps.hpp"
#include "sim/random_stream.hpp"

namespace lockstep::models {

namespace {

// Where a worker keeps u0, g_i(u0) and mu.
constexpr Buffer u0_buffer = Buffer::predicted_parameters;
constexpr Buffer gradient_at_u0 = Buffer::accumulated_gradients;
constexpr Buffer mean_buffer = Buffer::gradient_sum;

void svrg_step(UpdateSite& site) {
  const auto rate = static_cast<float>(site.learning_rate());
  const std::span<const float> at_u0 = site.other(gradient_at_u0);
  const std::span<const float> mean = site.other(mean_buffer);
  for (std::size_t i = 0; i < site.parameters.size(); ++i)
    site.parameters[i] -= rate * (site.gradients[i] - at_u0[i] + mean[i]);
}

// FLOPs a parameter: v 2, u 2. Reads u, both gradients and mu; writes u.
constexpr UpdateRule svrg_rule = {
    .name = "svrg", .flops = 4, .scalars_touched = 5, .gradients_read = 2, .step = svrg_step};

constexpr std::array options = {
    OptionSpec{.name = "inner_steps",
               .type = OptionType::integer,
               .summary = "inner steps of a worker in each iteration; 0: twice its share of the "
                          "samples, as is usual",
               .fallback = std::int64_t{0},
               .least = 0,
               .most = 1e9},
};

std::int64_t inner_steps_of(const Setup& setup) {
  const std::int64_t asked = setup.options.integer("inner_steps");
  return asked == 0 ? 2 * setup.batch_per_worker : asked;
}

// Which of the n samples a worker takes.
class Draws {
 public:
  explicit Draws(const Worker& worker)
      : samples_(static_cast<std::size_t>(worker.setup().global_batch)),
        stream_(worker.setup().training.seed,
                stream_of_draws + static_cast<std::uint64_t>(worker.rank())) {}

  [[nodiscard]] std::int64_t next() { return static_cast<std::int64_t>(stream_.below(samples_)); }

 private:
  // Apart from the streams of random slowdowns.
  static constexpr std::uint64_t stream_of_draws = std::uint64_t{1} << 33U;

  std::size_t samples_;
  sim::RandomStream stream_;
};

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
  Draws draws(worker);
  for (std::int64_t iteration = 0; iteration < worker.setup().training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    co_await full_gradient(worker);
    for (std::int64_t step = 0; step < inner_steps; ++step)
      co_await inner_step(worker, draws.next());
    co_await worker.barrier();
  }
}

// Accesses of a worker in an iteration: u0, the sum, mu; then u twice in every inner step. The sum
// and mu are gradients.
constexpr std::int64_t gradient_accesses = 2;
std::int64_t parameter_accesses(const Setup& setup) { return 1 + 2 * inner_steps_of(setup); }
std::int64_t accesses_of(const Setup& setup) {
  return parameter_accesses(setup) + gradient_accesses;
}

// The mean over an iteration's accesses.
BusTimes mean_bus_times(const Setup& setup) {
  BusTimes mean = bus_times(setup);
  const BusTimes gradients = bus_times(setup, ScalarKind::gradient);
  const double share =
      static_cast<double>(gradient_accesses) / static_cast<double>(accesses_of(setup));
  mean.access_s += share * (gradients.access_s - mean.access_s);
  mean.taken_s += share * (gradients.taken_s - mean.taken_s);
  return mean;
}

// All that a worker computes in an iteration.
struct Parts {
  double share_s = 0;
  double fold_s = 0;
  double sample_s = 0;
  double update_s = 0;
};

Parts parts_of(const Setup& setup, Rank rank) {
  const std::int64_t parameters = setup.mlp.parameters();
  return {.share_s = passes_s(setup, rank, setup.batch_per_worker),
          .fold_s = setup.workers == 1
                        ? 0
                        : fold_s(setup, rank, setup.mlp.scalars(ScalarKind::gradient, parameters)),
          .sample_s = passes_s(setup, rank, 1),
          .update_s = update_s(setup, rank, parameters, svrg_rule)};
}

template <class Term>
Term computing(const Setup& setup, const Parts& parts) {
  using T = Terms<Term>;
  const Term inner = T::number("inner steps", static_cast<double>(inner_steps_of(setup)));
  const Term full =
      passes_term<Term>(setup, parts.share_s) + T::seconds("t_reduce(n)", parts.fold_s);
  return full + inner * (Term(2) * T::seconds("t_passes(1)", parts.sample_s) +
                         T::seconds("t_update(n)", parts.update_s));
}

template <class Term>
Term expression_on(const Setup& setup, const BusTimes& bus) {
  const Rank slowest = slowest_worker(
      setup, [&](Rank rank) { return computing<double>(setup, parts_of(setup, rank)); });
  const Term iterations =
      Terms<Term>::number("iterations", static_cast<double>(setup.training.iterations));
  return iterations * with_accesses(setup, bus, computing<Term>(setup, parts_of(setup, slowest)),
                                    accesses_of(setup));
}

template <class Term>
Term expression(const Setup& setup) {
  return expression_on<Term>(setup, mean_bus_times(setup));
}

ClosedForm closed_form(const Setup& setup) {
  ClosedForm form;
  const Count parameters = setup.mlp.parameters();
  const Count iterations = Count{setup.training.iterations} * setup.workers;
  const Count updates = iterations * inner_steps_of(setup);
  count_passes(form.flops, setup.mlp, iterations * setup.batch_per_worker + 2 * updates);
  form.flops[ComputeKind::update] = updates * svrg_rule.flops * parameters;
  form.makespan = nearest_seconds(expression<double>(setup));
  const BusTimes bus = mean_bus_times(setup);
  claim_shared(setup, bus, expression_on<double>(setup, bus_for_one(bus)),
               setup.training.iterations * accesses_of(setup), form);
  form.memory = replica_memory(setup);
  form.memory.versions += form.memory.parameters + form.memory.gradients;  // u0 and mu
  form.memory.gradients *= 2;                                              // at u and at u0
  if (setup.workers == 1) return form;
  form.flops[ComputeKind::reduce] = iterations * parameters;
  form.messages = iterations * accesses_of(setup);
  form.bytes = iterations * parameters *
               (parameter_accesses(setup) * setup.mlp.precision.parameters +
                gradient_accesses * setup.mlp.precision.gradients);
  form.staleness = staleness_of_steps(setup, inner_steps_of(setup));
  return form;
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
    .closed_form = closed_form,
    .formula = expression<Formula>,
    .own_rule =
        [](const Setup& /*setup*/) {
          return std::string_view{"corrects each gradient and takes a plain step"};
        },
    .asynchronous = true,
    .extra_work = true,  // the full gradient, and two gradients in each step
    .shared_memory = true,
    .samples_of_gradient = [](const Setup&) { return std::int64_t{1}; },
};

}  // namespace lockstep::models
