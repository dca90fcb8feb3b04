#include "cli/watched_process.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <new>
#include <string>

#include "cli/messages.hpp"
#include "cli/runs.hpp"

namespace lockstep::cli {

namespace {

constexpr int unknown_rank = -1;
std::atomic<int>* shared_rank = nullptr;  // in memory of both processes
std::atomic<pid_t> watched{0};
std::atomic<bool> asked_to_end{false};
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<pid_t>::is_always_lock_free);

void pass_on(int /*signal*/) {
  asked_to_end.store(true);
  if (watched.load() > 0) kill(watched.load(), SIGUSR1);
}

void share_rank() {
  void* memory = mmap(nullptr, sizeof(std::atomic<int>), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  shared_rank = new (memory) std::atomic<int>(unknown_rank);
}

[[noreturn]] void end_lost(const std::string& how) {
  const int rank = shared_rank->load();
  const std::string who = rank == unknown_rank ? "a rank" : fmt::format("rank {}", rank);
  complain(fmt::format("{} was lost: {}", who, how));
  _exit(static_cast<int>(ExitCode::unfinished));
}

// Ends as the child did.
[[noreturn]] void end_as(int status) {
  if (WIFSIGNALED(status)) {
    if (asked_to_end.load()) _exit(static_cast<int>(ExitCode::interrupted));
    end_lost(fmt::format("signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status))));
  }
  const int code = WEXITSTATUS(status);
  switch (static_cast<ExitCode>(code)) {
    case ExitCode::done:
    case ExitCode::check_failed:
    case ExitCode::bad_input:
    case ExitCode::unfinished:
    case ExitCode::interrupted:
      _exit(code);
  }
  end_lost(fmt::format("exit code {}", code));
}

[[noreturn]] void watch() {
  prctl(PR_SET_NAME, "lockstep-watch");
  struct sigaction action = {};
  action.sa_handler = pass_on;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) sigaction(signal, &action, nullptr);
  int status = 0;
  while (waitpid(watched.load(), &status, 0) < 0) {
    if (errno != EINTR) end_lost(strerror(errno));
  }
  end_as(status);
}

}  // namespace

void go_on_watched() {
  share_rank();
  const pid_t watcher = getpid();
  const pid_t child = fork();
  if (child < 0) throw std::bad_alloc();
  if (child > 0) {
    watched.store(child);
    watch();
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != watcher) _exit(static_cast<int>(ExitCode::unfinished));
}

void tell_watcher_rank(int rank) { shared_rank->store(rank); }

}  // namespace lockstep::cli
