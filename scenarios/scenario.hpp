// A scenario: what the user asks for, read from a JSON file, checked, with defaults filled in.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "models/cost/closed_form.hpp"
#include "models/data/data_kind.hpp"
#include "models/language/numerics.hpp"
#include "models/language/setup.hpp"
#include "models/readers/simulate/goodput.hpp"
#include "scenarios/plan.hpp"
#include "scenarios/sweep.hpp"
#include "sim/base/result.hpp"
#include "topologies/traffic.hpp"

namespace lockstep::scenarios {

struct Scenario {
  std::string name;
  models::Cluster cluster;
  // Either these ...
  models::Mlp mlp;
  std::vector<models::MeasuredStage> measured;  // in place of `mlp`'s layers
  models::Training training;
  std::optional<models::Failures> failures;  // of workers and links
  bool best_rank_order = false;              // `cluster.rank_order` is to be found, by simulation
  bool ordered_ranks = false;                // or it is given, and `cluster` is in that order
  std::optional<models::Checkpointing> checkpointing;  // where runs that fail go on
  std::vector<models::Setup> runs;  // one for each algorithm, in the scenario's order
  // Of `runs`, which reading them needs anyway. Empty if the runs are no longer those that were
  // read.
  std::vector<models::ClosedForm> forms;
  models::Numerics numerics;             // what is computed by commands that compute numbers
  std::optional<models::DataSpec> data;  // what is learnt, if it is given
  std::shared_ptr<const models::DividedData> samples;  // read if `LoadOptions::data` says so
  // ... or this.
  std::vector<topologies::RawFlow> traffic;
  Sweep sweep;  // without axes if the scenario has none
  Plan plan;    // without kinds unless the scenario is one to plan
  // Things that are not faults but that the user should know, such as memory that does not fit.
  std::vector<Fault> warnings;
  Json resolved;  // the scenario as read, `--set` applied, defaults filled in, quantities in SI
                  // units
};

// Returns the closed form of a run, which is computed unless `setup` is one of the scenario's.
[[nodiscard]] models::ClosedForm closed_form_of(const Scenario& scenario,
                                                const models::Setup& setup);

// A change from the command line: `--set /training/iterations=20`. The value is JSON if it parses
// as JSON, and a string otherwise.
struct Override {
  std::string pointer;
  std::string value;
};

// Commands that compute no numbers leave the data alone: `data` is checked, but no file is read.
enum class DataUse : std::uint8_t {
  unread,
  if_given,  // read, and checked against the network that is computed
  required,  // as `if_given`, and it is a fault to lack data or layers to compute
};

// How a `sweep` is treated; a command that does not sweep refuses it.
enum class SweepUse : std::uint8_t {
  checked,  // the axes and all points
  axes_only,
  refused,
};

// How a `plan` is treated; a command that does not plan refuses it.
enum class PlanUse : std::uint8_t {
  checked,   // a scenario with one is read as `lockstep plan` reads it
  searched,  // the scenario is one to plan, with this key or without
  refused,
};

// What a command makes of failures.
enum class FailureUse : std::uint8_t {
  refused,
  simulated,  // in every kind of run
  trained,    // simulated, but for elastic runs whose workers are not equal between iterations
};

struct LoadOptions {
  std::vector<Override> overrides;
  std::vector<Override> axes;         // of the sweep, in place of, or beside, the scenario's own
  std::optional<std::uint64_t> seed;  // in place of /training/seed
  bool strict = false;                // warnings become faults
  FailureUse failures = FailureUse::simulated;
  DataUse data = DataUse::unread;
  SweepUse sweep = SweepUse::checked;
  PlanUse plan = PlanUse::checked;
};

// Reads and checks a scenario. Returns all faults of the file at once, in the order of the file.
// Refuses files over 64 MiB and nesting over 64 levels.
[[nodiscard]] Result<Scenario> load_scenario(const std::filesystem::path& file,
                                             const LoadOptions& options = {});
// Like `load_scenario`, for a text; relative file names inside it start from `folder`.
[[nodiscard]] Result<Scenario> parse_scenario(std::string_view text,
                                              const std::filesystem::path& folder,
                                              const LoadOptions& options = {});

// Returns the JSON Schema (draft 2020-12) of a scenario, made from the registries that reading
// uses.
[[nodiscard]] Json scenario_schema();

}  // namespace lockstep::scenarios
