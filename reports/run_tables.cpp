#include "reports/run_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "models/cost/algorithm.hpp"
#include "reports/comparison.hpp"
#include "reports/label_cell.hpp"
#include "reports/text.hpp"
#include "reports/units.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::reports {

using models::ClosedForm;
using models::Simulated;
using models::TimeClaim;

namespace {

// What several runs have in common is said once: each text, in order of first appearance, with the
// labels of the runs that it holds for.
template <class Text>
std::vector<std::pair<std::string, std::string>> grouped(const Report& report, Style style,
                                                         const Text& text_of) {
  std::vector<std::pair<std::string, std::string>> groups;
  for (const Run* run : best_first(report)) {
    const std::string text = printable(text_of(*run));
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const auto& known) { return known.first == text; });
    if (group == groups.end()) group = groups.insert(group, {text, {}});
    group->second += (group->second.empty() ? "" : "; ") + label_cell(*run, style);
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
std::string count_difference(std::string_view what, Count analytic, Count simulated, Style style) {
  if (analytic == simulated) return {};
  return hanging("  ",
                 fmt::format("{}: {} by closed form, {} by simulation", what, count_text(analytic),
                             count_text(simulated)),
                 style);
}

// "equal", or how they differ: where mini-batches are dropped, the simulation may have fewer.
std::string count_words(const ClosedForm& analytic, const std::string& differences) {
  if (differences.empty()) return "equal";
  return analytic.counts_exact ? "differ" : "fewer";
}

std::string count_differences(const ClosedForm& analytic, const Simulated& simulated, Style style) {
  std::string result;
  for (const models::ComputeKind kind : models::compute_kinds) {
    result += count_difference(fmt::format("FLOPs {}", models::name_of(kind)), analytic.flops[kind],
                               simulated.flops[kind], style);
  }
  result += count_difference("bytes", analytic.bytes, simulated.bytes, style);
  result += count_difference("messages", analytic.messages, simulated.messages, style);
  return result;
}

std::string staleness_text(double mean, std::int64_t max) {
  return fmt::format("{:.3g} / {}", mean, max);
}

std::string claimed_staleness_text(const models::ClaimedStaleness& staleness) {
  return (staleness.exact ? "" : "<= ") + staleness_text(staleness.mean, staleness.max);
}

// Of one iteration, in the order of the rows.
std::vector<double> values_of(const Report& report, double (*value)(const Run& run)) {
  std::vector<double> values;
  for (const Run* run : best_first(report)) values.push_back(value(*run));
  return values;
}

double iterations_of(const Run& run) { return static_cast<double>(run.setup->training.iterations); }

double closed_form_s(const Run& run) {
  return run.analytic.makespan.seconds() / iterations_of(run);
}

double simulated_s(const Run& run) {
  return run.simulated->makespan.seconds() / iterations_of(run);
}

double messages_of(const Run& run) { return to_double(run.analytic.messages) / iterations_of(run); }

// Of all ranks, divided by the number of workers.
double flops_a_worker(const Run& run) {
  const Count flops = run.simulated ? run.simulated->flops.total() : run.analytic.flops.total();
  return to_double(flops) / static_cast<double>(run.setup->workers) / iterations_of(run);
}

double bytes_a_worker(const Run& run) {
  const Count bytes = run.simulated ? run.simulated->bytes : run.analytic.bytes;
  return to_double(bytes) / static_cast<double>(run.setup->workers) / iterations_of(run);
}

double memory_of(const Run& run) { return to_double(run.analytic.memory.total()); }

std::string closed_form_table(const Report& report, Style style) {
  const Unit unit = common_unit(values_of(report, messages_of), Quantity::plain);
  Table table({{"algorithm", Align::left},
               {with_unit("{} messages/iteration", unit)},
               {"claim of the time", Align::left}});
  for (const Run* run : best_first(report))
    table.add_row(
        {label_cell(*run, style), in_unit(messages_of(*run), unit), claim_text(run->analytic)});
  return table.text(style);
}

std::string side_by_side_table(const Report& report, Style style) {
  const Unit unit = common_unit(values_of(report, simulated_s), Quantity::seconds);
  std::vector<Table::Column> columns = {{"of one iteration", Align::left},
                                        {with_unit("closed form, {}", unit)},
                                        {with_unit("simulated, {}", unit)},
                                        {"difference"},
                                        {"claim", Align::left}};
  std::string differences;
  for (const Run* run : best_first(report))
    if (const std::string unequal = count_differences(run->analytic, *run->simulated, style);
        !unequal.empty())
      differences += printable(run->setup->label) + "\n" + unequal;
  if (!differences.empty()) columns.push_back({"counts", Align::left});
  Table table(columns);
  for (const Run* each : best_first(report)) {
    const Run& run = *each;
    std::vector<std::string> cells = {
        label_cell(run, style), in_unit(closed_form_s(run), unit), in_unit(simulated_s(run), unit),
        difference_text(relative_difference(run)), claim_text(run.analytic)};
    if (!differences.empty())
      cells.push_back(
          count_words(run.analytic, count_differences(run.analytic, *run.simulated, style)));
    table.add_row(cells);
  }
  const std::string_view note =
      differences.empty()
          ? "counts: FLOPs by kind, bytes and messages of the whole run are equal by closed form "
            "and by simulation, for all runs."
          : "counts: FLOPs by kind, bytes and messages of the whole run, closed form vs "
            "simulation.";
  return table.text(style) + differences + hanging("", note, style);
}

// The share of the highest rate, in eighths of a column.
std::string bar(double share, std::size_t columns) {
  constexpr std::array eighths = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto filled = static_cast<std::size_t>(
      std::lround(std::clamp(share, 0.0, 1.0) * static_cast<double>(columns) * 8));
  std::string text;
  for (std::size_t i = 0; i < filled / 8; ++i) text += "█";
  return text + eighths[filled % 8];
}

// A bar for each run, from nothing to the highest rate.
std::string bar_chart(const Report& report, Style style) {
  const std::vector<double> rates = values_of(report, samples_per_s);
  const double most = *std::ranges::max_element(rates);
  const std::size_t columns = style.columns - std::min(style.columns, label_columns(style) + 2);
  std::string text = heading("samples/s", style) + "\n";
  for (const Run* run : best_first(report))
    text += fmt::format(
        "{}  {}\n", pad_right(label_cell(*run, style), label_columns(style)),
        bar(most > 0 ? samples_per_s(*run) / most : 0, std::clamp<std::size_t>(columns, 8, 56)));
  return text;
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
  const std::vector<double> rates = values_of(report, samples_per_s);
  const Unit time = common_unit(values_of(report, time_per_iteration_s), Quantity::seconds);
  const Unit rate = common_unit(rates, Quantity::plain);
  const double most = rates.empty() ? 0 : *std::ranges::max_element(rates);
  // `bars`: how many columns they have; 0 for none.
  const auto make = [&](std::size_t bars) {
    std::vector<Table::Column> columns = {
        {"algorithm", Align::left},        {"workers"},  {with_unit("{}/iteration", time)},
        {with_unit("{} samples/s", rate)}, {"speed-up"}, {"efficiency"}};
    if (bars > 0) columns.push_back({"samples/s", Align::left});
    Table table(columns);
    for (const Run* run : best_first(report)) {
      const Comparison comparison = compare(*run);
      std::vector<std::string> cells = {label_cell(*run, style),
                                        std::to_string(run->setup->workers),
                                        in_unit(comparison.time_per_iteration_s, time),
                                        in_unit(comparison.samples_per_s, rate),
                                        fixed_or_dash(comparison.speedup, 2),
                                        fixed_or_dash(comparison.efficiency, 2)};
      if (bars > 0) cells.push_back(bar(most > 0 ? comparison.samples_per_s / most : 0, bars));
      table.add_row(cells);
      if (report.verdict.best && run == &report.runs[*report.verdict.best]) table.mark_best();
    }
    return table;
  };
  const std::string note =
      hanging("",
              "speed-up: samples/s against sgd on one worker, same global batch; efficiency: "
              "speed-up per host, servers included.",
              style);
  constexpr std::size_t least_bars = 12;
  constexpr std::size_t most_bars = 40;
  Table table = make(0);
  if (style.charts == Style::Charts::none || report.runs.size() < 2)
    return table.text(style) + note;
  if (const std::size_t taken = table.width() + 2; taken + least_bars <= style.columns)
    return make(std::min(style.columns - taken, most_bars)).text(style) + note;
  if (style.charts != Style::Charts::always) return table.text(style) + note;
  return table.text(style) + note + "\n" + bar_chart(report, style);
}

std::string cost_table(const Report& report, Style style) {
  const Unit flop = common_unit(values_of(report, flops_a_worker), Quantity::flops);
  const Unit byte = common_unit(values_of(report, bytes_a_worker), Quantity::bytes);
  const Unit held = common_unit(values_of(report, memory_of), Quantity::bytes);
  Table table({{"of a worker", Align::left},
               {with_unit("{}/iteration", flop)},
               {with_unit("{} sent/iteration", byte)},
               {with_unit("{} of memory", held)},
               {"staleness"}});
  for (const Run* each : best_first(report)) {
    const Run& run = *each;
    const bool ran = run.simulated.has_value();
    table.add_row({label_cell(run, style), in_unit(flops_a_worker(run), flop),
                   in_unit(bytes_a_worker(run), byte), in_unit(memory_of(run), held),
                   ran ? staleness_text(run.simulated->staleness.mean, run.simulated->staleness.max)
                       : claimed_staleness_text(run.analytic.staleness)});
  }
  const std::string note =
      hanging("",
              "FLOPs and bytes sent: of all ranks, servers included, divided by the number of "
              "workers; memory: of the worker that needs most; staleness: mean / max; <=: at most.",
              style);
  return table.text(style) + note;
}

std::string claim_table(const Report& report, Style style) {
  const bool simulated = !report.runs.empty() && report.runs.front().simulated.has_value();
  std::string result =
      simulated ? side_by_side_table(report, style) : closed_form_table(report, style);
  for (const auto& [text, labels] : grouped(
           report, style, [](const Run& run) { return std::string(run.analytic.leaves_out); })) {
    if (!text.empty()) result += hanging("left out: ", text + " (" + labels + ")", style);
  }
  for (const auto& [text, labels] :
       grouped(report, style, [](const Run& run) { return std::string(run.analytic.rough); })) {
    if (!text.empty()) result += hanging("rough: ", text + " (" + labels + ")", style);
  }
  return result;
}

std::string optimal_workers_text(const Report& report, Style style) {
  std::string result;
  for (const auto& [text, labels] : grouped(report, style, [](const Run& run) {
         const auto& optimal = run.optimal_workers;
         if (!optimal) return std::string{};
         if (!optimal->workers) return "none: " + optimal->reason;
         return fmt::format("{}, by the {}", *optimal->workers,
                            optimal->of_time
                                ? "least time for the global mini-batch, rounded up to whole "
                                  "samples a worker"
                                : "most samples/s at the given mini-batch per worker");
       }))
    if (!text.empty()) result += hanging("optimal workers: ", text + " (" + labels + ")", style);
  return result.empty() ? result : result + "\n";
}

std::string approximations(const Report& report, Style style) {
  std::string result = heading("what differs from sequential SGD", style) + "\n";
  for (const auto& [text, labels] : grouped(
           report, style, [](const Run& run) { return models::approximation_of(*run.setup); })) {
    result += hanging("", text, style);
    result += hanging("    ", labels, style);
  }
  return result;
}

}  // namespace lockstep::reports
