// lockstep execute: trains with every algorithm of a scenario for real, on this machine or, with
// MPI, on several.
#include "models/readers/execute/execute.hpp"

#include <atomic>
#include <boost/program_options/value_semantic.hpp>
#include <chrono>
#include <cstddef>
#include <limits>
#include <thread>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/execute_on_mpi.hpp"
#include "cli/execution.hpp"
#include "cli/interrupt.hpp"
#include "cli/mpi_process.hpp"
#include "cli/progress_bar.hpp"
#include "runs/available_memory.hpp"

namespace lockstep::cli {

namespace {

// Shows on the terminal how far the run is.
models::Executed execute_watched(const models::Problem& problem, ProgressBar& bar) {
  if (!bar.shows()) return models::execute_on_threads(problem, nullptr, &interrupt_flag());
  bar.begin(problem.setup->label, {});
  std::atomic<std::size_t> begun = 0;
  const auto all = static_cast<std::size_t>(problem.setup->training.iterations);
  std::jthread watcher([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      bar.advance(begun.load(std::memory_order_relaxed), all);
    }
  });
  models::Executed executed =
      models::execute_on_threads(problem, nullptr, &interrupt_flag(), &begun);
  watcher.request_stop();
  watcher.join();
  bar.erase();
  return executed;
}

ExitCode execute_on_threads(const CommandLine& line) {
  ProgressBar bar(!line.quiet());
  Execution execution(
      line, [&bar](const models::Problem& problem) { return execute_watched(problem, bar); });
  const auto all = load_computed(line, SumsByMpi::refused);
  if (!all) return ExitCode::bad_input;
  if (!execution.ready(*all)) return ExitCode::unfinished;
  for (const LoadedScenario& one : *all)
    if (!numbers_fit(one.file, one.scenario.runs, all_ranks)) return ExitCode::unfinished;
  return execution.run(*all);
}

}  // namespace

ExitCode execute_command(const Command& self, Arguments arguments) {
  runs::keep_freed_memory();
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
