#include "reports/critical_path.hpp"

#include <doctest/doctest.h>

#include "reports/page_timeline.hpp"
#include "reports/report_json.hpp"
#include "tests/reports/recorded_report.hpp"
#include "tests/reports/unpacked.hpp"

namespace lockstep::reports {

namespace {

using scenarios::Json;

// Two workers.
struct Explained : testing::RecordedReport {
  explicit Explained(const char* kind, std::int64_t iterations = 1)
      : RecordedReport(testing::run_of(kind, 2, iterations)) {}
};

}  // namespace

TEST_CASE("critical path: in the report, its seconds are the makespan") {
  const Explained sync("sync_sgd");
  const Json json = report_json(sync.report)["runs"][0];
  const Json& path = json["critical_path"];
  double sum_s = 0;
  for (const auto& [kind, seconds] : path["seconds"].items()) sum_s += seconds.get<double>();
  CHECK(sum_s == doctest::Approx(json["simulated"]["makespan_s"].get<double>()));
  CHECK(path["activities"] == sync.run().critical_path->steps.size());
  // Each of both messages on the path goes over one link to the switch and one from it.
  REQUIRE(path["links"].size() == 2);
  const double messages_s =
      path["seconds"]["latency"].get<double>() + path["seconds"]["transfer"].get<double>();
  for (const Json& link : path["links"])
    CHECK(link["seconds"].get<double>() == doctest::Approx(messages_s));
  REQUIRE(path["improvements"].size() == 4);
  CHECK(path["improvements"][0]["part"] == "devices");
  CHECK(path["improvements"][1]["part"] == "bandwidth");
  CHECK(path["improvements"][2]["part"] == "latency");
  // All links are alike: one of them alone.
  const Json& one = path["improvements"][3];
  CHECK(one["part"] == "link");
  const auto is_end = [&](const char* key) {
    return path["links"][0][key] == one[key] || path["links"][1][key] == one[key];
  };
  CHECK(is_end("from"));
  CHECK(is_end("to"));
}

TEST_CASE("critical path: nothing of it stands in reports that were made without") {
  Explained sync("sync_sgd");
  sync.report.runs.front().critical_path.reset();
  CHECK_FALSE(report_json(sync.report)["runs"][0].contains("critical_path"));
  CHECK(critical_path_tables(sync.report, {}).empty());
}

TEST_CASE("critical path: tables of shares and savings fit a terminal") {
  const Explained sync("sync_sgd");
  const std::string text = critical_path_tables(sync.report, {});
  CHECK(text.find("saving if 10 % better") != std::string::npos);
  CHECK(text.find("sync_sgd") != std::string::npos);
  std::size_t line = 0;
  for (const char letter : text) {
    line = letter == '\n' ? 0 : line + 1;
    CHECK(line <= 80);
  }
}

TEST_CASE("critical path: a part is named with its unit") {
  topologies::Topology topology;
  topology.nodes = {"h0", "h1", "a switch of a long name"};
  topology.links = {{.from = 0, .to = 2, .latency = {}}, {.from = 1, .to = 2, .latency = {}}};
  CHECK(part_text({.part = models::Part::latency}, topology) == "latency");
  CHECK(part_text({.part = models::Part::link_class, .bytes_per_s = 1.25e9, .latency = {5'000'000}},
                  topology) == "links of 10 Gbit/s and 5 us");
  CHECK(part_text({.part = models::Part::link, .link = 1}, topology).starts_with("only h1 - a sw"));
}

// Begin after the end before, length, kind, rank, receiver, layer: from the begin of the run to its
// end, however few spans are asked for.
TEST_CASE("critical path: on the page's timeline it is one row without gaps") {
  const Explained sync("sync_sgd", 50);
  for (const std::size_t most : {100'000, 40}) {
    const Json timeline = timeline_json(sync.run(), most);
    testing::Tables tables(timeline);
    const std::size_t ranks = timeline["ranks"].size();
    for (int i = 0; i < 3; ++i) (void)tables.next(ranks, 6);
    (void)tables.next(ranks, 1);
    (void)tables.next(timeline["links"].size(), 1);
    const auto path = tables.next(1, 6)[0];
    CHECK(path[0].size() > 1);
    CHECK(path[0].size() <= 2 * most);
    std::int64_t end = 0;
    for (std::size_t i = 0; i < path[0].size(); ++i) {
      CHECK(path[0][i] == 0);
      end += path[1][i];
    }
    const auto makespan = static_cast<double>(end) * timeline["tick_s"].get<double>();
    CHECK(makespan == doctest::Approx(sync.run().simulated->makespan.seconds()).epsilon(1e-6));
  }
}

}  // namespace lockstep::reports
