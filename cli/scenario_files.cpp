#include "cli/scenario_files.hpp"

#include "cli/messages.hpp"

namespace lockstep::cli {

std::optional<LoadedScenario> load_scenario_file(const std::string& file, const CommandLine& line,
                                                 scenarios::DataUse data) {
  scenarios::LoadOptions options = line.load_options();
  options.data = data;
  Result<scenarios::Scenario> loaded = scenarios::load_scenario(file, options);
  if (!loaded) {
    complain_of(file, loaded.faults());
    return std::nullopt;
  }
  if (!line.quiet()) warn_of(file, loaded->warnings);
  return LoadedScenario{file, std::move(*loaded)};
}

std::optional<std::vector<LoadedScenario>> load_scenario_files(const CommandLine& line,
                                                               scenarios::DataUse data) {
  std::vector<LoadedScenario> all;
  for (const std::string& file : line.operands()) {
    if (auto loaded = load_scenario_file(file, line, data)) all.push_back(std::move(*loaded));
  }
  if (all.size() < line.operands().size()) return std::nullopt;
  return all;
}

}  // namespace lockstep::cli
