// Measures this machine with the operations that real runs are made of, through the same code.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "models/devices/machine.hpp"
#include "models/readers/execute/execute.hpp"

namespace lockstep::models {

// One run of a probe, in numbers that processes can send each other.
struct ProbeRun {
  std::int64_t probe = 0;   // index into `probes`
  std::int64_t ranks = 0;   // ranks from `active` on rest
  std::int64_t active = 0;  // 2, or as many as compute at once
  std::int64_t layers = 0;
  std::int64_t width = 0;
  std::int64_t samples = 0;  // per rank
  std::int64_t iterations = 0;
};

using ExecuteProblem = std::function<Executed(const Problem& problem)>;

// Carries out a probe. The result holds only the ranks that did not rest.
[[nodiscard]] Executed execute_probe(const ProbeRun& run, const ExecuteProblem& execute);

struct CalibrateOptions {
  std::string transport = "threads";
  // Trains for real; nothing that is measured depends on what is learnt.
  ExecuteProblem execute;
  // The number of ranks of every run, at least 2, if it cannot be chosen; 0: as many as each figure
  // needs.
  int ranks = 0;
  // Called before each run, because other processes may have to take part by `execute_probe`.
  std::function<void(const ProbeRun& run)> announce = [](const ProbeRun& /*run*/) {};
  // Called between measurements with the share that is done; calibration stops if it returns false.
  std::function<bool(double done)> progress = [](double) { return true; };
  // How often each figure is measured, each time at the pace of the moment; the median counts.
  int repeats = 7;
  double seconds_per_figure = 0.06;  // about, each time
};

// Returns the seconds that a fixed piece of work takes on all cores: the fewer, the faster the
// machine is at this moment. The speed of a shared machine changes from second to second.
[[nodiscard]] double pulse_s(const CalibrateOptions& options);

// Measures the machine; returns nothing if it was stopped. Takes 20 to 40 seconds. Other programs
// should rest meanwhile: the spread of each figure tells whether they did.
[[nodiscard]] std::optional<Machine> calibrate(const CalibrateOptions& options);

}  // namespace lockstep::models
