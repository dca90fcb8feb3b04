// lockstep sweep: every point of a scenario's sweep, a line of results for each.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/messages.hpp"
#include "cli/named_files.hpp"
#include "cli/progress_bar.hpp"
#include "cli/result_file.hpp"
#include "cli/standard_output.hpp"
#include "cli/sweep_file.hpp"
#include "cli/sweep_point.hpp"
#include "cli/workers.hpp"
#include "reports/html.hpp"
#include "reports/sweep_line.hpp"
#include "reports/sweep_table.hpp"

namespace lockstep::cli {

using scenarios::Json;
using scenarios::SweptScenario;

namespace {

// The part of the points that --shard chooses: those whose number leaves `index` over `of`.
struct Shard {
  std::size_t index = 0;
  std::size_t of = 1;
};

Shard shard_of(const CommandLine& line) {
  if (!line.has("shard")) return {};
  const std::string text = line.text("shard");
  std::size_t number = 0;
  std::size_t of = 0;
  const char* const end = text.data() + text.size();
  auto read = std::from_chars(text.data(), end, number);
  bool good = read.ec == std::errc{} && read.ptr != end && *read.ptr == '/';
  if (good) {
    read = std::from_chars(read.ptr + 1, end, of);
    good = read.ec == std::errc{} && read.ptr == end && number >= 1 && number <= of;
  }
  if (!good)
    throw UsageError(
        fmt::format("--shard: must be i/n, such as 1/4, with i from 1 to n, found \"{}\"", text));
  return {number - 1, of};
}

class Sweeping {
 public:
  Sweeping(const CommandLine& line, const SweptScenario& swept)
      : line_(&line), swept_(&swept), progress_bar_(!line.quiet()) {
    points_.swept = &swept;
    points_.closed_forms_only = line.has("cost");
    points_.identity = reports::sweep_identity(swept.whole().resolved, points_.closed_forms_only);
    points_.control.stop = &interrupt_flag();
    shows_table_ = output() != "-" && html() != "-";
  }

  // Opens the file and finds out which points are left.
  [[nodiscard]] ExitCode prepare() {
    std::vector<bool> done(static_cast<std::size_t>(swept_->sweep().points()));
    if (!output().empty()) {
      const std::string error = open(done);
      if (!error.empty()) {
        complain(fmt::format("{}: {}", output(), error));
        return ExitCode::bad_input;
      }
    }
    const Shard shard = shard_of(*line_);
    for (std::size_t point = shard.index; point < done.size(); point += shard.of)
      if (!done[point]) left_.push_back(point);
    return ExitCode::done;
  }

  [[nodiscard]] ExitCode run() {
    progress_bar_.begin("sweep", {});
    Workers workers(jobs_of(*line_), left_.size(), [this](std::size_t i) { return job(left_[i]); });
    show_progress();
    workers.join();
    progress_bar_.erase();
    return conclude();
  }

  // From the thread that watches for an interruption.
  void end_interrupted() {
    mutex_.lock();  // no line is under way, and none will be
    if (isatty(STDERR_FILENO) == 1) std::fputs("\r\x1b[K", stderr);
    tell_interrupted();
    (void)finish_standard_output();
    _exit(static_cast<int>(ExitCode::interrupted));
  }

 private:
  [[nodiscard]] std::string output() const { return line_->text("output"); }
  [[nodiscard]] std::string html() const { return line_->text("html"); }

  // Returns what is wrong with the file, or an empty text.
  [[nodiscard]] std::string open(std::vector<bool>& done) {
    const bool resume = line_->has("resume");
    std::string error = file_.open(output(), resume);
    if (!error.empty() || !resume) return error;
    error = file_.read(points_.identity, done.size(), [&](const Json& line) {
      const auto point = line["point"].get<std::size_t>();
      if (done[point]) return;
      done[point] = true;
      take(line);
    });
    if (file_.was_cut_short())
      complain(fmt::format("{}: its last line was cut short; that point runs again", output()));
    return error;
  }

  // A line that is in the file.
  void take(const Json& line) {
    rows_.push_back(reports::sweep_row(line));
    if (!html().empty()) lines_.push_back(line);
    const auto has_error = [](const Json& run) { return run.contains("error"); };
    if (has_error(line) || (line.contains("runs") && std::ranges::any_of(line["runs"], has_error)))
      ++failed_;
  }

  // Whether there is to be another.
  bool job(std::size_t point) {
    const auto swept = points_.line(point);
    if (!swept || interrupt_flag().load()) return false;
    const std::string text = reports::line_text(swept->line);
    const std::lock_guard lock(mutex_);
    if (!write(text)) return false;
    ++finished_;
    take(swept->line);
    if (!swept->error.empty()) complain_of_point(point, swept->error);
    changed_.notify_one();
    return true;
  }

  bool write(const std::string& text) {
    if (output().empty()) return true;
    error_ = file_.write(text);
    return error_ == 0;
  }

  void complain_of_point(std::size_t point, const std::string& error) {
    constexpr std::size_t most_listed = 20;
    if (++complaints_ > most_listed) return;
    progress_bar_.erase();
    complain(fmt::format("{}: at {}: {}", line_->operands().front(), swept_->sweep().label(point),
                         error));
  }

  // Until all points are done or the work stops.
  void show_progress() {
    std::unique_lock lock(mutex_);
    while (finished_ < left_.size() && error_ == 0 && !interrupt_flag().load()) {
      changed_.wait_for(lock, std::chrono::milliseconds(100));
      progress_bar_.advance(finished_, left_.size());
    }
  }

  void tell_interrupted() const {
    complain(
        fmt::format("interrupted; {} of {} points are done{}", rows_.size(),
                    rows_.size() + left_.size() - finished_,
                    output().empty() || output() == "-" ? "" : "; --resume finishes the rest"));
  }

  [[nodiscard]] ExitCode conclude() {
    if (error_ != 0 && error_ != EPIPE) {
      complain(fmt::format("{}: cannot be written: {}", output(), std::strerror(error_)));
      return ExitCode::unfinished;
    }
    if (shows_table_) {
      constexpr std::size_t most_rows = 200;
      print(reports::sweep_table(swept_->sweep(), std::move(rows_), most_rows,
                                 standard_output_style()));
    }
    if (!html().empty() &&
        !write_result(html(), reports::sweep_html_text(swept_->sweep(), swept_->document(),
                                                       points_.identity, std::move(lines_))))
      return ExitCode::unfinished;
    if (interrupt_flag().load() && finished_ < left_.size()) {
      tell_interrupted();
      return ExitCode::interrupted;
    }
    if (failed_ == 0) return ExitCode::done;
    complain(fmt::format("{} of {} points failed; their lines have an \"error\"", failed_,
                         swept_->sweep().points()));
    return ExitCode::check_failed;
  }

  const CommandLine* line_;
  const SweptScenario* swept_;
  SweepPoints points_;
  SweepFile file_;
  bool shows_table_ = true;
  std::vector<std::size_t> left_;  // points that are to be run
  std::mutex mutex_;               // guards all below, and the file
  std::condition_variable changed_;
  ProgressBar progress_bar_;
  std::vector<reports::SweepRow> rows_;
  std::vector<Json> lines_;   // for a page
  std::size_t finished_ = 0;  // of those that were left
  std::size_t failed_ = 0;
  std::size_t complaints_ = 0;
  int error_ = 0;  // of writing: errno
};

void add_sweep_options(options_description& options) {
  using boost::program_options::value;
  options.add_options()  //
      ("output,o", value<std::string>()->value_name("FILE"),
       "write a line of JSON a point, as soon as it is done; - for stdout, without the table")  //
      ("html", value<std::string>()->value_name("FILE"),
       "write an HTML page with plots (one file that opens offline); - for stdout")  //
      ("resume", "finish the sweep whose lines are in FILE")                         //
      ("cost", "the closed forms alone, without simulation")                         //
      ("shard", value<std::string>()->value_name("I/N"),
       "only the I-th of N parts of the points")  //
      ("sweep", value<std::vector<std::string>>()->value_name("/POINTER=A,B,C"),
       "an axis beside the scenario's own, or in place of one; also a list or a range as JSON; "
       "repeatable");
  add_jobs_option(options,
                  "run N points at once (default: one per core); the results do not depend on N");
  add_scenario_options(options);
  add_strict_option(options);
}

scenarios::LoadOptions load_options(const CommandLine& line) {
  scenarios::LoadOptions options = line.load_options();
  options.axes = line.overrides("sweep");
  if (line.has("cost")) options.failures = scenarios::FailureUse::refused;
  return options;
}

}  // namespace

ExitCode sweep_command(const Command& self, Arguments arguments) {
  options_description options;
  add_sweep_options(options);
  const auto line = read_command_line(self, options, arguments);
  if (!line) return ExitCode::done;
  check_operands(self, *line, 1, 1);
  for (const NamedFile& named : output_files(*line, {"output", "html"}))
    if (named.option == std::string_view("html") && !can_write(named.file))
      return ExitCode::unfinished;
  (void)shard_of(*line);
  const std::string& file = line->operands().front();
  if (line->has("resume") && line->text("output").empty())
    throw UsageError("--resume: needs -o FILE, whose lines it goes on from");
  const auto swept = SweptScenario::load(file, load_options(*line));
  if (!swept) {
    complain_of(file, swept.faults());
    return ExitCode::bad_input;
  }
  if (swept->sweep().axes().empty()) {
    complain_of(file, {{"/sweep", "missing; or give axes by --sweep /json/pointer=a,b,c"}});
    return ExitCode::bad_input;
  }
  if (!line->quiet()) warn_of(file, swept->whole().warnings);
  Sweeping sweeping(*line, *swept);
  const ExitCode prepared = sweeping.prepare();
  if (prepared != ExitCode::done) return prepared;
  const Watchdog watchdog([&] { sweeping.end_interrupted(); });
  return sweeping.run();
}

}  // namespace lockstep::cli
