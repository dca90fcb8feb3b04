#include "reports/csv_points.hpp"

#include "models/cost/algorithm.hpp"
#include "reports/text.hpp"

namespace lockstep::reports {

std::string csv_points_text(const std::vector<Report>& reports, const std::vector<CsvColumn>& set) {
  std::string text = csv_line(
      {"scenario", "algorithm", "label", "time_s", "samples", "iterations", "loss", "accuracy"},
      csv_names(set));
  for (const Report& report : reports)
    for (const Run& run : report.runs) {
      if (!run.trained) continue;
      const models::LossCurve& curve = run.trained->curve;
      for (std::size_t point = 0; point < curve.loss.size(); ++point)
        text +=
            csv_line({csv_name(report.scenario->name), std::string(run.setup->algorithm->kind),
                      csv_name(run.setup->label), round_trip(curve.time_s[point]),
                      std::to_string(curve.samples[point]), std::to_string(curve.iterations[point]),
                      round_trip(curve.loss[point]), round_trip(curve.accuracy[point])},
                     csv_values(set));
    }
  return text;
}

}  // namespace lockstep::reports
