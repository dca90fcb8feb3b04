// A scenario with a sweep: its file is read once, and each of its points is a scenario.
#pragma once

#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/cost/closed_form.hpp"
#include "scenarios/files_of_points.hpp"
#include "scenarios/scenario.hpp"
#include "sim/base/result.hpp"

namespace lockstep::scenarios {

// A point as a scenario, without the algorithms that cannot be run there.
struct ScenarioAtPoint {
  struct Refused {
    std::size_t index = 0;  // in the list of algorithms
    std::string label;
    Faults faults;
  };
  Scenario scenario;
  std::vector<Refused> refused = {};  // in order; never all of them
};

class SweptScenario {
 public:
  // Returns the faults of the scenario without its sweep, of the axes, and of axes of which no
  // value can be read. Other points may be faulty. `options.sweep` is not used.
  [[nodiscard]] static Result<SweptScenario> load(const std::filesystem::path& file,
                                                  LoadOptions options);

  // Returns the scenario as it is without its sweep; its resolved copy has the sweep.
  [[nodiscard]] const Scenario& whole() const { return whole_; }
  [[nodiscard]] const Sweep& sweep() const { return whole_.sweep; }
  // Returns the document as it was read, with what the command line changed, without its sweep.
  [[nodiscard]] const Json& document() const { return plain_; }

  // Returns the files that a point names and the scenario without its sweep does not, whose copy
  // has what is in its own: `{"fast.json": digits}`; an empty object without such files.
  [[nodiscard]] Json files_at(std::size_t point, FileDigests& digests) const;
  // For `files_at`. Files are looked into once.
  [[nodiscard]] FileDigests digests() const { return FileDigests(folder_); }

  // Returns the scenario of a point, or its faults where none of its algorithms can be run. Several
  // threads may ask at once.
  [[nodiscard]] Result<ScenarioAtPoint> at(std::size_t point) const;

 private:
  SweptScenario(Scenario whole, Json plain) : whole_(std::move(whole)), plain_(std::move(plain)) {}
  [[nodiscard]] Faults faults_of_axes() const;
  // Reads a document at a point.
  [[nodiscard]] Result<ScenarioAtPoint> read(const Json& document) const;

  Scenario whole_;
  Json plain_;  // the document without its sweep
  std::filesystem::path folder_;
  std::string name_;
  LoadOptions options_;
  bool names_files_ = false;           // some of its points do
  std::set<std::string> plain_files_;  // that the document names without its sweep
};

}  // namespace lockstep::scenarios
