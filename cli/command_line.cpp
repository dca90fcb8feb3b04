#include "cli/command_line.hpp"

#include <fmt/format.h>

#include <boost/program_options/errors.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <charconv>
#include <sstream>
#include <thread>

#include "cli/messages.hpp"
#include "cli/standard_output.hpp"
#include "reports/version.hpp"
#include "scenarios/messages.hpp"

namespace lockstep::cli {

namespace po = boost::program_options;

namespace {

using Texts = std::vector<std::string>;

options_description with_common(const options_description& own) {
  options_description all("options");
  for (const auto& option : own.options()) all.add(option);
  all.add_options()                                  //
      ("quiet,q", "no progress, warnings or notes")  //
      ("color", po::value<std::string>()->value_name("WHEN"),
       "colours: auto (default: on a terminal, unless NO_COLOR is set), always or never")  //
      ("version", "print the version")                                                     //
      ("help,h", "print this help");
  return all;
}

std::string help_of(const Command& command, const options_description& all) {
  std::ostringstream options;
  options << all;
  const std::string operands = command.operands.empty() ? "" : fmt::format(" {}", command.operands);
  return fmt::format("usage: lockstep {}{} [options]\n\n{}\n\n{}", command.name, operands,
                     command.summary, options.str());
}

std::string unknown_option(const options_description& all, const po::unknown_option& error) {
  Texts names;
  for (const auto& option : all.options()) names.push_back("--" + option->long_name());
  const std::vector<std::string_view> known(names.begin(), names.end());
  return scenarios::unknown_name("option", error.get_option_name(), known);
}

// Long options in full only: what is short for one today may be ambiguous tomorrow.
constexpr int parsing_style =
    po::command_line_style::default_style & ~po::command_line_style::allow_guessing;

po::variables_map parse(const options_description& all, Arguments arguments) {
  options_description accepted;
  accepted.add(all).add_options()("operand", po::value<Texts>());
  po::positional_options_description positions;
  positions.add("operand", -1);
  po::variables_map values;
  const Texts tokens(arguments.begin(), arguments.end());
  po::store(po::command_line_parser(tokens)
                .options(accepted)
                .positional(positions)
                .style(parsing_style)
                .run(),
            values);
  return values;
}

OutputChoice output_choice(const po::variables_map& values) {
  OutputChoice choice;
  choice.charts = values.count("chart") > 0;
  if (values.count("color") == 0) return choice;
  const std::string when = values["color"].as<std::string>();
  if (when == "always")
    choice.colours = When::always;
  else if (when == "never")
    choice.colours = When::never;
  else if (when != "auto")
    throw UsageError(fmt::format("--color: must be auto, always or never, found \"{}\"", when));
  return choice;
}

scenarios::Override override_of(const char* option, const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || text.front() != '/') {
    throw UsageError(
        fmt::format("--{}: must look like /json/pointer=value, found \"{}\"", option, text));
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

std::uint64_t seed_of(const std::string& text) {
  std::uint64_t seed = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seed);
  if (error != std::errc() || stop != end) {
    throw UsageError(
        fmt::format("--seed: must be a whole number from 0 to 2^64 - 1, found \"{}\"", text));
  }
  return seed;
}

}  // namespace

std::string CommandLine::text(const char* option) const {
  return has(option) ? values_[option].as<std::string>() : std::string();
}

int whole_number(const std::string& text, const char* option, int most) {
  int number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end || number < 1 || number > most)
    throw UsageError(
        fmt::format("{}: must be a whole number from 1 to {}, found \"{}\"", option, most, text));
  return number;
}

std::vector<scenarios::Override> CommandLine::overrides(const char* option) const {
  std::vector<scenarios::Override> overrides;
  if (!has(option)) return overrides;
  for (const std::string& text : values_[option].as<Texts>())
    overrides.push_back(override_of(option, text));
  return overrides;
}

scenarios::LoadOptions CommandLine::load_options() const {
  scenarios::LoadOptions options;
  options.overrides = overrides("set");
  if (has("seed")) options.seed = seed_of(text("seed"));
  options.strict = has("strict");
  options.sweep = scenarios::SweepUse::refused;
  options.plan = scenarios::PlanUse::refused;
  return options;
}

void add_jobs_option(options_description& options, const char* help) {
  options.add_options()("jobs,j", po::value<std::string>()->value_name("N"), help);
}

std::size_t jobs_of(const CommandLine& line) {
  if (line.has("jobs"))
    return static_cast<std::size_t>(whole_number(line.text("jobs"), "-j", 1024));
  return std::max(1U, std::thread::hardware_concurrency());
}

void add_scenario_options(options_description& options) {
  options.add_options()  //
      ("set", po::value<Texts>()->value_name("/POINTER=VALUE"),
       "change a value of the scenario; repeatable")  //
      ("seed", po::value<std::string>()->value_name("N"),
       "use this seed instead of the scenario's");
}

void add_strict_option(options_description& options) {
  options.add_options()("strict", "treat warnings as errors");
}

std::optional<CommandLine> read_command_line(const Command& command, const options_description& own,
                                             Arguments arguments) {
  const options_description all = with_common(own);
  try {
    const po::variables_map values = parse(all, arguments);
    if (values.count("help") > 0) {
      print(help_of(command, all));
      return std::nullopt;
    }
    if (values.count("version") > 0) {
      print(fmt::format("lockstep {}\n", reports::version));
      return std::nullopt;
    }
    choose_output(output_choice(values));
    return CommandLine(values,
                       values.count("operand") > 0 ? values["operand"].as<Texts>() : Texts());
  } catch (const po::unknown_option& error) {
    throw UsageError(unknown_option(all, error));
  } catch (const po::error& error) {
    throw UsageError(error.what());
  }
}

void check_operands(const Command& command, const CommandLine& line, std::size_t least,
                    std::size_t most) {
  const std::size_t found = line.operands().size();
  if (found >= least && found <= most) return;
  const std::string usage = fmt::format("lockstep {} {}", command.name, command.operands);
  if (found < least) throw UsageError(fmt::format("too few arguments; usage: {}", usage));
  throw UsageError(fmt::format("unexpected argument \"{}\"; usage: {}", line.operands()[most],
                               usage.substr(0, usage.find_last_not_of(' ') + 1)));
}

}  // namespace lockstep::cli
