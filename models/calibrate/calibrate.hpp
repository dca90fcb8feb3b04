// Measures this machine with the operations that real runs are made of, through the same code.
#pragma once

#include <functional>

#include "models/execute/execute.hpp"
#include "models/machine.hpp"

namespace lockstep::models {

struct CalibrateOptions {
  std::string transport = "threads";
  // Trains for real; nothing that is measured depends on what is learnt.
  std::function<Executed(const Problem& problem)> execute;
  // Called between measurements, with the share that is done; stops where it returns false.
  std::function<bool(double done)> progress = [](double) { return true; };
  double seconds_per_figure = 0.06;  // about, each time that it is measured
};

// Seconds of a fixed piece of work on all cores: the less, the faster the machine is at this
// moment. Machines that others share change their speed from second to second.
[[nodiscard]] double pulse_s(const CalibrateOptions& options);

// Nothing if it was stopped. Takes 20 to 40 seconds. Other programs should rest meanwhile: the
// spread of each figure tells whether they did.
[[nodiscard]] std::optional<Machine> calibrate(const CalibrateOptions& options);

}  // namespace lockstep::models
