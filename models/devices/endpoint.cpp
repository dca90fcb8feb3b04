#include "models/devices/endpoint.hpp"

#include <algorithm>

namespace lockstep::models {

double Endpoint::wake_s(double waited_s) const {
  if (wakes.empty() || !(waited_s > 0)) return 0;
  const auto after = std::find_if(wakes.begin(), wakes.end(),
                                  [&](const Wake& wake) { return wake.waited_s > waited_s; });
  if (after == wakes.begin()) return after->takes_s;
  const Wake& before = *(after - 1);
  if (after == wakes.end()) return before.takes_s;
  const double share = (waited_s - before.waited_s) / (after->waited_s - before.waited_s);
  return before.takes_s + share * (after->takes_s - before.takes_s);
}

}  // namespace lockstep::models
