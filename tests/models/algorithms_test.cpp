// What holds of every algorithm in the registry, over random scenarios.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/own_links.hpp"
#include "models/parts/encodings/compression.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/evaluated_formula.hpp"
#include "tests/models/random_run.hpp"
#include "tests/sanitized.hpp"

namespace lockstep::models {

namespace {

constexpr int runs_each = lockstep::testing::sanitized ? 60 : 600;

std::string describe(const testing::RunOf& run) {
  std::string text = fmt::format(
      "{} on {} x {}, sharing {}, connections {}, folds {}{}, L {}, N {}, batch {}{}, iterations "
      "{}",
      run.kind, run.hosts, run.topology, static_cast<int>(run.sharing),
      static_cast<int>(run.connections),
      run.device.reductions == Reductions::engine ? "on engines" : "on devices",
      run.reductions.empty() ? "" : " or not, by host", run.mlp.layers, run.mlp.width,
      run.training.batch, run.training.batch_is_global ? " global" : "", run.training.iterations);
  for (const auto& [name, value] : run.options) {
    text += " " + name + "=";
    if (const auto* choice = std::get_if<std::string>(&value)) text += *choice;
    if (const auto* whole = std::get_if<std::int64_t>(&value)) text += std::to_string(*whole);
    if (const auto* flag = std::get_if<bool>(&value)) text += *flag ? "true" : "false";
    if (const auto* number = std::get_if<double>(&value)) text += std::to_string(*number);
    if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value))
      text += fmt::format("[{}]", fmt::join(*list, ", "));
  }
  return text;
}

// Calls `check(setup, run)` for random scenarios of every algorithm that are not refused.
template <class Check>
void for_random_setups(std::uint64_t seed, const Check& check) {
  for (const Algorithm* algorithm : algorithms()) {
    testing::RandomRuns runs(std::string(algorithm->kind), seed);
    int accepted = 0;
    for (int i = 0; i < runs_each; ++i) {
      const testing::RunOf run = runs.next();
      const Result<Setup> setup = run.result();
      if (!setup.ok()) continue;
      ++accepted;
      const std::string what = describe(run);
      CAPTURE(what);
      check(*setup, run);
    }
    CAPTURE(algorithm->kind);
    CHECK(accepted >
          (lockstep::testing::sanitized ? 0 : runs_each / 20));  // the draw is not all refusals
  }
}

Simulated simulated(const Setup& setup) {
  Simulated result = simulate(setup);
  REQUIRE(result.outcome.finished());
  return result;
}

}  // namespace

TEST_CASE("algorithms: FLOPs by kind, bytes and messages of closed form and simulation are equal") {
  for_random_setups(1, [](const Setup& setup, const testing::RunOf&) {
    const ClosedForm form = closed_form_of(setup);
    const Simulated run = simulated(setup);
    testing::check_counts(form, run);
  });
}

TEST_CASE("algorithms: times hold what they claim") {
  for_random_setups(2, [](const Setup& setup, const testing::RunOf&) {
    const ClosedForm form = closed_form_of(setup);
    const Simulated run = simulated(setup);
    // 1e-9 relative, and 1 ps an operation on the critical path: at most the events of the run.
    const double tolerance_s =
        1e-9 * run.makespan.seconds() + 1e-12 * static_cast<double>(run.events);
    const double over_s = run.makespan.seconds() - form.makespan.seconds();
    CAPTURE(run.makespan.seconds());
    CAPTURE(form.makespan.seconds());
    CAPTURE(static_cast<int>(form.claim));
    if (form.claim == TimeClaim::exact) CHECK(std::abs(over_s) <= tolerance_s);
    if (form.claim == TimeClaim::lower_bound) CHECK(over_s >= -tolerance_s);
    if (form.claim == TimeClaim::upper_bound) CHECK(over_s <= tolerance_s);
    CHECK((form.claim == TimeClaim::exact) == form.leaves_out.empty());
  });
}

TEST_CASE("algorithms: a host computes, communicates or idles, and nothing else") {
  for_random_setups(3, [](const Setup& setup, const testing::RunOf&) {
    const Simulated run = simulated(setup);
    CHECK(run.workers.size() == static_cast<std::size_t>(setup.workers));
    for (const HostUse& host : run.workers) {
      CHECK(host.compute + host.exposed_communication + host.idle == run.makespan);
      CHECK(host.idle >= Picoseconds{});
      CHECK(host.exposed_communication >= Picoseconds{});
      CHECK(host.exposed_communication <= host.communication);
      CHECK(host.communication <= run.makespan);
    }
    for (const ChannelUse& channel : run.channels) CHECK(channel.busy <= run.makespan);
  });
}

TEST_CASE("algorithms: the same run twice is the same to the last event") {
  for_random_setups(4, [](const Setup& setup, const testing::RunOf&) {
    const Simulated first = simulated(setup);
    const Simulated second = simulated(setup);
    CHECK(first.makespan == second.makespan);
    CHECK(first.events == second.events);
    CHECK(first.staleness_histogram == second.staleness_histogram);
  });
}

TEST_CASE("algorithms: sharing the network is never faster than having it alone") {
  for_random_setups(5, [](const Setup& setup, const testing::RunOf&) {
    if (setup.algorithm->asynchronous) return;  // later pushes may meet a freer server
    Setup alone = setup;
    alone.cluster.sharing = Sharing::none;
    // 1 ps an event: transfers that share round up at other moments.
    const Simulated shared = simulated(setup);
    const Picoseconds rounding{static_cast<std::int64_t>(shared.events)};
    CHECK(shared.makespan + rounding >= simulated(alone).makespan);
  });
}

namespace {

bool is_on(const Options& options, const char* name) {
  const auto found = options.all().find(name);
  return found != options.all().end() && found->second == OptionValue{true};
}

// Folds or codings on a device that computes meanwhile: what arrives sooner may hold up a product
// that others wait for (Graham's anomalies, Bell Syst. Tech. J. 45 (1966)).
bool sums_beside_products_on_devices(const Setup& setup) {
  const Options& options = setup.options;
  const bool beside =
      std::ranges::any_of(std::array{"overlap", "prefetch", "double_buffering"},
                          [&](const char* option) { return is_on(options, option); });
  return beside && (setup.workers_fold_on_devices() || !compression_of(options).none());
}

}  // namespace

TEST_CASE("algorithms: twice the bandwidth is never slower without contention") {
  for_random_setups(6, [](const Setup& setup, const testing::RunOf& run) {
    // Messages that arrive earlier may arrive in another order, and queue worse: async_sgd is
    // slower so in about 1 of 180 random runs.
    if (setup.algorithm->asynchronous || sums_beside_products_on_devices(setup)) return;
    Setup alone = setup;
    alone.cluster.sharing = Sharing::none;
    testing::RunOf wider = run;
    wider.sharing = Sharing::none;
    wider.bytes_per_s *= 2;
    CHECK(simulated(wider.setup()).makespan <= simulated(alone).makespan);
  });
}

namespace {

// The same on hosts that differ by up to a factor of 8, or with compute times drawn at random.
Setup uneven(Setup setup, int which) {
  sim::RandomStream random(static_cast<std::uint64_t>(which), 1);
  if (which % 3 == 1) {
    setup.cluster.devices.resize(static_cast<std::size_t>(setup.cluster.hosts()),
                                 setup.cluster.devices.front());
    for (DeviceSpec& device : setup.cluster.devices)
      device.flops_per_s *= std::pow(8, -random.uniform());
  }
  if (which % 3 == 2)
    setup.cluster.slowdown = Slowdown{.per = static_cast<Slowdown::Per>(random.below(3)),
                                      .distribution = Slowdown::Distribution::exponential};
  return setup;
}

}  // namespace

TEST_CASE("algorithms: staleness holds what it claims") {
  int which = 0;
  int stale_and_exact = 0;
  for_random_setups(9, [&](const Setup& even, const testing::RunOf&) {
    const Setup setup = uneven(even, which++);
    const ClaimedStaleness claimed = closed_form_of(setup).staleness;
    const Staleness run = simulated(setup).staleness;
    CAPTURE(which % 3);
    CAPTURE(claimed.exact);
    CHECK(run.mean <= claimed.mean * (1 + 1e-12));
    CHECK(run.max <= claimed.max);
    if (!claimed.exact) return;
    CHECK(run.mean == doctest::Approx(claimed.mean).epsilon(1e-12));
    CHECK(run.max == claimed.max);
    if (setup.algorithm->asynchronous && claimed.max > 0) ++stale_and_exact;
  });
  CHECK(stale_and_exact > runs_each / 6);
}

TEST_CASE("algorithms: every update is counted, and staleness stays below the number of updates") {
  for_random_setups(7, [](const Setup& setup, const testing::RunOf&) {
    const Simulated run = simulated(setup);
    std::int64_t updates = 0;
    for (const std::int64_t bin : run.staleness_histogram) updates += bin;
    CHECK(updates >= setup.training.iterations);
    CHECK(run.staleness.max < updates);
    CHECK(run.staleness.mean <= static_cast<double>(run.staleness.max));
    const ClosedForm form = closed_form_of(setup);
    if (form.staleness.max == 0) CHECK(run.staleness.max == 0);
  });
}

TEST_CASE("algorithms: one worker is sgd: its FLOPs, no staleness, and its time but for servers") {
  for (const Algorithm* algorithm : algorithms()) {
    for (const std::int64_t iterations : {1, 3}) {
      testing::RunOf run;
      run.kind = std::string(algorithm->kind);
      run.topology = testing::topology_for(*algorithm);
      run.training.iterations = iterations;
      for (const OptionSpec& spec : algorithm->options)
        if (spec.name == "placement")
          run.options.emplace_back("placement", std::string("colocated"));
      run.hosts = 1;
      testing::RunOf reference = run;
      reference.kind = "sgd";
      reference.options.clear();
      const Simulated one = simulated(run.setup());
      const Simulated sgd = simulated(reference.setup());
      CAPTURE(algorithm->kind);
      CHECK(one.bytes == 0);
      CHECK(one.messages == 0);
      CHECK(one.staleness.max == 0);
      if (algorithm->extra_work) continue;
      CHECK(one.flops == sgd.flops);
      CHECK(one.makespan == sgd.makespan);
    }
  }
}

TEST_CASE("algorithms: what approximates nothing computes what sequential SGD does, in all") {
  // 6 B L N^2 FLOPs a mini-batch, less 2 B N^2 for the gradient by the model's inputs.
  int exact = 0;
  for_random_setups(8, [&](const Setup& setup, const testing::RunOf&) {
    if (!approximation_of(setup).starts_with("nothing")) return;
    if (is_on(setup.options, "rematerialization")) return;
    ++exact;
    const FlopCounts flops = simulated(setup).flops;
    const Count square = Count{setup.mlp.width} * setup.mlp.width;
    CHECK(flops[ComputeKind::forward] + flops[ComputeKind::backward_weight] +
              flops[ComputeKind::backward_input] ==
          Count{setup.training.iterations} * setup.global_batch * (6 * setup.mlp.layers - 2) *
              square);
  });
  CHECK(exact > 5 * runs_each / 3);
}

TEST_CASE("algorithms: a printed formula, with the numbers printed for its symbols, is the time") {
  for_random_setups(12, [](const Setup& setup, const testing::RunOf&) {
    const Formula formula = formula_of(setup);
    CAPTURE(formula.text());
    const double seconds = closed_form_of(setup).makespan.seconds();
    CHECK(testing::EvaluatedFormula(formula).value() == testing::as_printed(seconds));
  });
}

TEST_CASE("algorithms: every record has its words") {
  for (const Algorithm* algorithm : algorithms()) {
    CAPTURE(algorithm->kind);
    CHECK(find_algorithm(algorithm->kind) == algorithm);
    for (const std::string_view words : {algorithm->title, algorithm->summary, algorithm->source,
                                         algorithm->approximation, algorithm->when_to_use})
      CHECK(words.size() > 3);
    for (const OptionSpec& spec : algorithm->options) CHECK(spec.summary.size() > 3);
    testing::RunOf run;
    run.kind = std::string(algorithm->kind);
    run.topology = testing::topology_for(*algorithm);
    run.hosts = 6;
    run.mlp = {.layers = 12, .width = 66};  // 6 hosts may divide layers, or mini-batches
    run.training.batch = 6;
    const Formula formula = algorithm->formula(run.setup());
    CHECK(formula.text().find("iterations") != std::string::npos);
    CHECK_FALSE(formula.where().empty());
  }
}

}  // namespace lockstep::models
