#include "cli/standard_output.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
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

OutputChoice choice;

bool is_terminal(int descriptor) { return isatty(descriptor) == 1 && !is_under_a_launcher(); }

bool has_colours(int descriptor) {
  if (choice.colours != When::automatic) return choice.colours == When::always;
  return is_terminal(descriptor) && !is_set("NO_COLOR") && !is_dumb_terminal();
}

std::size_t columns_of_output() {
  constexpr std::size_t usual = 80;
  constexpr std::size_t least = 40;  // no table is of use in less
  constexpr std::size_t most = 240;  // no eye finds its line in more
  if (const char* columns = std::getenv("COLUMNS"); columns != nullptr && *columns != '\0') {
    std::size_t number = 0;
    const char* const end = columns + std::strlen(columns);
    const auto read = std::from_chars(columns, end, number);
    if (read.ec == std::errc{} && read.ptr == end && number > 0)
      return std::clamp(number, least, most);
  }
  winsize size = {};
  if (!is_terminal(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 ||
      size.ws_col == 0)
    return usual;
  return std::clamp<std::size_t>(size.ws_col, least, most);
}

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

void choose_output(OutputChoice chosen) { choice = chosen; }

reports::Style standard_output_style() {
  const bool shows = has_colours(STDOUT_FILENO);
  reports::Style style = {.bold_headings = shows, .colours = shows};
  style.columns = columns_of_output();
  using Charts = reports::Style::Charts;
  if (is_terminal(STDOUT_FILENO)) style.charts = Charts::where_there_is_room;
  if (choice.charts) style.charts = Charts::always;
  return style;
}

bool standard_error_has_colours() { return has_colours(STDERR_FILENO); }

}  // namespace lockstep::cli
