// From a file or a text to a scenario: the document, what the command line changes, the points.
#include "scenarios/json_text.hpp"
#include "scenarios/overrides.hpp"
#include "scenarios/parts.hpp"
#include "scenarios/planned_scenario.hpp"
#include "scenarios/scenario_text.hpp"
#include "scenarios/swept_scenario.hpp"

namespace lockstep::scenarios {
namespace {

// A text as it was found, and where.
struct Found {
  std::string_view text;
  std::filesystem::path folder;
  std::string name;
};

Json without_sweep(const Json& document) {
  Json plain = document;
  plain.erase("sweep");
  return plain;
}

Result<Scenario> scenario_of(const Json& document, const Found& found, const LoadOptions& options,
                             FaultList& faults) {
  Scenario scenario = read_scenario(document, found.folder, found.name, options, faults);
  if (faults.count() == 0 && options.sweep == SweepUse::checked && document.contains("sweep")) {
    LoadOptions point_options = options;
    point_options.data = DataUse::unread;
    const auto faults_of = [&](const Json& point) {
      FaultList of_point;
      (void)read_scenario(point, found.folder, found.name, point_options, of_point);
      return of_point.kept();
    };
    check_points(without_sweep(document), scenario.sweep, faults_of, faults);
  }
  if (faults.count() == 0 && options.plan == PlanUse::checked && document.contains("plan"))
    if (auto planned = PlannedScenario::of(document, found.folder, found.name, options); !planned)
      faults.add_all(planned.faults());
  if (options.strict) faults.add_all(scenario.warnings);
  if (faults.count() > 0) return faults.in_file_order(document);
  return scenario;
}

Result<Scenario> parse_found(const Found& found, const LoadOptions& options) {
  Result<Json> document = parse_json(found.text);
  if (!document) return document.faults();
  FaultList faults;
  apply_overrides(*document, options, faults);
  return scenario_of(*document, found, options, faults);
}

// What is in a file, with what the command line changes; only faults of the latter are added.
Result<Json> changed_document(const std::filesystem::path& file, const LoadOptions& options,
                              FaultList& faults) {
  const Result<std::string> text = read_file(file);
  if (!text) return text.faults();
  Result<Json> document = parse_json(*text);
  if (document) apply_overrides(*document, options, faults);
  return document;
}

std::string name_of(const std::filesystem::path& file) {
  std::string name = file.stem().string();
  return is_utf8(name) ? name : "scenario";
}

}  // namespace

Result<Scenario> parse_scenario(std::string_view text, const std::filesystem::path& folder,
                                const LoadOptions& options) {
  return parse_found({text, folder, "scenario"}, options);
}

Result<Scenario> load_scenario(const std::filesystem::path& file, const LoadOptions& options) {
  const Result<std::string> text = read_file(file);
  if (!text) return text.faults();
  return load_scenario_text(*text, file, options);
}

Result<Scenario> load_scenario_text(std::string_view text, const std::filesystem::path& file,
                                    const LoadOptions& options) {
  return parse_found({text, file.parent_path(), name_of(file)}, options);
}

Result<SweptScenario> SweptScenario::load(const std::filesystem::path& file, LoadOptions options) {
  options.sweep = SweepUse::axes_only;
  FaultList faults;
  Result<Json> document = changed_document(file, options, faults);
  if (!document) return document.faults();
  Found found = {{}, file.parent_path(), name_of(file)};
  auto whole = scenario_of(*document, found, options, faults);
  if (!whole) return whole.faults();
  SweptScenario swept(std::move(*whole), without_sweep(*document));
  swept.folder_ = std::move(found.folder);
  swept.name_ = std::move(found.name);
  swept.options_ = std::move(options);
  swept.names_files_ = names_files(swept.sweep());
  swept.plain_files_ = file_names_in(swept.plain_);
  Faults of_axes = swept.faults_of_axes();
  sort_in_file_order(of_axes, *document);
  if (!of_axes.empty()) return of_axes;
  return swept;
}

Result<PlannedScenario> PlannedScenario::load(const std::filesystem::path& file,
                                              LoadOptions options) {
  FaultList faults;
  Result<Json> document = changed_document(file, options, faults);
  if (!document) return document.faults();
  return of(*document, file.parent_path(), name_of(file), std::move(options), faults);
}

}  // namespace lockstep::scenarios
