#include "tests/cli/child_program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace lockstep::cli::testing {

namespace fs = std::filesystem;

namespace {

// In the child, between fork and exec: only what is safe there.
[[noreturn]] void become_program(const char* program, char* const* arguments, const char* folder,
                                 const char* errors, int output) {
  const int error_file = open(errors, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (chdir(folder) != 0 || error_file < 0) _exit(99);
  if (dup2(output, STDOUT_FILENO) < 0 || dup2(error_file, STDERR_FILENO) < 0) _exit(99);
  execvp(program, arguments);
  _exit(99);
}

std::string new_errors_file() {
  static std::atomic<int> count{0};
  const std::string name =
      "lockstep_errors_" + std::to_string(getpid()) + "_" + std::to_string(count.fetch_add(1));
  return (fs::temp_directory_path() / name).string();
}

}  // namespace

ChildProgram::ChildProgram(const std::vector<std::string>& arguments, const fs::path& folder,
                           const std::string& redirect_output_to, const std::string& program)
    : errors_file_(new_errors_file()) {
  std::vector<std::string> texts = {program};
  texts.insert(texts.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);

  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
  if (redirect_output_to == "closed pipe") {
    close(ends[0]);
    ends[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
  } else if (!redirect_output_to.empty()) {
    close(ends[1]);
    ends[1] = open(redirect_output_to.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  }
  process_ = fork();
  if (process_ == 0)
    become_program(program.c_str(), pointers.data(), folder.c_str(), errors_file_.c_str(), ends[1]);
  close(ends[1]);
  output_ = ends[0];
}

ChildProgram::~ChildProgram() {
  if (process_ > 0) {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  if (output_ >= 0) close(output_);
  std::error_code error;
  fs::remove(errors_file_, error);
}

bool ChildProgram::read_some() {
  std::array<char, 4096> block{};
  const ssize_t got = read(output_, block.data(), block.size());
  if (got <= 0) return false;
  output_text_.append(block.data(), static_cast<std::size_t>(got));
  return true;
}

void ChildProgram::wait_for_output(const std::string& part) {
  while (output_text_.find(part) == std::string::npos && read_some()) {
  }
}

void ChildProgram::send(int signal) const { kill(process_, signal); }

Ended ChildProgram::wait() {
  while (read_some()) {
  }
  int status = 0;
  waitpid(process_, &status, 0);
  process_ = -1;
  std::ifstream errors(errors_file_, std::ios::binary);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1,
          output_text_,
          {std::istreambuf_iterator<char>(errors), {}}};
}

}  // namespace lockstep::cli::testing
