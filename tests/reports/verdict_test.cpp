#include "reports/verdict.hpp"

#include <doctest/doctest.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "reports/comparison.hpp"
#include "reports/report_json.hpp"
#include "reports/text.hpp"
#include "reports/verdict_words.hpp"
#include "tests/reports/recorded_report.hpp"

namespace lockstep::reports {

namespace {

// The runs of several algorithms on four hosts, simulated.
struct Compared {
  scenarios::Scenario scenario = testing::sample_scenario();
  Report report;

  explicit Compared(const std::vector<const char*>& kinds) {
    scenario.runs.clear();
    for (const char* kind : kinds) {
      const auto run = testing::run_of(kind, 4, 3);
      scenario.cluster = run.cluster();
      scenario.runs.push_back(run.setup());
    }
    report.scenario = &scenario;
    for (const models::Setup& setup : scenario.runs) {
      Run run = {&setup, models::closed_form_of(setup), std::nullopt};
      run.simulated = models::simulate(setup);
      report.runs.push_back(std::move(run));
    }
  }
  Compared(const Compared&) = delete;
  Compared& operator=(const Compared&) = delete;

  [[nodiscard]] std::string text() const {
    return fmt::format("{}", fmt::join(verdict_of(report).text, " "));
  }
  [[nodiscard]] bool says(const std::string& part) const {
    const bool found = text().find(part) != std::string::npos;
    if (!found) MESSAGE(text());
    return found;
  }
  // Makes a run so many times as long.
  void slow_down(std::size_t run, double factor) {
    models::Simulated& simulated = *report.runs[run].simulated;
    simulated.makespan = ceil_scaled(simulated.makespan, factor);
  }
};

double rate(const Run& run) { return compare(run).samples_per_s; }

}  // namespace

TEST_CASE("verdict: the fastest comes first, with its factors") {
  Compared three({"sgd", "sync_sgd", "async_sgd"});
  const Verdict verdict = verdict_of(three.report);
  REQUIRE(verdict.best);
  REQUIRE(verdict.order.size() == 3);
  CHECK(verdict.order[0] == *verdict.best);
  for (std::size_t i = 1; i < 3; ++i)
    CHECK(rate(three.report.runs[verdict.order[i - 1]]) >=
          rate(three.report.runs[verdict.order[i]]));
  // Messages take long here: one device is the best.
  CHECK(verdict.text.front().starts_with("None of these beats one device, \"sgd\": "));
  for (const std::size_t run : {1U, 2U}) three.slow_down(run, 1e-4);
  three.slow_down(2, 0.5);
  CHECK(verdict_of(three.report).text.front().starts_with("None") == false);
  CHECK(three.says("\"async_sgd\" is the fastest of 3: "));
}

TEST_CASE("verdict: says where nothing beats one device") {
  Compared two({"sgd", "sync_sgd"});
  two.slow_down(1, 1000);
  CHECK(two.says(R"(None of these beats one device, "sgd": "sync_sgd", the next best, is )"));
  CHECK(two.says(" times as fast. "));
  two.slow_down(0, 1e6);  // of its own closed form, by which one device is meant
  CHECK(two.says(R"(None of these beats one device: "sync_sgd", the fastest, is )"));
}

TEST_CASE("verdict: one device is no match where it cannot hold the model") {
  Compared one({"zero"});
  CHECK(one.says("which does not beat one device (0."));
  for (models::DeviceSpec& device : one.scenario.runs[0].cluster.devices)
    device.memory_bytes = 1.01 * to_double(one.report.runs[0].analytic.memory.total());
  CHECK(one.says(" times as fast as one device with enough memory."));
  Compared two({"zero", "zero"});
  for (models::Setup& setup : two.scenario.runs)
    for (models::DeviceSpec& device : setup.cluster.devices)
      device.memory_bytes = 1.01 * to_double(two.report.runs[0].analytic.memory.total());
  CHECK(two.text().find("beats") == std::string::npos);
}

TEST_CASE("verdict: where devices differ, it says which one device is meant") {
  Compared one({"sync_sgd"});
  std::vector<models::DeviceSpec>& devices = one.scenario.runs[0].cluster.devices;
  devices.assign(4, devices.front());
  devices[1].flops_per_s *= 2;
  CHECK(one.says("which does not beat the device of host 0 (0."));
}

TEST_CASE("verdict: equally fast runs are named together") {
  Compared two({"sync_sgd", "sync_sgd"});
  two.scenario.runs[1].label = "again";
  CHECK(two.says(R"(None of these beats one device: "sync_sgd" and "again", the fastest, are )"));
  for (const std::size_t run : {0U, 1U}) two.slow_down(run, 1e-3);
  CHECK(two.says(R"("sync_sgd" and "again" are the fastest of 2, equally fast: )"));
}

TEST_CASE("verdict: what does not fit comes last, though it is faster") {
  Compared two({"sync_sgd", "sync_sgd"});
  two.scenario.runs[1].label = "large";
  two.report.runs[1].simulated->makespan =
      ceil_scaled(two.report.runs[1].simulated->makespan, 0.25);
  CHECK(verdict_of(two.report).best == 1);
  const double needed = to_double(two.report.runs[0].analytic.memory.total());
  for (models::DeviceSpec& device : two.scenario.runs[1].cluster.devices)
    device.memory_bytes = needed / 2;
  const Verdict verdict = verdict_of(two.report);
  CHECK(verdict.best == 0);
  CHECK(verdict.order == std::vector<std::size_t>{0, 1});
  CHECK(two.says(R"("large" does not fit: it needs )"));
  CHECK(two.says(R"(; with enough of it "large" would be 4 times as fast as "sync_sgd".)"));
  for (models::DeviceSpec& device : two.scenario.runs[0].cluster.devices)
    device.memory_bytes = needed / 1.5;
  CHECK_FALSE(verdict_of(two.report).best);
  CHECK(
      two.says(R"(None of these 2 fits the devices' memory: "sync_sgd" lacks least, and needs )"));
}

TEST_CASE("verdict: what is approximated is said beside the fastest that approximates nothing") {
  Compared two({"async_sgd", "sync_sgd"});
  two.slow_down(1, 2 * rate(two.report.runs[1]) / rate(two.report.runs[0]));
  CHECK(two.says("It only approximates sequential SGD. Gradients are stale"));
  CHECK(two.says(
      R"(The fastest that computes what sequential SGD does, "sync_sgd", is 0.5 times as fast.)"));
  CHECK(two.says(" updates old in the mean, "));
}

TEST_CASE("verdict: runs whose intervals overlap cannot be told apart") {
  Compared two({"sync_sgd", "sync_sgd"});
  two.scenario.runs[1].label = "other";
  for (std::size_t run = 0; run < 2; ++run) {
    const Picoseconds makespan = two.report.runs[run].simulated->makespan;
    two.report.runs[run].replicates = {
        makespan, ceil_scaled(makespan, 1.1 + 0.01 * static_cast<double>(run))};
  }
  CHECK(two.says(R"(Over 2 seeds "sync_sgd" cannot be told apart from "other".)"));
  // The mean over the seeds ranks, not the first seed.
  two.report.runs[0].replicates[1] = ceil_scaled(two.report.runs[0].replicates[1], 100);
  CHECK(verdict_of(two.report).best == 1);
}

TEST_CASE("verdict: a target is reached first by the soonest, and a miss never looks like a hit") {
  Compared three({"sync_sgd", "async_sgd", "easgd"});
  three.scenario.numerics.target_accuracy = 0.95;
  for (Run& run : three.report.runs) {
    models::Trained& trained = run.trained.emplace();
    trained.curve.time_s = {0, 2};
    trained.curve.loss = {1, 0.5};
    trained.curve.accuracy = {0.1, 0.94996};
  }
  CHECK(three.says("None reaches an accuracy of 95 %: the most is 94.996 %, by \""));
  three.report.runs[2].trained->time_to_target_s = 1.5;
  three.report.runs[1].trained->time_to_target_s = 3;
  const Verdict verdict = verdict_of(three.report);
  CHECK(verdict.order == std::vector<std::size_t>{2, 1, 0});
  CHECK(verdict.text.front() ==
        R"("easgd" reaches an accuracy of 95 % first, after 1.5 s; "async_sgd", the next, takes )"
        R"(2 times as long; "sync_sgd" does not reach it.)");
}

TEST_CASE("verdict: what takes the best run's time, and what to buy, by simulation") {
  testing::RecordedReport one(testing::run_of("sync_sgd", 4));
  const Verdict verdict = verdict_of(one.report);
  const std::string text = fmt::format("{}", fmt::join(verdict.text, " "));
  CHECK(text.find("Its workers compute for ") != std::string::npos);
  CHECK(text.find("Its critical path: ") != std::string::npos);
  CHECK(text.find("What to buy: ") != std::string::npos);
  // A path that only a page shows is not in the report, and no sentence depends on the page.
  one.report.runs.front().critical_path->in_report = false;
  CHECK(path_of_best(one.report, one.run()) == nullptr);
  one.report.path_of_best = one.run().critical_path;
  CHECK(verdict_of(one.report).text == verdict.text);
}

TEST_CASE("verdict: the report has the same words, and the page and the terminal") {
  Compared two({"sgd", "sync_sgd"});
  two.report.verdict = verdict_of(two.report);
  const Json json = report_json(two.report);
  CHECK(json["verdict"]["text"] == Json(two.report.verdict.text));
  CHECK(json["verdict"]["order"] == Json(two.report.verdict.order));
  CHECK(json["verdict"]["best"] == *two.report.verdict.best);
  std::string terminal = verdict_text(two.report.verdict, {});
  for (const std::string& line : wrap(two.report.verdict.text.front(), 80))
    CHECK(terminal.find(line) != std::string::npos);
}

TEST_CASE("verdict: none while runs may follow") {
  Compared two({"sgd", "sync_sgd"});
  two.report.interrupted = true;
  CHECK(verdict_of(two.report).order.empty());
  CHECK_FALSE(report_json(two.report).contains("verdict"));
}

TEST_CASE("verdict: a closed form that is not exact is said to need a simulation") {
  Compared two({"sync_sgd", "async_sgd"});
  for (Run& run : two.report.runs) run.simulated.reset();
  CHECK(two.says("By closed forms none of these beats one device: "));
  CHECK(two.says("The time of \"async_sgd\" is not exact: `lockstep run` simulates it."));
}

TEST_CASE("verdict: a label in the plural is one name, and every factor says of what") {
  Compared two({"sync_sgd", "async_sgd"});
  two.scenario.runs[0].label = "two versions";
  for (const std::size_t run : {0U, 1U}) two.slow_down(run, 1e-4);
  two.slow_down(0, 0.5);
  CHECK(verdict_of(two.report).text.front().starts_with(R"("two versions" is the fastest of 2: )"));
  CHECK(two.says(" times as fast as one device and "));
  CHECK(two.says(R"( times as fast as "async_sgd", the next best. "two versions" needs )"));
  two.scenario.numerics.target_accuracy = 0.95;
  for (Run& run : two.report.runs) {
    models::Trained& trained = run.trained.emplace();
    trained.curve.time_s = {0};
    trained.curve.loss = {1};
    trained.curve.accuracy = {0.1};
  }
  two.report.runs[0].trained->time_to_target_s = 1.5;
  CHECK(two.says(R"("two versions" reaches an accuracy of 95 % first, after 1.5 s; )"));
}

TEST_CASE("verdict: no sentence has two colons") {
  for (const char* kind :
       {"async_sgd", "easgd", "model_averaging", "dc_asgd", "ad_psgd", "d_psgd"}) {
    CAPTURE(kind);
    Compared two({kind, "sgd"});
    two.slow_down(0, 1e-5);
    for (const std::string& text : verdict_of(two.report).text)
      CHECK(std::ranges::count(text, ':') <= 1);
  }
}

TEST_CASE("verdict: by how much longer the next takes is never 1 times") {
  CHECK(longer_text(1.0049) == "0.49 % longer");
  CHECK(longer_text(1.09) == "9 % longer");
  CHECK(longer_text(1.23) == "1.23 times as long");
}

}  // namespace lockstep::reports
