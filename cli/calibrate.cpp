// lockstep calibrate: measures this machine, for scenarios that name it and for `check`.
#include "cli/calibrate.hpp"

#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/messages.hpp"
#include "cli/progress_bar.hpp"
#include "cli/result_file.hpp"
#include "cli/standard_output.hpp"
#include "models/calibrate/calibrate.hpp"
#include "reports/machine_table.hpp"
#include "reports/report_json.hpp"
#include "scenarios/machine_file.hpp"

namespace lockstep::cli {

std::optional<models::Machine> calibrate_here(bool quiet, bool quick) {
  ProgressBar progress_bar(!quiet);
  progress_bar.begin("calibrating", {});
  models::CalibrateOptions options;
  options.execute = [](const models::Problem& problem) {
    return models::execute_on_threads(problem, nullptr, nullptr);
  };
  options.progress = [&](double done) {
    progress_bar.advance(done);
    return !interrupt_flag().load();
  };
  if (quick) options.seconds_per_figure /= 20;
  return models::calibrate(options);
}

double pulse_here() {
  models::CalibrateOptions options;
  options.execute = [](const models::Problem& problem) {
    return models::execute_on_threads(problem, nullptr, nullptr);
  };
  return models::pulse_s(options);
}

ExitCode calibrate_command(const Command& self, Arguments arguments) {
  using boost::program_options::value;
  options_description options;
  options.add_options()  //
      ("output,o", value<std::string>()->value_name("FILE"),
       "write the machine as JSON, for \"cluster\": {\"machine\": FILE}; - is stdout")  //
      ("quick", "a twentieth of the time, with larger spreads");
  const auto line = read_command_line(self, options, arguments);
  if (!line) return ExitCode::done;
  check_operands(self, *line, 0, 0);
  const std::string file = line->text("output");
  if (!can_write(file)) return ExitCode::unfinished;
  catch_interrupts();
  const auto machine = calibrate_here(line->quiet(), line->has("quick"));
  if (!machine) {
    complain("interrupted; nothing is written");
    return ExitCode::interrupted;
  }
  if (file != "-") print(reports::machine_tables(*machine, standard_output_style()));
  if (file.empty()) return ExitCode::done;
  const std::string text = reports::json_text(scenarios::machine_json(*machine));
  return write_result(file, text) ? ExitCode::done : ExitCode::unfinished;
}

}  // namespace lockstep::cli
