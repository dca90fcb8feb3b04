#include "sim/standard_normal.hpp"

namespace lockstep::sim {

namespace {

// True with probability exp(-rate), for a rate of 0 to 1: the length of the longest run
// rate > u1 > u2 > ... of uniform numbers is even (von Neumann, 1951).
bool exponential_chance(RandomStream& random, double rate) {
  bool even = true;
  for (double last = rate, next = random.uniform(); next < last; next = random.uniform()) {
    last = next;
    even = !even;
  }
  return even;
}

// True with probability exp(-times / 2).
bool half_chances(RandomStream& random, int times) {
  for (; times > 0; --times)
    if (!exponential_chance(random, 0.5)) return false;
  return true;
}

}  // namespace

double standard_normal(RandomStream& random) {
  while (true) {
    // The whole part is k with probability exp(-k^2 / 2), up to a factor: exp(-k/2) exp(-k(k-1)/2).
    int whole = 0;
    while (exponential_chance(random, 0.5)) ++whole;
    if (!half_chances(random, whole * (whole - 1))) continue;
    // The part behind the point is x with probability exp(-x (2 k + x) / 2), in k + 1 equal steps.
    const double part = random.uniform();
    const double rate = part * (2 * whole + part) / (2 * whole + 2);
    int step = 0;
    while (step <= whole && exponential_chance(random, rate)) ++step;
    if (step <= whole) continue;
    const double size = whole + part;
    return random.below(2) == 0 ? size : -size;
  }
}

}  // namespace lockstep::sim
