// Parameter servers on real numbers: their rules by hand, whole runs against the papers' equations
// one push after another, and what is the same as what.
#include <doctest/doctest.h>

#include <functional>

#include "models/algorithms/registry.hpp"
#include "models/cost/passes.hpp"
#include "models/parts/collectives/server_shards.hpp"
#include "models/readers/simulate/run_log.hpp"
#include "tests/models/readers/numerics/numeric_runs.hpp"
#include "tests/models/readers/numerics/rule_on_spans.hpp"
#include "tests/models/readers/numerics/vectors.hpp"

namespace lockstep::models {

namespace {

using testing::check_near;
using testing::distance;
using testing::rounding;
using testing::RuleOnSpans;
using testing::RunOf;
using testing::towards;
using testing::trained;
using Chosen = std::vector<std::pair<std::string, OptionValue>>;
using Vector = std::vector<float>;

// `workers`, and a host for the server of those that have one.
RunOf run_of(const char* kind, Chosen options, int workers, std::int64_t iterations = 12) {
  RunOf run;
  run.kind = kind;
  run.options = std::move(options);
  run.mlp = {.layers = 3, .width = 64};
  run.training = {.batch = 24 / workers, .iterations = iterations, .learning_rate = 0.05};
  run.hosts = workers;
  run.hosts += find_algorithm(kind)->servers(run.algorithm().options);
  return run;
}

Vector model_of(const RunOf& run) { return trained(run.setup()).numbers.parameters.back(); }
Vector model_of(const char* kind, Chosen options, int workers, std::int64_t iterations = 12) {
  return model_of(run_of(kind, std::move(options), workers, iterations));
}

// What a worker computes, mini-batch after mini-batch, from parameters that it is given.
class Gradients {
 public:
  Gradients(const Problem& problem, Rank rank) : problem_(&problem), numbers_(problem, rank) {}

  [[nodiscard]] Vector next(const Vector& parameters) {
    const Setup& setup = *problem_->setup;
    numbers_.begin_iteration();
    std::copy(parameters.begin(), parameters.end(), numbers_.buffer(Buffer::parameters).begin());
    CommonPlan plan;
    Worker worker(setup, 0, plan);
    Program passes[] = {forward_pass(worker, all_layers(setup.mlp), setup.batch_per_worker),
                        backward_pass(worker, all_layers(setup.mlp), setup.batch_per_worker)};
    for (Program& program : passes) {
      Strand strand(std::move(program));
      while (const Operation* operation = strand.next())
        numbers_.compute(*std::get_if<Compute>(operation));
    }
    return numbers_.copy_of(gradients_of(setup.mlp, all_layers(setup.mlp)));
  }

 private:
  const Problem* problem_;
  RankNumbers numbers_;
};

// One worker of `run` with steps of a plain 0.05, on parameters that a test gives it.
class PlainSteps {
 public:
  explicit PlainSteps(const RunOf& run)
      : setup_(run.setup()), problem_(testing::problem_on_digits(setup_)), worker_(problem_, 0) {}
  [[nodiscard]] const Vector& start() const { return problem_.start; }
  // The next mini-batch's gradient of `parameters` moves `others`.
  [[nodiscard]] Vector moved(const Vector& parameters, Vector others) {
    const Vector gradient = worker_.next(parameters);
    for (std::size_t i = 0; i < others.size(); ++i) others[i] -= 0.05F * gradient[i];
    return others;
  }
  [[nodiscard]] Vector after(const Vector& parameters) { return moved(parameters, parameters); }

 private:
  Setup setup_;
  Problem problem_;
  Gradients worker_;
};

// The model of a run in which each push is answered by the new parameters, computed one push after
// another, in the order in which they came: `apply` changes the first for the second, the push of
// the worker `source` from parameters that it holds since its last.
Vector push_by_push(const RunOf& run,
                    const std::function<void(Vector&, const Vector&, Rank source)>& apply) {
  const Setup setup = run.setup();
  const Problem problem = testing::problem_on_digits(setup);
  RunLog log;
  (void)simulate(setup, {}, {.log = &log});
  const auto server = static_cast<std::size_t>(setup.workers);
  const std::vector<Rank>& sources = log.order.ranks[server].sources.at(0);
  CHECK(sources.size() == static_cast<std::size_t>(setup.training.iterations * setup.workers));
  std::vector<Gradients> workers;
  for (Rank rank = 0; rank < setup.workers; ++rank) workers.emplace_back(problem, rank);
  Vector model = problem.start;
  std::vector<Vector> held(workers.size(), model);
  for (const Rank source : sources) {
    const auto index = static_cast<std::size_t>(source);
    apply(model, workers[index].next(held[index]), source);
    held[index] = model;
  }
  return model;
}

}  // namespace

TEST_CASE("numbers of dc_asgd: three pushes of two workers by hand") {
  // lambda 0.5, rate 0.1, w and both w_bak from 1. Pushes 2 of worker 0, 1 of worker 1, -2 of 0:
  // w = 1 - 0.1 x 2 = 0.8 = w_bak of 0; w - w_bak of 1 is -0.2, w = 0.8 - 0.1 (1 - 0.5 x 0.2) =
  // 0.71; w - w_bak of 0 is -0.09, w = 0.71 - 0.1 (-2 - 0.5 x 4 x 0.09) = 0.928.
  RunOf run = run_of("dc_asgd", {{"lambda", 0.5}}, 2);
  run.training.learning_rate = 0.1;
  RuleOnSpans rule(run.setup(), 2, {1});
  check_near(rule.step("delay compensated", {2}, 0), {0.8});
  check_near(rule.step("delay compensated", {1}, 1), {0.71});
  check_near(rule.step("delay compensated", {-2}, 0), {0.928});
}

TEST_CASE("numbers of dc_asgd: three pushes with an adaptive lambda by hand") {
  // The same with lambda 0.5 / sqrt(m + 1e-7): m = 0.05 x 4 = 0.2, and w = 0.8 as before;
  // m = 0.19 + 0.05 = 0.24, lambda 1.0206205, w = 0.8 - 0.1 (1 - 1.0206205 x 0.2) = 0.7204124;
  // m = 0.228 + 0.2 = 0.428, lambda 0.7642722, w - w_bak = -0.0795876,
  // w = 0.7204124 + 0.1 (2 + 0.7642722 x 4 x 0.0795876) = 0.9447430.
  RunOf run = run_of("dc_asgd", {{"lambda", 0.5}, {"adaptive", true}}, 2);
  run.training.learning_rate = 0.1;
  RuleOnSpans rule(run.setup(), 2, {1});
  check_near(rule.step("delay compensated, adaptive", {2}, 0), {0.8});
  check_near(rule.step("delay compensated, adaptive", {1}, 1), {0.7204124});
  check_near(rule.step("delay compensated, adaptive", {-2}, 0), {0.9447430});
}

TEST_CASE("numbers of async_sgd: compensated momentum, three pushes by hand") {
  // 4 pushers give 1 - 1/4; of 0.5 in all, -0.25 is left. Rate 0.1, w from 1, pushes 1, 2, 0:
  // v = -0.1, w = 0.9; v = 0.025 - 0.2 = -0.175, w = 0.725; v = 0.04375, w = 0.76875.
  RunOf run =
      run_of("async_sgd", {{"momentum", std::string("compensated")}, {"target_momentum", 0.5}}, 4);
  run.training.learning_rate = 0.1;
  RuleOnSpans rule(run.setup(), 4, {1});
  check_near(rule.step("compensated momentum", {1}), {0.9});
  check_near(rule.step("compensated momentum", {2}, 1), {0.725});
  check_near(rule.step("compensated momentum", {0}, 2), {0.76875});
}

TEST_CASE("numbers of easgd: a worker and the centre pull at each other, three times by hand") {
  // 4 workers, beta 0.8, so alpha 0.2; x = 2, c = 1: d = 0.2, x = 1.8, c = 1.2; then x has come to
  // 2.2: d = 0.2, x = 2, c = 1.4; then to 0.4: d = -0.2, x = 0.6, c = 1.2.
  const Setup setup =
      run_of("easgd", {{"communication", std::string("async")}, {"elasticity", 0.8}}, 4).setup();
  RuleOnSpans worker(setup, 0, {2});
  RuleOnSpans server(setup, 4, {1});
  const auto exchange = [&](float x) {
    worker.parameters() = {x};
    worker.buffer(Buffer::centre) = server.parameters();
    (void)worker.step("elastic pull", {0});
    server.buffer(Buffer::elastic_difference) = worker.buffer(Buffer::elastic_difference);
    (void)server.step("centre", {0});
  };
  exchange(2);
  check_near(worker.parameters(), {1.8});
  check_near(server.parameters(), {1.2});
  exchange(2.2F);
  check_near(worker.parameters(), {2});
  check_near(server.parameters(), {1.4});
  exchange(0.4F);
  check_near(worker.parameters(), {0.6});
  check_near(server.parameters(), {1.2});
}

TEST_CASE("numbers of async_sgd: a run is its pushes, one after another, bit for bit") {
  const RunOf run = run_of("async_sgd", {}, 3);
  CHECK(model_of(run) == push_by_push(run, [](Vector& w, const Vector& g, Rank) {
          for (std::size_t i = 0; i < w.size(); ++i) w[i] -= 0.05F * g[i];
        }));
}

TEST_CASE("numbers of dc_asgd: a run is its pushes, one after another, bit for bit") {
  const RunOf run = run_of("dc_asgd", {{"lambda", 2.0}}, 3);
  std::vector<Vector> backup(3);
  CHECK(model_of(run) == push_by_push(run, [&](Vector& w, const Vector& g, Rank source) {
          Vector& bak = backup[static_cast<std::size_t>(source)];
          if (bak.empty()) bak = testing::problem_on_digits(run.setup()).start;
          for (std::size_t i = 0; i < w.size(); ++i)
            w[i] -= 0.05F * (g[i] + 2.0F * (g[i] * g[i] * (w[i] - bak[i])));
          bak = w;
        }));
}

TEST_CASE("numbers of downpour: a run with Adagrad is its pushes, one after another") {
  const RunOf run = run_of("downpour", {{"adagrad", true}}, 3);
  Vector squares;
  CHECK(model_of(run) == push_by_push(run, [&](Vector& w, const Vector& g, Rank) {
          squares.resize(w.size());
          for (std::size_t i = 0; i < w.size(); ++i) {
            squares[i] += g[i] * g[i];
            if (g[i] != 0) w[i] -= 0.05F * g[i] / std::sqrt(squares[i]);
          }
        }));
}

TEST_CASE("numbers of servers: the same algorithm by other names, bit for bit") {
  for (const std::int64_t servers : {1, 3}) {
    CAPTURE(servers);
    const std::pair<std::string, OptionValue> divided = {"servers", servers};
    const Vector plain = model_of("async_sgd", {divided}, 4);
    CHECK(model_of("dc_asgd", {divided, {"lambda", 0.0}}, 4) == plain);
    CHECK(model_of("downpour", {divided}, 4) == plain);
    CHECK(model_of("adag", {divided, {"sync_period", std::int64_t{1}}}, 4) == plain);
    CHECK(model_of("ssp", {divided, {"staleness_bound", std::int64_t{100}}}, 4) == plain);
  }
}

TEST_CASE("numbers of servers: a worker alone is sgd, bit for bit where every step is answered") {
  const Vector plain = model_of("sgd", {}, 1);
  CHECK(model_of("async_sgd", {}, 1) == plain);
  CHECK(model_of("ssp", {}, 1) == plain);
  CHECK(model_of("adag", {}, 1) == plain);
  CHECK(model_of("downpour", {}, 1) == plain);
  // Nothing moves between what a worker gets and what it pushes.
  CHECK(model_of("dc_asgd", {}, 1) == plain);
  CHECK(model_of("dc_asgd", {{"adaptive", true}}, 1) == plain);
  // Servers take each gradient as the worker itself has; of sums they round otherwise.
  CHECK(model_of("downpour", {{"fetch_period", std::int64_t{5}}}, 1) == plain);
  const Chosen rare = {{"push_period", std::int64_t{5}}, {"fetch_period", std::int64_t{5}}};
  CHECK(distance(model_of("downpour", rare, 1), plain) < rounding);
  // No staleness, so that all of the momentum is left.
  CHECK(model_of("async_sgd", {{"momentum", std::string("compensated")}}, 1) ==
        model_of("sgd", {{"optimizer", std::string("momentum")}}, 1));
}

TEST_CASE(
    "numbers of downpour and adag: one push of each worker, of the sum or mean of its steps") {
  // 4 steps apart from the start w: the mean of all models is m. The sum of all gradients of all P
  // workers moves w by P (m - w); their means over the 4 steps by P / 4 (m - w), here m - w.
  const std::int64_t end = 4;
  const Vector start = testing::problem_on_digits(run_of("downpour", {}, 4).setup()).start;
  const Vector mean = model_of("model_averaging", {{"sync_period", end}}, 4, end);
  const Chosen once = {{"push_period", end}, {"fetch_period", end}};
  CHECK(distance(model_of("downpour", once, 4, end), towards(start, mean, 4)) < rounding);
  CHECK(distance(model_of("adag", {{"sync_period", end}}, 4, end), mean) < rounding);
}

TEST_CASE("numbers of adag: the last, shorter push is divided by its own steps") {
  // One worker, 3 steps, pushes after 2 and 3: half way to where sgd is after 2 steps, and then a
  // whole step.
  const RunOf run = run_of("adag", {{"sync_period", std::int64_t{2}}}, 1, 3);
  PlainSteps worker(run);
  const Vector two_steps = worker.after(worker.after(worker.start()));
  const Vector half_way = towards(worker.start(), two_steps, 0.5);
  CHECK(distance(model_of(run), worker.after(half_way)) < rounding);
}

TEST_CASE("numbers of downpour: what is fetched replaces the steps that were not pushed yet") {
  // One worker, 4 steps, pushes after 2 and 4, fetches after 3 and 4. Gradient 3 is of the local
  // parameters after 2 steps, gradient 4 of what the server has of these 2; it gets 3 and 4 then.
  const RunOf run = run_of(
      "downpour", {{"push_period", std::int64_t{2}}, {"fetch_period", std::int64_t{3}}}, 1, 4);
  PlainSteps worker(run);
  const Vector fetched = worker.after(worker.after(worker.start()));
  const Vector third = worker.after(fetched);
  CHECK(distance(model_of(run), worker.moved(fetched, third)) < rounding);
}

TEST_CASE("numbers of async_sgd: one compute group of all workers is sync_sgd") {
  CHECK(distance(model_of("async_sgd", {{"compute_groups", std::int64_t{1}}}, 4),
                 model_of("sync_sgd", {}, 4)) < rounding);
}

TEST_CASE("numbers of ssp: without slack it is sync_sgd at P times the learning rate") {
  // All push a gradient of the same parameters, and servers take a step for each.
  RunOf synchronous = run_of("sync_sgd", {}, 3);
  synchronous.training.learning_rate *= 3;
  CHECK(distance(model_of("ssp", {{"staleness_bound", std::int64_t{0}}}, 3),
                 model_of(synchronous)) < rounding);
}

TEST_CASE("numbers of easgd: asynchronous, one worker and one pull at the end") {
  // x is where sgd is after all steps, c goes to it by alpha = beta / 1; without elasticity not.
  const std::pair<std::string, OptionValue> async = {"communication", std::string("async")};
  const std::pair<std::string, OptionValue> late = {"sync_period", std::int64_t{0}};
  const Vector start = testing::problem_on_digits(run_of("sgd", {}, 1).setup()).start;
  const Vector pulled = towards(start, model_of("sgd", {}, 1), 0.9);
  CHECK(distance(model_of("easgd", {async, late}, 1), pulled) < rounding);
  CHECK(model_of("easgd", {async, {"elasticity", 0.0}}, 4) == start);
}

TEST_CASE("numbers of easgd: with momentum, three steps as in the paper") {
  // v <- 0.5 v - rate g(x + 0.5 v); x <- x + v; then one pull.
  const std::pair<std::string, OptionValue> async = {"communication", std::string("async")};
  const RunOf run = run_of("easgd", {async, {"momentum", 0.5}, {"elasticity", 1.0}}, 1, 3);
  const Setup setup = run.setup();
  const Problem problem = testing::problem_on_digits(setup);
  Gradients worker(problem, 0);
  Vector x = problem.start;
  Vector v(x.size(), 0);
  for (int step = 0; step < 3; ++step) {
    const Vector gradient = worker.next([&] {
      Vector ahead = x;
      for (std::size_t i = 0; i < x.size(); ++i) ahead[i] += 0.5F * v[i];
      return ahead;
    }());
    for (std::size_t i = 0; i < x.size(); ++i) {
      v[i] = 0.5F * v[i] - 0.05F * gradient[i];
      x[i] += v[i];
    }
  }
  CHECK(distance(model_of(run), x) < rounding);
}

}  // namespace lockstep::models
