#include "tests/cli/mpi_job.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include "tests/paths.hpp"

namespace lockstep::cli::testing {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> mpirun_arguments(int processes, const std::string& command,
                                          const std::vector<std::string>& arguments,
                                          bool names_transport) {
  // In the foreground: else `timeout` passes signals on twice, and mpirun ends at once at the
  // second.
  std::vector<std::string> all = {
      "--foreground", "--kill-after=5",          "60",
      "mpirun",       "--allow-run-as-root",     "--oversubscribe",
      "-n",           std::to_string(processes), lockstep::testing::program_path(),
      command};
  if (names_transport) all.insert(all.end(), {"--transport", "mpi"});
  all.insert(all.end(), arguments.begin(), arguments.end());
  return all;
}

struct Process {
  std::string name;
  bool runs = false;  // not dead and only waiting for somebody to ask how it ended
  pid_t parent = 0;
};

// From /proc: "pid (name) state parent ...".
std::map<pid_t, Process> processes() {
  std::map<pid_t, Process> all;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc", error)) {
    std::ifstream stat(entry.path() / "stat");
    std::string line;
    if (!isdigit(entry.path().filename().string()[0]) || !std::getline(stat, line)) continue;
    const std::size_t open = line.find('(');
    const std::size_t close = line.rfind(')');
    all[std::stoi(line)] = {line.substr(open + 1, close - open - 1), line.at(close + 2) != 'Z',
                            std::stoi(line.substr(close + 4))};
  }
  return all;
}

bool is_below(const std::map<pid_t, Process>& all, pid_t process, pid_t ancestor) {
  while (process != ancestor) {
    const auto found = all.find(process);
    if (found == all.end()) return false;
    process = found->second.parent;
  }
  return true;
}

}  // namespace

bool ends(pid_t process) {
  for (int attempt = 0; attempt < 500; ++attempt) {
    const auto all = processes();
    const auto found = all.find(process);
    if (found == all.end() || !found->second.runs) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

bool can_run_mpi() {
  const TemporaryFolder folder;
  const Ended without =
      ChildProgram({"execute", "none.json", "--transport", "mpi"}, folder.path()).wait();
  const Ended mpirun = ChildProgram({"--version"}, folder.path(), "", "mpirun").wait();
  const bool can = without.errors.find("built without MPI") == std::string::npos &&
                   mpirun.output.find("Open MPI") != std::string::npos;
  if (!can) MESSAGE("skipped: the program is built without MPI, or Open MPI's mpirun is missing");
  return can;
}

MpiJob::MpiJob(int processes, const std::vector<std::string>& arguments,
               const TemporaryFolder& folder, const std::string& command, bool names_transport)
    : processes_(processes),
      program_(mpirun_arguments(processes, command, arguments, names_transport), folder.path(), "",
               "timeout") {}

std::vector<pid_t> MpiJob::ranks() const {
  std::vector<pid_t> ranks;
  while (static_cast<int>(ranks.size()) < processes_) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    ranks.clear();
    const auto all = testing::processes();
    REQUIRE(is_below(all, program_.process(), getppid()));
    for (const auto& [process, what] : all)
      if (what.name == "lockstep" && all.contains(what.parent) &&
          all.at(what.parent).name == "lockstep-watch" &&
          is_below(all, process, program_.process()))
        ranks.push_back(process);
  }
  return ranks;
}

}  // namespace lockstep::cli::testing
