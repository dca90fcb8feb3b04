// Runs on real numbers for tests: a small network on the digits, trained in simulated time.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <utility>
#include <vector>

#include "models/data/data_kind.hpp"
#include "models/train/train.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models::testing {

// A quarter of the digits' pixels would do; the whole set is what users have.
inline DividedData digits(const Mlp& mlp, double held_out = 0.2) {
  DataSpec spec;
  spec.kind = find_data_kind("digits");
  spec.held_out = held_out;
  Result<DividedData> data = load_data(spec, mlp);
  REQUIRE(data.ok());
  return std::move(*data);
}

inline Problem problem_on_digits(const Setup& setup) {
  Numerics numerics;
  numerics.mlp = setup.mlp;
  return problem_of(setup, numerics, std::make_shared<const DividedData>(digits(setup.mlp)));
}

// The parameters that the run ends with, by rank.
inline Trained trained(const Setup& setup, int threads = 1, int points = 4) {
  const Problem problem = problem_on_digits(setup);
  TrainOptions options;
  options.points = points;
  options.threads = threads;
  Trained result = train(setup, problem, options);
  REQUIRE(result.simulated.outcome.finished());
  for (const std::string& line : result.numbers.waiting) MESSAGE(line);
  REQUIRE(result.numbers.finished);
  return result;
}

}  // namespace lockstep::models::testing
