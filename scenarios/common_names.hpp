// What people call things elsewhere, and where keys live that stand at the wrong place.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep::scenarios {

// A name that many use, and ours for the same thing.
struct CommonName {
  std::string_view what;   // "algorithm", "device", "link", ...: as faults name the choice
  std::string_view spelt;  // small letters and digits only
  std::string_view ours;
  std::string_view with;  // an option that makes it the same: `"stage": 3`
};
[[nodiscard]] std::span<const CommonName> common_names();

// Ours for `name`: `"zero" with "stage": 3`, several joined by "or"; empty if nothing is known, or
// not among `known`.
[[nodiscard]] std::string names_meant(std::string_view what, std::string_view name,
                                      std::span<const std::string_view> known);

// A key, whatever its spelling elsewhere, and the pointers of what is meant.
struct KeyHome {
  std::string_view spelt;    // small letters and digits only
  std::string_view pointer;  // "/training/batch_per_worker"
};
[[nodiscard]] std::span<const KeyHome> key_homes();

// Pointers of what an unknown `key` of the object at `pointer` may mean; none if nothing is known.
[[nodiscard]] std::vector<std::string_view> homes_of_key(std::string_view key);

// Whether both are the same object: "/algorithms/3" is one of "/algorithm".
[[nodiscard]] bool same_object(std::string_view pointer, std::string_view home);

}  // namespace lockstep::scenarios
