#include "reports/run_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "models/cost/algorithm.hpp"
#include "reports/comparison.hpp"
#include "reports/text.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::reports {

using models::ClosedForm;
using models::Simulated;
using models::TimeClaim;

namespace {

// One width in all tables, so that a label reads the same everywhere, and all tables fit.
std::string label_cell(const Run& run) { return shorten(printable(run.setup->label), 22); }

// What several runs have in common is said once: each text, in order of first appearance, with the
// labels of the runs that it holds for.
template <class Text>
std::vector<std::pair<std::string, std::string>> grouped(const Report& report,
                                                         const Text& text_of) {
  std::vector<std::pair<std::string, std::string>> groups;
  for (const Run& run : report.runs) {
    const std::string text = printable(text_of(run));
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const auto& known) { return known.first == text; });
    if (group == groups.end()) group = groups.insert(group, {text, {}});
    group->second += (group->second.empty() ? "" : "; ") + label_cell(run);
  }
  return groups;
}

std::string fixed_or_dash(const std::optional<double>& value, int digits) {
  return value ? fmt::format("{:.{}f}", *value, digits) : std::string("-");
}

// "0 %" only for no difference at all.
std::string difference_text(double relative) {
  if (relative == 0) return "0 %";
  return std::abs(relative) < 1 ? fmt::format("{:+.2g} %", 100 * relative)
                                : fmt::format("{:+.0f} %", 100 * relative);
}

// "FLOPs forward: 12 by closed form, 14 by simulation": one line for each count that differs.
std::string count_difference(std::string_view what, Count analytic, Count simulated) {
  if (analytic == simulated) return {};
  return fmt::format("  {}: {} by closed form, {} by simulation\n", what, count_text(analytic),
                     count_text(simulated));
}

// "equal", or how they differ: where mini-batches are dropped, the simulation may have fewer.
std::string count_words(const ClosedForm& analytic, const std::string& differences) {
  if (differences.empty()) return "equal";
  return analytic.counts_exact ? "differ" : "fewer";
}

std::string count_differences(const ClosedForm& analytic, const Simulated& simulated) {
  std::string result;
  for (const models::ComputeKind kind : models::compute_kinds) {
    result += count_difference(fmt::format("FLOPs {}", models::name_of(kind)), analytic.flops[kind],
                               simulated.flops[kind]);
  }
  result += count_difference("bytes", analytic.bytes, simulated.bytes);
  result += count_difference("messages", analytic.messages, simulated.messages);
  return result;
}

std::string staleness_text(double mean, std::int64_t max) {
  return fmt::format("{:.3g} / {}", mean, max);
}

std::string claimed_staleness_text(const models::ClaimedStaleness& staleness) {
  return (staleness.exact ? "" : "<= ") + staleness_text(staleness.mean, staleness.max);
}

std::string closed_form_table(const Report& report, Style style) {
  Table table({{"algorithm", Align::left},
               {"closed form"},
               {"claim", Align::left},
               {"FLOPs"},
               {"bytes"},
               {"messages"}});
  for (const Run& run : report.runs) {
    const ClosedForm& analytic = run.analytic;
    table.add_row({label_cell(run), format_seconds(analytic.makespan.seconds()),
                   claim_text(analytic), prefixed(to_double(analytic.flops.total())),
                   format_bytes(to_double(analytic.bytes)), count_text(analytic.messages)});
  }
  return table.text(style);
}

std::string side_by_side_table(const Report& report, Style style) {
  Table table({{"algorithm", Align::left},
               {"closed form"},
               {"simulated"},
               {"difference"},
               {"claim", Align::left},
               {"counts", Align::left}});
  std::string differences;
  for (const Run& run : report.runs) {
    const std::string unequal = count_differences(run.analytic, *run.simulated);
    table.add_row({label_cell(run), format_seconds(run.analytic.makespan.seconds()),
                   format_seconds(run.simulated->makespan.seconds()),
                   difference_text(relative_difference(run)), claim_text(run.analytic),
                   count_words(run.analytic, unequal)});
    if (!unequal.empty()) differences += printable(run.setup->label) + "\n" + unequal;
  }
  const std::string note =
      hanging("", "counts: FLOPs by kind, bytes and messages, closed form vs simulation.");
  return table.text(style) + differences + note;
}

}  // namespace

std::string claim_text(const ClosedForm& form) {
  return std::string(claim_text(form.claim)) + (form.rough.empty() ? "" : ", rough");
}

std::string_view claim_text(TimeClaim claim) {
  switch (claim) {
    case TimeClaim::exact:
      return "exact";
    case TimeClaim::lower_bound:
      return "lower bound";
    case TimeClaim::upper_bound:
      return "upper bound";
    case TimeClaim::estimate:
      break;
  }
  return "estimate";
}

std::string speed_table(const Report& report, Style style) {
  Table table({{"algorithm", Align::left},
               {"workers"},
               {"time/iteration"},
               {"samples/s"},
               {"speed-up"},
               {"efficiency"}});
  for (const Run& run : report.runs) {
    const Comparison comparison = compare(run);
    table.add_row({label_cell(run), std::to_string(run.setup->workers),
                   format_seconds(comparison.time_per_iteration_s),
                   prefixed(comparison.samples_per_s), fixed_or_dash(comparison.speedup, 2),
                   fixed_or_dash(comparison.efficiency, 2)});
  }
  const std::string note =
      hanging("",
              "speed-up: samples/s against sgd on one worker, same global batch; efficiency: "
              "speed-up per host, servers included.");
  return table.text(style) + note;
}

std::string cost_table(const Report& report, Style style) {
  Table table({{"algorithm", Align::left},
               {"FLOP/worker"},
               {"sent/worker"},
               {"memory/worker"},
               {"staleness"}});
  for (const Run& run : report.runs) {
    const auto workers = static_cast<double>(run.setup->workers);
    const bool ran = run.simulated.has_value();
    const Count flops = ran ? run.simulated->flops.total() : run.analytic.flops.total();
    const Count bytes = ran ? run.simulated->bytes : run.analytic.bytes;
    table.add_row({label_cell(run), format_flops(to_double(flops) / workers),
                   format_bytes(to_double(bytes) / workers),
                   format_bytes(to_double(run.analytic.memory.total())),
                   ran ? staleness_text(run.simulated->staleness.mean, run.simulated->staleness.max)
                       : claimed_staleness_text(run.analytic.staleness)});
  }
  const std::string note =
      hanging("",
              "FLOP and bytes sent: totals of the run, servers included, divided by the number of "
              "workers; staleness: mean / max; <=: at most.");
  return table.text(style) + note;
}

std::string claim_table(const Report& report, Style style) {
  const bool simulated = !report.runs.empty() && report.runs.front().simulated.has_value();
  std::string result =
      simulated ? side_by_side_table(report, style) : closed_form_table(report, style);
  for (const auto& [text, labels] :
       grouped(report, [](const Run& run) { return std::string(run.analytic.leaves_out); })) {
    if (!text.empty()) result += hanging("left out: ", text + " (" + labels + ")");
  }
  for (const auto& [text, labels] :
       grouped(report, [](const Run& run) { return std::string(run.analytic.rough); })) {
    if (!text.empty()) result += hanging("rough: ", text + " (" + labels + ")");
  }
  return result;
}

std::string optimal_workers_text(const Report& report) {
  std::string result;
  for (const auto& [text, labels] : grouped(report, [](const Run& run) {
         const auto& optimal = run.optimal_workers;
         if (!optimal) return std::string{};
         if (!optimal->workers) return "none: " + optimal->reason;
         return fmt::format("{}, by the {}", *optimal->workers,
                            optimal->of_time ? "least time for the global mini-batch"
                                             : "most samples/s at the given mini-batch per worker");
       }))
    if (!text.empty()) result += hanging("optimal workers: ", text + " (" + labels + ")");
  return result.empty() ? result : result + "\n";
}

std::string approximations(const Report& report, Style style) {
  std::string result = heading("what differs from sequential SGD", style) + "\n";
  for (const auto& [text, labels] :
       grouped(report, [](const Run& run) { return models::approximation_of(*run.setup); })) {
    result += hanging("", text);
    result += hanging("    ", labels);
  }
  return result;
}

}  // namespace lockstep::reports
