// Measures this machine with the operations that real runs are made of, through the same code.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "models/devices/machine.hpp"
#include "models/readers/execute/execute.hpp"

namespace lockstep::models {

// One run of a probe, in numbers that processes can tell each other.
struct ProbeRun {
  std::int64_t probe = 0;   // of `probes`
  std::int64_t ranks = 0;   // those from `active` on rest
  std::int64_t active = 0;  // 2, or as many as compute at once
  std::int64_t layers = 0;
  std::int64_t width = 0;
  std::int64_t samples = 0;  // of a rank
  std::int64_t iterations = 0;
};

using ExecuteProblem = std::function<Executed(const Problem& problem)>;

// Of the ranks, only those that did not rest are in what comes back.
[[nodiscard]] Executed execute_probe(const ProbeRun& run, const ExecuteProblem& execute);

struct CalibrateOptions {
  std::string transport = "threads";
  // Trains for real; nothing that is measured depends on what is learnt.
  ExecuteProblem execute;
  // Of every run, 2 at least, where it cannot be chosen; 0: as many as each figure needs.
  int ranks = 0;
  // Called before each run: other processes may have to take part by `execute_probe`.
  std::function<void(const ProbeRun& run)> announce = [](const ProbeRun& /*run*/) {};
  // Called between measurements, with the share that is done; stops where it returns false.
  std::function<bool(double done)> progress = [](double) { return true; };
  // How often each figure is measured, each time at the pace of the moment; the middle one counts.
  int repeats = 7;
  double seconds_per_figure = 0.06;  // about, each time
};

// Seconds of a fixed piece of work on all cores: the less, the faster the machine is at this
// moment. Machines that others share change their speed from second to second.
[[nodiscard]] double pulse_s(const CalibrateOptions& options);

// Nothing if it was stopped. Takes 20 to 40 seconds. Other programs should rest meanwhile: the
// spread of each figure tells whether they did.
[[nodiscard]] std::optional<Machine> calibrate(const CalibrateOptions& options);

}  // namespace lockstep::models
