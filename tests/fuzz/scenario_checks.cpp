#include "tests/fuzz/scenario_checks.hpp"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <utility>

#include "tests/cli/child_program.hpp"
#include "tests/fuzz/conforms.hpp"

namespace lockstep::fuzz {

namespace {

using cli::testing::ChildProgram;
using cli::testing::Ended;

constexpr const char* seconds_at_most = "120";  // of a command, before it counts as hung

class Checks {
 public:
  Checks(const Json& scenario, const Program& program) : scenario_(&scenario), program_(&program) {
    write(scenario, "scenario.json");
  }

  // What `lockstep COMMAND scenario.json OPTIONS` wrote to stdout.
  std::string output(const std::string& command, std::vector<std::string> options,
                     const std::string& file = "scenario.json") {
    std::vector<std::string> arguments = {seconds_at_most, program_->path, command};
    if (command == "explain") arguments.push_back(options.front());
    arguments.push_back(file);
    if (command != "explain") arguments.insert(arguments.end(), options.begin(), options.end());
    ChildProgram child(arguments, program_->folder, "", "timeout");
    const Ended ended = child.wait();
    if (ended.code != 0)
      problems.push_back(
          fmt::format("{}: exit code {}: {}", command, ended.code, ended.errors.substr(0, 300)));
    return ended.code == 0 ? ended.output : "";
  }

  // The report, which is checked; null if there is none.
  Json report(const std::string& command, std::vector<std::string> options = {}) {
    options.insert(options.end(), {"--quiet", "-o", "-"});
    Json report = Json::parse(output(command, std::move(options)), nullptr, false);
    if (report.is_discarded()) return nullptr;
    add(problems_of_report(report));
    return report;
  }

  void simulation() {
    const std::string text = output("run", {"--quiet", "-o", "-"});
    run = Json::parse(text, nullptr, false);
    if (run.is_discarded()) return;
    add(problems_of_report(run));
    expect(text == output("run", {"--quiet", "-o", "-"}), "twice: the report is another");
    write(run["scenario"], "resolved.json");
    Json again =
        Json::parse(output("run", {"--quiet", "-o", "-"}, "resolved.json"), nullptr, false);
    expect(again == run, "resolved: it runs otherwise than the scenario");
  }

  void closed_forms() {
    const Json cost = report("cost");
    if (cost.is_null()) return;
    for (std::size_t index = 0; index < run["runs"].size(); ++index) {
      // What only `cost` looks for may be there beside; of the rest it says the same.
      const Json& form = cost["runs"][index]["analytic"];
      for (const auto& [key, value] : run["runs"][index]["analytic"].items())
        expect(
            form.contains(key) && form[key] == value,
            fmt::format("cost: {} {}, not {}", key, form.value(key, Json()).dump(), value.dump()));
    }
    for (const Json& one : run["runs"])
      (void)output("explain", {one["algorithm"].get<std::string>()});
  }

  void critical_path() {
    const Json path = report("run", {"--critical-path"});
    if (path.is_null()) return;
    for (const Json& one : path["runs"]) {
      if (!one.contains("critical_path")) continue;
      double sum_s = 0;
      for (const Json& seconds : one["critical_path"]["seconds"]) sum_s += seconds.get<double>();
      const double makespan_s = one["simulated"]["makespan_s"].get<double>();
      expect(std::abs(sum_s - makespan_s) <= 1e-9 * makespan_s + 1e-12,
             fmt::format("critical path: {} s of {} s", sum_s, makespan_s));
    }
  }

  // Every algorithm on numbers: the same simulation, and real runs that count the same. Training
  // goes message by message even where steps are to be events at any price.
  void numbers() {
    const Json trained = report("train");
    if (trained.is_null()) return;
    const bool by_steps = run["scenario"]["cluster"]["granularity"] == "step";
    for (std::size_t index = 0; index < run["runs"].size() && !by_steps; ++index)
      expect(trained["runs"][index]["simulated"] == run["runs"][index]["simulated"],
             "train: it simulates otherwise than run");
    const Json executed = report("execute");
    if (executed.is_null()) return;
    for (std::size_t index = 0; index < run["runs"].size(); ++index) {
      const Json& form = run["runs"][index]["analytic"];
      const Json& counted = executed["runs"][index]["executed"];
      // Numbers have four bytes, whatever the model's scalars have.
      const Json& precision = run["scenario"]["model"]["precision"];
      if (precision["parameters"] == 4 && precision["gradients"] == 4 &&
          precision["activations"] == 4 &&
          trained["runs"][index]["loss"]["network"]["is_the_model"] == true)
        add(problems_of_counts(form, counted, form["counts_are"] == "exact"));
    }
  }

  void all() {
    static const Json schema = scenarios::scenario_schema();
    const std::string wrong = not_conforming(*scenario_, schema);
    expect(wrong.empty(), "schema: the loader accepts what the schema does not: " + wrong);
    (void)output("validate", {});
    simulation();
    if (run.is_discarded() || scenario_->contains("traffic")) return;
    closed_forms();
    critical_path();
    if (scenario_->contains("data") && !scenario_->at("model").contains("stages")) numbers();
  }

  Problems problems;
  Json run;

 private:
  void write(const Json& document, const char* file) const {
    std::ofstream(program_->folder / file) << document.dump(2) << '\n';
  }
  void add(Problems found) {
    for (std::string& problem : found) problems.push_back(std::move(problem));
  }
  void expect(bool holds, const std::string& problem) {
    if (!holds) problems.push_back(problem);
  }

  const Json* scenario_;
  const Program* program_;
};

}  // namespace

Problems problems_of_scenario(const Json& scenario, const Program& program) {
  Checks checks(scenario, program);
  checks.all();
  return checks.problems;
}

}  // namespace lockstep::fuzz
