#include "cli/sweep_on_mpi.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <sstream>
#include <thread>

#include "cli/interrupt.hpp"
#include "cli/messages.hpp"
#include "cli/mpi_process.hpp"
#include "cli/standard_output.hpp"
#include "cli/sweeping.hpp"
#include "reports/sweep_line.hpp"

namespace lockstep::cli {

using scenarios::Json;
using scenarios::SweptScenario;
using Clock = std::chrono::steady_clock;

namespace {

// What processes say to rank 0 is the lines of the points that they have run, or that they were
// asked to end. It answers with the points that they are to run next, as numbers with spaces
// between them; none if nothing is left.
constexpr std::string_view was_interrupted = "interrupted";

// Lines are sent when so much time has passed: often enough to lose little, and seldom enough for
// points that take microseconds. A batch that is not finished by then goes back.
constexpr std::chrono::milliseconds between_lines(20);
constexpr std::chrono::microseconds between_looks(200);

// The points that nobody has run yet. Threads may call at the same time.
class PointQueue {
 public:
  explicit PointQueue(const std::vector<std::size_t>& points)
      : waiting_(points.begin(), points.end()), unfinished_(points.size()) {}

  // Takes up to `most` points out, but leaves others their share.
  [[nodiscard]] std::vector<std::size_t> take(std::size_t most, std::size_t sharers) {
    const std::lock_guard lock(mutex_);
    const std::size_t share = waiting_.size() / (2 * sharers) + 1;
    const auto end =
        waiting_.begin() + static_cast<std::ptrdiff_t>(std::min({most, share, waiting_.size()}));
    std::vector<std::size_t> taken(waiting_.begin(), end);
    waiting_.erase(waiting_.begin(), end);
    return taken;
  }

  // Of points that were taken: they go back.
  void put_back(const std::vector<std::size_t>& points) {
    const std::lock_guard lock(mutex_);
    waiting_.insert(waiting_.begin(), points.begin(), points.end());
    changed_.notify_all();
  }
  // Of a point that was taken: it is done.
  void finish() {
    const std::lock_guard lock(mutex_);
    --unfinished_;
    changed_.notify_all();
  }
  [[nodiscard]] bool is_empty() {
    const std::lock_guard lock(mutex_);
    return unfinished_ == 0;
  }

  // Whoever waits for one gets none.
  void close() {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    changed_.notify_all();
  }

  // Waits for a point until all are done.
  [[nodiscard]] std::optional<std::size_t> wait_for_one() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return is_closed_ || !waiting_.empty() || unfinished_ == 0; });
    if (is_closed_ || waiting_.empty()) return std::nullopt;
    const std::size_t point = waiting_.front();
    waiting_.pop_front();
    return point;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::size_t> waiting_;
  std::size_t unfinished_;
  bool is_closed_ = false;
};

// Rank 0. Its own points run on a second thread; the first one serves the other processes.
class FirstRank {
 public:
  FirstRank(const MpiProcess& process, Sweeping& sweeping)
      : process_(process),
        sweeping_(sweeping),
        queue_(sweeping.left()),
        others_(static_cast<std::size_t>(process.processes())) {}

  [[nodiscard]] ExitCode run() {
    std::thread own([this] { run_own(); });
    while (goes_on()) {
      if (const auto text = process_.take_text())
        hear(*text);
      else
        std::this_thread::sleep_for(between_looks);
      sweeping_.show_progress();
    }
    if (!queue_.is_empty()) end_early(own);
    own.join();
    dismiss_others();
    return sweeping_.conclude();
  }

 private:
  struct Other {
    std::vector<std::size_t> points;  // that it is at
    std::size_t most = 1;             // points that it gets at once
    bool waits = false;               // for points
  };

  [[nodiscard]] bool goes_on() {
    return !queue_.is_empty() && !failed_.load() && !interrupt_flag().load();
  }

  void run_own() {
    while (const auto point = queue_.wait_for_one()) {
      const auto line = sweeping_.points().line(*point);
      if (!line || !goes_on() || !take(*line)) break;
    }
    own_has_ended_.store(true);
  }

  [[nodiscard]] bool take(const Json& line) {
    if (!sweeping_.take(line)) {
      failed_.store(true);
      return false;
    }
    queue_.finish();
    return true;
  }

  void hear(const std::pair<int, std::string>& text) {
    if (text.second == was_interrupted) return stop_everything();
    Other& other = others_[static_cast<std::size_t>(text.first)];
    std::istringstream lines(text.second);
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
      const Json json = Json::parse(line);
      std::erase(other.points, json["point"].get<std::size_t>());
      if (!take(json)) return;
    }
    if (!other.points.empty()) queue_.put_back(other.points);
    other.most = std::max<std::size_t>(1, 2 * count);
    other.waits = true;
    serve_all();
  }

  // Gives points to all that wait, as long as there are some.
  void serve_all() {
    for (std::size_t rank = 1; rank < others_.size(); ++rank) {
      Other& other = others_[rank];
      if (!other.waits) continue;
      other.points = queue_.take(other.most, others_.size());
      if (other.points.empty()) continue;
      other.waits = false;
      process_.send_text(static_cast<int>(rank), fmt::format("{}", fmt::join(other.points, " ")));
    }
  }

  // All have sent their last line, and each waits for points or is about to ask for some.
  void dismiss_others() {
    std::size_t left = others_.size() - 1;
    const auto dismiss = [&](std::size_t rank) {
      process_.send_text(static_cast<int>(rank), "");
      --left;
    };
    for (std::size_t rank = 1; rank < others_.size(); ++rank)
      if (others_[rank].waits) dismiss(rank);
    while (left > 0) {
      if (const auto text = process_.take_text())
        dismiss(static_cast<std::size_t>(text->first));
      else
        std::this_thread::sleep_for(between_looks);
    }
  }

  // After an interruption, or where a line could not be written: others may be in the middle of a
  // long point. So may the own thread, which has half a second; then nobody waits for it.
  [[noreturn]] void end_early(std::thread& own) {
    constexpr std::chrono::milliseconds grace(500);
    queue_.close();
    const Clock::time_point last = Clock::now() + grace;
    while (!own_has_ended_.load() && Clock::now() < last)
      std::this_thread::sleep_for(between_looks);
    own.detach();
    const ExitCode code = sweeping_.conclude();
    (void)finish_standard_output();
    process_.end_all(code);
  }

  const MpiProcess& process_;
  Sweeping& sweeping_;
  PointQueue queue_;
  std::vector<Other> others_;  // by rank
  std::atomic<bool> failed_{false};
  std::atomic<bool> own_has_ended_{false};
};

// The points that rank 0 says are next; none once it was interrupted.
std::vector<std::size_t> next_points(const MpiProcess& process) {
  while (!interrupt_flag().load()) {
    if (const auto text = process.take_text()) {
      std::istringstream numbers(text->second);
      std::vector<std::size_t> points;
      for (std::size_t point = 0; numbers >> point;) points.push_back(point);
      return points;
    }
    std::this_thread::sleep_for(between_looks);
  }
  return {};
}

// Any other rank.
ExitCode work_for_first(const MpiProcess& process, const SweepPoints& points) {
  std::string lines;
  while (true) {
    process.send_text(0, lines);
    const std::vector<std::size_t> batch = next_points(process);
    if (batch.empty() && !interrupt_flag().load()) return ExitCode::done;
    lines.clear();
    const Clock::time_point end = Clock::now() + between_lines;
    for (const std::size_t point : batch) {
      const auto line = points.line(point);
      if (!line || interrupt_flag().load()) break;
      lines += reports::line_text(*line);
      if (Clock::now() >= end) break;
    }
    if (!interrupt_flag().load()) continue;
    process.send_text(0, std::string(was_interrupted));
    return ExitCode::interrupted;
  }
}

// That all ranks must agree on.
std::string text_of(const CommandLine& line, const SweepPoints& points) {
  return fmt::format("{} {} {}", points.identity,
                     points.swept->document().dump(-1, ' ', false, Json::error_handler_t::replace),
                     line.text("shard"));
}

ExitCode sweep_in(const MpiProcess& process, const CommandLine& line) {
  std::optional<SweptScenario> swept;
  std::optional<Sweeping> sweeping;
  const ExitCode prepared = process.agreed([&] {
    if (line.has("jobs"))
      throw UsageError(
          "--jobs: each process of an MPI job runs one point at a time; start more of them");
    const ExitCode checked = check_sweep_options(line, process.speaks());
    if (checked != ExitCode::done) return checked;
    swept = load_sweep(line);
    if (!swept) return ExitCode::bad_input;
    if (!process.speaks()) return ExitCode::done;
    return sweeping.emplace(line, *swept).prepare();
  });
  if (prepared != ExitCode::done) return prepared;
  const SweepPoints points = sweep_points(line, *swept);
  if (!process.same_everywhere(text_of(line, points))) return ExitCode::bad_input;
  const ExitCode code =
      process.speaks() ? FirstRank(process, *sweeping).run() : work_for_first(process, points);
  return code == ExitCode::interrupted ? code : process.told(code);
}

}  // namespace

bool sweeps_on_mpi(const CommandLine& line) {
  if (line.has("transport")) return transport_of(line) == models::Transport::mpi;
  if (!is_one_of_several()) return false;
  if (!has_mpi())
    throw UsageError(
        "sweep: was started by mpirun as one of several processes, which need MPI to share the "
        "points, but this program was built without it: on Debian, install libopenmpi-dev and "
        "openmpi-bin, and build again with cmake -D LOCKSTEP_MPI=ON (or give each process a part "
        "and a file of its own, by --transport threads and --shard)");
  return true;
}

ExitCode sweep_on_mpi(const CommandLine& line) {
  return in_mpi_job([&](const MpiProcess& process) { return sweep_in(process, line); });
}

}  // namespace lockstep::cli
