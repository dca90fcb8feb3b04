// lockstep sweep: every point of a scenario's sweep, a line of results for each.
#include <unistd.h>

#include <boost/program_options/value_semantic.hpp>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/sweep_on_mpi.hpp"
#include "cli/sweeping.hpp"
#include "cli/workers.hpp"

namespace lockstep::cli {

using scenarios::SweptScenario;

namespace {

ExitCode sweep_on_threads(const CommandLine& line, const SweptScenario& swept) {
  Sweeping sweeping(line, swept);
  const ExitCode prepared = sweeping.prepare();
  if (prepared != ExitCode::done) return prepared;
  const Watchdog watchdog([&] {
    sweeping.stop_interrupted();
    _exit(static_cast<int>(ExitCode::interrupted));
  });
  const std::vector<std::size_t>& left = sweeping.left();
  Workers workers(jobs_of(line), left.size(), [&](std::size_t i) {
    const auto result = sweeping.points().line(left[i]);
    return result && !interrupt_flag().load() && sweeping.take(*result);
  });
  while (sweeping.wait_for_line()) {
  }
  workers.join();
  return sweeping.conclude();
}

void add_sweep_options(options_description& options) {
  using boost::program_options::value;
  options.add_options()  //
      ("output,o", value<std::string>()->value_name("FILE"),
       "write a line of JSON a point, as soon as it is done; - for stdout, without the table")  //
      ("html", value<std::string>()->value_name("FILE"),
       "write an HTML page with plots (one file that opens offline); - for stdout")  //
      ("resume", "finish the sweep whose lines are in FILE")                         //
      ("cost", "the closed forms alone, without simulation")                         //
      ("shard", value<std::string>()->value_name("I/N"),
       "only the I-th of N parts of the points")  //
      ("sweep", value<std::vector<std::string>>()->value_name("/POINTER=A,B,C"),
       "an axis beside the scenario's own, or in place of one; also a list or a range as JSON; "
       "repeatable");
  add_jobs_option(options,
                  "run N points at once (default: one per core); the results do not depend on N");
  options.add_options()("transport", value<std::string>()->value_name("NAME"),
                        "threads, or mpi: the processes that mpirun started share the points "
                        "(default if it started several)");
  add_scenario_options(options);
  add_strict_option(options);
}

}  // namespace

ExitCode sweep_command(const Command& self, Arguments arguments) {
  options_description options;
  add_sweep_options(options);
  const auto line = read_command_line(self, options, arguments);
  if (!line) return ExitCode::done;
  check_operands(self, *line, 1, 1);
  if (sweeps_on_mpi(*line)) return sweep_on_mpi(*line);
  if (const ExitCode checked = check_sweep_options(*line, true); checked != ExitCode::done)
    return checked;
  const auto swept = load_sweep(*line);
  return swept ? sweep_on_threads(*line, *swept) : ExitCode::bad_input;
}

}  // namespace lockstep::cli
