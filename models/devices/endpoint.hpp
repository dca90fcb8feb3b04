// The processors at the ends of a message, and what the message costs them.
#pragma once

#include <cmath>
#include <limits>
#include <vector>

namespace lockstep::models {

// The cost of a message to the processors at its ends (the o of LogP, and LogGP's O per byte:
// Culler et al., PPoPP 1993; Ino et al., PPoPP 2001): each is busy for overhead_s + bytes /
// copy_bytes_per_s.
struct Endpoint {
  double overhead_s = 0;
  // The same if there are more ranks than cores: a rank that waits for a message gives its core to
  // another, and the system's switching costs the core more than a sleep. 0: as `overhead_s`.
  double crowded_overhead_s = 0;
  double copy_bytes_per_s = std::numeric_limits<double>::infinity();
  // True: messages set off at once and wait in a buffer (MPI's eager protocol). False: they wait
  // for their receiver (rendezvous).
  bool eager = false;
  // The time `takes_s` that a rank needs to wake up after waiting `waited_s` for a message: the
  // longer it sleeps, the deeper. `wakes` is in ascending order of `waited_s`, with linear
  // interpolation between entries.
  struct Wake {
    double waited_s = 0;
    double takes_s = 0;
  };
  std::vector<Wake> wakes;

  [[nodiscard]] bool is_free() const {
    return !(overhead_s > 0) && std::isinf(copy_bytes_per_s) && wakes.empty();
  }
  // Returns how long a rank that has waited `waited_s` takes to wake up; 0 if it has not waited.
  [[nodiscard]] double wake_s(double waited_s) const;
};

}  // namespace lockstep::models
