// lockstep check: closed form, simulation and real execution on this machine, side by side.
#include "models/readers/check/check.hpp"

#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <filesystem>
#include <limits>
#include <memory>
#include <thread>

#include "cli/calibrate.hpp"
#include "cli/check_claims.hpp"
#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/execution.hpp"
#include "cli/interrupt.hpp"
#include "cli/messages.hpp"
#include "cli/mpi_process.hpp"
#include "cli/named_files.hpp"
#include "cli/progress_bar.hpp"
#include "cli/result_file.hpp"
#include "cli/scenario_files.hpp"
#include "cli/set_columns.hpp"
#include "cli/standard_output.hpp"
#include "cli/tolerance.hpp"
#include "reports/check_csv.hpp"
#include "reports/check_report.hpp"
#include "reports/html.hpp"
#include "reports/report_json.hpp"
#include "runs/available_memory.hpp"
#include "runs/computed_runs.hpp"
#include "scenarios/fault_list.hpp"
#include "scenarios/json_text.hpp"
#include "scenarios/machine_file.hpp"
#include "scenarios/overrides.hpp"

namespace lockstep::cli {

namespace {

using scenarios::Json;
using scenarios::LoadOptions;
using scenarios::Scenario;

std::optional<Scenario> load(const std::string& file, const LoadOptions& options) {
  Result<Scenario> loaded = scenarios::load_scenario(file, options);
  if (loaded) return std::move(*loaded);
  complain_of(file, loaded.faults());
  return std::nullopt;
}

// The machine that a sound scenario's cluster names, in the file or by --set.
std::optional<Json> named_machine(const std::string& file, const LoadOptions& options) {
  const auto text = scenarios::read_file(file);
  auto json = text ? scenarios::parse_json(*text) : Result<Json>(Fault{});
  if (!json) return std::nullopt;
  scenarios::FaultList faults;
  scenarios::apply_overrides(*json, options, faults);
  if (!json->is_object() || !json->contains("cluster")) return std::nullopt;
  const Json& cluster = (*json)["cluster"];
  if (!cluster.is_object() || !cluster.contains("machine")) return std::nullopt;
  if (!cluster["machine"].is_string()) return cluster["machine"];
  const auto folder = std::filesystem::path(file).parent_path();
  auto machine = scenarios::read_machine_file(folder / cluster["machine"].get<std::string>());
  return machine ? std::optional(std::move(*machine)) : std::nullopt;
}

constexpr std::string_view nothing_reported = "interrupted; nothing is reported";

// A run of one point of a sweep, and the real runs that there were of it.
struct Item {
  std::string point;
  std::string file;
  std::shared_ptr<const Scenario> scenario;
  std::unique_ptr<const models::Setup> setup;
  std::unique_ptr<const models::Problem> problem;
  double calibrated_pulse_s = 0;
  std::vector<models::RealRun> runs;
};

class Checking {
 public:
  // `process`: this one of an MPI job, or null.
  Checking(const CommandLine& line, Executor executor, const MpiProcess* process)
      : line_(&line),
        executor_(std::move(executor)),
        process_(process),
        tolerance_(tolerance_of(line, 0.3)),
        progress_bar_(!line.quiet() && speaks()) {
    options_.stop = &interrupt_flag();
    options_.threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    if (line.has("repeat")) repeats_ = whole_number(line.text("repeat"), "--repeat", 1000);
  }

  // Looks at all scenarios, and whether the results can be written.
  [[nodiscard]] ExitCode prepare() {
    for (const NamedFile& named : output_files(*line_, {"output", "csv", "html"}, {"machine"}))
      if (speaks() && !can_write(named.file)) return ExitCode::unfinished;
    for (const std::string& file : line_->operands())
      if (const ExitCode code = add(file); code != ExitCode::done) return code;
    return ExitCode::done;
  }

  // All scenarios in one text.
  [[nodiscard]] std::string text() const {
    std::string text;
    for (const Item& item : items_) text += item.scenario->resolved.dump();
    return text;
  }

  // All runs in turn, several times over: what disturbs the machine for a while disturbs one
  // round of each.
  [[nodiscard]] ExitCode train() {
    progress_bar_.begin("training for real", {});
    double before_s = pulse();
    for (int round = 0; round < repeats_; ++round)
      for (std::size_t i = 0; i < items_.size(); ++i) {
        Item& item = items_[i];
        models::Executed executed = executor_(*item.problem);
        if (!executed.finished) return interrupted();
        const double after_s = pulse();
        const double speed = 2 * item.calibrated_pulse_s / (before_s + after_s);
        before_s = after_s;
        item.runs.push_back({std::move(executed), process_ == nullptr ? speed : 1});
        progress_bar_.advance(
            static_cast<double>(static_cast<std::size_t>(round) * items_.size() + i) /
            static_cast<double>(static_cast<std::size_t>(repeats_) * items_.size()));
      }
    progress_bar_.erase();
    return ExitCode::done;
  }

  // Of what was trained: shows and writes the comparison.
  [[nodiscard]] ExitCode conclude() {
    const ExitCode compared = compare();
    if (compared != ExitCode::done) return compared;
    const std::string file = line_->text("output");
    const std::string csv = line_->text("csv");
    const std::string html = line_->text("html");
    if (file != "-" && csv != "-" && html != "-")
      print(reports::check_tables(report_, tolerance_, standard_output_style()));
    if (!file.empty() && !write_result(file, reports::json_text(reports::check_json(report_))))
      return ExitCode::unfinished;
    if (!csv.empty() && !write_result(csv, reports::check_csv_text(report_, set_columns(*line_))))
      return ExitCode::unfinished;
    if (!html.empty() && !write_result(html, reports::html_text(report_, tolerance_)))
      return ExitCode::unfinished;
    return report_.holds(tolerance_) ? ExitCode::done : ExitCode::check_failed;
  }

 private:
  [[nodiscard]] bool speaks() const { return process_ == nullptr || process_->speaks(); }

  // Processes may be more than cores, and then the pulse says nothing.
  [[nodiscard]] double pulse() const { return process_ == nullptr ? pulse_here() : 1; }

  static ExitCode interrupted() {
    complain(nothing_reported);
    return ExitCode::interrupted;
  }

  [[nodiscard]] ExitCode compare() {
    progress_bar_.begin("in simulated time", {});
    for (Item& item : items_) {
      options_.target_accuracy = item.scenario->numerics.target_accuracy;
      models::Checked checked = models::check_run(*item.problem, std::move(item.runs), options_);
      if (interrupt_flag().load()) return interrupted();
      if (!checked.finished) {
        complain_of(item.file, {{item.setup->pointer, "did not finish"}});
        return ExitCode::unfinished;
      }
      report_.rows.push_back({item.point, item.setup->label, std::move(checked)});
      progress_bar_.advance(static_cast<double>(report_.rows.size()) /
                            static_cast<double>(items_.size()));
    }
    progress_bar_.erase();
    return ExitCode::done;
  }

  // Takes in all points of a scenario's sweep.
  [[nodiscard]] ExitCode add(const std::string& file) {
    LoadOptions options = line_->load_options();
    options.data = scenarios::DataUse::required;
    options.sweep = scenarios::SweepUse::checked;
    options.failures = scenarios::FailureUse::refused;
    const auto whole = load(file, options);
    if (!whole) return ExitCode::bad_input;
    const std::optional<Json> own_machine = named_machine(file, options);
    if (own_machine) warn_of_other(file, *own_machine);
    if (!own_machine && machine_.is_null())
      if (const ExitCode found = find_machine(); found != ExitCode::done) return found;
    const auto points = static_cast<std::size_t>(whole->sweep.points());
    for (std::size_t point = 0; point < points; ++point)
      if (const ExitCode code = add_point(file, options, whole->sweep, point, own_machine);
          code != ExitCode::done)
        return code;
    return ExitCode::done;
  }

  // What scenarios are checked on: the file of --machine, or this machine, measured now.
  [[nodiscard]] ExitCode find_machine() {
    const std::string file = line_->text("machine");
    if (file.empty()) {
      if (process_ != nullptr)
        throw UsageError(
            "--machine: must be given with --transport mpi; `mpirun -n 2 lockstep calibrate "
            "--transport mpi -o FILE` measures one");
      const auto measured = calibrate_here(line_->quiet(), false);
      if (!measured) return ExitCode::interrupted;
      machine_ = scenarios::machine_json(*measured);
      return ExitCode::done;
    }
    Result<Json> read = scenarios::read_machine_file(file);
    if (!read) {
      complain_of(file, read.faults());
      return ExitCode::bad_input;
    }
    machine_ = std::move(*read);
    warn_of_other(file, machine_);
    return ExitCode::done;
  }

  static void warn_of_other(const std::string& file, const Json& machine) {
    const std::string other = scenarios::other_machine(machine);
    if (!other.empty()) complain(fmt::format("{}: was measured on {}", file, other));
  }

  [[nodiscard]] ExitCode add_point(const std::string& file, LoadOptions options,
                                   const scenarios::Sweep& sweep, std::size_t point,
                                   const std::optional<Json>& own_machine) {
    for (const scenarios::SweptValue& each : sweep.at(point))
      options.overrides.push_back({each.swept->pointer, each.value().dump()});
    options.sweep = scenarios::SweepUse::axes_only;
    options.failures = scenarios::FailureUse::refused;
    // Only its hosts are asked for where another cluster takes the place of its own.
    if (!own_machine) options.data = scenarios::DataUse::unread;
    auto scenario = load(file, options);
    if (!scenario) return ExitCode::bad_input;
    if (!own_machine) {
      options.data = scenarios::DataUse::required;
      Json cluster = {{"machine", machine_}, {"hosts", scenario->cluster.hosts()}};
      const std::string transport(name_of(transport_of(*line_)));
      if (machine_["transports"].contains(transport)) cluster["transport"] = transport;
      options.overrides.push_back({"/cluster", cluster.dump()});
      scenario = load(file, options);
      if (!scenario) return ExitCode::bad_input;
    }
    auto runs = computed_runs(*scenario);
    if (!runs) {
      complain_of(file, runs.faults());
      return ExitCode::bad_input;
    }
    bool all_fit = true;
    for (const models::Setup& run : *runs)
      all_fit = (process_ == nullptr || process_->fits(file, run)) && all_fit;
    if (!all_fit) return ExitCode::bad_input;
    if (!numbers_fit(file, *runs, process_ == nullptr ? all_ranks : 1)) return ExitCode::unfinished;
    const auto shared = std::make_shared<const Scenario>(std::move(*scenario));
    for (models::Setup& run : *runs) {
      Item item{sweep.label(point), file, shared, nullptr, nullptr, 0, {}};
      item.calibrated_pulse_s = scenarios::pulse_of(own_machine ? *own_machine : machine_);
      item.setup = std::make_unique<const models::Setup>(std::move(run));
      item.problem = std::make_unique<const models::Problem>(
          models::problem_of(*item.setup, shared->numerics, shared->samples));
      items_.push_back(std::move(item));
    }
    return ExitCode::done;
  }

  const CommandLine* line_;
  Executor executor_;
  const MpiProcess* process_;
  double tolerance_;
  int repeats_ = 5;
  ProgressBar progress_bar_;
  models::CheckOptions options_;
  Json machine_;
  std::vector<Item> items_;
  reports::CheckReport report_;
};

ExitCode check_on_threads(const CommandLine& line) {
  const Watchdog watchdog([] { end_interrupted(nothing_reported); });
  const auto executor = [](const models::Problem& problem) {
    return models::execute_on_threads(problem, nullptr, &interrupt_flag());
  };
  Checking checking(line, executor, nullptr);
  ExitCode code = checking.prepare();
  if (code == ExitCode::done) code = checking.train();
  return code == ExitCode::done ? checking.conclude() : code;
}

// Rank 0 alone compares; the others wait for what it says.
ExitCode check_in(const MpiProcess& process, const CommandLine& line) {
  std::optional<Checking> checking;
  const auto executor = [&](const models::Problem& problem) { return process.execute(problem); };
  const ExitCode prepared = process.agreed([&] {
    checking.emplace(line, executor, &process);
    return checking->prepare();
  });
  if (prepared != ExitCode::done) return prepared;
  if (!process.same_everywhere(checking->text())) return ExitCode::bad_input;
  const ExitCode trained = checking->train();
  if (trained != ExitCode::done) return trained;
  const ExitCode mine = process.speaks() ? checking->conclude() : ExitCode::done;
  return process.told(mine);
}

}  // namespace

ExitCode check_command(const Command& self, Arguments arguments) {
  runs::keep_freed_memory();
  using boost::program_options::value;
  options_description options;
  add_scenario_options(options);
  add_transport_option(options);
  add_jobs_option(
      options,
      "with --simulate-only, take N runs at once (default: one per core); the results do "
      "not depend on N");
  options.add_options()  //
      ("machine", value<std::string>()->value_name("FILE"),
       "this machine, from calibrate -o; measured now if absent")  //
      ("tolerance", value<std::string>()->value_name("X"),
       "exit 1 if a time is off by more than this share (default: 0.3; with --simulate-only 1e-9, "
       "of times that are claimed)")  //
      ("simulate-only",
       "compare closed form and simulation on the scenario's own cluster; nothing "
       "is trained")  //
      ("repeat", value<std::string>()->value_name("N"),
       "train for real N times, and take the median (default: 5)")                            //
      ("output,o", value<std::string>()->value_name("FILE"), "write the comparison as JSON")  //
      ("csv", value<std::string>()->value_name("FILE"), "write a row per run; - for stdout")  //
      ("html", value<std::string>()->value_name("FILE"),
       "write an HTML page (one file that opens offline); - for stdout");
  const auto line = read_command_line(self, options, arguments);
  if (!line) return ExitCode::done;
  check_operands(self, *line, 1, std::numeric_limits<std::size_t>::max());
  if (line->has("simulate-only")) return check_claims(*line);
  if (line->has("jobs"))
    throw UsageError("--jobs: only with --simulate-only; real runs are measured one by one");
  if (transport_of(*line) == models::Transport::threads) return check_on_threads(*line);
  return in_mpi_job([&](const MpiProcess& process) { return check_in(process, *line); });
}

}  // namespace lockstep::cli
