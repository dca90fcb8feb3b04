#include "cli/program.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <new>
#include <system_error>

#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/limits.hpp"
#include "cli/messages.hpp"
#include "cli/standard_output.hpp"
#include "models/readers/numerics/kernels/matrix_kernels.hpp"
#include "reports/text.hpp"
#include "reports/version.hpp"
#include "runs/available_memory.hpp"
#include "scenarios/messages.hpp"

namespace lockstep::cli {

namespace {

std::string help() {
  std::string text =
      "lockstep: what parallel training costs, by formula and by simulation\n"
      "\nusage: lockstep COMMAND [arguments]\n\ncommands:\n";
  for (const Command& command : commands()) {
    const std::string call = fmt::format("{} {}", command.name, command.operands);
    text += fmt::format("  {}  {}\n", reports::pad_right(call, 29), command.summary);
  }
  return text +
         "\n`lockstep COMMAND --help` lists its options, `lockstep --version` the version.\n";
}

bool is_command(const std::string& name) {
  return std::ranges::any_of(commands(), [&](const Command& each) { return each.name == name; });
}

// A file stands where the command should: `lockstep ring.json run`.
[[noreturn]] void refuse_file_first(const std::vector<std::string>& arguments) {
  const auto command = std::ranges::find_if(arguments, is_command);
  const std::string meant = command == arguments.end() ? "run" : *command;
  throw UsageError(fmt::format("{} is a file; the command must come first: lockstep {} {}",
                               arguments.front(), meant, arguments.front()));
}

const Command& find_command(const std::vector<std::string>& arguments) {
  const std::string& name = arguments.front();
  std::vector<std::string_view> names;
  for (const Command& command : commands()) {
    if (command.name == name) return command;
    names.push_back(command.name);
  }
  if (name.starts_with('-')) {
    const std::vector<std::string_view> options = {"--version", "--help"};
    throw UsageError(scenarios::unknown_name("option", name, options));
  }
  if (name.ends_with(".json")) refuse_file_first(arguments);
  throw UsageError(scenarios::unknown_name("command", name, names));
}

ExitCode run_arguments(const std::vector<std::string>& arguments) {
  if (arguments.empty()) throw UsageError("no command given; `lockstep --help` lists them");
  const std::string& first = arguments.front();
  if (first == "--help" || first == "-h") {
    print(help());
    return ExitCode::done;
  }
  if (first == "--version") {
    print(fmt::format("lockstep {}\n", reports::version));
    return ExitCode::done;
  }
  const Command& command = find_command(arguments);
  return command.run(command, Arguments(arguments).subspan(1));
}

// LOCKSTEP_INSTRUCTION_SET: for the same bits as on another machine. Unset, the best there is.
void choose_kernels() {
  const char* wanted = std::getenv("LOCKSTEP_INSTRUCTION_SET");
  if (wanted == nullptr || *wanted == '\0' || models::use_kernels(wanted)) return;
  std::string names;
  for (const models::MatrixKernels& each : models::compiled_kernels()) {
    if (!each.runs_here()) continue;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", each.instruction_set);
  }
  throw UsageError(
      fmt::format("LOCKSTEP_INSTRUCTION_SET: must be one that runs here ({}), found "
                  "\"{}\"",
                  names, wanted));
}

ExitCode run_guarded(const std::vector<std::string>& arguments) {
  try {
    choose_kernels();
    return run_arguments(arguments);
  } catch (const UsageError& error) {
    complain(error.what());
    return ExitCode::bad_input;
  } catch (const std::bad_alloc&) {
    complain("out of memory");
  } catch (const std::system_error& error) {
    const bool has_no_stack = error.code() == std::errc::resource_unavailable_try_again;
    complain(has_no_stack ? "out of memory: a thread has no room for its stack"
                          : fmt::format("internal error: {}", error.what()));
  } catch (const std::exception& error) {
    complain(fmt::format("internal error: {}", error.what()));
  }
  return ExitCode::unfinished;
}

}  // namespace

int run_program(const std::vector<std::string>& arguments) {
  secure_standard_streams();
  std::set_new_handler(end_without_memory);
  end_when_interrupted();
  refuse_memory_beyond_available();
  ExitCode code = run_guarded(arguments);
  const std::string error = finish_standard_output();
  if (!error.empty()) {
    complain(fmt::format("cannot write to standard output: {}", error));
    code = ExitCode::unfinished;
  }
  return static_cast<int>(code);
}

}  // namespace lockstep::cli
