#include "reports/report_json.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "tests/reports/sample_report.hpp"

using namespace lockstep;
using namespace lockstep::reports;

namespace {

std::vector<std::string> keys(const Json& json) {
  std::vector<std::string> result;
  for (const auto& [key, value] : json.items()) result.push_back(key);
  return result;
}

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("report_json: the keys are the contract's, in its order") {
  const scenarios::Scenario scenario = testing::sample_scenario();
  const Json json = report_json(testing::sample_report(scenario));
  CHECK(keys(json) == Keys{"schema", "version", "scenario", "runs"});
  CHECK(json["schema"] == 1);
  CHECK(json["scenario"] == Json{{"name", "sample"}});
  const Json& run = json["runs"][0];
  CHECK(keys(run) ==
        Keys{"algorithm", "label", "workers", "analytic", "simulated", "links", "comparison"});
  CHECK(keys(run["analytic"]) == Keys{"flops", "bytes", "messages", "counts_are", "time_s",
                                      "time_is", "bound", "leaves_out", "memory_bytes_per_worker",
                                      "staleness", "approximation"});
  CHECK(keys(run["simulated"]) == Keys{"makespan_s", "samples_per_s", "flops", "bytes", "messages",
                                       "events", "workers", "staleness"});
  CHECK(keys(run["analytic"]["flops"]) ==
        Keys{"forward", "backward_weight", "backward_input", "reduce", "update", "total"});
}

TEST_CASE("report_json: the values of the closed form") {
  const scenarios::Scenario scenario = testing::sample_scenario();
  const Json run = report_json(testing::sample_report(scenario))["runs"][0];
  CHECK(run["algorithm"] == "sync_sgd");
  CHECK(run["label"] == "two, \"workers\"");
  CHECK(run["workers"] == 2);
  const Json& analytic = run["analytic"];
  CHECK(analytic["flops"].dump() ==
        R"({"forward":1,"backward_weight":2,"backward_input":3,"reduce":4,"update":5,"total":15})");
  CHECK(analytic["bytes"] == 600);
  CHECK(analytic["messages"] == 7);
  CHECK(analytic["time_s"] == 1.0);
  CHECK(analytic["time_is"] == "bound");
  CHECK(analytic["bound"] == "lower");
  CHECK(analytic["leaves_out"] == "queues");
  CHECK(analytic["memory_bytes_per_worker"]["total"] == 100);
  CHECK(analytic["staleness"].dump() == R"({"mean":0.5,"max":1,"is":"exact"})");
}

TEST_CASE("report_json: the values of the simulation") {
  const scenarios::Scenario scenario = testing::sample_scenario();
  const Json run = report_json(testing::sample_report(scenario))["runs"][0];
  const Json& simulated = run["simulated"];
  CHECK(simulated["makespan_s"] == 1.5);
  CHECK(simulated["samples_per_s"] == 8 / 1.5);
  CHECK(simulated["events"] == 99);
  CHECK(simulated["workers"][0].dump() ==
        R"({"compute_s":1.0,"communication_s":0.5,"exposed_communication_s":0.25,"idle_s":0.25})");
  CHECK(simulated["staleness"].dump() == R"({"mean":0.25,"max":1,"histogram":[3,1]})");
  // Channel 0 is the first link's own direction; 600 of the 1,500 bytes that it carries in 1.5 s.
  CHECK(run["links"].dump() ==
        R"([{"from":"h0","to":"switch","bytes":600,"busy_s":1.0,"utilization":0.4}])");
}

TEST_CASE("report_json: what was not done is absent") {
  const scenarios::Scenario scenario = testing::sample_scenario();
  Report report = testing::sample_report(scenario);
  report.runs[0].simulated.reset();
  report.runs[0].analytic.claim = models::TimeClaim::exact;
  report.runs[0].analytic.leaves_out.clear();
  const Json run = report_json(report)["runs"][0];
  CHECK_FALSE(run.contains("simulated"));
  CHECK_FALSE(run.contains("links"));
  CHECK(run["analytic"]["time_is"] == "exact");
  CHECK_FALSE(run["analytic"].contains("bound"));
  CHECK_FALSE(run["analytic"].contains("leaves_out"));
}

TEST_CASE("report_json: warnings and interruption are told") {
  scenarios::Scenario scenario = testing::sample_scenario();
  scenario.warnings = {{"/algorithm", "does not fit"}};
  Report report = testing::sample_report(scenario);
  report.interrupted = true;
  const Json json = report_json(report);
  CHECK(json["interrupted"] == true);
  CHECK(json["warnings"].dump() == R"([{"pointer":"/algorithm","message":"does not fit"}])");
}

TEST_CASE("report_json: flows in the scenario's order") {
  const scenarios::Scenario scenario = testing::sample_traffic();
  const Json json = report_json(testing::sample_traffic_report(scenario));
  CHECK(keys(json) == Keys{"schema", "version", "scenario", "traffic"});
  CHECK(json["traffic"].dump() ==
        R"([{"from":"h0","to":"h1","bytes":1000,"start_s":0.0,"finish_s":1.0},)"
        R"({"from":"h0","to":"h1","bytes":500,"start_s":1.0,"finish_s":1.5}])");
}

TEST_CASE("report_json: counts are integers up to 64 bits, then the nearest double") {
  const Count two_to_64 = Count{1} << 64U;
  CHECK(count_json(0).dump() == "0");
  CHECK(count_json(two_to_64 - 1).dump() == "18446744073709551615");
  CHECK(count_json(two_to_64).dump() == "1.8446744073709552e+19");
  CHECK(count_json(-1).dump() == "-1");
}

TEST_CASE("report_json: text that is not UTF-8 still makes JSON") {
  const std::string text = json_text(Json{{"name", "a\xff"}});
  CHECK(text == "{\n  \"name\": \"a\xef\xbf\xbd\"\n}\n");
}
