#include "reports/check_csv.hpp"

#include "reports/text.hpp"

namespace lockstep::reports {

using models::Checked;

std::string check_csv_text(const CheckReport& report, const std::vector<CsvColumn>& set) {
  std::string text =
      csv_line({"point", "label", "closed_form_s", "simulated_s", "measured_s", "speed",
                "time_error", "noise", "counts", "parameters", "flops", "bytes", "messages",
                "final_loss", "final_accuracy", "time_to_target_s"},
               csv_names(set));
  for (const CheckReport::Row& row : report.rows) {
    const Checked& checked = row.checked;
    const models::Executed& executed = checked.executed;
    text += csv_line(
        {csv_name(row.point), csv_name(row.label), round_trip(checked.form.makespan.seconds()),
         round_trip(checked.predicted_s()), round_trip(checked.measured_s()),
         round_trip(checked.speed), round_trip(checked.time_error()), round_trip(checked.noise),
         std::string(name_of(checked.counts)), std::string(name_of(checked.parameters)),
         count_text(executed.flops.total()), count_text(executed.bytes),
         count_text(executed.messages), round_trip(executed.model.quality.loss),
         round_trip(executed.model.quality.accuracy),
         checked.time_to_target_s ? round_trip(*checked.time_to_target_s) : ""},
        csv_values(set));
  }
  return text;
}

std::string claim_check_csv_text(const std::vector<ClaimCheck>& checks, double tolerance,
                                 const std::vector<CsvColumn>& set) {
  std::string text =
      csv_line({"point", "label", "algorithm", "closed_form_s", "simulated_s", "difference",
                "time_is", "time_holds", "counts", "flops", "bytes", "messages", "events"},
               csv_names(set));
  for (const ClaimCheck& check : checks)
    text += csv_line(
        {csv_name(check.point), csv_name(check.label), check.kind,
         round_trip(check.form.makespan.seconds()), round_trip(check.simulated.seconds()),
         round_trip(check.difference()), std::string(claim_word(check.form.claim)),
         check.time_holds(tolerance) ? "true" : "false", std::string(name_of(check.counts)),
         count_text(check.flops.total()), count_text(check.bytes), count_text(check.messages),
         std::to_string(check.events)},
        csv_values(set));
  return text;
}

}  // namespace lockstep::reports
