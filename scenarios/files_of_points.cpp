#include "scenarios/files_of_points.hpp"

#include <algorithm>
#include <string_view>

#include "models/readers/numerics/sha256.hpp"
#include "scenarios/json_pointer.hpp"
#include "scenarios/json_text.hpp"

namespace lockstep::scenarios {
namespace {

bool is_key_of_file(std::string_view key) { return key == "file" || key == "machine"; }

void add_names(const Json& json, std::set<std::string>& names) {
  if (!json.is_structured()) return;
  for (const auto& [key, value] : json.items())
    if (json.is_object() && value.is_string() && is_key_of_file(key))
      names.insert(value.get<std::string>());
    else
      add_names(value, names);
}

// Whether a value at the pointer is a file's name, or has one in it.
bool names_file(const SweptPointer& swept, const Json& value) {
  const auto steps = pointer_steps(swept.pointer);
  if (!steps || steps->empty() || steps->front() == "data") return false;
  if (value.is_string()) return is_key_of_file(steps->back()) || swept.pointer == "/presets";
  std::set<std::string> names;
  add_names(value, names);
  return !names.empty();
}

}  // namespace

std::set<std::string> file_names_in(const Json& document) {
  std::set<std::string> names;
  if (!document.is_object()) return names;
  for (const auto& [key, value] : document.items())
    if (key == "presets" && value.is_string())
      names.insert(value.get<std::string>());
    else if (key != "data")
      add_names(value, names);
  return names;
}

bool names_files(const Sweep& sweep) {
  return std::ranges::any_of(sweep.axes(), [](const SweepAxis& axis) {
    return std::ranges::any_of(axis.pointers, [](const SweptPointer& swept) {
      return std::ranges::any_of(swept.values,
                                 [&](const Json& value) { return names_file(swept, value); });
    });
  });
}

const Json& FileDigests::of(const std::string& name) {
  constexpr std::size_t digits = 16;
  const auto [entry, is_new] = known_.try_emplace(name);
  if (is_new)
    if (const Result<std::string> text = read_file(folder_ / name))
      entry->second = models::sha256(*text).substr(0, digits);
  return entry->second;
}

}  // namespace lockstep::scenarios
