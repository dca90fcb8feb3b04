#include "cli/only.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>

#include "cli/messages.hpp"
#include "sim/base/nearest_name.hpp"

namespace lockstep::cli {

namespace {

std::string nearest_label(const std::string& label, const std::vector<LoadedScenario>& loaded) {
  std::string nearest;
  std::size_t least = ~std::size_t{0};
  for (const LoadedScenario& one : loaded)
    for (const models::Setup& setup : one.scenario.runs) {
      const std::size_t edits = edit_distance(label, setup.label);
      if (edits >= least) continue;
      least = edits;
      nearest = setup.label;
    }
  return nearest;
}

}  // namespace

void add_only_option(options_description& options) {
  options.add_options()("only", boost::program_options::value<std::string>()->value_name("LABEL"),
                        "take only the algorithm with this label");
}

void keep_only(const std::string& label, std::vector<LoadedScenario>& loaded) {
  const auto has_it = [&](const LoadedScenario& one) {
    return std::ranges::any_of(one.scenario.runs,
                               [&](const models::Setup& setup) { return setup.label == label; });
  };
  if (std::ranges::none_of(loaded, has_it)) {
    const std::string nearest = nearest_label(label, loaded);
    throw UsageError(nearest.empty()
                         ? "--only: scenarios of raw flows have no algorithms"
                         : fmt::format("--only: no algorithm has the label \"{}\"; the nearest is "
                                       "\"{}\"",
                                       label, nearest));
  }
  std::erase_if(loaded, [&](const LoadedScenario& one) { return !has_it(one); });
  for (LoadedScenario& one : loaded) {
    std::erase_if(one.scenario.runs,
                  [&](const models::Setup& setup) { return setup.label != label; });
    one.scenario.forms.clear();
  }
}

}  // namespace lockstep::cli
