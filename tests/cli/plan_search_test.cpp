// The search of `lockstep plan` against simulating everything.
#include "cli/plan_search.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/cost/algorithm.hpp"
#include "models/cost/host_memory.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "sim/random_stream.hpp"

using namespace lockstep;
using namespace lockstep::cli;
using scenarios::Json;
using scenarios::PlannedScenario;

namespace {

// Time a sample, memory and number of the best runs, as text.
using Front = std::vector<std::string>;

std::string point_text(double time_s, Count memory, std::size_t candidate) {
  return fmt::format("{} s, {} B, candidate {}", time_s, memory, candidate);
}

PlannedScenario planned_of(const Json& document) {
  auto planned = PlannedScenario::of(document, ".", "scenario", {});
  REQUIRE(planned.ok());
  return std::move(*planned);
}

Json scenario_of(int hosts, const Json& plan) {
  return {{"model", {{"layers", 4}, {"width", 64}}},
          {"training", {{"global_batch", 16}, {"iterations", 2}}},
          {"cluster",
           {{"topology",
             {{"kind", "star"},
              {"hosts", hosts},
              {"link", {{"bandwidth", "10 Gbit/s"}, {"latency", "5 us"}}}}},
            {"device", {{"flops", "1 TFLOP/s"}, {"memory", "16 GiB"}}}}},
          {"plan", plan}};
}

// By the definition, without anything that the search is made of: simulates all that can be run and
// fits, and compares every two.
Front exhaustive(const PlannedScenario& planned) {
  struct Point {
    double time_s;
    Count memory;
    std::size_t candidate;
  };
  std::vector<Point> points;
  for (std::size_t i = 0; i < planned.candidates(); ++i) {
    const auto setup = planned.setup(i);
    if (!setup.ok()) continue;
    const models::ClosedForm form = models::closed_form_of(*setup);
    if (!models::fits_in_memory(*setup, form)) continue;
    const models::Simulated run = models::simulate(*setup);
    REQUIRE(run.outcome.finished());
    points.push_back({run.makespan.seconds() / static_cast<double>(run.samples),
                      std::ranges::max(models::memory_by_host(*setup, form)), i});
  }
  Front front;
  for (const Point& one : points) {
    const bool beaten = std::ranges::any_of(points, [&](const Point& other) {
      const bool no_worse = other.time_s <= one.time_s && other.memory <= one.memory;
      const bool better = other.time_s < one.time_s || other.memory < one.memory;
      return no_worse && (better || other.candidate < one.candidate);
    });
    if (!beaten) front.push_back(point_text(one.time_s, one.memory, one.candidate));
  }
  std::ranges::sort(front);
  return front;
}

reports::PlanReport search(const PlannedScenario& planned, std::size_t jobs = 2) {
  PlanSearch search(planned, {.jobs = jobs});
  search.evaluate();
  search.simulate();
  return search.report();
}

Front front_of(const reports::PlanReport& report) {
  Front front;
  for (const reports::PlanRow& row : report.rows)
    front.push_back(point_text(row.time_per_sample_s, row.memory, row.candidate));
  std::ranges::sort(front);
  return front;
}

void check_counts(const reports::PlanReport& report) {
  const reports::PlanCounts& counts = report.counts;
  CHECK(counts.repeated + counts.refused + counts.unfit + counts.pruned() + counts.simulated ==
        counts.all);
  CHECK(counts.failed == 0);
  CHECK(counts.left == 0);
}

}  // namespace

TEST_CASE("plan_search: the front is that of an exhaustive search") {
  const std::vector<Json> plans = {
      Json::parse(R"({"kinds": ["gpipe", "pipeline_1f1b", "zb_h1", "zb_h2", "layer_parallel"]})"),
      Json::parse(R"({"kinds": ["sync_sgd", "zero"],
                      "options": {"compression": ["none", "sign"], "double_buffering": false}})"),
      Json::parse(R"({"kinds": ["async_sgd", "ssp", "downpour", "adag"],
                      "options": {"compression": "none", "accumulation_steps": [1, 4]}})"),
      Json::parse(R"({"kinds": ["three_d_parallel", "hybrid_parallel", "tensor_parallel"],
                      "options": {"compression": "none", "allreduce": ["ring", "tree"]}})"),
      Json::parse(R"({"kinds": ["d_psgd", "sgp", "ad_psgd", "easgd", "diloco", "sgd"],
                      "precision": ["fp32", "mixed"],
                      "options": {"allreduce": "ring", "accumulation_steps": [1, 2]}})"),
      Json::parse(R"({"kinds": ["pipedream", "pipedream_2bw", "spectrain", "pipelined_backprop",
                                "ddg", "features_replay", "synthetic_gradients"],
                      "options": {"compression": "none"},
                      "axes": {"/training/global_batch": [8, 16]}})")};
  std::size_t pruned = 0;
  for (const Json& plan : plans) {
    CAPTURE(plan.dump());
    const PlannedScenario planned = planned_of(scenario_of(4, plan));
    const reports::PlanReport report = search(planned);
    check_counts(report);
    CHECK(front_of(report) == exhaustive(planned));
    pruned += report.counts.pruned();
  }
  CHECK(pruned > 100);
}

TEST_CASE("plan_search: the front is that of an exhaustive search on random clusters and models") {
  sim::RandomStream random(5, 0);
  const auto pick = [&](std::initializer_list<Json> from) {
    return *(from.begin() + random.below(from.size()));
  };
  int with_less_memory = 0;
  for (int round = 0; round < 40; ++round) {
    Json kinds = Json::array();
    for (int i = 0; i < 3; ++i)
      kinds.push_back(pick({"sync_sgd", "zero", "gpipe", "pipeline_1f1b", "async_sgd", "dualpipe",
                            "three_d_parallel", "sgp", "model_averaging", "pipedream_2bw", "ssp",
                            "tensor_parallel", "zb_v", "easgd"}));
    Json plan = {{"kinds", kinds},
                 {"options",
                  {{"compression", "none"},
                   {"overlap", pick({true, false})},
                   {"accumulation_steps", pick({1, 2})},
                   {"double_buffering", false},
                   {"placement", pick({"dedicated", "colocated"})},
                   {"allreduce", Json::array({pick({"ring", "tree"}), "halving_doubling"})}}}};
    Json document = scenario_of(static_cast<int>(2 + random.below(5)), plan);
    document["model"] = {{"layers", 1 + random.below(8)}, {"width", 16 + random.below(100)}};
    document["training"]["optimizer"] = "sgd";
    Json& cluster = document["cluster"];
    cluster["sharing"] = pick({"max_min", "single_port", "none"});
    cluster["topology"]["kind"] = pick({"star", "ring", "fully_connected"});
    cluster["topology"]["link"] = {{"bandwidth", std::pow(10, 8 + 3 * random.uniform())},
                                   {"latency", std::pow(10, -7 + 3 * random.uniform())}};
    cluster["device"] = {{"flops", std::pow(10, 10 + 3 * random.uniform())},
                         {"memory", 1000 * (10 + random.below(2000))}};
    // Options that none of the kinds has are faults.
    for (const char* option : {"compression", "overlap", "accumulation_steps", "double_buffering",
                               "placement", "allreduce"}) {
      const auto read = PlannedScenario::of(document, ".", "scenario", {});
      if (read.ok()) break;
      const auto is_of = [&](const Fault& fault) {
        return fault.pointer.find(option) != std::string::npos;
      };
      if (std::ranges::any_of(read.faults(), is_of)) document["plan"]["options"].erase(option);
    }
    CAPTURE(document.dump());
    const PlannedScenario planned = planned_of(document);
    const reports::PlanReport report = search(planned);
    check_counts(report);
    CHECK(front_of(report) == exhaustive(planned));
    if (report.counts.unfit > 0) ++with_less_memory;
  }
  CHECK(with_less_memory > 5);
}

TEST_CASE(
    "plan_search: a run whose closed form is an estimate is simulated, or its work is too much") {
  // Random factors make every closed form an estimate, and leave no bound on the work either.
  Json document = scenario_of(4, Json::parse(R"({"kinds": ["gpipe", "pipeline_1f1b"]})"));
  document["cluster"]["slowdown"] = {{"distribution", "exponential"}};
  const reports::PlanReport report = search(planned_of(document));
  check_counts(report);
  CHECK(report.counts.pruned() == 0);
  CHECK(report.counts.simulated > 10);
  document["cluster"].erase("slowdown");
  CHECK(search(planned_of(document)).counts.pruned() > 0);
}

TEST_CASE("plan_search: however many threads, the same is found, in the same words") {
  const Json plan = Json::parse(R"({"kinds": ["sync_sgd", "gpipe", "async_sgd"],
                                    "options": {"compression": "none"}})");
  const PlannedScenario planned = planned_of(scenario_of(4, plan));
  const std::string one = reports::plan_json(search(planned, 1)).dump();
  for (const std::size_t jobs : {2, 3, 7})
    CHECK(reports::plan_json(search(planned, jobs)).dump() == one);
}

TEST_CASE("plan_search: runs that learn alike have a front of their own where it is asked for") {
  const PlannedScenario planned =
      planned_of(scenario_of(4, Json::parse(R"({"kinds": ["gpipe", "sgd"], "hosts": 4})")));
  PlanSearch each(planned, {.jobs = 1, .by_group = true});
  each.evaluate();
  each.simulate();
  const auto rows = each.report().rows;
  for (const char* kind : {"gpipe", "sgd"})
    CHECK(std::ranges::any_of(rows, [&](const auto& row) { return row.kind == kind; }));
  Front front;
  for (const reports::PlanRow& row : rows)
    if (row.is_on_front)
      front.push_back(point_text(row.time_per_sample_s, row.memory, row.candidate));
  std::ranges::sort(front);
  CHECK(front == exhaustive(planned));
}

TEST_CASE("plan_search: where nothing fits, it knows what is nearest") {
  // A layer of 64 x 64 with biases has 4,160 parameters. Of 4 of them, one worker keeps parameters
  // and gradients, each 66,560 B, and activations. Without a device that holds this, sgd with 16
  // samples misses what it needs less what there is.
  Json document = scenario_of(1, Json::parse(R"({"kinds": ["sgd"], "hosts": 1})"));
  document["cluster"]["device"]["memory"] = 100000;
  const PlannedScenario planned = planned_of(document);
  PlanSearch search(planned, {.jobs = 1});
  search.evaluate();
  search.simulate();
  CHECK(search.report().rows.empty());
  CHECK(search.report().counts.unfit == 1);
  const auto nearest = search.nearest();
  REQUIRE(nearest.has_value());
  const auto setup = planned.setup(0);
  CHECK(nearest->needed == to_double(models::closed_form_of(*setup).memory.total()));
  CHECK(nearest->needed > 2 * 66560);
  CHECK(nearest->missing == nearest->needed - 100000);
}
