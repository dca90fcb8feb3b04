// The README's first scenario, and that what it lists is what there is.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/devices/hardware.hpp"
#include "scenarios/messages.hpp"
#include "scenarios/presets.hpp"
#include "tests/paths.hpp"
#include "tests/scenarios/examples.hpp"
#include "topologies/topology_spec.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;

namespace {

using Names = std::set<std::string>;

std::string readme() {
  std::ifstream file(lockstep::testing::source_folder() / "README.md");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string between(const std::string& text, const std::string& start, const std::string& end) {
  const std::size_t first = text.find(start);
  REQUIRE(first != std::string::npos);
  const std::size_t begin = first + start.size();
  return text.substr(begin, text.find(end, begin) - begin);
}

// The words of a list "a, b,\n  c".
Names listed(const std::string& text) {
  Names names;
  std::string word;
  for (const char c : text + ",") {
    if (c != ',' && c != '\n' && c != ' ') word += c;
    if (c == ',' && !word.empty()) names.insert(std::exchange(word, {}));
  }
  return names;
}

// The words between backticks.
Names quoted(std::string text) {
  Names names;
  for (std::size_t at = text.find('`'); at != std::string::npos; at = text.find('`')) {
    const std::size_t end = text.find('`', at + 1);
    names.insert(text.substr(at + 1, end - at - 1));
    text.erase(0, end + 1);
  }
  return names;
}

template <class Entries, class NameOf>
Names registered(const Entries& entries, NameOf name_of) {
  const auto names = names_of(entries, name_of);
  return {names.begin(), names.end()};
}

// The keys of the objects at a pointer of the schema, in all its alternatives.
void add_keys(const Json& schema, const Json& root, std::string_view pointer, Names& keys) {
  if (const auto ref = schema.find("$ref"); ref != schema.end())
    add_keys(root[Json::json_pointer(ref->get<std::string>().substr(1))], root, pointer, keys);
  if (const auto items = schema.find("items"); items != schema.end())
    add_keys(*items, root, pointer, keys);
  for (const char* list : {"oneOf", "anyOf"})
    if (schema.contains(list))
      for (const Json& each : schema[list]) add_keys(each, root, pointer, keys);
  if (!schema.contains("properties")) return;
  const Json& properties = schema["properties"];
  const std::size_t length = std::min(pointer.find('/', 1), pointer.size());
  const std::string key = pointer.size() < 2 ? "" : std::string(pointer.substr(1, length - 1));
  if (key.empty())
    for (const auto& [name, value] : properties.items()) keys.insert(name);
  else if (properties.contains(key))
    add_keys(properties[key], root, pointer.substr(length), keys);
}

}  // namespace

TEST_CASE("readme: the first scenario is valid") {
  const auto scenario = parse_scenario(between(readme(), "```json\n", "```"), ".");
  REQUIRE(scenario.ok());
  CHECK(scenario->runs.size() == 4);
  CHECK(scenario->warnings.empty());
}

TEST_CASE("readme: the names that it lists are those of the registries") {
  const std::string text = readme();
  const auto names = [&](const std::string& what) {
    return listed(between(text, "- **" + what + "**: ", "."));
  };
  CHECK(names("Topologies") ==
        registered(topologies::topology_kinds(), [](const auto& kind) { return kind.kind; }));
  CHECK(names("Devices") == registered(built_in_presets().devices, [](const auto& preset) {
          return std::string_view(preset.name);
        }));
  CHECK(names("Links") == registered(built_in_presets().links, [](const auto& preset) {
          return std::string_view(preset.name);
        }));
  const Names known =
      registered(models::algorithms(), [](const auto* algorithm) { return algorithm->kind; });
  CHECK(listed(between(between(text, "## A first scenario", "\n## "), "- **Algorithms**: ", ".")) ==
        known);
}

TEST_CASE("readme: survey.json has every algorithm, as it says") {
  const auto survey = load_scenario(lockstep::testing::source_folder() / "scenarios/survey.json");
  REQUIRE(survey.ok());
  Names shown;
  for (const models::Setup& run : survey->runs) shown.insert(std::string(run.algorithm->kind));
  CHECK(shown ==
        registered(models::algorithms(), [](const auto* algorithm) { return algorithm->kind; }));
}

TEST_CASE("readme: its table has the keys of the schema, and no others") {
  const std::string text = readme();
  const Json schema = scenario_schema();
  for (const std::string pointer :
       {"/", "/training", "/cluster", "/cluster/topology", "/cluster/topology/link",
        "/cluster/device", "/cluster/slowdown", "/cluster/topology/overrides", "/cluster/failures",
        "/training/checkpoint", "/traffic"}) {
    CAPTURE(pointer);
    Names told = quoted(between(text, "\n| `" + pointer + "` |", "|\n"));
    told.erase("calibrate");  // a command
    Names keys;
    add_keys(schema, schema, pointer == "/" ? "" : pointer, keys);
    CHECK(told == keys);
  }
}
