#include "cli/interrupt.hpp"

#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "cli/exit_code.hpp"

namespace lockstep::cli {

namespace {

std::atomic<bool> interrupted{false};
std::atomic<const char*> half_written{nullptr};
// Only lock-free atomics and what POSIX lists as safe may be used in a handler.
static_assert(std::atomic<bool>::is_always_lock_free);
static_assert(std::atomic<const char*>::is_always_lock_free);

void handle(int /*signal*/) {
  if (!interrupted.exchange(true)) return;
  if (const char* path = half_written.load(); path != nullptr) (void)unlink(path);
  _exit(static_cast<int>(ExitCode::interrupted));
}

// However often it comes, the program ends in order.
void handle_request(int /*signal*/) { interrupted.store(true); }

}  // namespace

void catch_interrupts() {
  struct sigaction action = {};
  action.sa_handler = handle;
  action.sa_flags = SA_RESTART;  // writes that are under way go on
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  action.sa_handler = handle_request;
  sigaction(SIGUSR1, &action, nullptr);
}

const std::atomic<bool>& interrupt_flag() { return interrupted; }

void set_half_written_file(const char* path) { half_written.store(path); }

}  // namespace lockstep::cli
