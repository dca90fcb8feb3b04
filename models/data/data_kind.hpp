// The registry of data sets. Each kind of data has one record, defined in its own file.
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

// The data that a scenario asks for.
struct DataSpec {
  const DataKind* kind = nullptr;
  Options options;               // values for all that the kind declares
  double held_out = 0.2;         // fraction of the samples that is kept for tests
  std::uint64_t seed = 1;        // for what is random in the data and in their division
  std::filesystem::path folder;  // where relative file names start from
};

struct DataKind {
  std::string_view kind;     // the JSON value: "digits"
  std::string_view summary;  // one sentence
  std::string_view source;   // where it comes from
  std::span<const OptionSpec> options;
  // Returns all samples, or every fault with its absolute JSON pointer.
  Result<Dataset> (*load)(const DataSpec& spec);
};

[[nodiscard]] std::span<const DataKind* const> data_kinds();
[[nodiscard]] const DataKind* find_data_kind(std::string_view kind);

// Loads the data, divides them, and pads them to the inputs of the first layer of `computed`.
// Besides the faults of loading, reports more inputs or classes than the network has, and a
// division that leaves a part empty.
[[nodiscard]] Result<DividedData> load_data(const DataSpec& spec, const Mlp& computed);

}  // namespace lockstep::models
