// The registry of data sets: one record each, made in the kind's own file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

#include "models/data/dataset.hpp"
#include "models/language/mlp.hpp"
#include "models/language/options.hpp"
#include "sim/base/result.hpp"

namespace lockstep::models {

struct DataKind;

// What a scenario says of its data.
struct DataSpec {
  const DataKind* kind = nullptr;
  Options options;               // all that the kind declares
  double held_out = 0.2;         // fraction of the samples that is kept for tests
  std::uint64_t seed = 1;        // of what is random in the data and in their division
  std::filesystem::path folder;  // where relative file names start from
};

struct DataKind {
  std::string_view kind;     // the JSON value: "digits"
  std::string_view summary;  // one sentence
  std::string_view source;   // where it comes from
  std::span<const OptionSpec> options;
  // All samples, or every fault, with absolute JSON pointers.
  Result<Dataset> (*load)(const DataSpec& spec);
};

[[nodiscard]] std::span<const DataKind* const> data_kinds();
[[nodiscard]] const DataKind* find_data_kind(std::string_view kind);

// Loads, divides, and pads to the first layer of `computed`. Faults, besides those of loading: more
// inputs or classes than the network has, and a division that leaves a part empty.
[[nodiscard]] Result<DividedData> load_data(const DataSpec& spec, const Mlp& computed);

}  // namespace lockstep::models
