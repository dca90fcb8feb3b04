// The wording of faults: how values are shown, and names with their nearest known neighbour.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/scenario.hpp"

namespace lockstep::scenarios {

// Returns at most about 40 bytes of a text, cut between characters, with "..." where something was
// cut.
[[nodiscard]] std::string shortened(std::string_view text);

// Returns a text in quotes, shortened, with control characters escaped: `"widht"`.
[[nodiscard]] std::string in_quotes(std::string_view text);

// Returns a value as a fault shows it: `true`, `3.5`, `"abc"`, `a list of 3`, `an object with 2
// keys`.
[[nodiscard]] std::string shown(const Json& value);

// Returns `unknown device "h100"; did you mean "h100_bf16"?` or, if nothing similar is known, says
// which names there are.
[[nodiscard]] std::string unknown_name(std::string_view what, std::string_view name,
                                       std::span<const std::string_view> known);

// Returns the names of the entries of a registry.
template <class Entries, class NameOf>
[[nodiscard]] std::vector<std::string_view> names_of(const Entries& entries, NameOf name_of) {
  std::vector<std::string_view> names;
  for (const auto& entry : entries) names.emplace_back(name_of(entry));
  return names;
}

}  // namespace lockstep::scenarios
