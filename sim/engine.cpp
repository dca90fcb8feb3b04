#include "sim/engine.hpp"

#include <fmt/format.h>

#include "sim/base/quantity.hpp"
#include "sim/process.hpp"

namespace lockstep::sim {

Engine::~Engine() {
  for (const ProcessRecord& process : processes_)
    if (process.handle) process.handle.destroy();
}

ProcessIndex Engine::spawn(Process process, ProcessName name) {
  if (free_processes_.empty()) {
    free_processes_.push_back(static_cast<ProcessIndex>(processes_.size()));
    processes_.emplace_back();
  }
  const ProcessIndex index = free_processes_.back();
  free_processes_.pop_back();
  const auto handle = std::exchange(process.handle_, nullptr);
  handle.promise().engine = this;
  handle.promise().index = index;
  processes_[index] = {name, {}, now_, handle, nullptr};
  ++processes_alive_;
  resume_after({}, handle);
  return index;
}

void Engine::process_ended(ProcessIndex index) {
  processes_[index].handle = nullptr;
  --processes_alive_;
  if (const auto waiting = std::exchange(processes_[index].waits_for_end, nullptr)) {
    resume_after({}, waiting);
  }
}

std::vector<std::string> Engine::describe_waiting() const {
  std::vector<std::string> lines;
  for (const ProcessRecord& process : processes_) {
    if (!process.handle) continue;
    const char* what = process.wait.what != nullptr ? process.wait.what : "nothing it can name";
    lines.push_back(
        fmt::format("{} {} waits for {} since {}", process.name.role, process.name.number,
                    fmt::format(fmt::runtime(what), process.wait.first, process.wait.second),
                    format_seconds(process.since.seconds())));
  }
  return lines;
}

Outcome Engine::run(const RunControl& control) {
  constexpr std::uint64_t watch_every = 65'536;
  const auto end_instant = [this] {
    const Event event = std::exchange(end_of_instant_, {});
    event.run(event.target, event.argument);
  };
  while (!finished_) {
    if (end_of_instant_.run != nullptr && (queue_.empty() || queue_.next_time() != now_))
      end_instant();
    if (queue_.empty()) {
      if (end_of_instant_.run != nullptr) continue;
      break;
    }
    if (too_long_ && queue_.next_time() == longest_run) return {Outcome::Kind::too_long, {}};
    const auto [at, event] = queue_.pop();
    now_ = at;
    event.run(event.target, event.argument);
    if (++events_run_ % watch_every == 0) {
      if (control.stop != nullptr && control.stop->load(std::memory_order_relaxed))
        return {Outcome::Kind::stopped, {}};
      if (control.progress) control.progress(now_, events_run_);
    }
  }
  if (processes_alive_ == 0) return {};
  return {Outcome::Kind::deadlock, describe_waiting()};
}

}  // namespace lockstep::sim
