// lockstep execute: trains with every algorithm of a scenario for real, on this machine or, with
// MPI, on several.
#include "models/readers/execute/execute.hpp"

#include <boost/program_options/value_semantic.hpp>
#include <limits>

#include "cli/available_memory.hpp"
#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/execute_on_mpi.hpp"
#include "cli/execution.hpp"
#include "cli/interrupt.hpp"
#include "cli/mpi_process.hpp"

namespace lockstep::cli {

namespace {

ExitCode execute_on_threads(const CommandLine& line) {
  Execution execution(line, [](const models::Problem& problem) {
    return models::execute_on_threads(problem, nullptr, &interrupt_flag());
  });
  const auto all = load_computed(line, SumsByMpi::refused);
  if (!all) return ExitCode::bad_input;
  if (!execution.ready(*all)) return ExitCode::unfinished;
  for (const LoadedScenario& one : *all)
    if (!numbers_fit(one.file, one.scenario.runs, all_ranks)) return ExitCode::unfinished;
  return execution.run(*all);
}

}  // namespace

ExitCode execute_command(const Command& self, Arguments arguments) {
  using boost::program_options::value;
  options_description options;
  add_report_options(options);
  add_scenario_options(options);
  add_strict_option(options);
  add_transport_option(options);
  options.add_options()  //
      ("order", value<std::string>()->value_name("FILE"),
       "write the recorded order of time-dependent events, for train --replay");
  const auto line = read_command_line(self, options, arguments);
  if (!line) return ExitCode::done;
  check_operands(self, *line, 1, std::numeric_limits<std::size_t>::max());
  return transport_of(*line) == models::Transport::mpi ? execute_on_mpi(*line)
                                                       : execute_on_threads(*line);
}

}  // namespace lockstep::cli
