#include "cli/execute_on_mpi.hpp"

#include "cli/messages.hpp"

#ifdef LOCKSTEP_MPI

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <thread>

#include "cli/execution.hpp"
#include "cli/interrupt.hpp"
#include "cli/watched_process.hpp"
#include "models/algorithm.hpp"
#include "models/execute/mpi/world.hpp"

namespace lockstep::cli {

using models::MpiWorld;
using models::Setup;

namespace {

std::string ranks_text(const Setup& setup) {
  if (setup.servers == 0) return fmt::format("{} ranks", setup.ranks());
  return fmt::format("{} ranks (workers: {}, servers: {})", setup.ranks(), setup.workers,
                     setup.servers);
}

// Of a run that this many processes cannot carry out.
Faults faults_of(const Setup& setup, int processes) {
  Faults faults;
  if (setup.algorithm->shared_memory)
    faults.push_back({setup.pointer, fmt::format("\"{}\" works on a memory that all workers share, "
                                                 "and processes have none: use --transport threads",
                                                 setup.algorithm->kind)});
  if (setup.ranks() != processes)
    faults.push_back({setup.pointer, fmt::format("has {}, but MPI started {}: mpirun -n {}",
                                                 ranks_text(setup), processes, setup.ranks())});
  return faults;
}

bool fit(const std::vector<LoadedScenario>& all, int processes) {
  bool all_fit = true;
  for (const LoadedScenario& loaded : all) {
    for (const Setup& setup : loaded.scenario.runs) {
      const Faults faults = faults_of(setup, processes);
      complain_of(loaded.file, faults);
      all_fit = all_fit && faults.empty();
    }
  }
  return all_fit;
}

std::int64_t fingerprint(const std::vector<LoadedScenario>& all) {
  std::string text;
  for (const LoadedScenario& loaded : all) text += loaded.scenario.resolved.dump();
  return static_cast<std::int64_t>(std::hash<std::string>()(text));
}

// One process of the job. What all find wrong rank 0 says; whatever happens, all end alike.
class Process {
 public:
  explicit Process(const CommandLine& line) : line_(&line) {
    tell_watcher_rank(world_.rank());
    if (!speaks()) mute_complaints();
  }

  ExitCode run() {
    const ExitCode prepared = agreed(prepare());
    if (prepared != ExitCode::done) return prepared;
    if (!same_everywhere()) return ExitCode::bad_input;
    const ExitCode code = execution_->run(*all_);
    if (code == ExitCode::interrupted) end_all(code);
    return code;
  }

 private:
  [[nodiscard]] bool speaks() const { return world_.rank() == 0; }

  // Rank 0 writes reports before, and the others stay until it has: as soon as one process ends, a
  // launcher that is asked to stop kills the rest.
  [[noreturn]] void end_all(ExitCode code) const {
    if (!speaks()) std::this_thread::sleep_for(std::chrono::seconds(5));
    world_.abort(static_cast<int>(code));
  }

  ExitCode prepare() {
    try {
      const auto executor = [this](const models::Problem& problem) {
        return world_.execute(problem, &interrupt_flag());
      };
      execution_.emplace(*line_, executor, speaks());
      all_ = load_computed(*line_, SumsByMpi::allowed);
      if (!all_ || !fit(*all_, world_.size())) return ExitCode::bad_input;
      return !speaks() || execution_->ready(*all_) ? ExitCode::done : ExitCode::unfinished;
    } catch (const UsageError& error) {
      complain(error.what());
      return ExitCode::bad_input;
    }
  }

  // The worst code of all; rank 0 says who found fault with what it has none with.
  ExitCode agreed(ExitCode mine) const {
    const auto codes = world_.all_say(static_cast<std::int64_t>(mine));
    const auto bad = std::find_if(codes.begin(), codes.end(), [](auto code) { return code != 0; });
    if (bad == codes.end()) return ExitCode::done;
    if (codes.front() == 0)
      complain(fmt::format("rank {} cannot use what rank 0 can: are the files the same there?",
                           bad - codes.begin()));
    return static_cast<ExitCode>(*bad);
  }

  bool same_everywhere() const {
    const auto prints = world_.all_say(fingerprint(*all_));
    const auto other = std::find_if(prints.begin(), prints.end(),
                                    [&](auto print) { return print != prints.front(); });
    if (other == prints.end()) return true;
    complain(fmt::format("rank {} has other scenarios than rank 0", other - prints.begin()));
    return false;
  }

  const CommandLine* line_;
  MpiWorld world_;
  std::optional<Execution> execution_;
  std::optional<std::vector<LoadedScenario>> all_;
};

}  // namespace

ExitCode execute_on_mpi(const CommandLine& line) {
  catch_interrupts();
  go_on_watched();
  return Process(line).run();
}

}  // namespace lockstep::cli

#else

namespace lockstep::cli {

ExitCode execute_on_mpi(const CommandLine& /*line*/) {
  throw UsageError(
      "--transport: this program was built without MPI, and \"mpi\" needs it: on Debian, install "
      "libopenmpi-dev and openmpi-bin, and build again with cmake -D LOCKSTEP_MPI=ON");
}

}  // namespace lockstep::cli

#endif
