// `cluster.slowdown`: random factors on the compute times of workers.
#include <array>

#include "scenarios/parts.hpp"

namespace lockstep::scenarios {

namespace {

using models::Slowdown;

// A key that only one distribution has: read with it, misplaced with any other.
double read_parameter(ObjectReader& object, std::string_view key, const Slowdown& slowdown,
                      Slowdown::Distribution owner, std::string_view owner_name, double least,
                      double fallback) {
  if (slowdown.distribution == owner) return object.number(key, {least, 1e6, true}, fallback);
  if (object.has(key))
    object.misplaced(key,
                     "has an effect only with distribution \"" + std::string(owner_name) + "\"");
  return fallback;
}

}  // namespace

Slowdown read_slowdown(const Place& place, Json& resolved) {
  // Both in the order of their enum.
  constexpr std::array<std::string_view, 3> spans = {"operation", "iteration", "worker"};
  constexpr std::array<std::string_view, 4> distributions = {"constant", "exponential", "lognormal",
                                                             "pareto"};
  ObjectReader object(place);
  Slowdown slowdown;
  slowdown.per = static_cast<Slowdown::Per>(
      object.choice("per", spans, static_cast<std::size_t>(slowdown.per)));
  slowdown.distribution =
      static_cast<Slowdown::Distribution>(object.choice("distribution", distributions));
  slowdown.mean = object.number("mean", {0, 1e6, true}, slowdown.mean);
  slowdown.sigma = read_parameter(object, "sigma", slowdown, Slowdown::Distribution::lognormal,
                                  "lognormal", 0, slowdown.sigma);
  slowdown.shape = read_parameter(object, "shape", slowdown, Slowdown::Distribution::pareto,
                                  "pareto", 1, slowdown.shape);
  object.finish();
  resolved = std::move(object.resolved());
  return slowdown;
}

}  // namespace lockstep::scenarios
