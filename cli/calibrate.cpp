// lockstep calibrate: measures this machine, for scenarios that name it and for `check`.
#include "cli/calibrate.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/program_options/value_semantic.hpp>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/fitted_links.hpp"
#include "cli/interrupt.hpp"
#include "cli/messages.hpp"
#include "cli/mpi_process.hpp"
#include "cli/named_files.hpp"
#include "cli/progress_bar.hpp"
#include "cli/result_file.hpp"
#include "cli/standard_output.hpp"
#include "models/readers/calibrate/calibrate.hpp"
#include "reports/machine_table.hpp"
#include "reports/report_json.hpp"
#include "runs/available_memory.hpp"
#include "scenarios/machine_file.hpp"

namespace lockstep::cli {

namespace {

using scenarios::Json;

std::optional<models::Machine> calibrate_with(models::CalibrateOptions options, bool quiet,
                                              bool quick) {
  ProgressBar progress_bar(!quiet);
  progress_bar.begin("calibrating", {});
  options.progress = [&](double done) {
    progress_bar.advance(done);
    return !interrupt_flag().load();
  };
  if (quick) {
    options.seconds_per_figure /= 20;
    options.repeats = 3;
  }
  return models::calibrate(options);
}

models::CalibrateOptions on_threads() {
  models::CalibrateOptions options;
  options.execute = [](const models::Problem& problem) {
    return models::execute_on_threads(problem, nullptr, nullptr);
  };
  return options;
}

constexpr std::string_view nothing_written = "interrupted; nothing is written";

// Where the machine goes, and what was in that file.
struct Destination {
  std::string file;  // empty for none
  Json before;       // null for nothing
};

Destination destination_of(const CommandLine& line) {
  if (!line.has("add")) return {output_files(line, {"output"}).front().file, nullptr};
  if (line.has("output")) throw UsageError("--add: cannot be combined with --output");
  const std::string file = line.text("add");
  Result<Json> read = scenarios::read_machine_file(file);
  if (!read) {
    const Fault& fault = read.faults().front();
    throw UsageError(fmt::format("--add: {}: {}", file, fault.message));
  }
  const std::string other = scenarios::other_machine(*read);
  if (!other.empty()) complain(fmt::format("{}: was measured on {}", file, other));
  return {file, std::move(*read)};
}

// The file's machine with the transports of the measured one.
Json added(Json machine, const models::Machine& measured) {
  const Json json = scenarios::machine_json(measured);
  for (const auto& [name, transport] : json["transports"].items())
    machine["transports"][name] = transport;
  return machine;
}

ExitCode show(const std::optional<models::Machine>& machine, Destination to) {
  if (!machine) {
    complain(nothing_written);
    return ExitCode::interrupted;
  }
  if (to.file != "-") print(reports::machine_tables(*machine, standard_output_style()));
  if (to.file.empty()) return ExitCode::done;
  const Json json = to.before.is_null() ? scenarios::machine_json(*machine)
                                        : added(std::move(to.before), *machine);
  return write_result(to.file, reports::json_text(json)) ? ExitCode::done : ExitCode::unfinished;
}

ExitCode calibrate_on_threads(const CommandLine& line) {
  Destination to = destination_of(line);
  if (!can_write(to.file)) return ExitCode::unfinished;
  const Watchdog watchdog([] { end_interrupted(nothing_written); });
  return show(calibrate_here(line.quiet(), line.has("quick")), std::move(to));
}

constexpr std::int64_t no_probe = -1;  // in place of a run: there are no more

// What rank 0 has.
models::ProbeRun told(const MpiProcess& process, const models::ProbeRun& run) {
  std::array numbers = {run.probe, run.ranks,   run.active,    run.layers,
                        run.width, run.samples, run.iterations};
  process.take_from_first(numbers);
  const auto& [probe, ranks, active, layers, width, samples, iterations] = numbers;
  return {probe, ranks, active, layers, width, samples, iterations};
}

// Rank 0 decides what is run, and every other process runs it too.
void take_part(const MpiProcess& process, const models::ExecuteProblem& execute) {
  while (true) {
    const models::ProbeRun run = told(process, {});
    if (run.probe == no_probe) return;
    (void)models::execute_probe(run, execute);
  }
}

std::optional<models::Machine> calibrate_all(const MpiProcess& process,
                                             models::CalibrateOptions options,
                                             const CommandLine& line) {
  const auto announce = [&](const models::ProbeRun& run) { (void)told(process, run); };
  options.transport = "mpi";
  options.ranks = process.processes();
  options.announce = announce;
  auto machine = calibrate_with(options, line.quiet(), line.has("quick"));
  announce({.probe = no_probe});
  return machine;
}

ExitCode calibrate_in(const MpiProcess& process, const CommandLine& line) {
  Destination to;
  const ExitCode prepared = process.agreed([&] {
    if (process.processes() < 2)
      throw UsageError("--transport: mpi needs at least two processes: mpirun -n 2 ...");
    to = destination_of(line);
    return !process.speaks() || can_write(to.file) ? ExitCode::done : ExitCode::unfinished;
  });
  if (prepared != ExitCode::done) return prepared;
  models::CalibrateOptions options;
  options.execute = [&](const models::Problem& problem) {
    models::Executed executed = process.execute(problem);
    if (executed.finished) return executed;
    complain(nothing_written);
    process.end_all(ExitCode::interrupted);
  };
  auto code = ExitCode::done;
  if (process.speaks())
    code = show(calibrate_all(process, options, line), std::move(to));
  else
    take_part(process, options.execute);
  return process.told(code);
}

}  // namespace

std::optional<models::Machine> calibrate_here(bool quiet, bool quick) {
  return calibrate_with(on_threads(), quiet, quick);
}

double pulse_here() { return models::pulse_s(on_threads()); }

ExitCode calibrate_command(const Command& self, Arguments arguments) {
  runs::keep_freed_memory();
  using boost::program_options::value;
  options_description options;
  add_transport_option(options);
  options.add_options()  //
      ("output,o", value<std::string>()->value_name("FILE"),
       "write the machine as JSON, for \"cluster\": {\"machine\": FILE}; - for stdout")  //
      ("add", value<std::string>()->value_name("FILE"),
       "add the transport to a machine that was measured before")  //
      ("quick", "calibrate faster, with larger spreads");
  add_table_options(options);
  const auto line = read_command_line(self, options, arguments);
  if (!line) return ExitCode::done;
  check_operands(self, *line, 0, 0);
  if (names_tables(*line)) return fit_links(*line);
  if (transport_of(*line) == models::Transport::threads) return calibrate_on_threads(*line);
  return in_mpi_job([&](const MpiProcess& process) { return calibrate_in(process, *line); });
}

}  // namespace lockstep::cli
