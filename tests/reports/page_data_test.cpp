#include "reports/page_data.hpp"

#include <doctest/doctest.h>

#include "reports/symbol_words.hpp"
#include "tests/reports/recorded_report.hpp"
#include "tests/reports/unpacked.hpp"

namespace lockstep::reports {

namespace {

using scenarios::Json;

// Two workers that were simulated and recorded.
struct Recorded : testing::RecordedReport {
  explicit Recorded(const char* kind, std::int64_t iterations = 1)
      : RecordedReport(testing::run_of(kind, 2, iterations)) {}
  [[nodiscard]] Json run() const { return page_data({report})[0]["runs"][0]; }
};

}  // namespace

TEST_CASE("page_data: a document a report, with the report itself") {
  const scenarios::Scenario scenario = testing::sample_scenario();
  const Report report = testing::sample_report(scenario);
  const Json data = page_data({report, report});
  CHECK(data.size() == 2);
  CHECK(data[0]["report"]["runs"].size() == 1);
  CHECK(data[0]["sentence"] ==
        "1 algorithm, simulated: MLP, 1 layer of 10 x 10; 110 parameters, 440 B; 4 samples per "
        "mini-batch, 2 iterations; on a cluster of 2 hosts, star, links of 8 kbit/s and 0 s, "
        "shared max-min fairly; each 1 MFLOP/s at peak, efficiency 1.");
  CHECK(page_data({}) == Json::array());
}

TEST_CASE("page_data: the cluster, with how much of each link was used") {
  const scenarios::Scenario scenario = testing::sample_scenario();
  const Json data = page_data({testing::sample_report(scenario)})[0];
  CHECK(data["clusters"].size() == 1);
  const Json& cluster = data["clusters"][0];
  CHECK(cluster["nodes"].dump() == R"([{"name":"h0","host":true},{"name":"h1","host":true},)"
                                   R"({"name":"switch","host":false}])");
  CHECK(cluster["links"][1].dump() == R"({"from":1,"to":2,"bytes_per_s":1000.0,"latency_s":0.0})");
  CHECK(cluster["links_in_all"] == 2);
  // Link 0 in its own direction: 600 of 1,500 bytes.
  CHECK(data["runs"][0]["channels"].dump() == "[[0,true,0.4]]");
}

TEST_CASE("page_data: an algorithm in words, its formula with numbers, and its device's limit") {
  scenarios::Scenario scenario = testing::sample_scenario();
  scenario.runs.front().cluster.devices.front().memory_bytes = 4096;
  const Json run = page_data({testing::sample_report(scenario)})[0]["runs"][0];
  CHECK(run["title"] == "Synchronous SGD");
  CHECK(run["claim"] == "lower bound");
  CHECK_FALSE(run["formula"].get<std::string>().empty());
  REQUIRE(run["where"][0].size() == 3);
  CHECK(run["where"][0][2] == symbol_words(run["where"][0][0].get<std::string>()));
  CHECK(run["where"][0][2] != "");
  CHECK(run["worker_memory_limit_bytes"] == 4096);
  CHECK(run["server_memory_limit_bytes"].is_null());
  CHECK_FALSE(run.contains("timeline"));
}

TEST_CASE("page_data: a timeline's tables hold every span, and add up to the run") {
  const Recorded recorded("sync_sgd");
  const Json timeline = recorded.run()["timeline"];
  CHECK(timeline["ranks"].dump() == R"(["worker 0","worker 1"])");
  CHECK(timeline["nodes"].dump() == "[0,1]");  // hosts come before the switch
  CHECK(timeline["operations"] == 20);
  CHECK(timeline["messages"] == 4);
  CHECK(timeline["device_resolution_s"] == 0);
  CHECK(timeline["iteration_stride"] == 1);
  CHECK(timeline["tick_s"] == 1e-12);
  testing::Tables tables(timeline);
  // 9 uses of a device, a fold on the engine beside it and 2 messages a rank.
  const auto devices = tables.next(2, 6);
  CHECK(devices[0][0].size() == 9);
  CHECK(devices[1][0].size() == 9);
  const auto engines = tables.next(2, 6);
  CHECK(engines[0][0].size() == 1);
  const auto messages = tables.next(2, 6);
  CHECK(messages[1][0].size() == 2);
  // The ends add up to that of the last span, the update, which ends with the run.
  std::int64_t end = 0;
  for (int column : {0, 1})
    for (const std::int64_t part : devices[0][static_cast<std::size_t>(column)]) end += part;
  CHECK(end == recorded.report.runs[0].simulated->makespan.ps);
  CHECK(devices[0][2].back() == static_cast<int>(models::SpanKind::update));
  // Differences of bytes: both messages have half of the gradients.
  CHECK(messages[0][2] == std::vector<std::int64_t>{1, 1});
  CHECK(messages[0][3][0] == 24'960);
  CHECK(messages[0][3][1] == 0);
  const auto iterations = tables.next(2, 1);
  CHECK(iterations[0][0] == std::vector<std::int64_t>{0});
}

TEST_CASE("page_data: iterations are where each rank begins them") {
  const Recorded recorded("sync_sgd", 3);
  testing::Tables tables(recorded.run()["timeline"]);
  for (int i = 0; i < 3; ++i) (void)tables.next(2, 6);
  const auto iterations = tables.next(2, 1);
  // All three take equally long.
  const std::int64_t each = recorded.report.runs[0].simulated->makespan.ps / 3;
  CHECK(iterations[1][0] == std::vector<std::int64_t>{0, each, each});
}

TEST_CASE("page_data: how busy links are over a run adds up to what went over them") {
  const Recorded recorded("sync_sgd");
  const Json timeline = recorded.run()["timeline"];
  REQUIRE(timeline["links"].size() == 4);
  testing::Tables tables(timeline);
  for (int i = 0; i < 3; ++i) (void)tables.next(2, 6);
  (void)tables.next(2, 1);
  const auto links = tables.next(4, 1);
  const Run& run = recorded.report.runs[0];
  for (std::size_t i = 0; i < links.size(); ++i) {
    const std::vector<std::int64_t>& differences = links[i][0];
    double sum = 0;
    std::int64_t percent = 0;
    for (const std::int64_t difference : differences)
      sum += static_cast<double>(percent += difference);
    const double mean = sum / (100.0 * static_cast<double>(differences.size()));
    const models::ChannelUse& use = run.simulated->channels[i];
    const double share = to_double(use.bytes) / (1.25e9 * run.simulated->makespan.seconds());
    CHECK(mean == doctest::Approx(share).epsilon(0.02));  // whole percents
  }
  // The critical path, without pauses, is as long as the run.
  std::int64_t end = 0;
  const auto path = tables.next(1, 6);
  for (int column : {0, 1})
    for (const std::int64_t part : path[0][static_cast<std::size_t>(column)]) end += part;
  CHECK(end == run.simulated->makespan.ps);
  CHECK(tables.at_end());
}

TEST_CASE("page_data: with little room the timeline is joined, and says so") {
  const Recorded recorded("sync_sgd", 50);
  CHECK(recorded.run()["timeline"]["device_resolution_s"] == 0);
  const Json timeline = page_data({recorded.report}, 1)[0]["runs"][0]["timeline"];
  CHECK(timeline["device_resolution_s"] > 0);
  CHECK(timeline["operations"] == 1000);
  CHECK(testing::Tables(timeline).next(2, 6)[0][0].size() <= 64);
}

TEST_CASE("page_data: flows of a traffic scenario") {
  const scenarios::Scenario scenario = testing::sample_traffic();
  const Json data = page_data({testing::sample_traffic_report(scenario)})[0];
  CHECK(data["sentence"] ==
        "2 flows on a cluster of 2 hosts, star, links of 8 kbit/s and 0 s, shared max-min fairly.");
  CHECK(data["runs"].empty());
  CHECK(data["clusters"].size() == 1);
}

}  // namespace lockstep::reports
