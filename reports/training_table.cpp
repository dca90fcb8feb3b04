#include "reports/training_table.hpp"

#include <fmt/format.h>

#include "reports/label_cell.hpp"
#include "reports/text.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::reports {

using models::LossCurve;
using models::Trained;

namespace {

std::string network_text(const models::Mlp& mlp) {
  if (mlp.equally_wide()) return fmt::format("{} x ({} x {})", mlp.layers, mlp.width, mlp.width);
  return fmt::format("{} layers, up to {} wide", mlp.layers, mlp.widest());
}

std::string target_cell(const Report& report, const Trained& trained) {
  if (!report.scenario->numerics.target_accuracy) return "-";
  if (!trained.time_to_target_s) return "not reached";
  return format_seconds(*trained.time_to_target_s);
}

std::string samples_cell(const Trained& trained) {
  return trained.samples_to_target ? fmt::format("{}", *trained.samples_to_target) : "-";
}

}  // namespace

std::string accuracy_text(double accuracy, std::optional<double> target) {
  const auto text = [](double share, int digits) {
    return fmt::format("{:.{}f} %", 100 * share, digits);
  };
  if (!target || accuracy >= *target) return text(accuracy, 1);
  constexpr int most_digits = 6;
  int digits = 1;
  while (digits < most_digits && text(accuracy, digits) == text(*target, digits)) ++digits;
  return text(accuracy, digits);
}

std::string training_table(const Report& report, Style style) {
  const models::Numerics& numerics = report.scenario->numerics;
  Table table({{"algorithm", Align::left},
               {"whole run"},
               {"loss"},
               {"accuracy"},
               {"time to target"},
               {"samples"},
               {"staleness"}});
  for (const Run* each : best_first(report)) {
    const Run& run = *each;
    if (!run.trained) continue;
    const LossCurve& curve = run.trained->curve;
    if (curve.loss.empty()) continue;
    table.add_row({label_cell(run, style), format_seconds(curve.time_s.back()),
                   run.trained->diverged ? "diverged" : fmt::format("{:.4f}", curve.loss.back()),
                   accuracy_text(curve.accuracy.back(), numerics.target_accuracy),
                   target_cell(report, *run.trained), samples_cell(*run.trained),
                   fmt::format("{:.2f}", run.simulated->staleness.mean)});
  }
  std::string text = table.text(style);
  if (numerics.target_accuracy)
    text +=
        fmt::format("Target: {:.4g} % of the held-out samples.\n", 100 * *numerics.target_accuracy);
  if (!numerics.as_costed)
    text += hanging(
        "",
        fmt::format("Losses are for a network of {}, which is smaller than the model being timed.",
                    network_text(numerics.mlp)),
        style);
  return text;
}

Json loss_json(const Report& report, const Run& run) {
  const LossCurve& curve = run.trained->curve;
  const models::Numerics& numerics = report.scenario->numerics;
  Json json = {{"time_s", curve.time_s},
               {"samples", curve.samples},
               {"iterations", curve.iterations},
               {"loss", curve.loss},
               {"accuracy", curve.accuracy}};
  json["network"] = {{"layers", numerics.mlp.layers},
                     {"width", numerics.mlp.widest()},
                     {"is_the_model", numerics.as_costed}};
  json["parameters_sha256"] = run.trained->numbers.model.sha256;
  if (run.trained->diverged) json["diverged"] = true;
  if (numerics.target_accuracy) {
    Json target = {{"accuracy", *numerics.target_accuracy},
                   {"reached", run.trained->time_to_target_s.has_value()}};
    if (run.trained->time_to_target_s) {
      target["time_s"] = *run.trained->time_to_target_s;
      target["samples"] = *run.trained->samples_to_target;
    }
    json["target"] = std::move(target);
  }
  return json;
}

}  // namespace lockstep::reports
