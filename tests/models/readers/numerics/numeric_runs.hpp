// Runs on real numbers for tests: a small network on the digits, trained in simulated time.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <utility>
#include <vector>

#include "models/data/data_kind.hpp"
#include "models/readers/train/train.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models::testing {

inline void keep_first(Dataset& data, std::int64_t samples) {
  data.labels.resize(static_cast<std::size_t>(samples));
  data.features.resize(static_cast<std::size_t>(samples * data.inputs));
}

// A quarter of the digits: enough to learn from, and evaluated in a quarter of the time.
inline DividedData digits(const Mlp& mlp) {
  DataSpec spec;
  spec.kind = find_data_kind("digits");
  spec.held_out = 0.2;
  Result<DividedData> data = load_data(spec, mlp);
  REQUIRE(data.ok());
  keep_first(data->training, 360);
  keep_first(data->held_out, 90);
  return std::move(*data);
}

inline Problem problem_on_digits(const Setup& setup) {
  Numerics numerics;
  numerics.mlp = setup.mlp;
  return problem_of(setup, numerics, std::make_shared<const DividedData>(digits(setup.mlp)));
}

// Without a simulation, where nothing depends on its order.
inline DataflowResult carried_out(const Problem& problem, const Order& order = {}) {
  DataflowResult result = run_dataflow(problem, order, nullptr, {.keep_parameters = true});
  REQUIRE(result.finished);
  return result;
}

// The parameters that the run ends with, by rank.
inline Trained trained(const Setup& setup, int threads = 1, int points = 4) {
  const Problem problem = problem_on_digits(setup);
  TrainOptions options;
  options.points = points;
  options.threads = threads;
  options.keep_parameters = true;
  Trained result = train(setup, problem, options);
  REQUIRE(result.simulated.outcome.finished());
  for (const std::string& line : result.numbers.waiting) MESSAGE(line);
  REQUIRE(result.numbers.finished);
  return result;
}

}  // namespace lockstep::models::testing
