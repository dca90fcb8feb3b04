// The processors at the ends of a message, and what it costs them.
#pragma once

#include <cmath>
#include <limits>
#include <vector>

namespace lockstep::models {

// What a message costs the processors at its ends (the o of LogP, and LogGP's O per byte: Culler et
// al., PPoPP 1993; Ino et al., PPoPP 2001): each is busy for overhead_s + bytes / copy_bytes_per_s.
struct Endpoint {
  double overhead_s = 0;
  double copy_bytes_per_s = std::numeric_limits<double>::infinity();
  // Messages go on their way at once and wait in a buffer (MPI's eager protocol), in place of
  // waiting for their receiver (rendezvous).
  bool eager = false;
  // How long it takes until a rank goes on that has waited for a message for so long: the longer it
  // sleeps, the deeper. By time waited, ascending; in between linear.
  struct Wake {
    double waited_s = 0;
    double takes_s = 0;
  };
  std::vector<Wake> wakes;

  [[nodiscard]] bool is_free() const {
    return !(overhead_s > 0) && std::isinf(copy_bytes_per_s) && wakes.empty();
  }
  // 0 for a rank that has not waited.
  [[nodiscard]] double wake_s(double waited_s) const;
};

}  // namespace lockstep::models
