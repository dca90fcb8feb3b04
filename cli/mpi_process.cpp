#include "cli/mpi_process.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <utility>

#include "cli/interrupt.hpp"
#include "cli/messages.hpp"
#include "cli/watched_process.hpp"
#include "models/cost/algorithm.hpp"
#ifdef LOCKSTEP_MPI
#include "models/readers/execute/mpi/world.hpp"
#endif

namespace lockstep::cli {

using models::Setup;

void add_transport_option(options_description& options) {
  using boost::program_options::value;
  options.add_options()("transport", value<std::string>()->value_name("NAME"),
                        "what carries messages: threads (default), or mpi, under mpirun");
}

models::Transport transport_of(const CommandLine& line) {
  const std::string name = line.has("transport") ? line.text("transport") : "threads";
  if (name == "threads") return models::Transport::threads;
  if (name == "mpi") return models::Transport::mpi;
  throw UsageError(fmt::format("--transport: must be threads or mpi, found \"{}\"", name));
}

namespace {

// A number in the environment; 0 if there is none.
int number_in(const char* variable) {
  const char* text = std::getenv(variable);
  return text == nullptr ? 0 : std::atoi(text);
}

std::string ranks_text(const Setup& setup) {
  if (setup.servers == 0) return fmt::format("{} ranks", setup.ranks());
  return fmt::format("{} ranks (workers: {}, servers: {})", setup.ranks(), setup.workers,
                     setup.servers);
}

// Of a run that this many processes cannot carry out.
Faults faults_of(const Setup& setup, int processes) {
  Faults faults;
  if (setup.algorithm->shared_memory)
    faults.push_back({setup.pointer, fmt::format("\"{}\" needs memory shared by all workers, which "
                                                 "processes do not have: use --transport threads",
                                                 setup.algorithm->kind)});
  if (setup.ranks() != processes)
    faults.push_back({setup.pointer,
                      fmt::format("has {}, but the number of MPI processes is {}; use mpirun -n {}",
                                  ranks_text(setup), processes, setup.ranks())});
  return faults;
}

ExitCode code_of(const std::function<ExitCode()>& prepare) {
  try {
    return prepare();
  } catch (const UsageError& error) {
    complain(error.what());
    return ExitCode::bad_input;
  }
}

}  // namespace

bool is_one_of_several() {
  const bool is_pmix = std::getenv("PMIX_RANK") != nullptr;
  return number_in("OMPI_COMM_WORLD_SIZE") > 1 || number_in("PMI_SIZE") > 1 ||
         (is_pmix && number_in("SLURM_STEP_NUM_TASKS") > 1);
}

MpiProcess::MpiProcess(MpiCalls mpi) : mpi_(std::move(mpi)) {
  tell_watcher_rank(mpi_.rank);
  if (!speaks()) mute_complaints();
}

ExitCode MpiProcess::told(ExitCode mine) const {
  auto code = static_cast<std::int64_t>(mine);
  take_from_first({&code, 1});
  return static_cast<ExitCode>(code);
}

ExitCode MpiProcess::agreed(const std::function<ExitCode()>& prepare) const {
  const auto codes = mpi_.all_say(static_cast<std::int64_t>(code_of(prepare)));
  const auto bad = std::find_if(codes.begin(), codes.end(), [](auto code) { return code != 0; });
  if (bad == codes.end()) return ExitCode::done;
  if (codes.front() == 0)
    complain(fmt::format("rank {} rejected input that rank 0 accepted; are its files the same?",
                         bad - codes.begin()));
  return static_cast<ExitCode>(*bad);
}

bool MpiProcess::same_everywhere(const std::string& scenarios) const {
  const auto prints = mpi_.all_say(static_cast<std::int64_t>(std::hash<std::string>()(scenarios)));
  const auto other = std::find_if(prints.begin(), prints.end(),
                                  [&](auto print) { return print != prints.front(); });
  if (other == prints.end()) return true;
  complain(fmt::format("rank {} read different scenarios from rank 0", other - prints.begin()));
  return false;
}

bool MpiProcess::fits(const std::string& file, const Setup& setup) const {
  const Faults faults = faults_of(setup, mpi_.size);
  complain_of(file, faults);
  return faults.empty();
}

// The others stay until rank 0 has written, and ends all: as soon as one process ends, a launcher
// that is asked to stop kills the rest.
void MpiProcess::end_all(ExitCode code) const {
  if (!speaks()) std::this_thread::sleep_for(std::chrono::seconds(20));
  mpi_.abort(static_cast<int>(code));
  _exit(static_cast<int>(code));
}

#ifdef LOCKSTEP_MPI

bool has_mpi() { return true; }

ExitCode in_mpi_job(const std::function<ExitCode(const MpiProcess&)>& run) {
  catch_interrupts();
  go_on_watched();
  const models::MpiWorld world;
  const MpiProcess process(
      {.rank = world.rank(),
       .size = world.size(),
       .all_say = [&](std::int64_t value) { return world.all_say(value); },
       .take_from_first = [&](std::span<std::int64_t> all) { world.take_from_first(all); },
       .execute = [&](const auto& problem) { return world.execute(problem, &interrupt_flag()); },
       .send_text = [&](int to, const std::string& text) { world.send_text(to, text); },
       .take_text = [&] { return world.take_text(); },
       .abort = [&](int exit_code) { world.abort(exit_code); }});
  const ExitCode code = run(process);
  if (code == ExitCode::interrupted) process.end_all(code);
  return code;
}

#else

bool has_mpi() { return false; }

ExitCode in_mpi_job(const std::function<ExitCode(const MpiProcess&)>& /*run*/) {
  throw UsageError(
      "--transport: this program was built without MPI, and \"mpi\" needs it: on Debian, install "
      "libopenmpi-dev and openmpi-bin, and build again with cmake -D LOCKSTEP_MPI=ON");
}

#endif

}  // namespace lockstep::cli
