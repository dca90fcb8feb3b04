// Common names from elsewhere for what a scenario calls otherwise, and the right places of
// misplaced keys.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep::scenarios {

// A name that many people use, and the scenario's name for the same thing.
struct CommonName {
  std::string_view what;   // "algorithm", "device", "link", ...: as faults name the choice
  std::string_view spelt;  // small letters and digits only
  std::string_view ours;
  std::string_view with;  // an option that makes it the same: `"stage": 3`
};
[[nodiscard]] std::span<const CommonName> common_names();

// Returns the scenario's name for `name`, such as `"zero" with "stage": 3`, several joined by "or";
// empty if none is known, or none is among `known`.
[[nodiscard]] std::string names_meant(std::string_view what, std::string_view name,
                                      std::span<const std::string_view> known);

// A key, as it may be spelt elsewhere, and the pointer of the key that is meant.
struct KeyHome {
  std::string_view spelt;    // small letters and digits only
  std::string_view pointer;  // "/training/batch_per_worker"
};
[[nodiscard]] std::span<const KeyHome> key_homes();

// Returns the pointers of what an unknown `key` may mean; empty if nothing is known.
[[nodiscard]] std::vector<std::string_view> homes_of_key(std::string_view key);

// Whether both pointers name the same sort of object: "/algorithms/3" counts as "/algorithm".
[[nodiscard]] bool same_object(std::string_view pointer, std::string_view home);

}  // namespace lockstep::scenarios
