// The plan of a scenario: which runs `lockstep plan` chooses from. What a scenario says of them,
// and what is tried where it says nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "models/language/options.hpp"
#include "scenarios/sweep.hpp"

namespace lockstep::models {
struct Algorithm;
}  // namespace lockstep::models

namespace lockstep::topologies {
struct Topology;
}  // namespace lockstep::topologies

namespace lockstep::scenarios {

// The values that an option takes, one after another; at least one.
struct PlannedOption {
  std::string name;
  std::vector<models::OptionValue> values;
};

// A kind whose options are tried.
struct PlannedKind {
  const models::Algorithm* algorithm = nullptr;
  std::string label;
  std::vector<PlannedOption> given = {};  // as the scenario says; other options have defaults
  // The algorithm's own topology, if it has one, and as it is written.
  std::shared_ptr<const topologies::Topology> topology = nullptr;
  Json written_topology = {};
};

struct Plan {
  std::vector<PlannedKind> kinds;
  // What an option takes in every kind that has it, unless the kind itself says: values, of which a
  // kind leaves out those that it does not know.
  struct Everywhere {
    std::string name;
    std::vector<Json> values;
  };
  std::vector<Everywhere> everywhere = {};
  Sweep axes = {};  // over the rest of the scenario: hosts, precision, ...
};

// Where the number of hosts stands.
inline constexpr const char* plan_hosts = "/cluster/topology/hosts";

// The most candidates that a plan may have.
inline constexpr std::int64_t most_candidates = 10'000'000;

}  // namespace lockstep::scenarios
