// Synchronous data parallelism on real numbers: what must be the same, and what must differ how.
#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "models/parts/collectives/allreduce.hpp"
#include "tests/models/readers/numerics/numeric_runs.hpp"
#include "tests/models/readers/numerics/plain_gradient.hpp"

namespace lockstep::models {

namespace {

using testing::RunOf;
using testing::trained;
using Chosen = std::vector<std::pair<std::string, OptionValue>>;

RunOf run_of(const char* kind, int hosts, Chosen options = {}) {
  RunOf run;
  run.kind = kind;
  run.hosts = hosts;
  run.mlp = {.layers = 3, .width = 64};
  run.training = {.batch_is_global = true, .batch = 24, .iterations = 8, .learning_rate = 0.1};
  run.options = std::move(options);
  return run;
}

RunOf sync(int hosts, Chosen options = {}) { return run_of("sync_sgd", hosts, std::move(options)); }

using Models = std::vector<std::vector<float>>;

Models models_of(const RunOf& run) { return trained(run.setup()).numbers.parameters; }

// Sums in another order differ in the last of 24 bits: of weights below 1, by 6e-8 a step.
double farthest(const std::vector<float>& a, const std::vector<float>& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    most = std::max(most, std::abs(double{a[i]} - double{b[i]}));
  return most;
}
constexpr double rounding = 1e-6;

void check_replicas_are_equal(const Setup& setup, const Models& models) {
  for (std::size_t rank = 1; rank < static_cast<std::size_t>(setup.workers); ++rank)
    CHECK(models[rank] == models[0]);
}

// Where `rank`'s samples of iteration `iteration` stand, from sample `from` of its share on.
testing::Places share_of(const Setup& setup, std::int64_t iteration, Rank rank, std::int64_t from,
                         std::int64_t count) {
  return {iteration * setup.global_batch + rank * setup.batch_per_worker + from, count};
}

}  // namespace

TEST_CASE("sync_sgd on numbers: with every allreduce it takes the steps of sgd, on all ranks") {
  const std::vector<float> alone = models_of(run_of("sgd", 1))[0];
  for (const std::string_view allreduce : allreduces) {
    for (const int workers : {2, 3, 4, 6}) {
      CAPTURE(allreduce);
      CAPTURE(workers);
      RunOf run = sync(workers, {{"allreduce", std::string(allreduce)}});
      if (allreduce == "star" || allreduce == "sharded_server") ++run.hosts;
      if (allreduce == "sharded_server") {
        ++run.hosts;
        run.options.emplace_back("servers", std::int64_t{2});
      }
      const Setup setup = run.setup();
      REQUIRE(setup.workers == workers);
      const Models models = models_of(run);
      check_replicas_are_equal(setup, models);
      CHECK(farthest(models[0], alone) < rounding);
    }
  }
}

TEST_CASE("sync_sgd on numbers: the steps are those of plain loops in double precision") {
  const Setup setup = sync(4).setup();
  const Problem problem = testing::problem_on_digits(setup);
  testing::PlainModel plain(problem);
  for (std::int64_t iteration = 0; iteration < 8; ++iteration)
    plain.step(plain.gradient_of({{iteration * setup.global_batch, setup.global_batch}}));
  CHECK(plain.farthest(trained(setup).numbers.parameters[0]) < rounding);
}

TEST_CASE("sync_sgd on numbers: overlap changes no bit where each scalar is added in one order") {
  // Two workers add two numbers; in pairs at doubling distances the order is every scalar's.
  for (const auto& [allreduce, hosts] :
       {std::pair{"ring", 2}, {"recursive_doubling", 4}, {"halving_doubling", 4}, {"tree", 4}}) {
    CAPTURE(allreduce);
    const Chosen plain = {{"allreduce", std::string(allreduce)}};
    Chosen overlap = plain;
    overlap.emplace_back("overlap", true);
    Chosen buckets = overlap;
    buckets.emplace_back("bucket_bytes", 40'000.0);  // two layers, then one
    const Models models = models_of(sync(hosts, plain));
    CHECK(models_of(sync(hosts, overlap)) == models);
    CHECK(models_of(sync(hosts, buckets)) == models);
  }
}

TEST_CASE("sync_sgd on numbers: overlap with every compression is as good as none") {
  for (const char* compression : {"none", "one_bit", "top_k", "power_sgd", "sign"}) {
    CAPTURE(compression);
    RunOf run = sync(4, {{"compression", std::string(compression)}, {"overlap", true}});
    run.training.iterations = 40;
    const Trained result = trained(run.setup());
    check_replicas_are_equal(run.setup(), result.numbers.parameters);
    CHECK(result.curve.loss.back() < 0.9 * result.curve.loss.front());
  }
}

TEST_CASE("sync_sgd on numbers: top_k of all scalars is dense") {
  const Chosen all = {{"compression", std::string("top_k")}, {"top_k_fraction", 1.0}};
  CHECK(models_of(sync(2, all)) == models_of(sync(2)));  // two workers add two numbers
  const Models models = models_of(sync(4, all));
  check_replicas_are_equal(sync(4, all).setup(), models);
  CHECK(farthest(models[0], models_of(sync(4))[0]) < rounding);
}

TEST_CASE("sync_sgd on numbers: factors of full rank are dense") {
  const Chosen full = {{"compression", std::string("power_sgd")}, {"rank", std::int64_t{64}}};
  CHECK(farthest(models_of(sync(3, full))[0], models_of(sync(3))[0]) < 20 * rounding);
}

TEST_CASE("sync_sgd on numbers: every compression leaves all ranks with the same model") {
  for (const char* compression : {"one_bit", "top_k", "power_sgd", "sign"}) {
    for (const bool feedback : {true, false}) {
      for (const int workers : {2, 3, 5}) {
        CAPTURE(compression);
        CAPTURE(workers);
        RunOf run = sync(workers, {{"compression", std::string(compression)},
                                   {"error_feedback", feedback},
                                   {"top_k_fraction", 0.1}});
        run.training.batch = 30;
        check_replicas_are_equal(run.setup(), models_of(run));
      }
    }
  }
}

TEST_CASE("sync_sgd on numbers: error feedback brings one bit a weight close to dense steps") {
  const auto loss_of = [](Chosen options) {
    RunOf run = sync(4, std::move(options));
    run.training.iterations = 40;
    return trained(run.setup()).curve.loss.back();
  };
  const double dense = loss_of({});
  const double with = loss_of({{"compression", std::string("one_bit")}});
  const double without =
      loss_of({{"compression", std::string("one_bit")}, {"error_feedback", false}});
  CHECK(std::abs(with - dense) < 0.1 * dense);
  CHECK(without > with);
}

TEST_CASE(
    "double buffering on numbers: each half's gradient is of the model before the last step") {
  // G_0 and G_1 are of w_0; w_1 = w_0 - r G_0; G_2 is of w_1; w_2 = w_1 - r G_1; and so on: the
  // step by half h is taken after half h + 1 was computed.
  const RunOf run = sync(3, {{"double_buffering", true}});
  const Setup setup = run.setup();
  const Problem problem = testing::problem_on_digits(setup);
  testing::PlainModel plain(problem);
  const std::int64_t samples = setup.batch_per_worker / 2;
  std::vector<double> waiting;
  for (std::int64_t half = 0; half < 2 * setup.training.iterations; ++half) {
    std::vector<testing::Places> places;
    for (Rank rank = 0; rank < 3; ++rank)
      places.push_back(share_of(setup, half / 2, rank, half % 2 * samples, samples));
    const std::vector<double> gradient = plain.gradient_of(places);
    if (half > 0) plain.step(waiting);
    waiting = gradient;
  }
  plain.step(waiting);
  const Models models = models_of(run);
  check_replicas_are_equal(setup, models);
  CHECK(plain.farthest(models[0]) < rounding);
}

TEST_CASE("double buffering on numbers: it works with every compression") {
  for (const char* compression : {"one_bit", "top_k", "power_sgd", "sign"}) {
    CAPTURE(compression);
    RunOf run = sync(4, {{"compression", std::string(compression)}, {"double_buffering", true}});
    run.training.batch = 32;
    run.training.iterations = 40;
    const Trained result = trained(run.setup());
    check_replicas_are_equal(run.setup(), result.numbers.parameters);
    CHECK(result.curve.loss.back() < 0.9 * result.curve.loss.front());
  }
}

TEST_CASE("backup workers on numbers: who is always late takes no part in any step") {
  RunOf run = sync(4, {{"backup_workers", std::int64_t{1}}});  // and one of the hosts is a server
  Setup setup = run.setup();
  REQUIRE(setup.workers == 3);
  setup.cluster.devices.assign(4, run.device);
  setup.cluster.devices[1].flops_per_s /= 200;
  setup.cluster.devices[1].launch_overhead_s *= 200;
  const Problem problem = testing::problem_on_digits(setup);
  testing::PlainModel plain(problem);
  const std::int64_t samples = setup.batch_per_worker;
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration)
    plain.step(plain.gradient_of(
        {share_of(setup, iteration, 0, 0, samples), share_of(setup, iteration, 2, 0, samples)}));
  const Trained result = trained(setup);
  check_replicas_are_equal(setup, result.numbers.parameters);
  CHECK(plain.farthest(result.numbers.parameters[0]) < rounding);
  // What was cut short is counted as far as it went.
  CHECK(to_double(result.numbers.flops[ComputeKind::backward_input]) <
        0.9 * to_double(closed_form_of(setup).flops[ComputeKind::backward_input]));
  for (const ComputeKind kind : compute_kinds)
    CHECK(result.numbers.flops[kind] == result.simulated.flops[kind]);
}

TEST_CASE("backup workers on numbers: none of them changes no bit") {
  const Chosen star = {{"allreduce", std::string("star")}};
  Chosen none = star;
  none.emplace_back("backup_workers", std::int64_t{0});
  CHECK(models_of(sync(4, none)) == models_of(sync(4, star)));
}

}  // namespace lockstep::models
