#include "cli/standard_output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace lockstep::cli {

namespace {

int first_error = 0;

void remember_error() {
  if (first_error == 0) first_error = errno == 0 ? EIO : errno;
}

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

bool is_dumb_terminal() {
  const char* terminal = std::getenv("TERM");
  return terminal == nullptr || std::strcmp(terminal, "dumb") == 0;
}

// mpirun gives its processes a terminal whatever its own output goes to.
bool is_under_a_launcher() { return is_set("OMPI_COMM_WORLD_SIZE") || is_set("PMI_SIZE"); }

}  // namespace

void secure_standard_streams() {
  for (int descriptor = 0; descriptor <= 2; ++descriptor) {
    if (fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
    // Takes the lowest free descriptor. Opened the wrong way round: using it is an error still.
    if (open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY) < 0) std::_Exit(3);
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

void print(std::string_view text) {
  if (first_error != 0) return;
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) remember_error();
}

std::string finish_standard_output() {
  errno = 0;
  if (std::fflush(stdout) != 0) remember_error();
  const bool is_error = first_error != 0 && first_error != EPIPE;
  return is_error ? std::strerror(first_error) : std::string();
}

reports::Style standard_output_style() {
  const bool shows = isatty(STDOUT_FILENO) == 1 && !is_set("NO_COLOR") && !is_dumb_terminal() &&
                     !is_under_a_launcher();
  return {.bold_headings = shows, .colours = shows};
}

}  // namespace lockstep::cli
