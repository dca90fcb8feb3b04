// list: the algorithms, with their words and options.
#include <cmath>
#include <string_view>
#include <variant>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "playground/commands.hpp"
#include "playground/streams.hpp"

namespace lockstep::playground {

namespace {

using models::Family;
using models::OptionSpec;
using models::OptionType;
using scenarios::Json;

std::string_view name_of(OptionType type) {
  switch (type) {
    case OptionType::boolean:
      return "boolean";
    case OptionType::integer:
      return "integer";
    case OptionType::number:
      return "number";
    case OptionType::bytes:
      return "bytes";
    case OptionType::choice:
      return "choice";
    case OptionType::integers:
      return "integers";
    case OptionType::text:
      return "text";
  }
  return {};
}

std::string_view name_of(Family family) {
  switch (family) {
    case Family::sequential:
      return "sequential";
    case Family::data_parallel:
      return "data_parallel";
    case Family::model_parallel:
      return "model_parallel";
  }
  return {};
}

Json option_json(const OptionSpec& option) {
  Json json = {
      {"name", option.name},
      {"summary", option.summary},
      {"type", name_of(option.type)},
      {"default", std::visit([](const auto& value) { return Json(value); }, option.fallback)}};
  if (!option.choices.empty()) json["choices"] = option.choices;
  if (std::isfinite(option.least)) json["least"] = option.least;
  if (std::isfinite(option.most)) json["most"] = option.most;
  return json;
}

Json algorithm_json(const models::Algorithm& algorithm) {
  Json options = Json::array();
  for (const OptionSpec& option : algorithm.options) options.push_back(option_json(option));
  return {{"kind", algorithm.kind},
          {"title", algorithm.title},
          {"summary", algorithm.summary},
          {"approximation", algorithm.approximation},
          {"when_to_use", algorithm.when_to_use},
          {"source", algorithm.source},
          {"family", name_of(algorithm.family)},
          {"options", std::move(options)}};
}

}  // namespace

ExitCode list_command(const std::string& /*scenario_name*/) {
  Json all = Json::array();
  for (const models::Algorithm* algorithm : models::algorithms())
    all.push_back(algorithm_json(*algorithm));
  print_json(all);
  return ExitCode::done;
}

}  // namespace lockstep::playground
