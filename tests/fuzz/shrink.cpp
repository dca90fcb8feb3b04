#include "tests/fuzz/shrink.hpp"

#include <string>
#include <utility>
#include <vector>

namespace lockstep::fuzz {

namespace {

using scenarios::Json;

// Everything in it, parts before what is inside them.
void add_pointers(const Json& value, const Json::json_pointer& at,
                  std::vector<Json::json_pointer>& pointers) {
  if (!at.empty()) pointers.push_back(at);
  if (value.is_object())
    for (const auto& [key, field] : value.items()) add_pointers(field, at / key, pointers);
  if (value.is_array())
    for (std::size_t index = value.size(); index-- > 0;)
      add_pointers(value[index], at / index, pointers);
}

void erase(Json& scenario, const Json::json_pointer& at) {
  Json& holder = scenario[at.parent_pointer()];
  if (holder.is_array())
    holder.erase(std::stoul(at.back()));
  else
    holder.erase(at.back());
}

// What could stand there instead: nothing, or half the number.
std::vector<Json> simpler(const Json& scenario, const Json::json_pointer& at) {
  std::vector<Json> candidates = {scenario};
  erase(candidates.back(), at);
  if (scenario[at].is_number_integer() && scenario[at] > 1) {
    candidates.push_back(scenario);
    candidates.back()[at] = scenario[at].get<std::int64_t>() / 2;
    candidates.push_back(scenario);
    candidates.back()[at] = scenario[at].get<std::int64_t>() - 1;
  }
  return candidates;
}

}  // namespace

Json shrunk(Json scenario, const std::function<bool(const Json&)>& fails, int most_questions) {
  for (bool smaller = true; smaller;) {
    smaller = false;
    std::vector<Json::json_pointer> pointers;
    add_pointers(scenario, Json::json_pointer(), pointers);
    for (const Json::json_pointer& at : pointers) {
      if (!scenario.contains(at)) continue;
      for (Json& candidate : simpler(scenario, at)) {
        if (most_questions-- <= 0) return scenario;
        if (!fails(candidate)) continue;
        scenario = std::move(candidate);
        smaller = true;
        break;
      }
    }
  }
  return scenario;
}

}  // namespace lockstep::fuzz
