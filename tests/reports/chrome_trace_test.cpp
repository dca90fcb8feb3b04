#include "reports/chrome_trace.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "models/algorithms/registry.hpp"
#include "tests/models/run_of.hpp"
#include "tests/reports/recorded_report.hpp"
#include "tests/reports/sample_report.hpp"

namespace lockstep::reports {

namespace {

using scenarios::Json;
using TrackKey = std::pair<std::int64_t, std::int64_t>;

struct Slice {
  double begin = 0;
  double end = 0;
};

// A trace, read, and checked against the rules of the Trace Event Format.
struct Checked {
  Json json;
  std::map<TrackKey, std::vector<Slice>> slices;
  std::set<std::int64_t> named_processes;
  std::set<TrackKey> named_threads;
  std::map<std::int64_t, std::vector<Json>> arrows;  // by id
  std::map<std::string, int> counters;
  std::set<std::string> thread_names;
  std::set<std::string> slice_names;
  std::vector<Json> messages;  // what slices with a receiver say

  explicit Checked(const std::string& text) : json(Json::parse(text, nullptr, false)) {
    REQUIRE(json["traceEvents"].is_array());
    for (const Json& event : json["traceEvents"]) read(event);
    for (auto& [track, all] : slices) check_track(track, all);
    for (const auto& [id, ends] : arrows) check_arrow(ends);
    for (const TrackKey& track : named_threads) CHECK(slices.contains(track));  // none is empty
  }

  void read(const Json& event) {
    const std::string phase = event["ph"];
    REQUIRE(event["pid"].is_number_integer());
    REQUIRE(event["name"].is_string());
    if (phase != "C") REQUIRE(event["tid"].is_number_integer());
    if (phase != "M") CHECK(event["ts"].get<double>() >= 0);
    const TrackKey track{event["pid"], event.value("tid", 0)};
    if (phase == "X") {
      CHECK(event["dur"].get<double>() >= 0);
      slice_names.insert(event["name"].get<std::string>());
      if (event["args"].contains("receiver")) messages.push_back(event["args"]);
      slices[track].push_back(
          {event["ts"], event["ts"].get<double>() + event["dur"].get<double>()});
    } else if (phase == "s" || phase == "f") {
      arrows[event["id"]].push_back(event);
    } else if (phase == "C") {
      CHECK(event["args"]["value"].is_number());
      ++counters[event["name"]];
    } else {
      REQUIRE(phase == "M");
      if (event["name"] == "process_name") named_processes.insert(track.first);
      if (event["name"] == "thread_name") {
        named_threads.insert(track);
        thread_names.insert(event["args"]["name"].get<std::string>());
      }
      if (event["name"] == "process_name" || event["name"] == "thread_name")
        CHECK(event["args"]["name"].is_string());
    }
  }

  // Slices of a thread lie beside each other or within each other.
  void check_track(const TrackKey& track, std::vector<Slice>& all) const {
    CHECK(named_processes.contains(track.first));
    CHECK(named_threads.contains(track));
    std::sort(all.begin(), all.end(), [](const Slice& a, const Slice& b) {
      return std::make_pair(a.begin, a.end) < std::make_pair(b.begin, b.end);
    });
    for (std::size_t i = 1; i < all.size(); ++i) CHECK(all[i].begin >= all[i - 1].end - 1e-6);
  }

  // From a slice to another, not back in time.
  void check_arrow(const std::vector<Json>& ends) const {
    REQUIRE(ends.size() == 2);
    CHECK(ends[0]["ph"] == "s");
    CHECK(ends[1]["ph"] == "f");
    CHECK(ends[1]["bp"] == "e");
    CHECK(ends[0]["cat"] == ends[1]["cat"]);
    CHECK(ends[0]["name"] == ends[1]["name"]);
    CHECK(ends[0]["ts"].get<double>() <= ends[1]["ts"].get<double>());
    for (const Json& end : ends) {
      const double time = end["ts"];
      const auto& on = slices.at({end["pid"], end["tid"]});
      CHECK(std::any_of(on.begin(), on.end(), [&](const Slice& slice) {
        return slice.begin <= time && time <= slice.end + 1e-6;
      }));
    }
  }

  [[nodiscard]] std::size_t all_slices() const {
    std::size_t sum = 0;
    for (const auto& [track, all] : slices) sum += all.size();
    return sum;
  }
};

Report recorded(const scenarios::Scenario& scenario, std::size_t most = 100'000) {
  Report report;
  report.scenario = &scenario;
  for (const models::Setup& setup : scenario.runs) {
    Run run = {&setup, models::closed_form_of(setup), std::nullopt};
    run.recording.emplace(most, setup.ranks());
    run.simulated = models::simulate(setup, {}, {.recording = &*run.recording});
    report.runs.push_back(std::move(run));
  }
  return report;
}

scenarios::Scenario scenario_of(const models::testing::RunOf& run) {
  scenarios::Scenario scenario = testing::sample_scenario();
  scenario.cluster = run.cluster();
  scenario.runs = {run.setup()};
  return scenario;
}

models::testing::RunOf run_of(const char* kind, int hosts) {
  models::testing::RunOf run;
  run.kind = kind;
  run.hosts = hosts;
  return run;
}

}  // namespace

TEST_CASE("chrome_trace: ranks are processes; a message is a slice on either side and an arrow") {
  const scenarios::Scenario scenario = scenario_of(run_of("sync_sgd", 2));
  const Checked trace(chrome_trace({recorded(scenario)}).text);
  // 10 uses of a device a rank; 4 messages; an iteration a rank. The first process is the whole
  // run, with counters.
  CHECK(trace.named_processes.size() == 3);
  CHECK(trace.all_slices() == 20 + 2 * 4 + 2);
  CHECK(trace.arrows.size() == 4);
  CHECK(trace.json["otherData"]["joined"].empty());
  CHECK(trace.counters.size() == 4);  // two links, both ways
}

TEST_CASE("chrome_trace: a message says who sent it to whom, how large it is, and what for") {
  const scenarios::Scenario scenario = scenario_of(run_of("sync_sgd", 2));
  const Checked trace(chrome_trace({recorded(scenario)}).text);
  REQUIRE(trace.messages.size() == 8);
  CHECK(trace.messages[0].dump() ==
        R"({"sender":"worker 1","receiver":"worker 0","bytes":24960,"purpose":"gradients"})");
}

TEST_CASE("chrome_trace: the critical path is a track, and each rank has one of its iterations") {
  models::testing::RunOf two = run_of("sync_sgd", 2);
  two.training.iterations = 2;
  const testing::RecordedReport recorded(two);
  const Checked trace(chrome_trace({recorded.report}).text);
  CHECK(trace.thread_names.contains("critical path"));
  // Both workers do the same at the same time: the path may be that of either.
  const auto either = [&](const std::string& one, const std::string& other) {
    return trace.slice_names.contains(one) || trace.slice_names.contains(other);
  };
  CHECK(either("forward, worker 0", "forward, worker 1"));
  CHECK(either("message, worker 0 to worker 1", "message, worker 1 to worker 0"));
  CHECK(trace.slice_names.contains("iteration 2"));
  // It is as long as the run: thread 1 of the whole run.
  double sum = 0;
  for (const Slice& slice : trace.slices.at({1, 1})) sum += slice.end - slice.begin;
  CHECK(sum == doctest::Approx(recorded.report.runs[0].simulated->makespan.seconds() * 1e6));
}

TEST_CASE("chrome_trace: times are microseconds, to the picosecond") {
  const scenarios::Scenario scenario = scenario_of(run_of("sgd", 1));
  const std::string text = chrome_trace({recorded(scenario)}).text;
  // 2 x 8 x 64 x 64 FLOPs at 1 TFLOP/s are 65,536 ps, and a launch takes 1 us.
  CHECK(text.find(R"("ts":0.000000,"dur":1.065536,"args":{"layer":0,"micro_batch":0}})") !=
        std::string::npos);
  CHECK(text.find(R"("ts":1.065536,)") != std::string::npos);
}

TEST_CASE("chrome_trace: many messages at once to a server are threads that do not overlap") {
  models::testing::RunOf run = run_of("async_sgd", 6);
  run.training.iterations = 3;
  const scenarios::Scenario scenario = scenario_of(run);
  const Checked trace(chrome_trace({recorded(scenario)}).text);
  CHECK(trace.named_processes.size() == 7);
  CHECK(trace.named_threads.size() > 6 * 2);
}

TEST_CASE("chrome_trace: every algorithm gives a trace within the rules") {
  for (const models::Algorithm* algorithm : models::algorithms()) {
    CAPTURE(algorithm->kind);
    models::testing::RunOf run;
    run.kind = std::string(algorithm->kind);
    run.topology = algorithm->shared_memory ? "shared_memory" : "star";
    run.mlp = {.layers = 16, .width = 64};
    run.training = {.batch_is_global = true, .batch = 48, .iterations = 2};
    const Result<models::Setup> setup = run.result();
    if (!setup) continue;  // its options do not suit four hosts
    const scenarios::Scenario scenario = scenario_of(run);
    const Checked trace(chrome_trace({recorded(scenario)}).text);
    CHECK(trace.all_slices() > 0);
  }
}

TEST_CASE("chrome_trace: joined spans say so") {
  models::testing::RunOf run = run_of("sync_sgd", 2);
  run.training.iterations = 50;
  const scenarios::Scenario scenario = scenario_of(run);
  const ChromeTrace joined = chrome_trace({recorded(scenario)}, 100);
  const Checked trace(joined.text);
  CHECK(trace.json["otherData"]["joined"].size() == 2);
  REQUIRE(joined.joined.size() == 2);
  CHECK(joined.joined[0].starts_with("sync_sgd: 1000 operations are "));
  CHECK(joined.joined[1].starts_with("sync_sgd: 200 messages are "));
  // Whoever looks at the trace sees it in tracks of their own.
  CHECK(trace.thread_names.contains("joined"));
  CHECK(trace.slice_names.contains(joined.joined[0].substr(std::string("sync_sgd: ").size())));
  CHECK(trace.all_slices() < 1000 + 200);
}

TEST_CASE("chrome_trace: loss and accuracy are counters") {
  const scenarios::Scenario scenario = scenario_of(run_of("sgd", 1));
  Report report = recorded(scenario);
  report.runs[0].trained.emplace();
  report.runs[0].trained->curve.time_s = {0, 1e-6};
  report.runs[0].trained->curve.loss = {2.5, 1.5};
  report.runs[0].trained->curve.accuracy = {0.1, 0.2};
  const std::string text = chrome_trace({report}).text;
  CHECK(Checked(text).counters["loss"] == 2);
  CHECK(text.find(R"("name":"accuracy","pid":1,"ts":1.000000,"args":{"value":0.2}})") !=
        std::string::npos);
}

TEST_CASE("chrome_trace: what ranks hold in memory are counters, if the recording kept it") {
  const scenarios::Scenario scenario = scenario_of(run_of("sync_sgd", 2));
  const auto counters_of = [&](const Report& report) {
    return Checked(chrome_trace({report}).text).counters;
  };
  CHECK(counters_of(recorded(scenario)).count("bytes of activations held") == 0);
  Report report = recorded(scenario);
  models::Recording& recording = *report.runs[0].recording;
  recording = models::Recording(100'000, 2);
  recording.keep_memory();
  report.runs[0].simulated = models::simulate(scenario.runs[0], {}, {.recording = &recording});
  auto counters = counters_of(report);
  // On each of two ranks it rises three times and falls three times.
  CHECK(counters["bytes of activations held"] == 2 * 6);
  CHECK(counters["bytes of messages waiting or being folded"] == 2 * 2);
  CHECK(counters["bytes of parameters, gradients and versions, on the fullest worker"] == 1);
  CHECK(chrome_trace({report}, 1).joined.empty());  // 32 a rank always stay
}

TEST_CASE("chrome_trace: names with quotes and what is no UTF-8 make JSON all the same") {
  scenarios::Scenario scenario = scenario_of(run_of("sgd", 1));
  scenario.runs.front().label = "a \"b\" \\ \xff\n";
  const Checked trace(chrome_trace({recorded(scenario)}).text);
  CHECK(trace.named_processes.size() == 1);
}

TEST_CASE("chrome_trace: raw flows go from node to node; no reports make an empty trace") {
  const scenarios::Scenario scenario = testing::sample_traffic();
  const Checked trace(chrome_trace({testing::sample_traffic_report(scenario)}).text);
  CHECK(trace.all_slices() == 4);
  CHECK(trace.arrows.size() == 2);
  CHECK(Checked(chrome_trace({}).text).json["traceEvents"].empty());
}

}  // namespace lockstep::reports
