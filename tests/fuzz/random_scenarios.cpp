// Runs random scenarios through every command and says which of them break a rule.
//
//   random_scenarios --program build/release/lockstep --first 1 --count 100
//   random_scenarios --program build/release/lockstep --first 1 --seconds 3600
//   random_scenarios --program build/release/lockstep --scenario found.json
//
// A scenario that breaks one is printed, made smaller, ready to be run. Exit code 1 if any does.
#include <fmt/format.h>
#include <unistd.h>

#include <boost/program_options.hpp>
#include <chrono>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/fuzz/random_scenario.hpp"
#include "tests/fuzz/scenario_checks.hpp"
#include "tests/fuzz/shrink.hpp"

namespace lockstep::fuzz {
namespace {

namespace options = boost::program_options;

constexpr int most_questions = 300;

// "time" of "time: exact 3 s, simulated 4 s".
std::string rule_of(const std::string& problem) { return problem.substr(0, problem.find(": ")); }

bool breaks(const Json& scenario, const std::string& rule, const Program& program) {
  if (!loaded(scenario).ok()) return false;
  for (const std::string& problem : problems_of_scenario(scenario, program))
    if (rule_of(problem) == rule) return true;
  return false;
}

void tell(const std::string& name, const Json& scenario, const Problems& problems,
          const Program& program) {
  fmt::print("\n{} breaks a rule:\n", name);
  for (const std::string& problem : problems) fmt::print("  {}\n", problem);
  const std::string rule = rule_of(problems.front());
  const Json small =
      shrunk(scenario, [&](const Json& one) { return breaks(one, rule, program); }, most_questions);
  fmt::print("smaller:\n{}\n", small.dump());
  for (const std::string& problem : problems_of_scenario(small, program))
    fmt::print("  {}\n", problem);
  std::fflush(stdout);
}

// Whether it keeps all rules.
bool check(const std::string& name, const Json& scenario, const Program& program) {
  const Problems problems = problems_of_scenario(scenario, program);
  if (!problems.empty()) tell(name, scenario, problems, program);
  return problems.empty();
}

int check_many(std::uint64_t first, std::uint64_t count, std::int64_t seconds,
               const Program& program) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  std::uint64_t failed = 0;
  std::uint64_t number = first;
  while (number < first + count && (seconds == 0 || std::chrono::steady_clock::now() < end)) {
    if (!check(fmt::format("scenario {}", number), random_scenario(number), program)) ++failed;
    ++number;
  }
  fmt::print("{} random scenarios, {} to {}: {} break a rule\n", number - first, first, number - 1,
             failed);
  return failed == 0 ? 0 : 1;
}

int run(int count, char** arguments) {
  options::options_description known("random_scenarios");
  known.add_options()("program", options::value<std::string>()->required(), "path of lockstep")(
      "first", options::value<std::uint64_t>()->default_value(1), "number of the first scenario")(
      "count", options::value<std::uint64_t>()->default_value(1'000'000'000), "how many")(
      "seconds", options::value<std::int64_t>()->default_value(0), "for how long; 0: no limit")(
      "print", "only print the first scenario")("scenario", options::value<std::string>(),
                                                "a file to check in place of random ones");
  options::variables_map chosen;
  options::store(options::parse_command_line(count, arguments, known), chosen);
  options::notify(chosen);
  const auto first = chosen["first"].as<std::uint64_t>();
  if (chosen.contains("print")) return fmt::print("{}\n", random_scenario(first).dump(2)), 0;
  std::string folder = std::filesystem::temp_directory_path() / "random_scenarios_XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return 3;
  const Program program{std::filesystem::absolute(chosen["program"].as<std::string>()), folder};
  int code = 0;
  if (chosen.contains("scenario")) {
    std::ifstream file(chosen["scenario"].as<std::string>());
    code = check("it", Json::parse(file, nullptr, false), program) ? 0 : 1;
  } else {
    code = check_many(first, chosen["count"].as<std::uint64_t>(),
                      chosen["seconds"].as<std::int64_t>(), program);
  }
  std::filesystem::remove_all(folder);
  return code;
}

}  // namespace
}  // namespace lockstep::fuzz

int main(int count, char** arguments) {
  try {
    return lockstep::fuzz::run(count, arguments);
  } catch (const std::exception& error) {
    std::cerr << "random_scenarios: " << error.what() << '\n';
    return 2;
  }
}
