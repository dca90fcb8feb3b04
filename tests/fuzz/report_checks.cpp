#include "tests/fuzz/report_checks.hpp"

#include <fmt/format.h>

#include <cmath>

#include "reports/report_schema.hpp"
#include "tests/fuzz/conforms.hpp"

namespace lockstep::fuzz {

namespace {

// 1e-9 relative, and 1 ps an operation on the critical path: at most the events of the run.
double tolerance_s(const Json& simulated) {
  return 1e-9 * simulated["makespan_s"].get<double>() + 1e-12 * simulated["events"].get<double>();
}

void check_time(const Json& run, Problems& problems) {
  const Json& form = run["analytic"];
  const Json& simulated = run["simulated"];
  const std::string claim = form.value("bound", form["time_is"].get<std::string>());
  const double over_s = simulated["makespan_s"].get<double>() - form["time_s"].get<double>();
  const bool too_long = claim == "exact" || claim == "upper";
  const bool too_short = claim == "exact" || claim == "lower";
  if ((too_long && over_s > tolerance_s(simulated)) ||
      (too_short && -over_s > tolerance_s(simulated)))
    problems.push_back(fmt::format("time: {} claims {} {} s, simulated {} s", run["label"].dump(),
                                   claim, form["time_s"].dump(), simulated["makespan_s"].dump()));
}

void check_staleness(const Json& run, Problems& problems) {
  const Json& claimed = run["analytic"]["staleness"];
  const Json& simulated = run["simulated"]["staleness"];
  const std::string claim = claimed.value("is", std::string("nothing"));
  for (const char* figure : {"mean", "max"}) {
    if (!claimed.contains(figure) || !claimed[figure].is_number()) continue;
    const double over = simulated[figure].get<double>() - claimed[figure].get<double>();
    if ((claim == "exact" && std::abs(over) > 1e-9) || (claim == "bound" && over > 1e-9))
      problems.push_back(fmt::format("staleness: {} claims {} {} {}, simulated {}",
                                     run["label"].dump(), claim, figure, claimed[figure].dump(),
                                     simulated[figure].dump()));
  }
}

// A host computes, communicates or idles, and nothing else.
void check_hosts(const Json& run, Problems& problems) {
  const Json& simulated = run["simulated"];
  for (const char* ranks : {"workers", "servers"}) {
    if (!simulated.contains(ranks)) continue;
    for (const Json& host : simulated[ranks]) {
      const double gap_s = host["compute_s"].get<double>() +
                           host["exposed_communication_s"].get<double>() +
                           host["idle_s"].get<double>() - simulated["makespan_s"].get<double>();
      if (std::abs(gap_s) > tolerance_s(simulated))
        problems.push_back(fmt::format("hosts: {}: {} does not add up to {}", run["label"].dump(),
                                       host.dump(), simulated["makespan_s"].dump()));
    }
  }
}

// Rates are doubles: a link that is full all the time may come out a little over 1.
void check_links(const Json& run, const std::string& sharing, Problems& problems) {
  for (const Json& link : run["links"]) {
    const bool too_much = sharing == "max_min" && link["utilization"].get<double>() > 1 + 1e-6;
    if (too_much || link["utilization"].get<double>() < 0)
      problems.push_back(fmt::format("links: {} uses {}", run["label"].dump(), link.dump()));
  }
}

void check_memory(const Json& run, Problems& problems) {
  for (const char* where : {"memory_bytes_per_worker", "memory_bytes_per_server"}) {
    if (!run["analytic"].contains(where)) continue;
    const Json& memory = run["analytic"][where];
    double sum = 0;
    for (const auto& [part, bytes] : memory.items()) {
      if (part != "total") sum += bytes.get<double>();
      if (bytes.get<double>() < 0)
        problems.push_back(fmt::format("memory: {} {}", run["label"].dump(), memory.dump()));
    }
    if (sum != memory["total"].get<double>())
      problems.push_back(fmt::format("memory: {} adds up to {}", memory.dump(), sum));
  }
}

// nlohmann::json writes what is no number as null; the schema says where that may be.
void check_numbers(const Json& value, const std::string& at, Problems& problems) {
  if (value.is_number_float() && !std::isfinite(value.get<double>()))
    problems.push_back("numbers: " + at);
  if (!value.is_structured()) return;
  for (const auto& [key, field] : value.items()) check_numbers(field, at + "/" + key, problems);
}

}  // namespace

Problems problems_of_counts(const Json& claimed, const Json& counted, bool as_many) {
  Problems problems;
  const auto check = [&](const std::string& what, const Json& one, const Json& other) {
    if (as_many ? one == other : one.get<double>() >= other.get<double>()) return;
    problems.push_back(
        fmt::format("counts: {} claimed {}, counted {}", what, one.dump(), other.dump()));
  };
  for (const auto& [kind, flops] : claimed["flops"].items())
    check(kind + " FLOPs", flops, counted["flops"][kind]);
  check("bytes", claimed["bytes"], counted["bytes"]);
  check("messages", claimed["messages"], counted["messages"]);
  return problems;
}

Problems problems_of_report(const Json& report) {
  static const Json schema = reports::report_schema();
  Problems problems;
  const std::string wrong = not_conforming(report, schema);
  if (!wrong.empty()) return {"report schema: " + wrong};
  check_numbers(report, "", problems);
  if (!report.contains("runs")) return problems;
  const std::string sharing = report["scenario"]["cluster"].value("sharing", "max_min");
  for (const Json& run : report["runs"]) {
    check_memory(run, problems);
    if (!run.contains("simulated")) continue;
    const bool exact = run["analytic"]["counts_are"] == "exact";
    for (std::string& wrong_count : problems_of_counts(run["analytic"], run["simulated"], exact))
      problems.push_back(std::move(wrong_count));
    check_time(run, problems);
    check_staleness(run, problems);
    check_hosts(run, problems);
    check_links(run, sharing, problems);
  }
  return problems;
}

}  // namespace lockstep::fuzz
