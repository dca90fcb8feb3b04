#include "scenarios/swept_scenario.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <set>

#include "scenarios/fault_list.hpp"
#include "scenarios/json_pointer.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

// The axes that no point has yet been read without a fault in.
class SuspectAxes {
 public:
  explicit SuspectAxes(const Sweep& sweep) {
    for (const SweepAxis& axis : sweep.axes())
      for (const SweptPointer& swept : axis.pointers) suspects_.insert(swept.place);
  }

  [[nodiscard]] bool any() const { return !suspects_.empty(); }

  // Takes in the faults of a point, placed in the sweep.
  void look_at(const Faults& faults) {
    std::erase_if(suspects_, [&](const std::string& place) {
      return std::ranges::none_of(
          faults, [&](const Fault& fault) { return fault.pointer.starts_with(place); });
    });
    for (const Fault& fault : faults) seen_.add(fault.pointer, fault.message);
  }

  // What was found at the axes that are left.
  [[nodiscard]] Faults faults() const {
    Faults faults;
    for (const Fault& fault : seen_.kept())
      if (std::ranges::any_of(suspects_, [&](const std::string& place) {
            return fault.pointer.starts_with(place);
          }))
        faults.push_back(fault);
    return faults;
  }

 private:
  std::set<std::string> suspects_;
  FaultList seen_;
};

// A step that goes through all points before it comes back, near the golden section of them, so
// that all axes move.
std::size_t step_through(std::size_t points) {
  auto step = static_cast<std::size_t>(0.618 * static_cast<double>(points));
  while (std::gcd(step, points) != 1) ++step;
  return step;
}

// Of a fault of one algorithm of a list: its place in the list.
std::optional<std::size_t> algorithm_of(const Fault& fault) {
  const auto steps = pointer_steps(fault.pointer);
  if (!steps || steps->size() < 2 || steps->front() != "algorithms") return std::nullopt;
  return array_index((*steps)[1]);
}

std::string label_of(const Json& algorithm) {
  if (algorithm.is_string()) return algorithm.get<std::string>();
  for (const char* key : {"label", "kind"})
    if (algorithm.is_object() && algorithm.contains(key) && algorithm[key].is_string())
      return algorithm[key].get<std::string>();
  return {};
}

using Refused = std::vector<ScenarioAtPoint::Refused>;

// The algorithms that the faults are of; none if not all faults are, or all algorithms have some.
Refused refused_by(const Faults& faults, const Json& document) {
  std::map<std::size_t, Faults> by_algorithm;
  for (const Fault& fault : faults) {
    const auto algorithm = algorithm_of(fault);
    if (!algorithm) return {};
    by_algorithm[*algorithm].push_back(fault);
  }
  const Json& algorithms = document["algorithms"];
  if (by_algorithm.size() >= algorithms.size()) return {};
  Refused refused;
  for (auto& [index, own] : by_algorithm)
    refused.push_back({index, label_of(algorithms[index]), std::move(own)});
  return refused;
}

void erase(Json& document, const Refused& refused) {
  for (auto each = refused.rbegin(); each != refused.rend(); ++each)
    document["algorithms"].erase(each->index);
}

// Where algorithms stand in the list with the refused ones.
void number_runs(Scenario& scenario, const Refused& refused) {
  auto next = refused.begin();
  std::size_t index = 0;
  for (models::Setup& run : scenario.runs) {
    for (; next != refused.end() && next->index == index; ++next) ++index;
    run.pointer = child_pointer("/algorithms", index++);
  }
}

}  // namespace

Result<ScenarioAtPoint> SweptScenario::read(const Json& document) const {
  FaultList faults;
  Scenario scenario = read_scenario(document, folder_, name_, options_, faults);
  if (options_.strict) faults.add_all(scenario.warnings);
  if (faults.count() > 0) return faults.in_file_order(document);
  return ScenarioAtPoint{std::move(scenario)};
}

Result<ScenarioAtPoint> SweptScenario::at(std::size_t point) const {
  Result<Json> document = document_at(plain_, sweep().at(point));
  if (!document) return document.faults();
  auto whole = read(*document);
  if (whole) return whole;
  Refused refused = refused_by(whole.faults(), *document);
  if (refused.empty()) return whole.faults();
  erase(*document, refused);
  auto rest = read(*document);
  if (!rest) return whole.faults();
  number_runs(rest->scenario, refused);
  rest->refused = std::move(refused);
  return rest;
}

Json SweptScenario::files_at(std::size_t point, FileDigests& digests) const {
  Json files = Json::object();
  if (!names_files_) return files;
  const Result<Json> document = document_at(plain_, sweep().at(point));
  if (!document) return files;
  for (const std::string& name : file_names_in(*document))
    if (!plain_files_.contains(name)) files[name] = digests.of(name);
  return files;
}

// Axes that cannot be read at any of some hundred points scattered over the sweep.
Faults SweptScenario::faults_of_axes() const {
  constexpr std::size_t most_tries = 300;
  const auto points = static_cast<std::size_t>(sweep().points());
  const std::size_t step = step_through(points);
  SuspectAxes suspects(sweep());
  std::size_t point = 0;
  for (std::size_t tried = 0; tried < std::min(points, most_tries) && suspects.any(); ++tried) {
    const std::vector<SweptValue> values = sweep().at(point);
    Faults placed;
    if (const Result<Json> document = document_at(plain_, values)) {
      FaultList faults;
      (void)read_scenario(*document, folder_, name_, options_, faults);
      for (const Fault& fault : faults.kept()) placed.push_back(fault_at(values, fault));
    } else {
      placed = document.faults();
    }
    suspects.look_at(placed);
    point = (point + step) % points;
  }
  return suspects.faults();
}

}  // namespace lockstep::scenarios
