// How time and memory of a simulation grow with its messages: for every kind of algorithm, on
// 2^4 .. 2^16 hosts, as long as its messages are few enough. Prints a table in Markdown.
//
//   lockstep_scaling [--messages N] [--sharing none|single_port|max_min] [--details] [KIND...]
//
// Each point runs in a process of its own, whose CPU seconds and peak of memory count. The exponent
// is the slope of the line of least squares through log(seconds) against log(messages), over those
// points that take long enough to be measured.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bench/clusters.hpp"
#include "models/language/common_options.hpp"
#include "models/readers/simulate/simulate.hpp"

namespace {

using namespace lockstep;
using models::Algorithm;
using models::Setup;

struct Wishes {
  double most_messages = 4e6;
  topologies::Sharing sharing = topologies::Sharing::max_min;
  bool details = false;
  std::vector<std::string> kinds;
};

struct Cost {
  double closed_form_s = 0;
  double simulation_s = 0;
  double peak_bytes = 0;
  double messages = 0;
  double events = 0;
};

double cpu_s() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& span) {
    return static_cast<double>(span.tv_sec) + 1e-6 * static_cast<double>(span.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Small layers, one for each of the stages that a pipeline might have, and as many samples as
// workers: enough for every algorithm, and nothing that grows but the number of workers.
std::optional<Setup> setup_of(const Algorithm& algorithm, int hosts, topologies::Sharing sharing) {
  const bool divides = algorithm.family == models::Family::model_parallel;
  topologies::TopologySpec topology;
  topology.kind = algorithm.shared_memory ? "shared_memory" : "star";
  topology.link.bytes_per_s = 1.25e9;
  topology.link.latency_s = 10e-6;
  models::AlgorithmSpec spec;
  spec.algorithm = &algorithm;
  spec.label = algorithm.kind;
  spec.options = models::Options(algorithm.options);
  topology.hosts = hosts + algorithm.servers(spec.options);
  models::Training training{.batch_is_global = true, .batch = 4 * hosts, .iterations = 4};
  const models::Cluster cluster{
      std::make_shared<const topologies::Topology>(
          *topologies::find_topology_kind(topology.kind)->build(topology)),
      {models::DeviceSpec{.flops_per_s = 1e13}},
      sharing};
  auto setup =
      models::make_setup({.layers = divides ? 2 * hosts : 4, .width = 64}, training, cluster, spec);
  if (setup) {
    setup->cluster.granularity = models::Granularity::message;
    return std::move(*setup);
  }
  for (const Fault& fault : setup.faults())
    fmt::print(stderr, "{} on {} hosts: {} {}\n", algorithm.kind, hosts, fault.pointer,
               fault.message);
  return std::nullopt;
}

// A point that needs more than this has no figures.
void set_limits() {
  constexpr rlim_t most_s = 120;
  constexpr rlim_t most_bytes = rlim_t{6} << 30U;
  constexpr rlimit seconds = {most_s, most_s};
  constexpr rlimit bytes = {most_bytes, most_bytes};
  (void)setrlimit(RLIMIT_CPU, &seconds);
  (void)setrlimit(RLIMIT_DATA, &bytes);
}

// Runs in the child, and writes what it has found.
void measure(const Algorithm& algorithm, int hosts, const Wishes& wishes, int to) {
  Cost cost;
  set_limits();
  const std::optional<Setup> setup = setup_of(algorithm, hosts, wishes.sharing);
  if (!setup) _exit(1);
  const double begin_s = cpu_s();
  const models::ClosedForm form = algorithm.closed_form(*setup);
  cost.closed_form_s = cpu_s() - begin_s;
  cost.messages = to_double(form.messages);
  if (cost.messages <= wishes.most_messages) {
    const double before_s = cpu_s();
    const models::Simulated simulated = models::simulate(*setup);
    cost.simulation_s = cpu_s() - before_s;
    cost.events = static_cast<double>(simulated.events);
  }
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  cost.peak_bytes = 1024.0 * static_cast<double>(usage.ru_maxrss);
  const bool written = write(to, &cost, sizeof cost) == sizeof cost;
  _exit(written ? 0 : 1);
}

std::optional<Cost> cost_of(const Algorithm& algorithm, int hosts, const Wishes& wishes) {
  int ends[2];
  if (pipe(ends) != 0) return std::nullopt;
  const pid_t child = fork();
  if (child == 0) measure(algorithm, hosts, wishes, ends[1]);
  close(ends[1]);
  Cost cost;
  const bool got = read(ends[0], &cost, sizeof cost) == sizeof cost;
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return got ? std::optional(cost) : std::nullopt;
}

// The slope of the line of least squares through the logarithms of the points; nothing through
// fewer than three.
using Points = std::vector<std::pair<double, double>>;
std::optional<double> exponent_of(const Points& points) {
  if (points.size() < 3) return std::nullopt;
  const auto count = static_cast<double>(points.size());
  double x = 0;
  double y = 0;
  double xx = 0;
  double xy = 0;
  for (const auto& [at, value] : points) {
    x += std::log(at);
    y += std::log(value);
    xx += std::log(at) * std::log(at);
    xy += std::log(at) * std::log(value);
  }
  return (count * xy - x * y) / (count * xx - x * x);
}

std::string text_of(std::optional<double> exponent) {
  return exponent ? fmt::format("{:.2f}", *exponent) : "";
}

struct Scaling {
  int hosts = 0;
  Cost last;
  Points times;     // messages, seconds
  Points memories;  // messages, bytes beyond those of the smallest run
  Points formulas;  // hosts, seconds of the closed form
  bool ended_badly = false;
};

Scaling scaling_of(const Algorithm& algorithm, const Wishes& wishes) {
  constexpr double least_s = 0.01;  // that are measured well
  constexpr double least_bytes = 4e6;
  constexpr double least_formula_s = 0.001;
  Scaling scaling;
  double first_bytes = 0;
  for (int hosts = 1 << 4; hosts <= 1 << 16; hosts *= 2) {
    const auto cost = cost_of(algorithm, hosts, wishes);
    scaling.ended_badly = !cost;
    if (!cost || cost->messages > wishes.most_messages) break;
    if (first_bytes == 0) first_bytes = cost->peak_bytes;
    scaling.hosts = hosts;
    scaling.last = *cost;
    if (cost->closed_form_s > least_formula_s)
      scaling.formulas.emplace_back(hosts, cost->closed_form_s);
    if (cost->messages > 0 && cost->simulation_s > least_s)
      scaling.times.emplace_back(cost->messages, cost->simulation_s);
    if (cost->messages > 0 && cost->peak_bytes - first_bytes > least_bytes)
      scaling.memories.emplace_back(cost->messages, cost->peak_bytes - first_bytes);
    if (wishes.details)
      fmt::print(
          stderr,
          "{} {} messages {} events {} closed form {:.4f} s simulation {:.3f} s {:.0f} MiB\n",
          algorithm.kind, hosts, cost->messages, cost->events, cost->closed_form_s,
          cost->simulation_s, cost->peak_bytes / (1 << 20));
  }
  return scaling;
}

void print_row(const Algorithm& algorithm, const Scaling& scaling) {
  const Cost& last = scaling.last;
  const double each_us = last.messages > 0 ? 1e6 * last.simulation_s / last.messages : 0;
  fmt::print("| {} | {}{} | {:.0f} | {:.3f} | {:.2f} | {:.2f} | {:.0f} | {} | {} | {} |\n",
             algorithm.kind, scaling.hosts, scaling.ended_badly ? ", no more" : "", last.messages,
             last.closed_form_s, last.simulation_s, each_us, last.peak_bytes / (1 << 20),
             text_of(exponent_of(scaling.times)), text_of(exponent_of(scaling.memories)),
             text_of(exponent_of(scaling.formulas)));
  std::fflush(stdout);
}

Wishes read(std::span<char*> arguments) {
  Wishes wishes;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string argument = arguments[i];
    const bool has_value = i + 1 < arguments.size();
    if (argument == "--messages" && has_value)
      wishes.most_messages = std::strtod(arguments[++i], nullptr);
    else if (argument == "--sharing" && has_value)
      wishes.sharing = std::string(arguments[++i]) == "none" ? topologies::Sharing::none
                                                             : topologies::Sharing::max_min;
    else if (argument == "--details")
      wishes.details = true;
    else
      wishes.kinds.push_back(argument);
  }
  return wishes;
}

}  // namespace

int main(int count, char** arguments) {
  const Wishes wishes = read({arguments, static_cast<std::size_t>(count)});
  fmt::print(
      "| kind | hosts | messages | closed form, s | simulation, s | us a message | peak, MiB | "
      "time "
      "~ messages^ | memory ~ messages^ | closed form ~ hosts^ |\n|---|---|---|---|---|---|---|---|"
      "---|---|\n");
  for (const Algorithm* algorithm : models::algorithms())
    if (wishes.kinds.empty() || std::ranges::count(wishes.kinds, algorithm->kind) > 0)
      print_row(*algorithm, scaling_of(*algorithm, wishes));
}
