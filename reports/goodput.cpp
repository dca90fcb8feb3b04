#include "reports/goodput.hpp"

#include <fmt/format.h>

#include <cmath>

#include "reports/label_cell.hpp"
#include "reports/text.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::reports {

namespace {

std::string time_text(double seconds) {
  return std::isfinite(seconds) ? format_seconds(seconds) : "never";
}

// JSON has no infinity.
Json finite_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

}  // namespace

double goodput_samples_per_s(const Run& run) {
  if (!std::isfinite(run.goodput->wall_s)) return 0;
  return static_cast<double>(run.goodput->iterations) *
         static_cast<double>(run.setup->used_per_iteration) / run.goodput->wall_s;
}

std::string goodput_table(const Report& report, Style style) {
  Table table({{"algorithm", Align::left},
               {"whole run"},
               {"useful"},
               {"lost"},
               {"checkpoints"},
               {"restarts"},
               {"failures"},
               {"every"}});
  bool any = false;
  for (const Run* each : best_first(report)) {
    const Run& run = *each;
    if (!run.goodput) continue;
    any = true;
    const models::Goodput& goodput = *run.goodput;
    const auto share = [&](double seconds) {
      return fmt::format("{:.1f} %",
                         std::isfinite(goodput.wall_s) ? 100 * seconds / goodput.wall_s : 0);
    };
    table.add_row({label_cell(run, style), time_text(goodput.wall_s), share(goodput.useful_s),
                   share(goodput.lost_s), share(goodput.checkpoint_s), share(goodput.restart_s),
                   std::to_string(goodput.failures),
                   goodput.interval_iterations == 0 ? "-" : format_seconds(goodput.interval_s)});
  }
  if (!any) return {};
  return table.text(style) +
         hanging("",
                 "with failures: what the wall clock's time is spent on; lost is work, and "
                 "writing of checkpoints, that had to be done again, and waiting for what had "
                 "failed; restarts: per worker; every: work between checkpoints. All other "
                 "tables, but for that of training, are of a run without failures.",
                 style);
}

Json goodput_json(const Run& run) {
  const models::Goodput& goodput = *run.goodput;
  return {{"wall_s", finite_or_null(goodput.wall_s)},
          {"useful_s", goodput.useful_s},
          {"lost_s", goodput.lost_s},
          {"checkpoint_s", goodput.checkpoint_s},
          {"restart_s", goodput.restart_s},
          {"failures", goodput.failures},
          {"iterations", goodput.iterations},
          {"efficiency", std::isfinite(goodput.wall_s) ? goodput.efficiency() : 0.0},
          {"samples_per_s", goodput_samples_per_s(run)},
          {"interval_iterations", goodput.interval_iterations},
          {"interval_s", goodput.interval_s},
          {"mean_time_between_failures_s", finite_or_null(goodput.mean_time_between_s)},
          {"expected_wall_s", finite_or_null(goodput.expected_wall_s)}};
}

}  // namespace lockstep::reports
