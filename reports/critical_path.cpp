#include "reports/critical_path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "reports/label_cell.hpp"
#include "reports/text.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::reports {

using models::ActivityKind;
using models::Improvement;
using models::Part;
using models::PathShares;
using scenarios::Json;

namespace {

Picoseconds of(const PathShares& shares, ActivityKind kind) {
  return shares.kinds[static_cast<std::size_t>(kind)];
}

// Messages of measured stages: they go over no link.
Picoseconds measured_messages(const PathShares& shares) {
  return of(shares, ActivityKind::message) + of(shares, ActivityKind::shared_memory) -
         shares.latency - shares.transfer;
}

std::vector<std::pair<const char*, Picoseconds>> kinds_of(const PathShares& shares) {
  return {{"forward", of(shares, ActivityKind::forward)},
          {"backward_weight", of(shares, ActivityKind::backward_weight)},
          {"backward_input", of(shares, ActivityKind::backward_input)},
          {"reduce", of(shares, ActivityKind::reduce)},
          {"reduce_on_engine", of(shares, ActivityKind::reduce_on_engine)},
          {"transcode", of(shares, ActivityKind::transcode)},
          {"update", of(shares, ActivityKind::update)},
          {"latency", shares.latency},
          {"transfer", shares.transfer},
          {"measured_messages", measured_messages(shares)},
          {"endpoint", of(shares, ActivityKind::endpoint)},
          {"pause", shares.pauses}};
}

const char* part_name(Part part) {
  constexpr std::array names = {"devices",    "bandwidth", "latency",
                                "link_class", "link",      "endpoints"};
  return names[static_cast<std::size_t>(part)];
}

Json links_json(const Run& run) {
  const topologies::Topology& topology = *run.setup->cluster.topology;
  const std::vector<Picoseconds>& links = run.critical_path->shares.links;
  Json json = Json::array();
  for (std::size_t i = 0; i < links.size(); ++i) {
    const topologies::Link& link = topology.links[i];
    if (links[i] > Picoseconds{})
      json.push_back({{"from", topology.nodes[static_cast<std::size_t>(link.from)]},
                      {"to", topology.nodes[static_cast<std::size_t>(link.to)]},
                      {"seconds", links[i].seconds()}});
  }
  return json;
}

bool is_of_links(Part part) { return part == Part::link_class || part == Part::link; }

// The nodes at its ends.
std::pair<std::string, std::string> ends_of(const Improvement& improvement,
                                            const topologies::Topology& topology) {
  const topologies::Link& link = topology.links[static_cast<std::size_t>(improvement.link)];
  return {topology.nodes[static_cast<std::size_t>(link.from)],
          topology.nodes[static_cast<std::size_t>(link.to)]};
}

Json improvement_json(const Improvement& improvement, const topologies::Topology& topology) {
  Json json = {{"part", part_name(improvement.part)}, {"factor", improvement_factor}};
  if (improvement.part == Part::link)
    std::tie(json["from"], json["to"]) = ends_of(improvement, topology);
  if (const std::string& role = topology.link_roles[improvement.role]; !role.empty())
    json["role"] = role;
  if (is_of_links(improvement.part)) {
    json["bandwidth_bytes_per_s"] = improvement.bytes_per_s;
    json["latency_s"] = improvement.latency.seconds();
  }
  json["predicted_makespan_s"] = improvement.predicted_makespan.seconds();
  if (improvement.simulated_makespan)
    json["simulated_makespan_s"] = improvement.simulated_makespan->seconds();
  return json;
}

std::string percent(double share) {
  if (std::abs(share) < 5e-5) return "0 %";
  if (std::abs(share) < 5e-4) return "0.0 %";  // never "-0.0 %"
  return fmt::format("{:.{}f} %", 100 * share, std::abs(share) < 0.0995 ? 1 : 0);
}

std::string shares_table(const Report& report, Style style) {
  Table table({{"critical path", Align::left},
               {"compute"},
               {"sum, encode"},
               {"update"},
               {"latency"},
               {"transfer"},
               {"other"}});
  for (const Run* each : best_first(report)) {
    const Run& run = *each;
    if (!run.critical_path) continue;
    const PathShares& shares = run.critical_path->shares;
    const double total_s = shares.total().seconds();
    const auto cell = [&](Picoseconds time) {
      return percent(total_s > 0 ? time.seconds() / total_s : 0);
    };
    const Picoseconds compute = of(shares, ActivityKind::forward) +
                                of(shares, ActivityKind::backward_weight) +
                                of(shares, ActivityKind::backward_input);
    table.add_row(
        {label_cell(run, style), cell(compute),
         cell(of(shares, ActivityKind::reduce) + of(shares, ActivityKind::reduce_on_engine) +
              of(shares, ActivityKind::transcode)),
         cell(of(shares, ActivityKind::update)), cell(shares.latency), cell(shares.transfer),
         cell(shares.endpoints() + measured_messages(shares))});
  }
  return table.text(style);
}

// "4.5 %", and "(5.1 %)" where the path foretells something else.
std::string saving_text(const Run& run, const Improvement& improvement) {
  const double makespan_s = run.simulated->makespan.seconds();
  if (!(makespan_s > 0)) return "-";
  const auto saved = [&](Picoseconds makespan) {
    return percent(1 - makespan.seconds() / makespan_s);
  };
  const std::string predicted = saved(improvement.predicted_makespan);
  const std::string simulated = saved(*improvement.simulated_makespan);
  return predicted == simulated ? simulated : fmt::format("{} ({})", simulated, predicted);
}

std::string savings_table(const Report& report, Style style) {
  constexpr std::array parts = {Part::devices, Part::bandwidth, Part::latency, Part::endpoints};
  Table table({{"saving if 10 % better", Align::left},
               {"devices"},
               {"bandwidth"},
               {"latency"},
               {"endpoints"}});
  for (const Run* each : best_first(report)) {
    const Run& run = *each;
    if (!run.critical_path) continue;
    std::vector<std::string> cells = {label_cell(run, style)};
    const std::vector<Improvement>& all = run.critical_path->improvements;
    for (const Part part : parts) {
      const auto found = std::find_if(all.begin(), all.end(),
                                      [&](const Improvement& one) { return one.part == part; });
      cells.push_back(found == all.end() ? "-" : saving_text(run, *found));
    }
    table.add_row(cells);
  }
  return table.text(style);
}

std::string links_table(const Report& report, Style style) {
  Table table({{"saving if 10 % wider", Align::left}, {"these links", Align::left}, {"saving"}});
  bool any = false;
  for (const Run* each : best_first(report)) {
    const Run& run = *each;
    if (!run.critical_path) continue;
    for (const Improvement& one : run.critical_path->improvements) {
      if (!is_of_links(one.part)) continue;
      any = true;
      const std::string part = part_text(one, *run.setup->cluster.topology);
      table.add_row({label_cell(run, style), part, saving_text(run, one)});
    }
  }
  return any ? "\n" + table.text(style) : std::string();
}

// What was not tried, and which paths are not known: each reason once.
std::string left_out_text(const Report& report, Style style) {
  std::string text;
  std::vector<std::string> said;
  for (const Run* run : best_first(report)) {
    std::string why =
        run->critical_path ? run->critical_path->left_out : run->critical_path_left_out;
    if (why.empty() || std::ranges::find(said, why) != said.end()) continue;
    text += hanging("left out: ", why, style);
    said.push_back(std::move(why));
  }
  return text;
}

}  // namespace

std::string part_text(const Improvement& improvement, const topologies::Topology& topology) {
  if (improvement.part == Part::link) {
    const auto [from, to] = ends_of(improvement, topology);
    return fmt::format("only {} - {}", shorten(printable(from), 12), shorten(printable(to), 12));
  }
  if (improvement.part != Part::link_class) return part_name(improvement.part);
  const std::string& role = topology.link_roles[improvement.role];
  return fmt::format("{}s of {} and {}", role.empty() ? "link" : role,
                     format_bits_per_second(improvement.bytes_per_s),
                     format_seconds(improvement.latency.seconds()));
}

const Improvement* most_useful(const std::vector<Improvement>& improvements, Picoseconds makespan) {
  const auto saved_s = [&](const Improvement& one) {
    return one.simulated_makespan ? (makespan - *one.simulated_makespan).seconds() : 0.0;
  };
  const Improvement* most = nullptr;
  for (const Improvement& one : improvements)
    if (one.simulated_makespan && (most == nullptr || saved_s(one) > saved_s(*most))) most = &one;
  if (most == nullptr || (most->part != Part::bandwidth && most->part != Part::link_class))
    return most;
  // Few links cost less than all.
  constexpr double nearly_all = 0.95;
  const Improvement* few = nullptr;
  for (const Improvement& one : improvements)
    if (is_of_links(one.part) && saved_s(one) >= nearly_all * saved_s(*most) &&
        (few == nullptr || one.part == Part::link || saved_s(one) > saved_s(*few)))
      few = &one;
  return few == nullptr ? most : few;
}

std::string part_to_buy(const Improvement& improvement, const topologies::Topology& topology) {
  switch (improvement.part) {
    case Part::devices:
      return "devices";
    case Part::bandwidth:
      return "links";
    case Part::latency:
      return "latencies of links";
    case Part::endpoints:
      return "endpoints of messages (network cards and what drives them)";
    case Part::link_class:
    case Part::link:
      break;
  }
  return part_text(improvement, topology);
}

std::string_view better_word(Part part) {
  if (part == Part::devices || part == Part::endpoints) return "faster";
  return part == Part::latency ? "shorter" : "wider";
}

std::string path_words(const CriticalPath& path) {
  const PathShares& shares = path.shares;
  const double total_s = shares.total().seconds();
  if (!(total_s > 0)) return {};
  std::vector<std::pair<std::string, double>> parts = {
      {"products", (of(shares, ActivityKind::forward) + of(shares, ActivityKind::backward_weight) +
                    of(shares, ActivityKind::backward_input))
                       .seconds()},
      {"sums and encoding",
       (of(shares, ActivityKind::reduce) + of(shares, ActivityKind::reduce_on_engine) +
        of(shares, ActivityKind::transcode))
           .seconds()},
      {"updates", of(shares, ActivityKind::update).seconds()},
      {"latency", shares.latency.seconds()},
      {"transfer", shares.transfer.seconds()},
      {"endpoints of messages", (shares.endpoints() + measured_messages(shares)).seconds()}};
  std::ranges::stable_sort(parts, [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string words;
  for (const auto& [name, seconds] : parts)
    if (seconds >= 0.01 * total_s)
      words += fmt::format("{}{} {}", words.empty() ? "" : ", ", name, percent(seconds / total_s));
  return words;
}

Json critical_path_json(const Run& run) {
  const CriticalPath& path = *run.critical_path;
  Json json = {{"activities", path.steps.size()}};
  for (const auto& [kind, time] : kinds_of(path.shares)) json["seconds"][kind] = time.seconds();
  json["links"] = links_json(run);
  json["improvements"] = Json::array();
  for (const Improvement& one : path.improvements)
    json["improvements"].push_back(improvement_json(one, *run.setup->cluster.topology));
  if (!path.left_out.empty()) json["improvements_left_out"] = path.left_out;
  return json;
}

std::string critical_path_tables(const Report& report, Style style) {
  const bool any = std::any_of(report.runs.begin(), report.runs.end(), [](const Run& run) {
    return run.critical_path && run.critical_path->in_report;
  });
  if (!any) return {};
  return shares_table(report, style) + "\n" + savings_table(report, style) +
         hanging("",
                 "saving: of the makespan, by simulating the better cluster; in brackets what the "
                 "critical path predicts, where it differs: another path may become the longest.",
                 style) +
         links_table(report, style) + left_out_text(report, style);
}

}  // namespace lockstep::reports
