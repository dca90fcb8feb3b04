#include "reports/overview.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "reports/text.hpp"
#include "tests/reports/sample_report.hpp"

using namespace lockstep;
using namespace lockstep::reports;

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, columns_of(line));
  return widest;
}

}  // namespace

TEST_CASE("overview: says the scenario in sentences") {
  const scenarios::Scenario scenario = testing::sample_scenario();
  const std::string text = overview_text(testing::sample_report(scenario), {});
  CHECK(text.starts_with("sample\ncluster:  2 hosts, star, links of 8 kbit/s and 0 s, "));
  // 10 x 10 weights and 10 biases of 4 bytes
  CHECK(has(text, "model:    MLP, 1 layer of 10 x 10; 110 parameters, 440 B\n"));
  CHECK(has(text, "training: 4 samples per mini-batch, 2 iterations\n"));
}

TEST_CASE("overview: closed form and simulation side by side, at most 80 columns wide") {
  scenarios::Scenario scenario = testing::sample_scenario();
  scenario.runs[0].label = std::string(120, 'x');
  const std::string text = overview_text(testing::sample_report(scenario), {});
  // Of one of two iterations.
  CHECK(has(text, " 500            750       +50 %  lower bound\n"));
  CHECK(has(text, "counts: FLOPs by kind"));
  CHECK_FALSE(has(text, "closed form vs simulation"));
  CHECK(has(text, "left out: "));
  CHECK(widest_line(text) <= 80);
}

TEST_CASE("overview: counts that differ are shown with both figures") {
  const scenarios::Scenario scenario = testing::sample_scenario();
  Report report = testing::sample_report(scenario);
  report.runs[0].simulated->messages = 8;
  report.runs[0].simulated->flops.by_kind[0] = 11;
  const std::string text = overview_text(report, {});
  CHECK(has(text, "  lower bound  differ\n"));
  CHECK(has(text, "  FLOPs forward: 1 by closed form, 11 by simulation\n"));
  CHECK(has(text, "  messages: 7 by closed form, 8 by simulation\n"));
  CHECK_FALSE(has(text, "  bytes: "));
}

TEST_CASE("overview: without a simulation the closed form stands alone") {
  const scenarios::Scenario scenario = testing::sample_scenario();
  Report report = testing::sample_report(scenario);
  report.runs[0].simulated.reset();
  const std::string text = overview_text(report, {});
  CHECK(has(text, "messages/iteration  claim of the time"));
  CHECK_FALSE(has(text, "simulated"));
}

TEST_CASE("overview: flows as a table") {
  const scenarios::Scenario scenario = testing::sample_traffic();
  const std::string text = overview_text(testing::sample_traffic_report(scenario), {});
  // 1,000 bytes in 1 s are 8 kbit/s, as are 500 in half a second.
  CHECK(has(text,
            "from  to  bytes  start  finish      rate\n"
            "h0    h1   1 kB    0 s     1 s  8 kbit/s\n"
            "h0    h1  500 B    1 s   1.5 s  8 kbit/s\n"));
}
