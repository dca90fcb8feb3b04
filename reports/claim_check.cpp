#include "reports/claim_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "models/cost/algorithm.hpp"
#include "reports/csv.hpp"
#include "reports/report_json.hpp"
#include "reports/run_tables.hpp"
#include "reports/text.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::reports {

using models::ClosedForm;
using models::Simulated;
using models::TimeClaim;
using scenarios::Json;
using Counts = ClaimCheck::Counts;

namespace {

Counts counts_of(const ClosedForm& form, const Simulated& simulated) {
  if (form.flops == simulated.flops && form.bytes == simulated.bytes &&
      form.messages == simulated.messages)
    return Counts::equal;
  const bool none_is_more = simulated.flops.total() <= form.flops.total() &&
                            simulated.bytes <= form.bytes && simulated.messages <= form.messages;
  return !form.counts_exact && none_is_more ? Counts::fewer : Counts::differ;
}

std::string percent(double share) {
  if (share == 0) return "0 %";
  return std::abs(share) < 1 ? fmt::format("{:+.2g} %", 100 * share)
                             : fmt::format("{:+.0f} %", 100 * share);
}

std::string point_table(std::span<const ClaimCheck> checks, double tolerance, Style style) {
  Table table({{"algorithm", Align::left},
               {"closed form"},
               {"simulated"},
               {"difference"},
               {"claim", Align::left},
               {"holds", Align::left},
               {"counts", Align::left}});
  for (const ClaimCheck& check : checks)
    table.add_row({shorten(printable(check.label), 26),
                   format_seconds(check.form.makespan.seconds()),
                   format_seconds(check.simulated.seconds()), percent(check.difference()),
                   claim_text(check.form),
                   check.form.claim == TimeClaim::estimate ? "-"
                   : check.time_holds(tolerance)           ? "yes"
                                                           : "no",
                   std::string(name_of(check.counts))});
  return table.text(style);
}

// "20 of 20 exact times, 5 of 5 bounds": how many hold.
std::string kept_text(const std::vector<ClaimCheck>& checks, double tolerance) {
  const auto of = [&](bool exact) {
    std::size_t all = 0;
    std::size_t kept = 0;
    for (const ClaimCheck& check : checks) {
      if (check.form.claim == TimeClaim::estimate) continue;
      if ((check.form.claim == TimeClaim::exact) != exact) continue;
      ++all;
      if (check.time_holds(tolerance)) ++kept;
    }
    return fmt::format("{} of {}", kept, all);
  };
  return fmt::format("{} exact times and {} bounds hold (tolerance {:.2g})", of(true), of(false),
                     tolerance);
}

// How far off estimates are.
std::string estimates_text(const std::vector<ClaimCheck>& checks) {
  std::vector<double> off;
  for (const ClaimCheck& check : checks)
    if (check.form.claim == TimeClaim::estimate) off.push_back(std::abs(check.difference()));
  if (off.empty()) return "no estimates";
  std::ranges::sort(off);
  return fmt::format("{} {}: median {:.2g} % off, worst {:.2g} %", off.size(),
                     off.size() == 1 ? "estimate" : "estimates", 100 * off[off.size() / 2],
                     100 * off.back());
}

}  // namespace

double ClaimCheck::difference() const {
  const double form_s = form.makespan.seconds();
  return form_s > 0 ? (simulated.seconds() - form_s) / form_s : 0;
}

bool ClaimCheck::time_holds(double tolerance) const {
  const double over_s = (simulated - form.makespan).seconds();
  const double allowed_s = tolerance * simulated.seconds() + 1e-12 * static_cast<double>(events);
  switch (form.claim) {
    case TimeClaim::exact:
      return std::abs(over_s) <= allowed_s;
    case TimeClaim::lower_bound:
      return over_s >= -allowed_s;
    case TimeClaim::upper_bound:
      return over_s <= allowed_s;
    case TimeClaim::estimate:
      break;
  }
  return true;
}

ClaimCheck claim_check(const models::Setup& setup, const ClosedForm& form,
                       const Simulated& simulated) {
  return {.point = {},
          .label = setup.label,
          .kind = std::string(setup.algorithm->kind),
          .form = form,
          .simulated = simulated.makespan,
          .counts = counts_of(form, simulated),
          .flops = simulated.flops,
          .bytes = simulated.bytes,
          .messages = simulated.messages,
          .events = simulated.events};
}

std::string_view name_of(Counts counts) {
  switch (counts) {
    case Counts::equal:
      return "equal";
    case Counts::fewer:
      return "fewer";
    case Counts::differ:
      break;
  }
  return "differ";
}

std::string claim_check_tables(const std::vector<ClaimCheck>& checks, double tolerance,
                               Style style) {
  std::string text;
  for (std::size_t first = 0; first < checks.size();) {
    std::size_t end = first;
    while (end < checks.size() && checks[end].point == checks[first].point) ++end;
    if (!checks[first].point.empty()) text += heading(printable(checks[first].point), style) + "\n";
    text += point_table(std::span(checks).subspan(first, end - first), tolerance, style) + "\n";
    first = end;
  }
  const auto differ = std::ranges::count(checks, Counts::differ, &ClaimCheck::counts);
  return text + fmt::format(
                    "counts: FLOPs by kind, bytes and messages, closed form vs simulation\n"
                    "{};\n{}; counts differ in {} of {} runs\n",
                    kept_text(checks, tolerance), estimates_text(checks), differ, checks.size());
}

Json claim_check_json(const std::vector<ClaimCheck>& checks, double tolerance) {
  Json json = {{"schema", 1}, {"tolerance", tolerance}, {"runs", Json::array()}};
  for (const ClaimCheck& check : checks) {
    Json run = {{"label", check.label}};
    if (!check.point.empty()) run["point"] = check.point;
    run.update({{"algorithm", check.kind},
                {"closed_form_s", check.form.makespan.seconds()},
                {"simulated_s", check.simulated.seconds()},
                {"difference", check.difference()},
                {"time_is", claim_word(check.form.claim)},
                {"time_holds", check.time_holds(tolerance)},
                {"counts", name_of(check.counts)},
                {"flops", count_json(check.flops.total())},
                {"bytes", count_json(check.bytes)},
                {"messages", count_json(check.messages)},
                {"events", check.events}});
    json["runs"].push_back(std::move(run));
  }
  return json;
}

}  // namespace lockstep::reports
