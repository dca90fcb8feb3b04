// A scenario to plan: its file is read once, and each of its candidates is a run, and a scenario.
//
// A ground is the scenario with one combination of hosts, precision and other axes. On each ground
// each kind is tried with each combination of its options: these are the candidates, numbered from
// 0 in the order of the grounds, the kinds, and the options, the last of which varies fastest.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "models/cost/algorithm.hpp"
#include "scenarios/scenario.hpp"
#include "sim/base/result.hpp"

namespace lockstep::scenarios {

class FaultList;

class PlannedScenario {
 public:
  // Returns the faults of the scenario, of its plan, and of grounds that the plan names.
  // `options.plan` and `options.sweep` are not used.
  [[nodiscard]] static Result<PlannedScenario> load(const std::filesystem::path& file,
                                                    LoadOptions options);
  // Likewise, for a document to which the command line has been applied; relative file names inside
  // it start from `folder`.
  [[nodiscard]] static Result<PlannedScenario> of(const Json& document,
                                                  const std::filesystem::path& folder,
                                                  const std::string& name, LoadOptions options);

  [[nodiscard]] const Scenario& whole() const { return whole_; }
  [[nodiscard]] std::size_t candidates() const { return candidates_; }

  // The functions that follow may be called by several threads at once.

  // Returns the run of a candidate, or why it cannot be run.
  [[nodiscard]] Result<models::Setup> setup(std::size_t candidate) const;
  // Whether the run is also that of an earlier candidate that can be run, because an option that
  // has no effect there has another value.
  [[nodiscard]] bool repeats(std::size_t candidate, const models::Setup& setup) const;
  // Returns a number that only candidates share which learn alike from each sample: those of one
  // kind on one ground whose options differ only in what they cost.
  [[nodiscard]] std::size_t learning_group(std::size_t candidate) const;
  // Returns what it sets outside of the algorithm.
  [[nodiscard]] std::vector<SweptValue> at(std::size_t candidate) const;
  // Returns its algorithm with the options that the plan tries or names, as a scenario has it.
  [[nodiscard]] Json algorithm(std::size_t candidate) const;
  // Returns the options among these of which others were tried, or that are not the default.
  [[nodiscard]] Json telling_options(std::size_t candidate) const;
  // Returns the scenario that has the candidate as its only run.
  [[nodiscard]] Result<Scenario> scenario(std::size_t candidate) const;

 private:
  struct Axis {
    const models::OptionSpec* option = nullptr;
    std::vector<models::OptionValue> values;
  };
  struct Ground {
    std::size_t point = 0;  // of the axes
    Json document;
    Scenario scenario;
  };
  // A kind on a ground.
  struct Space {
    std::size_t ground = 0;
    std::size_t kind = 0;
    std::vector<Axis> axes = {};
    std::size_t first = 0;  // candidate
  };
  struct Found {
    const Space* space;
    std::vector<std::size_t> indices;  // of the values of its axes
  };

  PlannedScenario() = default;
  // After the faults that are there already.
  [[nodiscard]] static Result<PlannedScenario> of(const Json& document,
                                                  const std::filesystem::path& folder,
                                                  const std::string& name, LoadOptions options,
                                                  FaultList& faults);
  [[nodiscard]] Faults lay_out(const Json& document);
  void add_default_hosts(const Json& document);
  [[nodiscard]] Faults add_grounds();
  [[nodiscard]] Faults add_spaces();
  [[nodiscard]] std::vector<Axis> axes_of(const Ground& ground, const PlannedKind& kind) const;
  [[nodiscard]] Found find(std::size_t candidate) const;
  [[nodiscard]] const PlannedKind& kind(const Space& space) const {
    return whole_.plan.kinds[space.kind];
  }

  Scenario whole_;
  Json plain_;  // the document without plan and algorithms
  std::filesystem::path folder_;
  std::string name_;
  LoadOptions options_;
  Sweep axes_;  // of the plan, and that of hosts if it is not given
  bool hosts_by_default_ = false;
  std::vector<Ground> grounds_;
  std::vector<Space> spaces_;
  std::size_t candidates_ = 0;
};

}  // namespace lockstep::scenarios
