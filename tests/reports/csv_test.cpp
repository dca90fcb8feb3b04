#include "reports/csv.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/reports/sample_report.hpp"

using namespace lockstep;
using namespace lockstep::reports;

TEST_CASE("csv: cells with commas, quotes or line breaks are quoted") {
  CHECK(csv_cell("plain text") == "plain text");
  CHECK(csv_cell("a,b") == "\"a,b\"");
  CHECK(csv_cell("say \"no\"") == "\"say \"\"no\"\"\"");
  CHECK(csv_cell("two\nlines") == "\"two\nlines\"");
  CHECK(csv_cell("").empty());
}

TEST_CASE("csv: a name is neither a formula nor a control sequence") {
  CHECK(csv_name("=1+1") == "'=1+1");
  CHECK(csv_name("@SUM(A1)") == "'@SUM(A1)");
  CHECK(csv_name("+1") == "'+1");
  CHECK(csv_name("-1") == "'-1");
  CHECK(csv_name("  =1") == "'  =1");
  CHECK(csv_name("＝1") == "'＝1");
  CHECK(csv_name("a-b = c") == "a-b = c");
  CHECK(csv_name("\x1b[2J\n\t") == "\\x1b[2J\\n\\t");
  CHECK(csv_name("").empty());
}

TEST_CASE("csv: a header and a row per run") {
  const scenarios::Scenario scenario = testing::sample_scenario();
  const std::string text = csv_text({testing::sample_report(scenario)});
  CHECK(text.starts_with("scenario,algorithm,label,workers,"));
  CHECK(std::count(text.begin(), text.end(), '\n') == 2);
  const std::string row = text.substr(text.find("\r\n") + 2);
  // servers 0, hosts 2, iterations 2, global batch 4, 0.75 s an iteration, 8 samples in 1.5 s
  CHECK(row.starts_with(
      "sample,sync_sgd,\"two, \"\"workers\"\"\",2,0,2,2,4,0.75,5.333333333333333,"));
  // times, FLOPs, bytes and messages in pairs, then events, memory, staleness
  CHECK(row.find(",1,lower_bound,1.5,15,15,600,600,7,7,99,100,0.25,1,") != std::string::npos);
}

TEST_CASE("csv: what was not simulated is empty") {
  const scenarios::Scenario scenario = testing::sample_scenario();
  Report report = testing::sample_report(scenario);
  report.runs[0].simulated.reset();
  CHECK(csv_text({report}).find(",1,lower_bound,,15,,600,,7,,,100,0.5,1,") != std::string::npos);
}

TEST_CASE("csv: a row per flow") {
  const scenarios::Scenario scenario = testing::sample_traffic();
  CHECK(csv_text({testing::sample_traffic_report(scenario)}) ==
        "scenario,from,to,bytes,start_s,finish_s\r\n"
        "flows,h0,h1,1000,0,1\r\n"
        "flows,h0,h1,500,1,1.5\r\n");
}
